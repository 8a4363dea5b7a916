"""`kill -9` of the service under eight writers: nothing acknowledged is lost, nothing is half done."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.audit import service as audit
from app.config import Settings
from app.db import Database
from tests.people import PARTS
from tests.rounds.builders import ROUNDS, a_round, evidence, publish
from tests.server import running
from tests.service import serving
from tests.subjects.builders import register, register_alliance

WRITERS = 8
ROUNDS_OF_KILLS = 20
LONGEST_LIFE = 1.5
"""Seconds that the service lives before it is killed, at most."""


class Writer(threading.Thread):
    """Saves, submits and withdraws for one alliance until the service is gone; remembers what it was told."""

    def __init__(self, address: str, subject: str, secret: str, chance: random.Random) -> None:
        super().__init__()
        self.place = f"{address}{ROUNDS}/2020/subjects/{subject}"
        self.subject = subject
        self.chance = chance
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.begun = False
        self.saved: dict[int, str] = {}
        self.attached: set[str] = set()
        self.unexpected: list[str] = []

    def run(self) -> None:
        with httpx.Client(headers=self.headers, timeout=20) as client:
            try:
                while True:
                    self.step(client)
            except httpx.HTTPError:
                return

    def step(self, client: httpx.Client) -> None:
        match self.chance.randrange(6):
            case 0:
                self.expect(client.post(f"{self.place}/evidence/submit"), 200, 409, 422)
            case 1:
                self.expect(client.post(f"{self.place}/evidence/withdraw", json={"reason": "还要补充"}), 200, 409)
            case 2:
                content = f"项目,内容\n{self.chance.random()},{self.subject}\n".encode()
                files = {"file": ("证明.csv", content, "text/csv")}
                answer = client.post(f"{self.place}/attachments", files=files, data={"item": "dispatch"})
                if self.expect(answer, 201, 409):
                    self.attached.add(answer.json()["sha256"])
            case _:
                self.begun = self.begun or client.get(f"{self.place}/evidence").status_code == 200
                care = self.chance.choice(["standard", "nonstandard", "none"])
                stated = evidence(care=care, signed=self.chance.random() < 0.5)
                answer = client.put(
                    f"{self.place}/evidence", json=stated, headers={"If-Match": "*"} if self.begun else {}
                )
                if self.expect(answer, 200, 409, 428):
                    self.saved[answer.json()["revision"]] = answer.json()["digest"]

    def expect(self, answer: httpx.Response, done: int, *others: int) -> bool:
        if answer.status_code not in {done, *others, 503}:
            self.unexpected.append(answer.text)
        return answer.status_code == done


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(database_url: str, tmp_path: Path) -> None:
    subjects = [f"alliance-{number}" for number in range(WRITERS)]
    secret = prepared(database_url, subjects)
    folder = {"MEA_ATTACHMENTS": str(tmp_path / "attachments"), "MEA_AUDIT_HEADS": str(tmp_path / "heads.jsonl")}
    saved: dict[str, dict[int, str]] = {subject: {} for subject in subjects}
    attached: dict[str, set[str]] = {subject: set() for subject in subjects}
    for number in range(ROUNDS_OF_KILLS):
        chance = random.Random(number)
        with killed(database_url, chance.uniform(0.2, LONGEST_LIFE), folder) as address:
            writers = [Writer(address, each, secret, random.Random(f"{number}/{each}")) for each in subjects]
            for writer in writers:
                writer.start()
        for writer in writers:
            writer.join()
            assert writer.unexpected == []
            saved[writer.subject] |= writer.saved
            attached[writer.subject] |= writer.attached
        check(database_url, saved)
    assert sum(map(len, saved.values())) > ROUNDS_OF_KILLS
    look_for_attachments(database_url, attached, secret, folder)
    left = [path for path in (tmp_path / "attachments" / "incoming").iterdir() if path.is_file()]
    assert left == []


def prepared(url: str, subjects: list[str]) -> str:
    """A round with these alliances, and the secret of the one who fills in for all of them."""
    with serving(url) as service:
        publish(service)
        register(service)
        for subject in subjects:
            register_alliance(service, subject)
        assert service.post(ROUNDS, json=a_round(subjects=subjects)).status_code == 201
        assert service.post(f"{ROUNDS}/2020/open").status_code == 200
        assert "submitter" in PARTS
        return service.people.secret("submitter")


@contextmanager
def killed(url: str, life: float, folder: dict[str, str]) -> Iterator[str]:
    """The service, killed after so many seconds, or when the block is done with it."""
    with running(url, **folder) as (client, process):
        timer = threading.Timer(life, process.kill)
        timer.start()
        yield str(client.base_url)
        process.wait(60)
        timer.join()
    time.sleep(0.1)


def check(url: str, saved: dict[str, dict[int, str]]) -> None:
    """Every revision that was acknowledged is there; every row has its entry in the record, and the record is sound."""
    database = Database(Settings(database_url=url))
    try:
        with database.reading() as session:
            assert audit.verify(session).sound
            rows = session.execute(text(REVISIONS)).all()
            counted = {row.act: row.count for row in session.execute(text(ACTS))}
            moves = {row.act: row.count for row in session.execute(text(MOVES))}
    finally:
        database.close()
    found: dict[str, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row.subject, {})[row.number] = row.digest
    for subject, revisions in saved.items():
        there = found.get(subject, {})
        assert sorted(there) == list(range(1, len(there) + 1))
        assert revisions.items() <= there.items()
    assert counted.get("save_evidence", 0) == len(rows)
    assert {act: counted.get(act, 0) for act in moves} == moves


REVISIONS = """
SELECT subjects.code AS subject, evidence_revisions.number AS number, evidence_revisions.digest AS digest
FROM evidence_revisions JOIN round_subjects ON round_subjects.id = evidence_revisions.entry_id
JOIN subjects ON subjects.id = round_subjects.subject_id"""
ACTS = "SELECT act, count(*) AS count FROM audit_entries GROUP BY act"
MOVES = "SELECT act, count(*) AS count FROM assessment_moves GROUP BY act"


def look_for_attachments(url: str, attached: dict[str, set[str]], secret: str, folder: dict[str, str]) -> None:
    """Every attachment that was acknowledged can be read, whole."""
    import hashlib

    with running(url, **folder) as (client, _):
        headers: dict[str, Any] = {"Authorization": f"Bearer {secret}"}
        for subject, digests in attached.items():
            for digest in digests:
                place = f"{ROUNDS}/2020/subjects/{subject}/attachments/{digest}"
                answer = client.get(place, headers=headers)
                assert answer.status_code == 200
                assert hashlib.sha256(answer.content).hexdigest() == digest
