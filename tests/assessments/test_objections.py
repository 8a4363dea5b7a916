"""Objections to published results: raised by the subject, in time, one at a time, never rewritten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.assessments.service import objections
from app.errors import Conflict
from app.rounds.service import entries, standing
from tests.assessments.builders import SHEET
from tests.assessments.published import (
    ACCEPTED,
    GROUNDS,
    OBJECTIONS,
    REJECTED,
    ROUND,
    aged,
    decided,
    done,
    objected,
    pointers,
    published,
    refusal,
    reviewed,
    settled,
)
from tests.attaching import attach
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import ROUNDS
from tests.service import Service
from tests.storage.builders import a_png

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WRONG: dict[str, tuple[Any, set[str]]] = {
    "no items": ({}, {"/items"}),
    "empty items": ({"items": {}}, {"/items"}),
    "an item that is not in the scheme": ({"items": {"beds": "床位数统计有误"}}, {"/items/beds"}),
    "grounds too short": ({"items": {"chronic": "不服"}}, {"/items/chronic"}),
    "grounds of blanks": ({"items": {"chronic": "      "}}, {"/items/chronic"}),
    "grounds that are no text": ({"items": {"chronic": 5}}, {"/items/chronic"}),
    "what is no digest": ({**GROUNDS, "attachments": ["sha256:1"]}, {"/attachments/0"}),
    "an attachment that nobody has": ({**GROUNDS, "attachments": [DIGEST]}, {"/attachments/0"}),
    "an attachment twice": ({**GROUNDS, "attachments": [DIGEST, DIGEST]}, {"/attachments"}),
    "unknown member": ({**GROUNDS, "by": "me"}, {"/by"}),
    "a list": ([], {""}),
    "everything at once": (
        {"items": {"beds": "不", "chronic": "不服", "dispatch": "派出人次统计有误"}, "attachments": 1, "by": 1},
        {"/items/beds", "/items/chronic", "/attachments", "/by"},
    ),
}


def test_a_subject_objects_to_items_of_its_published_result(service: Service) -> None:
    published(service)
    made = attach(service, OBJECTIONS.removesuffix("/objections"), "dispatch", content=a_png())
    assert made.status_code == 201, made.text
    body = {"items": {**GROUNDS["items"], "dispatch": "派出人次少计一人次"}, "attachments": [made.json()["sha256"]]}
    made = service.post(OBJECTIONS, json=body)
    assert made.status_code == 201, made.text
    told = made.json()
    assert told.pop("objected_at").endswith("Z")
    assert told == {
        "number": 1,
        "state": "open",
        **body,
        "objected_by": "submitter",
        "decision": None,
        "before": {"sheet": 1, "total": 11, "base": 11, "bonus": 0, "items": {"chronic": 4, "dispatch": 2}},
        "after": None,
        "after_published": False,
    }
    for who in ("submitter", "evaluator", "chief2", "auditor"):
        assert [each["number"] for each in service.get(OBJECTIONS, by=who).json()["objections"]] == [1]
    assert service.get(SHEET, by="submitter").json()["total"] == 11


def test_each_wrong_objection_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    published(service)
    before = row_counts(service)
    for name, (body, expected) in WRONG.items():
        with subtests.test(name):
            assert pointers(service.post(OBJECTIONS, json=body)) == expected
    assert row_counts(service) == before


def test_only_a_published_result_is_objected_to(service: Service) -> None:
    reviewed(service)
    assert refusal(service.post(OBJECTIONS, json=GROUNDS)) == (409, "wrong_state")
    service.post(f"{ROUND}/close")
    settled(service)
    assert refusal(service.post(OBJECTIONS, json=GROUNDS)) == (409, "wrong_state")
    done(service.post(f"{ROUND}/publish"))
    done(service.post(OBJECTIONS, json=GROUNDS), 201)


def test_only_the_subject_itself_objects(service: Service) -> None:
    published(service)
    service.people.actor("stranger")
    expected = dict.fromkeys(("stranger", "dashboard", "evaluator", "chief", "admin", "auditor"), 403)
    assert {who: service.post(OBJECTIONS, json=GROUNDS, by=who).status_code for who in expected} == expected
    reading = dict.fromkeys(("stranger", "dashboard", "admin", "evaluator2"), 403)
    assert {who: service.get(OBJECTIONS, by=who).status_code for who in reading} == reading


def test_one_objection_is_open_at_a_time(service: Service) -> None:
    objected(service)
    assert refusal(service.post(OBJECTIONS, json=GROUNDS)) == (409, "objection_open")
    done(decided(service, REJECTED))
    again = service.post(OBJECTIONS, json=GROUNDS)
    assert (again.status_code, again.json()["number"]) == (201, 2)


def test_objections_are_taken_for_so_many_days_and_no_moment_longer(service: Service) -> None:
    published(service, objection_days=3)
    with service.database.reading() as session:
        place = entries.locate(session, service.people.actor("submitter"), "object", "2020", "alliance")
    opened, until = place.round.published_at, place.round.objections_until
    assert opened is not None
    assert until == opened + timedelta(days=3)
    standing.refuse_unless_objectable(place, opened)
    standing.refuse_unless_objectable(place, until - timedelta(microseconds=1))
    with pytest.raises(Conflict, match="objection_window_over"):
        standing.refuse_unless_objectable(place, until)
    elsewhere = replace(place, entry=replace(place.entry, state="reopened"))
    with pytest.raises(Conflict, match="wrong_state"):
        standing.refuse_unless_objectable(elsewhere, opened)


def test_the_database_says_when_the_time_is_over(service: Service) -> None:
    published(service, objection_days=3)
    aged(service, timedelta(days=3, minutes=-10))
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    done(decided(service, REJECTED))
    aged(service, timedelta(minutes=10))
    assert refusal(service.post(OBJECTIONS, json=GROUNDS)) == (409, "objection_window_over")


def test_a_result_is_not_reopened_past_an_open_objection(service: Service) -> None:
    objected(service)
    reopening = {"reason": "复核发现评判有误"}
    assert refusal(service.post(f"{SHEET}/reopen", json=reopening)) == (409, "objection_open")
    done(decided(service, REJECTED))
    done(service.post(f"{SHEET}/reopen", json=reopening))


def test_objections_and_decisions_cannot_be_rewritten_by_sql(service: Service) -> None:
    objected(service)
    done(decided(service, ACCEPTED))
    refused_by_the_database(
        service,
        "UPDATE objections SET items = '{}'",
        "DELETE FROM objections WHERE number = 1",
        "UPDATE objection_decisions SET accepted = NOT accepted",
        "DELETE FROM objection_decisions",
        "UPDATE counted_judgements SET points = 0",
        "DELETE FROM counted_judgements",
    )


def test_of_two_who_object_at_once_one_wins(service: Service) -> None:
    published(service)
    actor = service.people.actor("submitter")
    barrier, outcomes = threading.Barrier(4), []

    def contest() -> None:
        barrier.wait()
        try:
            with service.database.writing() as session:
                objections.object_(session, actor, "2020", "alliance", GROUNDS)
            outcomes.append("done")
        except Conflict as refused:
            outcomes.append(refused.type)

    threads = [threading.Thread(target=contest) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["objection_open"] * 3]


def test_the_number_of_queries_does_not_grow_with_the_objections(service: Service) -> None:
    published(service)
    service.get(OBJECTIONS, by="chief2")
    counts = []
    for number in (1, 2, 3):
        with statements(service) as objecting:
            done(service.post(OBJECTIONS, json=GROUNDS), 201)
        with statements(service) as deciding_:
            done(decided(service, REJECTED, number))
        with statements(service) as listing:
            done(service.get(OBJECTIONS))
        counts.append((len(objecting), len(deciding_), len(listing)))
    assert len(set(counts)) == 1


def test_there_is_nothing_to_object_to_elsewhere(service: Service) -> None:
    published(service)
    assert service.post(f"{ROUNDS}/2020/subjects/nobody/objections", json=GROUNDS).status_code == 404
    assert service.post(f"{ROUNDS}/1999/subjects/alliance/objections", json=GROUNDS).status_code == 404
    assert service.post(f"{OBJECTIONS}/0/decision", json=REJECTED, by="chief2").status_code == 422
