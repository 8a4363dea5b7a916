"""What reviewers are told: people and deeds that two alliances claim, and institutions that are no members."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.evidence.service.claims import Claims
from app.evidence.service.remarks import MOST
from tests.evidence.naming import FIRST, NAME, OTHER, SECOND, a_stay, evidence_of, hand_in, named_round, put, stated
from tests.flow.watching import statements
from tests.service import Service

LECTURE = {"title": "老年 康复护理", "date": "2020-06-18"}


def remarks(service: Service, by: str = "evaluator") -> list[tuple[Any, ...]]:
    """Kind, row, and the row it collides with or the institution."""
    answer = service.get(f"{FIRST}/evidence/remarks", by=by)
    assert answer.status_code == 200, answer.text
    return [
        (each["kind"], each["field"], each["row"], each["other"] and tuple(each["other"].values()), each["value"])
        for each in answer.json()["remarks"]
    ]


def both(service: Service, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    named_round(service, others=True)
    hand_in(service, ours)
    hand_in(service, theirs, OTHER, "stranger")


def a_person(row: int, other: int) -> tuple[Any, ...]:
    return ("same_person", "staff", row, ("another", "staff", other), None)


STAYS: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], list[tuple[int, int]]]] = [
    ("the same days", [a_stay()], [a_stay()], [(1, 1)]),
    ("one day shared", [a_stay()], [a_stay(start="2020-05-31", end="2020-06-30")], [(1, 1)]),
    ("the day before and after", [a_stay()], [a_stay(start="2020-04-01", end="2020-04-30")], []),
    ("one in the other", [a_stay(start="2020-04-01", end="2021-03-31")], [a_stay()], [(1, 1)]),
    ("another person", [a_stay()], [a_stay(SECOND)], []),
    ("written with blanks and wide letters", [a_stay("甲 ABC")], [a_stay("甲ＡＢＣ")], [(1, 1)]),
    ("the second row with the third", [a_stay(SECOND), a_stay()], [a_stay("子"), a_stay("丑"), a_stay()], [(2, 3)]),
    (
        "several stays of one person",
        [a_stay(start="2020-04-01", end="2020-12-31"), a_stay(start="2020-05-01", end="2020-05-02"), a_stay()],
        [a_stay(start="2020-06-01", end="2020-06-02"), a_stay(start="2020-05-02", end="2020-05-03")],
        [(1, 1), (1, 2), (2, 2), (3, 2)],
    ),
]


def test_a_person_claimed_twice_on_the_same_day_is_told(service: Service, subtests: pytest.Subtests) -> None:
    named_round(service, others=True)
    hand_in(service, stated())
    hand_in(service, stated(), OTHER, "stranger")
    for name, ours, theirs, expected in STAYS:
        with subtests.test(name):
            for subject, by, rows in ((FIRST, "submitter", ours), (OTHER, "stranger", theirs)):
                taken = service.post(f"{subject}/evidence/withdraw", json={"reason": "名单有误，更正"}, by=by)
                assert taken.status_code == 200
                hand_in(service, stated(*rows), subject, by)
            assert sorted(remarks(service)) == [a_person(*each) for each in expected]


def test_only_what_is_handed_in_counts(service: Service) -> None:
    named_round(service, others=True)
    hand_in(service, stated())
    put(service, stated(), OTHER, "stranger")
    assert remarks(service) == []
    assert service.get(f"{OTHER}/evidence/remarks").status_code == 404


def test_the_same_deed_on_the_same_day_is_told(service: Service) -> None:
    ours = stated(lectures=[LECTURE, {**LECTURE, "title": "另一讲"}, {**LECTURE, "date": "2020-06-19"}])
    theirs = stated(a_stay(SECOND), lectures=[{**LECTURE, "title": "老年康复护理"}])
    both(service, ours, theirs)
    assert remarks(service) == [("same_title", "lectures", 1, ("another", "lectures", 1), None)]


def test_institutions_that_are_no_members_are_told(service: Service) -> None:
    named_round(service)
    named = ("care-home", "示例医养结合机构 care-home", "示例医养结合机构care-home", "示例医院ＨＯＳＰＩＴＡＬ")
    hand_in(service, stated(*(a_stay(institution=each) for each in (*named, "外院", "elsewhere"))))
    assert remarks(service) == [
        ("not_a_member", "staff", 5, None, "外院"),
        ("not_a_member", "staff", 6, None, "elsewhere"),
    ]


def test_who_reviews_is_told_and_nobody_is_named(service: Service) -> None:
    both(service, stated(), stated())
    for by in ("evaluator", "chief", "auditor"):
        assert remarks(service, by) == [a_person(1, 1)]
        assert NAME not in service.get(f"{FIRST}/evidence/remarks", by=by).text
    for by in ("submitter", "stranger", "dashboard", "evaluator2", "admin"):
        assert service.get(f"{FIRST}/evidence/remarks", by=by).status_code in {403, 404}


def test_erased_names_are_compared_no_more(service: Service) -> None:
    both(service, stated(), stated())
    assert remarks(service) == [a_person(1, 1)]
    service.post(f"{FIRST}/personal/erasures", json={"reason": "当事人要求删除"}, by="chief")
    assert service.post(f"{FIRST}/personal/erasures/1/confirm", by="chief2").status_code == 200
    assert remarks(service) == []
    assert evidence_of(service, "stranger", OTHER)["staff"][0]["name"] == NAME


def test_remarks_can_be_asked_for_again(service: Service) -> None:
    both(service, stated(), stated())
    first = service.get(f"{FIRST}/evidence/remarks", by="evaluator")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert service.get(f"{FIRST}/evidence/remarks", by="evaluator", headers=tag).status_code == 304
    assert first.json()["revision"] == 1
    assert "第1行与 another 的“派出人员名单”第1行" in first.json()["remarks"][0]["message"]


def test_there_is_an_end_to_remarks_and_to_the_work(service: Service) -> None:
    rows = [a_stay(start="2020-04-01", end="2020-04-02") for _ in range(4000)]
    theirs = [a_stay(start="2021-01-01", end="2021-01-02") for _ in range(4000)]
    both(service, stated(*rows), stated(*theirs, a_stay(start="2020-04-01", end="2020-04-01")))
    begun = time.monotonic()
    answer = service.get(f"{FIRST}/evidence/remarks", by="evaluator").json()
    assert (len(answer["remarks"]), answer["more"]) == (MOST, True)
    assert time.monotonic() - begun < 5


def test_evidence_that_was_looked_at_is_not_read_again(service: Service) -> None:
    both(service, stated(lectures=[LECTURE]), stated(lectures=[LECTURE]))
    evidence_of(service, "evaluator")
    counts = []
    for _ in range(3):
        with statements(service) as seen:
            assert len(remarks(service)) == 2
        counts.append(len(seen))
    assert counts[1] == counts[2] == counts[0] - 1
    service.app.state.claims = Claims()
    with statements(service) as seen:
        remarks(service)
    assert len(seen) == counts[0]
