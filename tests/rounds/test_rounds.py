"""Rounds through the API: made, opened, closed, and each refusal with nothing stored."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import LATER, ROUNDS, SCHEMES, a_round, open_round, prepare, publish
from tests.service import Service
from tests.subjects.builders import SUBJECTS, a_centre, register_alliance

WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown member": ({"owner": "me"}, {"/owner"}),
    "deadline without an offset": ({"deadline": "2099-12-31T17:00:00"}, {"/deadline"}),
    "deadline that is a day": ({"deadline": "2099-12-31"}, {"/deadline"}),
    "deadline that does not exist": ({"deadline": "2099-02-30T17:00:00+08:00"}, {"/deadline"}),
    "deadline before all time": ({"deadline": "0001-01-01T00:00:00+14:00"}, {"/deadline"}),
    "deadline as a number": ({"deadline": 4102390800}, {"/deadline"}),
    "period that ends before it starts": ({"period": {"start": "2021-04-01", "end": "2021-03-31"}}, {"/period/end"}),
    "period without an end": ({"period": {"start": "2021-04-01"}}, {"/period/end"}),
    "period of a day that does not exist": (
        {"period": {"start": "2021-02-29", "end": "2022-02-28"}},
        {"/period/start"},
    ),
    "period of another length": ({"period": {"start": "2020-04-01", "end": "2020-09-30"}}, {"/acknowledge_period"}),
    "length acknowledged by a number": ({"acknowledge_period": 1}, {"/acknowledge_period"}),
    "scheme not known": ({"scheme": {"code": "other", "version": "1"}}, {"/scheme"}),
    "version not known": ({"scheme": {"code": "small", "version": "9"}}, {"/scheme"}),
    "version that is a draft": ({"scheme": {"code": "small", "version": "draft"}}, {"/scheme"}),
    "version that is retired": ({"scheme": {"code": "small", "version": "old"}}, {"/scheme"}),
    "version as a number": ({"scheme": {"code": "small", "version": 1}}, {"/scheme/version"}),
    "subject twice": ({"subjects": ["alliance", "alliance"]}, {"/subjects"}),
    "subjects not known or of another kind, and the period": (
        {
            "subjects": ["nobody", "alliance", "centre", "hospital"],
            "period": {"start": "2020-04-01", "end": "2020-04-30"},
        },
        {"/subjects/0", "/subjects/2", "/subjects/3", "/acknowledge_period"},
    ),
    "too many subjects": ({"subjects": [f"s{number}" for number in range(501)]}, {"/subjects"}),
}


def test_a_round_is_made_and_read(service: Service) -> None:
    prepare(service)
    made = service.post(ROUNDS, json=a_round())
    assert made.status_code == 201
    assert made.headers["Location"] == f"{ROUNDS}/2020"
    body = made.json()
    assert body["scheme"]["digest"] == service.get(f"{SCHEMES}/small/versions/1").headers["ETag"].strip('"')
    assert (body["state"], body["deadline"]) == ("draft", "2099-12-31T09:00:00Z")
    assert (body["period_acknowledged"], body["notice"]) == (False, None)
    assert [each["subject"] for each in body.pop("subjects")] == ["alliance"]
    assert service.get(f"{ROUNDS}/2020").json() == body
    assert service.get(ROUNDS).json() == {"data": [body], "next_cursor": None}


def test_each_wrong_body_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    prepare(service)
    publish(service, version="old")
    assert service.post(f"{SCHEMES}/small/versions/old/retire").status_code == 200
    from tests.rounds.builders import a_scheme

    assert service.post(SCHEMES, json=a_scheme("draft")).status_code == 201
    service.post(SUBJECTS, json=a_centre())
    before = row_counts(service)
    for name, (changes, pointers) in WRONG.items():
        with subtests.test(name):
            refused = service.post(ROUNDS, json=a_round(**changes))
            assert refused.status_code == 422, refused.text
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    assert row_counts(service) == before


def test_a_period_of_another_length_is_taken_when_acknowledged_and_says_so(service: Service) -> None:
    prepare(service)
    half = {"start": "2020-04-01", "end": "2020-09-30"}
    made = service.post(ROUNDS, json=a_round(period=half, acknowledge_period=True)).json()
    assert made["period_acknowledged"] is True
    assert "月数不同" in made["notice"]
    usual = service.post(ROUNDS, json=a_round("2021", acknowledge_period=True)).json()
    assert (usual["period_acknowledged"], usual["notice"]) == (False, None)


def test_a_code_is_used_once(service: Service) -> None:
    prepare(service)
    assert service.post(ROUNDS, json=a_round()).status_code == 201
    again = service.post(ROUNDS, json=a_round())
    assert (again.status_code, again.json()["type"]) == (409, "/problems/code_taken")


def test_a_round_is_opened_once_and_closed_once(service: Service) -> None:
    prepare(service)
    open_round(service)
    assert service.get(f"{ROUNDS}/2020").json()["state"] == "open"
    assert service.post(f"{ROUNDS}/2020/open").json()["type"] == "/problems/round_not_draft"
    closed = service.post(f"{ROUNDS}/2020/close")
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert closed.json()["opened_at"] <= closed.json()["closed_at"]
    assert service.post(f"{ROUNDS}/2020/close").json()["type"] == "/problems/round_not_open"
    assert service.post(f"{ROUNDS}/2020/open").json()["type"] == "/problems/round_not_draft"


def test_a_draft_is_not_closed_and_an_unknown_round_not_found(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    assert service.post(f"{ROUNDS}/2020/close").status_code == 409
    for act in (service.get, lambda path: service.post(path + "/open"), lambda path: service.get(path + "/subjects")):
        refused = act(f"{ROUNDS}/1999")
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/round_not_found")


def test_a_round_without_subjects_is_not_opened(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round(subjects=[]))
    refused = service.post(f"{ROUNDS}/2020/open")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/round_empty")


def test_a_round_is_not_opened_with_a_version_that_is_retired(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    assert service.post(f"{SCHEMES}/small/versions/1/retire").status_code == 200
    refused = service.post(f"{ROUNDS}/2020/open")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/scheme_not_published")
    assert service.get(f"{ROUNDS}/2020").json()["state"] == "draft"


def test_a_round_is_not_opened_after_its_deadline(service: Service) -> None:
    prepare(service)
    soon = datetime.now(UTC) + timedelta(seconds=0.5)
    service.post(ROUNDS, json=a_round(deadline=soon.isoformat()))
    time.sleep(0.6)
    refused = service.post(f"{ROUNDS}/2020/open")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/deadline_passed")


def test_what_a_round_was_made_with_cannot_be_rewritten_by_sql(service: Service) -> None:
    prepare(service)
    open_round(service)
    refused_by_the_database(
        service,
        "DELETE FROM rounds",
        "UPDATE rounds SET version = '2'",
        "UPDATE rounds SET deadline = '2100-01-01 00:00:00'",
        "UPDATE rounds SET opened_at = NULL",
        "UPDATE round_subjects SET subject_id = 1",
        "DELETE FROM round_subjects",
    )


def test_the_number_of_queries_does_not_grow_with_the_subjects(service: Service) -> None:
    prepare(service)
    for number in range(12):
        register_alliance(service, f"alliance-{number}")
    many = [f"alliance-{number}" for number in range(12)]
    service.evaluator = None
    counts: dict[str, dict[str, int]] = {}
    for code, subjects in (("one", ["alliance"]), ("many", many)):
        acts = {
            "create": lambda: service.post(ROUNDS, json=a_round(code, subjects=subjects, deadline=LATER)),  # noqa: B023
            "read": lambda: service.get(f"{ROUNDS}/{code}"),  # noqa: B023
            "list": lambda: service.get(ROUNDS),
            "subjects": lambda: service.get(f"{ROUNDS}/{code}/subjects"),  # noqa: B023
            "open": lambda: service.post(f"{ROUNDS}/{code}/open"),  # noqa: B023
            "close": lambda: service.post(f"{ROUNDS}/{code}/close"),  # noqa: B023
        }
        counts[code] = {}
        for name, act in acts.items():
            with statements(service) as seen:
                assert act().status_code < 300
            counts[code][name] = len(seen)
    assert counts["many"] == counts["one"]
    assert counts["one"] == {"create": 16, "read": 2, "list": 2, "subjects": 7, "open": 15, "close": 8}
