"""What can be tested of the image and the composition without an engine that builds them."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The instructions of the last stage."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", dockerfile))
    found = [
        (line.split(maxsplit=1)[0].upper(), line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()
    ]
    last = max(place for place, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def faults_of_image(dockerfile: str) -> list[str]:
    last = instructions(dockerfile)
    users = [value for name, value in last if name == "USER"]
    faults = {
        "runs as root": not users or users[-1].split(":")[0] in {"root", "0"},
        "has no health check": not any(name == "HEALTHCHECK" and "/healthz" in value for name, value in last),
        "installs what no hash vouches for": "pip" in dockerfile and "--require-hashes" not in dockerfile,
        "fetches from somewhere": re.search(r"^ADD |://(?!127\.0\.0\.1)", dockerfile, re.MULTILINE) is not None,
        "holds tests and tools": "requirements-dev" in dockerfile,
        "is built on a base of no version": re.search(r"^FROM \S+:latest|^FROM [^:$\s]+$", dockerfile, re.MULTILINE)
        is not None,
    }
    return [fault for fault, present in faults.items() if present]


def faults_of_composition(compose: str) -> list[str]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(compose)["services"]
    faults = []
    for name, service in services.items():
        secrets = {key: value for key, value in service.get("environment", {}).items() if "PASSWORD" in key}
        faults += [f"{name}: {key} has a value" for key, value in secrets.items() if not re.match(r"\$\{\w+:\?", value)]
        faults += [f"{name}: open to others" for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
        if "image" not in service and "build" not in service:
            faults.append(f"{name}: made of nothing")
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                faults.append(f"{name}: waits for the health of {other}, which has no check")
    return faults


def test_image() -> None:
    assert faults_of_image(DOCKERFILE) == []


def test_image_holds_what_it_copies() -> None:
    let_in = [line[1:] for line in IGNORED.splitlines() if line.startswith("!")]
    sources = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert [each for each in sources if not (ROOT / each).exists()] == []
    assert [each for each in sources if not any(fnmatch(each.removeprefix("./"), pattern) for pattern in let_in)] == []


def test_composition() -> None:
    assert faults_of_composition(COMPOSE) == []
    services = yaml.safe_load(COMPOSE)["services"]
    assert services["database"]["image"] == "postgres:15"
    assert "healthcheck" in services["database"]
    assert {"migrate", "schemes", "service"} < set(services)


@pytest.mark.parametrize("name", ["migrate", "schemes", "service"])
def test_command_of_a_container_exists(name: str) -> None:
    command = yaml.safe_load(COMPOSE)["services"][name]["command"]
    told = subprocess.run([sys.executable, "-m", "app", *command, "--help"], cwd=ROOT, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr.decode()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("USER 10001", "USER root", "runs as root"),
        ("USER 10001\n", "", "runs as root"),
        ("/healthz", "/", "has no health check"),
        ("--require-hashes", "", "installs what no hash vouches for"),
        ("requirements.lock", "requirements-dev.lock", "holds tests and tools"),
        ("python:${PYTHON}-slim AS", "python:latest AS", "is built on a base of no version"),
        ("WORKDIR /srv/app", "ADD https://example.org/app.tar .", "fetches from somewhere"),
    ],
)
def test_fault_of_an_image_is_found(old: str, new: str, fault: str) -> None:
    assert old in DOCKERFILE
    assert fault in faults_of_image(DOCKERFILE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("${POSTGRES_PASSWORD:?put POSTGRES_PASSWORD into .env}", "secret", "database: POSTGRES_PASSWORD has a value"),
        ('["127.0.0.1:${', '["${', "service: open to others"),
        (
            "    healthcheck:\n      test",
            "    x-check:\n      test",
            "migrate: waits for the health of database, which has no check",
        ),
    ],
)
def test_fault_of_a_composition_is_found(old: str, new: str, fault: str) -> None:
    assert old in COMPOSE
    assert fault in faults_of_composition(COMPOSE.replace(old, new))
