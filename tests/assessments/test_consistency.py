"""How far evaluators are apart: exact, from the last judgements on what is handed in, where enough can be compared."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments.service.consistency import compared, median
from app.assessments.values import GivenPoints
from tests.assessments.builders import a_judgement, submit
from tests.assessments.published import ROUND, done, judged
from tests.builders import cases
from tests.flow.watching import statements
from tests.rounds.builders import a_stay, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

REPORT = f"{ROUND}/consistency"
People = dict[str, list[Any]]


def some(item: str = "chronic", **people: Any) -> list[GivenPoints]:
    """Points that people gave to an item, one for each subject."""
    numbers = {name: number for number, name in enumerate(sorted(people), start=1)}
    return [
        GivenPoints(item, numbers[name], name, Decimal(str(points))) for name, all_ in people.items() for points in all_
    ]


def distances(points: list[GivenPoints]) -> dict[str, tuple[int, Fraction, Fraction]]:
    found = compared(points)
    return {
        each.evaluator: (each.overall.judgements, each.overall.signed, each.overall.absolute)
        for each in found.evaluators
    }


@pytest.mark.parametrize(
    ("people", "middle", "expected"),
    cases(
        [
            ("two who agree", {"a": [4], "b": [4]}, 4, {"a": (1, 0, 0), "b": (1, 0, 0)}),
            ("two apart", {"a": [2], "b": [5]}, "7/2", {"a": (1, "-3/2", "3/2"), "b": (1, "3/2", "3/2")}),
            ("one alone with three", {"a": [2, 3, 5]}, 3, {"a": (3, "1/3", 1)}),
            ("signs cancel", {"a": [2, 4], "b": [3]}, 3, {"a": (2, 0, 1), "b": (1, 0, 0)}),
            (
                "parts of points",
                {"a": [0.1], "b": [0.2], "c": [0.7]},
                "1/5",
                {"a": (1, "-1/10", "1/10"), "b": (1, 0, 0), "c": (1, "1/2", "1/2")},
            ),
        ]
    ),
)
def test_distances_are_exact(people: People, middle: Any, expected: dict[str, Any]) -> None:
    points = some(**people)
    assert compared(points).medians == {"chronic": Fraction(middle)}
    wanted = {name: (count, Fraction(signed), Fraction(apart)) for name, (count, signed, apart) in expected.items()}
    assert distances(points) == wanted


@pytest.mark.parametrize(
    ("people", "enough"),
    cases(
        [
            ("nobody", {}, False),
            ("one with one", {"a": [4]}, False),
            ("one with two", {"a": [4, 5]}, False),
            ("one with three", {"a": [4, 5, 4]}, True),
            ("two with one each", {"a": [4], "b": [5]}, True),
        ]
    ),
)
def test_an_item_is_compared_where_there_is_enough(people: People, enough: bool) -> None:
    assert bool(compared(some(**people)).evaluators) is enough


def test_what_is_not_compared_does_not_count_overall() -> None:
    points = [*some(a=[2], b=[4]), *some("visits", a=[5, 5]), *some("beds", a=[0, 0, 3])]
    found = compared(points)
    assert list(found.medians) == ["beds", "chronic"]
    [first, _] = found.evaluators
    assert (list(first.items), first.overall.judgements) == (["beds", "chronic"], 4)
    assert first.overall.signed == Fraction(3 - 1, 4)


def test_two_accounts_that_have_had_one_name_stay_two() -> None:
    points = [GivenPoints("chronic", 1, "a", Decimal(2)), GivenPoints("chronic", 2, "a", Decimal(4))]
    assert [each.overall.signed for each in compared(points).evaluators] == [-1, 1]


@given(st.lists(st.fractions(min_value=0, max_value=10, max_denominator=20), min_size=1, max_size=9))
def test_as_many_lie_above_the_median_as_below(numbers: list[Fraction]) -> None:
    middle = median(numbers)
    above, below = sum(each > middle for each in numbers), sum(each < middle for each in numbers)
    assert max(above, below) * 2 <= len(numbers)
    assert min(numbers) <= middle <= max(numbers)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), min_size=3, max_size=12))
def test_nobody_is_further_from_the_median_with_the_sign_than_without(given_: list[tuple[str, int]]) -> None:
    numbers = {"a": 1, "b": 2, "c": 3}
    for each in compared(
        [GivenPoints("x", numbers[name], name, Decimal(points)) for name, points in given_]
    ).evaluators:
        assert abs(each.overall.signed) <= each.overall.absolute


def prepared(service: Service, *subjects: str) -> None:
    prepare(service)
    for subject in subjects:
        register_alliance(service, subject)
    open_round(service, subjects=list(subjects))
    service.assign(ROUND, "evaluator2")


def test_the_report_of_a_round_is_rounded_at_the_end_alone(service: Service) -> None:
    prepared(service, "one", "two", "three", "four")
    given_ = {"one": ("evaluator", 2), "two": ("evaluator", 3), "three": ("evaluator", 3), "four": ("evaluator2", 5)}
    for subject, (who, points) in given_.items():
        judged(service, subject, by=who, points=points)
    told = service.get(REPORT).json()
    assert told == {
        "places": 2,
        "medians": {"chronic": 3},
        "evaluators": [
            {
                "evaluator": "evaluator",
                "overall": {"judgements": 3, "signed": -0.33, "absolute": 0.33},
                "items": {"chronic": {"judgements": 3, "signed": -0.33, "absolute": 0.33}},
            },
            {
                "evaluator": "evaluator2",
                "overall": {"judgements": 1, "signed": 2, "absolute": 2},
                "items": {"chronic": {"judgements": 1, "signed": 2, "absolute": 2}},
            },
        ],
    }


def test_the_last_judgement_of_an_item_counts_whoever_gave_it(service: Service) -> None:
    prepared(service, "one", "two")
    judged(service, "one", points=2)
    judged(service, "two", points=3)
    done(
        service.put(f"{ROUND}/subjects/one/assessment/judgements/chronic", json=a_judgement(points=5), by="evaluator2")
    )
    told = service.get(REPORT).json()
    assert told["medians"] == {"chronic": 4}
    assert [(each["evaluator"], each["overall"]["signed"]) for each in told["evaluators"]] == [
        ("evaluator", -1),
        ("evaluator2", 1),
    ]


def test_judgements_of_what_was_handed_in_before_do_not_count(service: Service) -> None:
    prepared(service, "one", "two")
    judged(service, "one", points=2)
    judged(service, "two", points=3, by="evaluator2")
    assert len(service.get(REPORT).json()["evaluators"]) == 2
    returned = {"reason": "派出人员名单须更正"}
    done(service.post(f"{ROUND}/subjects/one/evidence/return", json=returned))
    assert service.get(REPORT).json()["evaluators"] == []
    submit(service, "one", care="nonstandard", staff=[a_stay(name="丙")])
    assert service.get(REPORT).json()["evaluators"] == []


def test_an_empty_round_has_nothing_to_compare(service: Service) -> None:
    prepared(service, "one")
    assert service.get(REPORT).json() == {"places": 2, "medians": {}, "evaluators": []}


def test_only_chiefs_and_auditors_compare_evaluators(service: Service) -> None:
    prepared(service, "one")
    expected = {"chief": 200, "auditor": 200, "admin": 403, "evaluator": 403, "submitter": 403, "dashboard": 403}
    assert {who: service.get(REPORT, by=who).status_code for who in expected} == expected
    assert service.get("/api/v1/rounds/1999/consistency").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_judgements(service: Service) -> None:
    prepared(service, "one", "two")
    service.get(REPORT)
    counts = []
    for subject in ("one", "two"):
        with statements(service) as asking:
            service.get(REPORT)
        counts.append(len(asking))
        judged(service, subject)
    assert len(set(counts)) == 1
