"""Ranges of sheets on which very many rows may be left out."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import a_scheme, a_section, an_item, boolean, cases, integer, levels, sheet_of

ROWS = 10
FIELDS = {f"b{each}": boolean() for each in range(ROWS)} | {"count": integer(max=1)}


def document(way: str, points: list[int], scores: list[int]) -> dict[str, Any]:
    rows = [
        an_item(score, code=f"row_{at}", points=each, applies_when=f"b{at}", otherwise={"leave_out": way})
        for at, (each, score) in enumerate(zip(points, scores, strict=True))
    ]
    return a_scheme(
        a_section(*rows, an_item(levels(({"count": {"is": 1}}, 4)), code="last", points=4)), evidence=FIELDS
    )


@pytest.mark.parametrize("way", ["total", "rescale"])
@pytest.mark.parametrize(
    ("points", "scores"),
    cases([("alike", [10] * ROWS, [5] * ROWS), ("apart", [1, 2, 3, 4, 5] * 2, [0, 2, 1, 4, 2, 1, 0, 3, 0, 5])]),
)
def test_both_ends_are_those_of_all_ways(way: str, points: list[int], scores: list[int]):
    sheet = sheet_of(document(way, points, scores), {"count": 1})
    totals = []
    for stays in itertools.product((0, 1), repeat=ROWS):
        left = sum(each for each, stay in zip(points, stays, strict=True) if stay) + 4
        got = sum(each for each, stay in zip(scores, stays, strict=True) if stay) + 4
        totals.append(Decimal(got) if way == "total" else Decimal(got) * (sum(points) + 4) / left)
    ends = (sheet["range"]["low"], sheet["range"]["high"])
    assert [round(Decimal(end), 2) for end in ends] == [round(min(totals), 2), round(max(totals), 2)]


def test_ways_that_stretch_a_section():
    sheet = sheet_of(document("section", [10] * ROWS, [5] * ROWS), {"count": 1})
    assert sheet["range"] == {"low": 54, "high": 104}


def test_a_row_without_points_or_without_an_end():
    scheme = document("rescale", [0, *[1] * (ROWS - 1)], [0] * ROWS)
    rows = scheme["sections"][0]["items"]
    term = {"lose": 1, "each": "faults"}
    rows[0]["rule"] = {"tally": {"start": 0, "floor": "none", "ceiling": "none", "terms": [term]}}
    rows[1]["rule"] = {"tally": {"start": 0, "floor": "none", "ceiling": "none", "terms": [{**term, "each": "more"}]}}
    gains = {"tally": {"start": 0, "floor": 0, "ceiling": "none", "terms": [{"gain": 1, "each": "most"}]}}
    rows[2]["rule"] = gains
    scheme["evidence"] |= {"faults": integer(max=3), "more": integer(), "most": integer()}
    assert sheet_of(scheme, {"count": 1})["range"] == {"low": None, "high": None}
