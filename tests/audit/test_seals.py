"""Heads signed while the service runs: after the acts that finalise and publish, at the start, and daily."""

from __future__ import annotations

import json
import logging
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app import signing
from app.audit.service import Seals, verify
from app.audit.service import read_heads as heads_of
from app.config import Settings
from app.db import Database, migrate
from app.errors import Unavailable
from tests.assessments.builders import JUDGEMENT, SHEET, a_judgement, under_review
from tests.assessments.published import ACCEPTED, decided, objected
from tests.audit import tampering
from tests.audit.builders import act, codes, head, unguard
from tests.people import People
from tests.rounds.builders import ROUNDS
from tests.server import running
from tests.service import Service, serving


def proposed(service: Service) -> None:
    under_review(service)
    service.put(JUDGEMENT, json=a_judgement())
    assert service.post(f"{SHEET}/propose").status_code == 200


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def wait_for_lines(file: Path, count: int) -> list[dict]:
    until = time.monotonic() + 10
    while len(lines(file)) < count and time.monotonic() < until:
        time.sleep(0.02)
    return lines(file)


def test_finalising_and_publishing_sign_the_head_once_they_are_committed(database_url):
    with serving(database_url) as service:
        proposed(service)
        file = service.settings.audit_heads
        assert lines(file) == []
        assert service.post(f"{SHEET}/approve", by="evaluator").status_code == 403
        assert lines(file) == []
        assert service.post(f"{SHEET}/approve").status_code == 200
        [after_approval] = lines(file)
        assert (after_approval["sequence"], after_approval["hash"]) == head(service.database)
        assert service.post(f"{SHEET}/approve").status_code == 409
        service.post(f"{ROUNDS}/2020/close")
        assert service.post(f"{ROUNDS}/2020/publish").status_code == 200
        [after_publication] = lines(file)[1:]
        assert (after_publication["sequence"], after_publication["hash"]) == head(service.database)
        public = signing.public_key(service.settings.signing_key)
        with service.database.reading() as session:
            assert verify(session, heads_of(file), [public]).sound


def test_a_decision_that_publishes_is_followed_by_a_signed_head(database_url):
    with serving(database_url) as service:
        file = service.settings.audit_heads
        objected(service, four_eyes=False)
        before = len(lines(file))
        assert decided(service, ACCEPTED).json()["assessment"] == "published"
        assert len(lines(file)) == before + 1
        last = lines(file)[-1]
        assert (last["sequence"], last["hash"]) == head(service.database)


def test_on_a_real_server_a_tail_that_was_rewritten_with_fresh_hashes_is_found(database_url, tmp_path):
    file, key = tmp_path / "heads.jsonl", tmp_path / "signing.key"
    with serving(database_url) as service:
        proposed(service)
    with (
        closing(Database(Settings(database_url=database_url))) as database,
        running(database_url, MEA_AUDIT_HEADS=str(file), MEA_SIGNING_KEY=str(key)) as (client, process),
    ):
        assert len(wait_for_lines(file, 1)) == 1, "one is due at the first start"
        secret = People(database).secret("chief")
        answer = client.post(f"{SHEET}/approve", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200, answer.text
        [first, last] = wait_for_lines(file, 2)
        assert (last["sequence"], last["hash"]) == head(database)
        keys = [signing.public_key(key)]
        with database.reading() as session:
            assert verify(session, heads_of(file), keys).sound
        unguard(database)
        with database.writing() as session:
            tampering.rewrite_tail(session, first["sequence"] + 1, "another reason")
        with database.reading() as session:
            assert verify(session).sound, "the chain alone does not tell"
            assert codes(verify(session, heads_of(file), keys)) == ["signed_entry_rewritten"]
    assert "Traceback" not in process.log


def test_a_file_that_cannot_be_written_is_said_loudly_and_undoes_nothing(database_url, tmp_path, caplog):
    blocked = tmp_path / "blocked"
    blocked.write_text("", encoding="utf-8")
    with serving(database_url, audit_heads=blocked / "heads.jsonl") as service:
        proposed(service)
        assert service.post(f"{SHEET}/approve").status_code == 200
        assert service.get(f"{SHEET.removesuffix('/assessment')}/standing").json()["state"] == "final"
    [said] = [each for each in caplog.records if each.name == "app.audit"]
    assert said.levelno == logging.ERROR
    assert "未能为审计链头签名" in said.message


def test_a_key_that_cannot_be_made_is_a_refusal(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("", encoding="utf-8")
    with closing(Database(Settings(database_url=f"sqlite:///{tmp_path / 'a.sqlite3'}"))) as database:
        with pytest.raises(Unavailable) as refused:
            Seals(database, tmp_path / "heads", blocked / "signing.key").key()
        assert refused.value.type in {"signing_key_unreadable", "signing_key_unwritable"}


def test_a_head_is_signed_when_one_is_due_and_not_before(database_url, tmp_path, monkeypatch):
    with closing(Database(Settings(database_url=database_url))) as database:
        seals = Seals(database, tmp_path / "heads.jsonl", tmp_path / "signing.key")
        act(database)
        for _ in range(2):
            seals.seal_if_due()
            assert [each["sequence"] for each in lines(tmp_path / "heads.jsonl")] == [1]
        monkeypatch.setattr("app.audit.service.seals.DUE_AFTER", timedelta())
        seals.seal_if_due()
        assert [each["sequence"] for each in lines(tmp_path / "heads.jsonl")] == [1, 1]


def test_nothing_is_signed_while_there_are_no_tables(blank_database_url, tmp_path, caplog):
    with closing(Database(Settings(database_url=blank_database_url))) as database:
        seals = Seals(database, tmp_path / "heads.jsonl", tmp_path / "signing.key")
        seals.seal_if_due()
        assert (list(tmp_path.glob("heads*")), caplog.records) == ([], [])
        migrate(blank_database_url)
        seals.seal_if_due()
        assert [each["sequence"] for each in lines(tmp_path / "heads.jsonl")] == [0]


def test_starting_and_stopping_wait_for_no_signature(blank_database_url):
    began = time.monotonic()
    with running(blank_database_url):
        pass
    assert time.monotonic() - began < 15
