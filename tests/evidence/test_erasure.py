"""Names are erased by two people, for good: everybody sees tokens from then on, and no digest changes."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app.schemes import service as schemes
from app.scoring.digest import digest_of
from app.scoring.engine import score_request
from app.scoring.tokens import is_token
from tests.evidence.naming import (
    FIRST,
    NAME,
    OTHER,
    SECOND,
    a_stay,
    digests,
    evidence_of,
    hand_in,
    named_round,
    names_in,
    put,
    stated,
    stored,
)
from tests.flow.watching import refused_by_the_database, row_counts
from tests.service import Service

ERASURES = f"{FIRST}/personal/erasures"
WHY = {"reason": "当事人要求删除"}


def ask(service: Service, by: str = "chief", **changes: Any) -> httpx.Response:
    return service.post(ERASURES, json=WHY | changes, by=by)


def confirm(service: Service, number: int = 1, by: str = "chief2") -> httpx.Response:
    return service.post(f"{ERASURES}/{number}/confirm", by=by)


def settled(service: Service) -> None:
    """A round with a proposed sheet that rests on names."""
    named_round(service, others=True)
    hand_in(service, stated(a_stay(), a_stay(SECOND)))
    body = {"value": [a_stay(), a_stay("第三人")], "reason": "核实与所报不符"}
    assert service.put(f"{FIRST}/assessment/findings/staff", json=body).status_code == 200
    assert service.post(f"{FIRST}/assessment/propose").status_code == 200


def rescored(service: Service) -> list[bytes]:
    """Every proposed sheet worked out anew from what was frozen."""
    sheets = []
    with service.database.reading() as session:
        program = schemes.program(session, "small", "1")
    for (inputs,) in stored(service, "SELECT inputs FROM score_sheets ORDER BY id"):
        made = score_request(program, msgspec.json.Decoder(float_hook=Decimal).decode(bytes(inputs)))
        sheets.append(made.to_bytes())  # type: ignore[union-attr]
    return sheets


def test_two_people_erase_and_nothing_else_changes(service: Service) -> None:
    settled(service)
    before = digests(service)
    asked = ask(service)
    assert (asked.status_code, asked.json()["state"], len(asked.json()["tokens"])) == (201, "asked", 3)
    assert names_in(evidence_of(service, "submitter")) == [NAME, SECOND]
    done = confirm(service)
    assert (done.status_code, done.json()["state"], done.json()["confirmed_by"]) == (200, "erased", "chief2")
    for by in ("submitter", "evaluator", "chief"):
        assert all(is_token(each) for each in names_in(evidence_of(service, by)))
    rows = stored(service, "SELECT value, salt, folded, erased_at IS NOT NULL FROM personal_values")
    assert {(value, salt, form, bool(at)) for value, salt, form, at in rows} == {(None, None, None, True)}
    assert digests(service) == before
    assert rescored(service) == [
        bytes(content) for (content,) in stored(service, "SELECT content FROM score_sheets ORDER BY id")
    ]
    [(content, digest)] = stored(service, "SELECT content, digest FROM evidence_revisions")
    assert digest_of(bytes(content)) == digest


def test_the_tag_with_names_ends_with_them(service: Service) -> None:
    settled(service)
    tag = service.get(f"{FIRST}/evidence", by="submitter").headers["ETag"]
    ask(service)
    confirm(service)
    fresh = service.get(f"{FIRST}/evidence", by="submitter", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] == service.get(f"{FIRST}/evidence", by="chief").headers["ETag"]


def test_some_names_are_erased_and_others_stay(service: Service) -> None:
    settled(service)
    [first, _] = names_in(evidence_of(service, "chief"))
    assert ask(service, tokens=[first, first]).json()["tokens"] == [first]
    confirm(service)
    assert names_in(evidence_of(service, "submitter")) == [first, SECOND]
    again = ask(service, tokens=[first])
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/tokens/0")
    assert len(ask(service).json()["tokens"]) == 2


def test_another_alliance_keeps_the_same_name(service: Service) -> None:
    settled(service)
    put(service, stated(), OTHER, "stranger")
    ask(service)
    confirm(service)
    assert names_in(evidence_of(service, "stranger", OTHER)) == [NAME]
    theirs = ask(service, tokens=names_in(evidence_of(service, "auditor", OTHER)))
    assert theirs.status_code == 422


def test_a_name_stated_again_gets_another_token(service: Service) -> None:
    named_round(service)
    put(service, stated())
    before = names_in(evidence_of(service, "auditor"))
    ask(service)
    confirm(service)
    assert put(service, {"staff": [a_stay(before[0])]}).status_code == 422
    assert put(service, stated()).json()["revision"] == 2
    assert names_in(evidence_of(service, "submitter")) == [NAME]
    assert names_in(evidence_of(service, "auditor")) != before


def test_each_wrong_act_is_refused(service: Service, subtests: pytest.Subtests) -> None:
    named_round(service)
    assert ask(service).json()["type"] == "/problems/nothing_to_erase"
    put(service, stated())
    before = row_counts(service)
    for name, body, status in (
        ("no reason", {"reason": " "}, 422),
        ("no token", {"tokens": []}, 422),
        ("not a token", {"tokens": [NAME]}, 422),
        ("an unknown token", {"tokens": ["p_" + "A" * 22]}, 422),
        ("another member", {"all": True}, 422),
    ):
        with subtests.test(name):
            assert ask(service, **body).status_code == status
    for by in ("submitter", "evaluator", "auditor", "dashboard"):
        with subtests.test(by):
            assert ask(service, by=by).status_code in {403, 404}
            assert service.get(ERASURES, by=by).status_code in {403, 404}
    assert row_counts(service) == before
    ask(service)
    own = confirm(service, by="chief")
    assert (own.status_code, own.json()["type"]) == (403, "/problems/four_eyes")
    assert confirm(service, 2).json()["type"] == "/problems/erasure_not_found"
    assert confirm(service, by="admin").status_code == 200
    assert confirm(service).json()["type"] == "/problems/already_erased"
    [listed] = service.get(ERASURES, by="admin").json()["erasures"]
    assert (listed["state"], listed["asked_by"], listed["confirmed_by"]) == ("erased", "chief", "admin")


def test_what_was_erased_stays_so(service: Service) -> None:
    named_round(service)
    put(service, stated())
    ask(service)
    confirm(service)
    refused_by_the_database(
        service,
        "UPDATE personal_values SET value = 'x'",
        "UPDATE personal_values SET erased_at = NULL",
        "UPDATE personal_erasures SET reason = 'x'",
        "UPDATE personal_erasures SET confirmed_by = NULL",
        "DELETE FROM personal_erasures",
    )


def test_nothing_is_left_of_a_name_in_the_file(tmp_path: Path) -> None:
    from app.db import migrate
    from tests.service import serving

    path = tmp_path / "erased.sqlite3"
    migrate(f"sqlite:///{path}")
    with serving(f"sqlite:///{path}") as service:
        named_round(service)
        put(service, stated(*(a_stay(f"{NAME}{number}") for number in range(300))))
        _flush(path)
        assert NAME.encode() in path.read_bytes()
        ask(service)
        assert confirm(service).status_code == 200
    _flush(path)
    assert NAME.encode() not in path.read_bytes()


def _flush(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
