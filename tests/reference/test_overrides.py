"""Points that a person set over those of a rule, on whole sheets: interpreter and engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.sheet_cases import NO, YEA, both_say, fixed, leave_out, not_for, shows, two
from tests.reference.small import COUNT, YES, item, request, scheme, section

EVIDENCE = {"n": COUNT, "m": COUNT, "yes": YES}
GRADE = {"levels": [{"when": {"total": {"at_least": 18}}, "label": "优"}, {"label": "差"}]}
JUDGED = {"judged": {"from": 2, "to": 5, "step": 1}}
SHEET = scheme(
    section("one", shows("a", 10), item("j", 5, JUDGED)),
    section("two", fixed("b", 10, 9, **leave_out("rescale"))),
    section("more", shows("c", 5, "m"), bonus=True, counts_when={"base": {"at_least": 20}}),
    evidence=EVIDENCE,
    grade=GRADE,
    vetoes=[{"when": {"lost": {"at_least": 9}}, "effect": {"total": 1}}],
    sheet_facts={"lost": {"label": "失分", "unit": "分", "lost": ["a"]}},
)


def over(**points: Any) -> dict[str, Any]:
    """Overrides of some items."""
    return {code: {"points": each, "reason": "专家组复核认定"} for code, each in points.items()}


CASES: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("a score goes down", {"n": 8, "m": 2} | YEA, {"a": 3, "j": 4}, {"a": 3, "one": 7, "base": 16, "bonus": 0}),
    ("a score goes up", {"n": 2, "m": 2} | YEA, {"a": 9, "j": 4}, {"one": 13, "base": 22, "bonus": 2, "grade": "优"}),
    ("what is not stated", {"m": 2} | YEA, {"a": 9, "j": 4}, {"one": 13, "total": 24, "status": "complete"}),
    ("what does not apply", {"n": 8, "m": 2} | NO, {"b": 5, "j": 4}, {"two": 5, "total": 17, "full_marks": 25}),
    ("what is left out besides", {"n": 6, "m": 0} | NO, {"j": 4}, {"one": 10, "base": "16.67", "total": "16.67"}),
    ("what would be a veto", {"n": 0, "m": 0} | YEA, {"a": 2, "j": 5}, {"total": 16, "grade": "差"}),
    ("what becomes a veto", {"n": 8, "m": 0} | YEA, {"a": 1, "j": 5}, {"base": 15, "total": 1}),
    ("a bonus", {"n": 8, "m": 1} | YEA, {"c": 4, "j": 5}, {"c": 4, "bonus": 4, "total": 26}),
    ("only one of two that are open", {"m": 2} | YEA, {"a": 9}, {"a": 9, "one": "open", "total": "open"}),
]


@pytest.mark.parametrize(("name", "given", "points", "expected"), CASES, ids=[row[0] for row in CASES])
def test_overrides(name: str, given: Any, points: Any, expected: Any) -> None:
    """Each counts as a score that its item has."""
    both_say(SHEET, request(given, overrides=over(**points)), expected)


POLICIES = ["full", "zero", "peers_average", 4, {"leave_out": "total"}, {"leave_out": "section"}]


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_an_override_beats_every_policy(policy: Any) -> None:
    """The item applies after all."""
    both_say(two(policy), request(NO, overrides=over(b=7)), {"one": 13, "total": 16, "full_marks": 30})


def test_an_override_of_a_section_that_does_not_apply() -> None:
    """Of its other items nothing comes back."""
    document = scheme(
        section("one", fixed("a", 10, 6), fixed("b", 10, 9), **not_for({"leave_out": "total"})),
        section("other", fixed("c", 10, 3)),
        evidence=EVIDENCE,
    )
    both_say(document, request(NO, overrides=over(a=7)), {"b": None, "one": 7, "total": 10, "full_marks": 20})
