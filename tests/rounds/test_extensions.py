"""Later deadlines of single subjects: said with a reason, half-open by the database's clock, never taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.assessments.service import handing
from app.assessments.shapes import Returned
from app.rounds.service import extensions, standing
from tests.flow.watching import refused_by_the_database, row_counts
from tests.rounds.builders import LATER, ROUNDS, a_round, prepare
from tests.rounds.moving import REASON, attempt, bring, close, opened, perform, stands, state
from tests.service import Service

PLACE = f"{ROUNDS}/2020/extensions"
SOON = "2090-01-01T00:00:00Z"


def extend(service: Service, deadline: str = LATER, subject: str = "alliance", **more: Any) -> Any:
    body = {"subject": subject, "deadline": deadline, "reason": REASON, **more}
    return service.post(PLACE, json=body)


def turn_to(monkeypatch: pytest.MonkeyPatch, moment: str) -> datetime:
    """The database's clock stands at this moment from now on (that it is asked is shown in tests/evidence)."""
    now = datetime.fromisoformat(moment)
    for room in (handing, extensions, standing):
        monkeypatch.setattr(room, "database_now", lambda _: now)
    return now


def test_one_subject_may_hand_in_until_later(service: Service) -> None:
    opened(service, "second", deadline=SOON)
    made = extend(service)
    assert made.status_code == 201
    body = made.json()
    assert (body["subject"], body["deadline"], body["reason"]) == ("alliance", "2099-12-31T09:00:00Z", REASON)
    assert body["extended_by"] == "admin"
    assert service.get(PLACE).json() == {"extensions": [body]}
    deadlines = [stands(service, subject)[0].deadline.isoformat() for subject in ("alliance", "second")]
    assert deadlines == ["2099-12-31T09:00:00+00:00", "2090-01-01T00:00:00+00:00"]
    told = service.get(f"{ROUNDS}/2020/subjects/alliance/standing", by="submitter").json()
    assert told["deadline"] == "2099-12-31T09:00:00Z"


def test_the_last_extension_counts_and_the_ones_before_stay(service: Service) -> None:
    opened(service, deadline=SOON)
    for year in (2091, 2093, 2095):
        assert extend(service, f"{year}-01-01T00:00:00Z").status_code == 201
    assert [each["deadline"][:4] for each in service.get(PLACE).json()["extensions"]] == ["2091", "2093", "2095"]
    assert stands(service)[0].deadline.year == 2095


NOT_LATER = {
    "long ago": "2020-01-01T00:00:00Z",
    "before the round's": "2089-12-31T23:59:59Z",
    "the very deadline of the round": SOON,
    "the same moment elsewhere": "2090-01-01T08:00:00+08:00",
}


@pytest.mark.parametrize("name", NOT_LATER)
def test_a_deadline_that_is_no_later_is_refused(service: Service, name: str) -> None:
    opened(service, deadline=SOON)
    before = row_counts(service)
    refused = extend(service, NOT_LATER[name])
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/deadline", "deadline_not_later")
    ]
    assert row_counts(service) == before


def test_an_extension_does_not_go_back_behind_another(service: Service) -> None:
    opened(service, deadline=SOON)
    assert extend(service, "2095-01-01T00:00:00Z").status_code == 201
    for deadline in ("2094-12-31T23:59:59Z", "2095-01-01T00:00:00Z"):
        assert [each["code"] for each in extend(service, deadline).json()["errors"]] == ["deadline_not_later"]
    assert extend(service, "2095-01-01T00:00:00.000001Z").status_code == 201


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "deadline without an offset": ({"deadline": "2099-12-31T17:00:00"}, {"/deadline"}),
    "deadline that is a day": ({"deadline": "2099-12-31"}, {"/deadline"}),
    "no deadline": ({"deadline": None}, {"/deadline"}),
    "reason too short": ({"reason": "雨"}, {"/reason"}),
    "reason of blanks": ({"reason": "      "}, {"/reason"}),
    "no subject": ({"subject": None}, {"/subject"}),
    "unknown member": ({"by": "me"}, {"/by"}),
    "everything at once": ({"deadline": 1, "reason": 2, "subject": 3}, {"/deadline", "/reason", "/subject"}),
}


def test_each_wrong_body_is_refused_with_all_its_problems(service: Service, subtests: pytest.Subtests) -> None:
    opened(service)
    before = row_counts(service)
    for name, (changes, pointers) in WRONG.items():
        with subtests.test(name):
            refused = extend(service, **changes)
            assert refused.status_code == 422
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    assert row_counts(service) == before


def test_rounds_and_subjects_that_do_not_meet_are_not_found(service: Service) -> None:
    opened(service)
    missing = extend(service, subject="nobody")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/subject_not_in_round")
    body = {"subject": "alliance", "deadline": LATER, "reason": REASON}
    unknown = service.post(f"{ROUNDS}/1999/extensions", json=body)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/round_not_found")


