"""What becomes of items and sections that do not apply, by name; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.sheet_cases import NO, YEA, N, both_say, fixed, leave_out, not_for, shows, two
from tests.reference.small import request, scheme, section

POLICIES: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("it applies", two("full"), request(YEA), {"b": 9, "one": 15, "total": 18, "full_marks": 30}),
    ("full", two("full"), request(NO), {"b": 10, "one": 16, "total": 19, "full_marks": 30}),
    ("points of its own", two("#7.5"), request(NO), {"b": "7.5", "one": "13.5", "total": "16.5", "full_marks": 30}),
    ("zero", two("zero"), request(NO), {"b": 0, "one": 6, "total": 9, "full_marks": 30}),
    (
        "the mean of the others",
        two("peers_average"),
        request(NO, peers={"scores": {"b": [7, 8, 8]}}),
        {"b": "7.67", "one": "13.67", "total": "16.67"},
    ),
    (
        "the mean of the others, not yet",
        scheme(section("one", fixed("a", 10, 6), shows("b", 10, **not_for("peers_average"))), evidence=N),
        request({"n": 4} | NO),
        {"a": 6, "b": "open", "one": "open", "total": "open", "status": "pending"},
    ),
    (
        "out of the total",
        two({"leave_out": "total"}),
        request(NO),
        {"b": None, "one": 6, "base": 9, "total": 9, "full_marks": 20, "status": "complete"},
    ),
    (
        "out, and the sheet rescaled",
        two({"leave_out": "rescale"}),
        request(NO),
        {"b": None, "one": 6, "base": "13.5", "total": "13.5", "full_marks": 30},
    ),
    (
        "out, and the section rescaled",
        two({"leave_out": "section"}),
        request(NO),
        {"b": None, "one": 12, "base": 15, "total": 15, "full_marks": 30},
    ),
    (
        "it is not known whether it applies",
        two({"leave_out": "section"}),
        request({}),
        {"a": 6, "b": "open", "one": "open", "other": 3, "base": "open", "bonus": 0, "total": "open"},
    ),
    (
        "a section that does not apply, at full points",
        scheme(section("one", fixed("a", 3, 1), fixed("b", 4, 1), **not_for("full")), evidence=N),
        request(NO),
        {"a": 3, "b": 4, "one": 7, "total": 7},
    ),
    (
        "the section's policy before the item's",
        scheme(section("one", fixed("a", 3, 1, **not_for("full")), **not_for("zero")), evidence=N),
        request(NO),
        {"a": 0, "total": 0},
    ),
    (
        "a section whose items are all left out of it goes out of the full marks",
        scheme(
            section("one", fixed("a", 10, 6, **leave_out("section"))), section("two", fixed("b", 30, 20)), evidence=N
        ),
        request(NO),
        {"a": None, "one": 0, "two": 20, "total": 20, "full_marks": 30},
    ),
    (
        "out of the total first, then the rest of the section stretched, then the sheet",
        scheme(
            section(
                "one",
                fixed("a", 10, 6),
                fixed("b", 10, 1, **leave_out("total")),
                fixed("c", 20, 1, **leave_out("rescale")),
                fixed("d", 5, 1, **leave_out("section")),
            ),
            section("two", fixed("e", 15, 12)),
            evidence=N,
        ),
        request(NO),
        {"one": 9, "two": 12, "base": 35, "total": 35, "full_marks": 50},
    ),
    (
        "everything is left out",
        scheme(section("one", fixed("a", 10, 6, **leave_out("rescale"))), evidence=N),
        request(NO),
        {"a": None, "total": None, "grade": None},
    ),
    (
        "a bonus is never rescaled",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("more", fixed("b", 3, 2), fixed("c", 2, 2, **leave_out("rescale")), bonus=True),
            evidence=N,
        ),
        request(NO),
        {"c": None, "more": 2, "base": 6, "bonus": 2, "total": 8, "full_marks": 10, "bonus_limit": 5},
    ),
    (
        "too few sections are left",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("two", fixed("b", 10, 9, **leave_out("rescale"))),
            evidence=N,
            sections_left=2,
        ),
        request(NO),
        {"one": 6, "total": None, "grade": None},
    ),
    (
        "just enough sections are left",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("two", fixed("b", 10, 9, **leave_out("rescale"))),
            evidence=N,
            sections_left=1,
        ),
        request(NO),
        {"base": 12, "total": 12},
    ),
]


@pytest.mark.parametrize(("name", "document", "asked", "expected"), POLICIES, ids=[row[0] for row in POLICIES])
def test_what_does_not_apply(name: str, document: Any, asked: Any, expected: Any) -> None:
    both_say(document, asked, expected)
