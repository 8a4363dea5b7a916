"""Judgements and findings through the API: recorded beside the ones before, each refusal with nothing stored."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from app.assessments.service import records
from tests.assessments.builders import JUDGEMENT, SHEET, SUBJECT, a_finding, a_judgement, rows, submit, under_review
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import ROUNDS, a_stay, evidence, open_round, prepare
from tests.service import Service

WRONG: dict[str, tuple[str, Any, set[str]]] = {
    "points below the range": ("judgements/chronic", a_judgement(points=1), {"/points"}),
    "points above the range": ("judgements/chronic", a_judgement(points=6), {"/points"}),
    "points between the steps": ("judgements/chronic", a_judgement(points=2.5), {"/points"}),
    "points as text": ("judgements/chronic", a_judgement(points="4"), {"/points"}),
    "points that are true": ("judgements/chronic", a_judgement(points=True), {"/points"}),
    "no points": ("judgements/chronic", {"rationale": "随访记录完整"}, {"/points"}),
    "rationale too short": ("judgements/chronic", a_judgement(rationale="可以"), {"/rationale"}),
    "rationale of blanks": ("judgements/chronic", a_judgement(rationale="      "), {"/rationale"}),
    "rationale too long": ("judgements/chronic", a_judgement(rationale="长" * 2001), {"/rationale"}),
    "no rationale": ("judgements/chronic", {"points": 4}, {"/rationale"}),
    "unknown member": ("judgements/chronic", a_judgement(by="me"), {"/by"}),
    "everything at once": ("judgements/chronic", {"points": None, "by": 1}, {"/points", "/rationale", "/by"}),
    "a list": ("judgements/chronic", [], {""}),
    "null": ("judgements/chronic", None, {""}),
    "item that is not judged": ("judgements/agreement", a_judgement(), {""}),
    "finding without a reason": ("findings/signed", {"value": False}, {""}),
    "finding with an empty reason": ("findings/signed", a_finding(value=False, reason=" "), {"/reason"}),
    "finding of another type": ("findings/signed", a_finding(value=0), {"/value"}),
    "finding that is a list": ("findings/signed", [], {""}),
    "finding with more": ("findings/signed", a_finding(value=False, by=1), {""}),
    "choice not known": ("findings/care", a_finding(value="good"), {"/value"}),
    "table with a wrong date": (
        "findings/staff",
        a_finding(value=[a_stay(start_date="2020-02-30")]),
        {"/value/0/start_date"},
    ),
    "rows of what is no table": ("findings/signed", rows(row1=False), {"/rows"}),
    "row that is not there": ("findings/staff", rows(row2=False), {"/rows/2"}),
    "row nought": ("findings/staff", rows(row0=False), {"/rows/0"}),
    "row without a reason": ("findings/staff", {"rows": {"1": {"accepted": False}}}, {"/rows/1"}),
    "row accepted by a number": (
        "findings/staff",
        {"rows": {"1": {"accepted": 0, "reason": "材料不足"}}},
        {"/rows/1/accepted"},
    ),
}


def test_each_wrong_record_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    under_review(service)
    before = row_counts(service)
    for name, (path, body, pointers) in WRONG.items():
        with subtests.test(name):
            content = json.dumps(body)
            refused = service.put(f"{SHEET}/{path}", content=content, headers={"Content-Type": "application/json"})
            assert refused.status_code == 422, refused.text
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    assert row_counts(service) == before


def test_items_and_fields_that_do_not_exist_are_not_found(service: Service) -> None:
    under_review(service)
    assert service.put(f"{SHEET}/judgements/beds", json=a_judgement()).json()["type"] == "/problems/item_not_found"
    assert service.put(f"{SHEET}/findings/beds", json=a_finding(value=1)).json()["type"] == "/problems/field_not_found"
    assert service.put(f"{SHEET}/judgements/1", json=a_judgement()).status_code == 422
    elsewhere = f"{ROUNDS}/2020/subjects/nobody/assessment"
    assert service.put(f"{elsewhere}/judgements/chronic", json=a_judgement()).status_code == 404


def test_nothing_is_reviewed_before_it_was_submitted(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(f"{SUBJECT}/evidence", json=evidence(care="nonstandard"))
    for path, body in (("judgements/chronic", a_judgement()), ("findings/signed", a_finding(value=False))):
        refused = service.put(f"{SHEET}/{path}", json=body)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/evidence_not_submitted")


def test_the_last_record_counts_and_the_ones_before_stay(service: Service) -> None:
    under_review(service)
    numbers = [service.put(JUDGEMENT, json=a_judgement(points=points)).json()["number"] for points in (2, 5, 5, 5.0, 3)]
    assert numbers == [1, 2, 2, 2, 3]
    assert service.get(SHEET).json()["total"] == 10
    assert row_counts(service)["judgements"] == 3
    for value in (False, False, True):
        service.put(f"{SHEET}/findings/signed", json=a_finding(value=value))
    assert row_counts(service)["findings"] == 2


def test_records_go_on_after_the_round_is_closed(service: Service) -> None:
    under_review(service)
    service.post(f"{ROUNDS}/2020/close")
    assert service.put(JUDGEMENT, json=a_judgement()).status_code == 200
    assert service.get(SHEET).json()["total"] == 11


def test_a_judgement_of_a_level_that_is_not_reached_is_kept_and_named(service: Service) -> None:
    prepare(service)
    open_round(service)
    submit(service, care="standard")
    assert service.put(JUDGEMENT, json=a_judgement(points=3)).status_code == 200
    sheet = service.get(SHEET).json()
    assert (sheet["total"], sheet["unused_judgements"]) == (16, ["chronic"])


def test_a_judgement_of_any_size_is_refused_by_name_never_by_the_database(service: Service) -> None:
    prepare(service)
    open_round(service)
    submit(service, care="standard")
    for points in (10**9 + 1, 10**14, -(10**14)):
        refused = service.put(JUDGEMENT, json=a_judgement(points=points))
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/points"]


def test_a_finding_that_contradicts_a_judgement_is_refused_until_the_judgement_fits(service: Service) -> None:
    prepare(service)
    open_round(service)
    submit(service, care="standard")
    service.put(JUDGEMENT, json=a_judgement(points=6))
    before = row_counts(service)
    refused = service.put(f"{SHEET}/findings/care", json=a_finding(value="nonstandard"))
    assert refused.status_code == 422
    assert "chronic" in refused.json()["errors"][0]["message"]
    assert row_counts(service) == before
    service.put(JUDGEMENT, json=a_judgement(points=5))
    assert service.put(f"{SHEET}/findings/care", json=a_finding(value="nonstandard")).status_code == 200
    assert service.get(SHEET).json()["total"] == 15


def test_records_cannot_be_rewritten_by_sql(service: Service) -> None:
    under_review(service)
    service.put(JUDGEMENT, json=a_judgement())
    service.put(f"{SHEET}/findings/signed", json=a_finding(value=False))
    refused_by_the_database(
        service,
        "UPDATE judgements SET points = 5000000",
        "DELETE FROM judgements",
        "UPDATE findings SET number = 2",
        "DELETE FROM findings",
    )


def test_two_who_judge_at_once_are_both_on_record(service: Service) -> None:
    under_review(service)
    barrier = threading.Barrier(4)
    evaluator = service.people.actor("evaluator")

    def judge(points: int) -> None:
        barrier.wait()
        with service.database.writing() as session:
            records.judge(session, evaluator, "2020", "alliance", "chronic", a_judgement(points=points))

    threads = [threading.Thread(target=judge, args=(points,)) for points in (2, 3, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert row_counts(service)["judgements"] == 4


def test_the_number_of_queries_does_not_grow_with_the_records(service: Service) -> None:
    under_review(service)
    service.warm("evaluator")
    locks = 1 if service.database.engine.dialect.name == "postgresql" else 0
    counts = []
    for points in (2, 3, 4):
        with statements(service) as judging:
            service.put(JUDGEMENT, json=a_judgement(points=points))
        with statements(service) as finding:
            service.put(f"{SHEET}/findings/signed", json=a_finding(value=points == 3))
        counts.append((len(judging), len(finding)))
    usual = 12 + locks
    assert counts == [(usual + 1, usual), (usual, usual), (usual, usual)], "the first begins the review"
