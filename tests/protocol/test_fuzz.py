"""Schemathesis on the running service: whatever is sent, no 500 and no status that the document does not name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assessments.builders import under_review
from tests.rounds.builders import ROUNDS
from tests.server import running
from tests.service import serving

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
]
# Known codes, so that requests come past the 404.
CONFIG = """
[[operations]]
include-path-regex = "/schemes/"
parameters = { "path.code" = "small", "path.version" = "1" }
[[operations]]
include-path-regex = "/institutions/"
parameters = { "path.code" = "hospital" }
[[operations]]
include-path-regex = "/alliances/"
parameters = { "path.code" = "alliance", "path.number" = 1 }
[[operations]]
include-path-regex = "/rounds/"
[operations.parameters]
"path.round" = "2020"
"path.subject" = "alliance"
"path.number" = 1
"path.field" = "care"
"path.item" = "chronic"
"""
# Everybody in one: those who run, review and decide, and whoever hands in. No number of a token of theirs comes up.
CREDENTIALS = """
[headers]
Authorization = "{staff}"
[[operations]]
include-path-regex = "/tokens/"
parameters = {{ "path.number" = 999999 }}
[[operations]]
include-name-regex = "^PUT .*/evidence$|^POST .*/evidence/(submit|withdraw)$|^POST .*/(attachments|objections)$"
headers = {{ Authorization = "{submitter}" }}
"""
STAFF = ("admin", "chief", "evaluator")
CHEAP = {"MEA_PASSWORD_MEMORY": "32", "MEA_PASSWORD_PASSES": "1"}
# CPython 3.11 now and then fails to parse a lambda deep inside Hypothesis; that says nothing of the service.
INTERPRETERS_FAULT = "SystemError: AST constructor recursion depth mismatch"
TRIES = 3
# Which characters there are is worked out once, not by every start; no example is kept there.
REMEMBERING = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(Path(__file__).parents[2] / ".hypothesis")}
# Schemathesis tries every corner of the schema of a whole scheme document, one by one, which takes half an hour.
WHOLE_DOCUMENTS = ["draft_api_v1_schemes_post", "change_api_v1_schemes__code__versions__version__put"]
# It takes seconds to think of one such document, and they go wrong early; test_whole_documents.py has better ones.
ONCE = """
[[operations]]
include-operation-id = "{}"
generation = {{ max-examples = 1 }}
phases.examples.enabled = false
"""
SHORT = "".join(ONCE.format(name) for name in WHOLE_DOCUMENTS) + CONFIG


def fuzz(client, directory, config, *arguments):
    (directory / "schemathesis.toml").write_text(config, encoding="utf-8")
    command = ["-m", "schemathesis.cli", "--config-file", str(directory / "schemathesis.toml")]
    command += ["run", f"{client.base_url}/openapi.json", "--checks", ",".join(CHECKS), "--continue-on-failure"]
    command += ["--workers", "1", "--suppress-health-check", "all", "--no-color", *arguments]
    command += ["--generation-database", "none"]
    for _ in range(TRIES):
        done = subprocess.run(
            [sys.executable, *command], cwd=directory, env=REMEMBERING, capture_output=True, text=True, check=False
        )
        if INTERPRETERS_FAULT not in done.stdout:
            break
    assert done.returncode == 0, done.stdout[-20_000:]
    return done.stdout


def fuzzed(database_url, directory, seed, examples, configs, *, corners=True):
    with serving(database_url) as service:
        under_review(service)
        service.people.actor("staff", roles=STAFF)
        assigned = service.post(f"{ROUNDS}/2020/assignments", json={"evaluator": "staff", "subjects": ["alliance"]})
        assert assigned.status_code == 201
        shown = {name: f"Bearer {service.people.secret(name)}" for name in ("staff", "submitter")}
    credentials = CREDENTIALS.format(**shown)
    with running(database_url, **CHEAP) as (client, process):
        excluded = [word for name in WHOLE_DOCUMENTS for word in ("--exclude-operation-id", name)]
        if corners:
            fuzz(client, directory, credentials, "--phases", "coverage", "--seed", str(seed), *excluded)
        usual = ("--phases", "examples,fuzzing,stateful", "--seed", str(seed), "--max-examples", str(examples))
        for config in configs:
            fuzz(client, directory, credentials + config, *usual)
    assert "Traceback" not in process.log
    assert '"status":500' not in process.log
    assert process.log.count('"status":401') < process.log.count('"status":2')


def test_nothing_unnamed_comes_back(database_url, tmp_path):
    """Every corner of every schema on SQLite alone: none of it comes past the reading, which no database knows of."""
    fuzzed(database_url, tmp_path, 1, 3, [SHORT], corners=database_url.startswith("sqlite"))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2))
def test_nothing_unnamed_comes_back_for_long(database_url, tmp_path, seed):
    fuzzed(database_url, tmp_path, 100 + seed, 100, ["", CONFIG])
