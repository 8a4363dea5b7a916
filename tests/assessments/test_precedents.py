"""Earlier decisions on the same clause: those that count in results that stand, by the words of the clause."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assessments.builders import JUDGEMENT, SHEET, a_judgement, under_review
from tests.assessments.published import (
    ACCEPTED,
    GROUNDS,
    OBJECTIONS,
    ROUND,
    closed,
    decided,
    done,
    judged,
    objected,
    published,
    reviewed,
    settled,
)
from tests.flow.watching import statements
from tests.rounds.builders import ITEMS, PERIOD, ROUNDS, open_round, prepare, publish
from tests.service import Service
from tests.subjects.builders import register_alliance

PRECEDENTS = f"{SHEET}/precedents/chronic"


def found(service: Service, path: str = PRECEDENTS, **arguments: Any) -> Any:
    answer = service.get(path, **arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


def points(told: Any) -> list[Any]:
    return [each["points"] for each in told["data"]]


def with_items(version: str, **changes: Any) -> dict[str, Any]:
    """Another version whose judged item is changed."""
    items = [{**item, **changes} if item["code"] == "chronic" else item for item in ITEMS]
    sections = [{"code": "work", "title": "工作", "points": 16, "items": items}]
    return {"version": version, "sections": sections}


def in_version(version: str) -> dict[str, Any]:
    return {"scheme": {"code": "small", "version": version}}


def test_judgements_of_settled_results_are_shown_with_their_distribution(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    register_alliance(service, "third")
    closed(service, "2018", {"alliance": 3, "second": 5})
    done(service.post(f"{ROUNDS}/2018/publish"))
    closed(service, "2019", {"second": 3, "third": 2})
    told = found(service, by="chief")
    assert told["criteria"] == ITEMS[1]["criteria"]
    assert told["distribution"] == [
        {"points": 2, "count": 1},
        {"points": 3, "count": 2},
        {"points": 5, "count": 1},
    ]
    assert [(each["round"], each["subject"], each["points"]) for each in told["data"]] == [
        ("2019", "third", 2),
        ("2019", "second", 3),
        ("2018", "second", 5),
        ("2018", "alliance", 3),
    ]
    first = told["data"][0]
    assert (first["rationale"], first["item"], first["period"]) == ("2019 年度按 2 分评定", "chronic", PERIOD)
    assert told["next_cursor"] is None


def test_only_those_who_see_all_subjects_are_told_which_it_was(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    closed(service, "2019", {"second": 3})
    told = {who: found(service, by=who)["data"][0]["subject"] for who in ("evaluator", "chief", "auditor")}
    assert told == {"evaluator": None, "chief": "second", "auditor": "second"}
    refused = {"submitter": 403, "evaluator2": 403, "admin": 403, "dashboard": 403, "stranger": 403}
    assert {who: service.get(PRECEDENTS, by=who).status_code for who in refused} == refused


def test_neither_open_nor_proposed_results_are_precedents(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    open_round(service, "2019", subjects=["second"])
    judged(service, "second", f"{ROUNDS}/2019")
    assert points(found(service)) == []
    place = f"{ROUNDS}/2019/subjects/second/assessment"
    done(service.post(f"{place}/propose"))
    assert points(found(service)) == []
    done(service.post(f"{place}/approve"))
    assert points(found(service)) == [4]
    done(service.post(f"{place}/reopen", json={"reason": "复核发现评判有误"}))
    assert points(found(service)) == []


def test_ones_own_judgement_is_no_precedent_but_that_of_an_earlier_round_is(service: Service) -> None:
    prepare(service)
    closed(service, "2019", {"alliance": 2})
    open_round(service)
    judged(service, "alliance")
    settled(service)
    assert points(found(service)) == [2]


def test_what_was_published_stands_until_the_next_result_is(service: Service) -> None:
    objected(service)
    register_alliance(service, "second")
    open_round(service, "2021", subjects=["second"])
    here = f"{ROUNDS}/2021/subjects/second/assessment/precedents/chronic"
    assert points(found(service, here)) == [4]
    done(decided(service, ACCEPTED))
    assert points(found(service, here)) == [4]
    done(service.post(f"{SHEET}/approve"))
    told = found(service, here)
    assert (points(told), told["distribution"]) == ([5], [{"points": 5, "count": 1}])


def test_the_last_judgement_before_the_proposal_is_the_precedent(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    open_round(service, "2019", subjects=["second"])
    for given in (2, 3, 5):
        if given == 2:
            judged(service, "second", f"{ROUNDS}/2019", points=given)
        done(
            service.put(f"{ROUNDS}/2019/subjects/second/assessment/judgements/chronic", json=a_judgement(points=given))
        )
    settled(service, "second", round_=f"{ROUNDS}/2019")
    assert points(found(service)) == [5]


@pytest.mark.parametrize("how", ["not reached", "overridden"])
def test_a_judgement_that_does_not_count_is_no_precedent(service: Service, how: str) -> None:
    under_review(service)
    register_alliance(service, "second")
    open_round(service, "2019", subjects=["second"])
    judged(service, "second", f"{ROUNDS}/2019")
    place = f"{ROUNDS}/2019/subjects/second/assessment"
    if how == "not reached":
        done(service.put(f"{place}/findings/care", json={"value": "none", "reason": "核实未开展"}))
    else:
        done(service.put(f"{place}/overrides/chronic", json={"points": 1, "reason": "另有情形须予调整"}))
    settled(service, "second", round_=f"{ROUNDS}/2019")
    assert points(found(service)) == []


def test_the_words_of_the_clause_count_and_not_its_code_or_version(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    other = ITEMS[1]["criteria"].replace("酌情", "视情况")
    readings = [{**ITEMS[1]["readings"][0], "about": "视情况"}]
    publish(service, **with_items("2", title="慢病规范管理"), examples=[])
    publish(service, **with_items("3", criteria=other, readings=readings), examples=[])
    closed(service, "same", {"second": 3}, **in_version("2"))
    closed(service, "other", {"second": 5}, **in_version("3"))
    assert points(found(service)) == [3]
    register_alliance(service, "third")
    open_round(service, "later", subjects=["third"], **in_version("3"))
    assert points(found(service, f"{ROUNDS}/later/subjects/third/assessment/precedents/chronic")) == [5]


def test_another_scheme_with_the_same_words_is_another_matter(service: Service) -> None:
    under_review(service)
    register_alliance(service, "second")
    publish(service, scheme="elsewhere")
    closed(service, "2019", {"second": 3}, scheme={"code": "elsewhere", "version": "1"})
    assert points(found(service)) == []


def test_precedents_come_in_pages(service: Service) -> None:
    under_review(service)
    for number, code in enumerate(("2016", "2017", "2018", "2019"), start=2):
        closed(service, code, {"alliance": number})
    first = found(service, f"{PRECEDENTS}?limit=3")
    assert (points(first), len(first["distribution"])) == ([5, 4, 3], 4)
    rest = found(service, f"{PRECEDENTS}?limit=3&cursor={first['next_cursor']}")
    assert (points(rest), rest["next_cursor"], len(rest["distribution"])) == ([2], None, 4)
    assert service.get(f"{PRECEDENTS}?cursor=nonsense").status_code == 422
    assert service.get(f"{PRECEDENTS}?limit=201").status_code == 422


def test_an_item_that_is_not_in_the_scheme_has_no_precedents(service: Service) -> None:
    under_review(service)
    missing = service.get(f"{SHEET}/precedents/beds")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/item_not_found")
    assert points(found(service, f"{SHEET}/precedents/agreement")) == []


def test_the_number_of_queries_does_not_grow_with_the_precedents(service: Service) -> None:
    under_review(service)
    found(service)
    counts = []
    for code in ("2018", "2019"):
        with statements(service) as asking:
            found(service)
        counts.append(len(asking))
        closed(service, code, {"alliance": 3})
    assert len(set(counts)) == 1


def test_a_judgement_is_kept_with_the_sheet_it_counts_in(service: Service) -> None:
    reviewed(service)
    done(service.put(JUDGEMENT, json=a_judgement(points=5)))
    done(service.post(f"{SHEET}/propose"))
    done(service.post(f"{SHEET}/reopen", json={"reason": "评判尚需斟酌"}))
    done(service.post(f"{SHEET}/propose"))
    with service.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT sheet, item, points FROM counted_judgements ORDER BY id").all()
    assert [tuple(row) for row in rows] == [(1, "chronic", 5_000_000), (2, "chronic", 5_000_000)]


def test_published_rounds_are_precedents_for_one_another(service: Service) -> None:
    published(service, "second")
    assert points(found(service, f"{ROUND}/subjects/second/assessment/precedents/chronic")) == [4]
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    assert points(found(service, f"{ROUND}/subjects/second/assessment/precedents/chronic")) == [4]