def test_deadlines_are_extended_while_the_round_is_open(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round(deadline=SOON))
    assert extend(service).json()["type"] == "/problems/round_not_open"
    assert service.post(f"{ROUNDS}/2020/open").status_code == 200
    assert extend(service).status_code == 201
    close(service)
    closed = extend(service, "2099-12-31T17:00:01+08:00")
    assert (closed.status_code, closed.json()["type"]) == (409, "/problems/round_not_open")


def test_who_keeps_rounds_extends_and_nobody_else(service: Service) -> None:
    opened(service, deadline=SOON)
    body = {"subject": "alliance", "reason": REASON}
    answers = {
        by: service.post(PLACE, json={**body, "deadline": f"209{at}-01-01T00:00:00Z"}, by=by).status_code
        for at, by in enumerate(("evaluator", "submitter", "dashboard", "auditor", "admin", "chief"), start=1)
    }
    expected = dict.fromkeys(("evaluator", "submitter", "dashboard", "auditor"), 403)
    assert answers == {**expected, "admin": 201, "chief": 201}


# --- the database's clock ---------------------------------------------------------------------------------------------


def test_after_the_deadline_only_who_has_a_later_one_hands_in(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(service, "second", deadline=SOON)
    assert extend(service, subject="second").status_code == 201
    for subject in ("alliance", "second"):
        perform(service, "save", subject)
    turn_to(monkeypatch, SOON)
    assert attempt(service, "submit", "alliance") == "deadline_passed"
    assert attempt(service, "submit", "second") == "done"
    assert attempt(service, "withdraw", "second") == "done"
    assert extend(service).status_code == 201, "a deadline that has passed is extended all the same"
    assert attempt(service, "submit", "alliance") == "done"


MOMENTS = {
    "the last moment before it": (timedelta(microseconds=-1), "done"),
    "the very moment": (timedelta(0), "deadline_passed"),
    "the first moment behind it": (timedelta(microseconds=1), "deadline_passed"),
}


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize("act", ["submit", "withdraw"])
def test_the_very_moment_of_an_extended_deadline_comes_too_late(
    service: Service, monkeypatch: pytest.MonkeyPatch, name: str, act: str
) -> None:
    opened(service, deadline=SOON)
    bring(service, "draft" if act == "submit" else "submitted")
    assert extend(service).status_code == 201
    deadline = stands(service)[0].deadline
    beside, expected = MOMENTS[name]
    monkeypatch.setattr(handing, "database_now", lambda _: deadline + beside)
    assert attempt(service, act) == expected


def test_what_is_returned_behind_the_deadline_needs_a_later_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(service, deadline=SOON)
    bring(service, "submitted")
    turn_to(monkeypatch, SOON)
    assert attempt(service, "withdraw") == "deadline_passed"
    before = row_counts(service)
    assert attempt(service, "return") == "invalid"
    assert row_counts(service) == before
    later = Returned.model_validate({"reason": REASON, "deadline": LATER})
    assert attempt(service, "return", said=later) == "done"
    assert (state(service), stands(service)[0].deadline.year) == ("returned", 2099)
    [extension] = service.get(PLACE).json()["extensions"]
    assert (extension["subject"], extension["extended_by"], extension["reason"]) == ("alliance", "evaluator", REASON)
    perform(service, "save", said={"signed": True})
    assert attempt(service, "submit") == "done"


def test_a_deadline_lies_ahead_by_the_clock_of_the_database(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(service, deadline=SOON)
    now = turn_to(monkeypatch, LATER)
    for deadline in (now - timedelta(microseconds=1), now):
        assert [each["code"] for each in extend(service, deadline.isoformat()).json()["errors"]] == [
            "deadline_not_later"
        ]
    assert extend(service, (now + timedelta(microseconds=1)).isoformat()).status_code == 201


def test_extensions_cannot_be_rewritten_by_sql(service: Service) -> None:
    opened(service, deadline=SOON)
    extend(service)
    attacks = [
        "UPDATE deadline_extensions SET deadline = '2100-01-01 00:00:00'",
        "UPDATE deadline_extensions SET reason = 'x'",
        "UPDATE deadline_extensions SET extended_by = 'x'",
        "DELETE FROM deadline_extensions",
    ]
    columns = "id, entry_id, deadline, reason, extended_by, extended_at"
    if service.database.engine.dialect.name == "sqlite":
        replaced = f"SELECT {columns.replace('reason', repr('x'))} FROM deadline_extensions"  # noqa: S608
        attacks.append(f"INSERT OR REPLACE INTO deadline_extensions ({columns}) {replaced}")
    else:
        attacks += ["TRUNCATE deadline_extensions"]
        attacks.append("SET session_replication_role = replica; DELETE FROM deadline_extensions")
    refused_by_the_database(service, *attacks)
