"""What a unit hands on: its numbers to the other units and to the next round, the scores of its items."""

from __future__ import annotations

from typing import Any

from app.scoring.engine import read_inputs
from app.scoring.handed import Numbers, numbers_of
from app.scoring.inputs import Inputs
from tests.builders import (
    a_request,
    a_scheme,
    a_section,
    an_item,
    boolean,
    compiled,
    integer,
    sheet_of,
    shows,
)

FIELDS = {"count": integer(), "size": integer(), "yes": boolean(), "missing": integer()}
MEASURES = {
    "share": {"ratio": {"part": "count", "whole": "size"}},
    "big": {"total": {"size": 9}},
    "open": {"total": {"missing": 1}},
}
FACTS = {"rate": {"rate": ["count"]}, "rank": {"peers": "total", "as": "rank", "better": "more"}}
LARGE = 999_999_999_999_999


def document(**changes: Any) -> dict[str, Any]:
    rows = [
        shows(points=4),
        shows("missing", points=4),
        an_item(2, code="out", applies_when="yes", otherwise="zero"),
    ]
    return a_scheme(a_section(*rows), evidence=FIELDS, measures=MEASURES, sheet_facts=FACTS, **changes)


def handed(scheme: Any, evidence: Any, **changes: Any) -> Numbers:
    inputs = read_inputs(compiled(scheme), a_request(evidence, **changes))
    assert isinstance(inputs, Inputs)
    return numbers_of(inputs)


def test_known_numbers_are_handed_on():
    found = handed(document(), {"count": 1, "size": 3, "missing": 2, "yes": True})
    expected = {"count": 1, "size": 3, "missing": 2, "share": {"part": 1, "whole": 3}, "big": 27, "open": 2}
    assert found.values == {**expected, "base": 5, "bonus": 0, "total": 5, "rate": 25}
    assert found.scores == {"count": 1, "missing": 2, "out": 2}


def test_what_is_open_is_not_handed_on():
    found = handed(document(), {"count": 1, "size": 3, "yes": True})
    assert set(found.values) == {"count", "size", "share", "big", "bonus", "rate"}
    assert found.scores == {"count": 1, "missing": None, "out": 2}


def test_score_of_an_item_that_does_not_apply_is_not_handed_on():
    found = handed(document(), {"count": 1, "size": 3, "missing": 2, "yes": False})
    assert set(found.scores) == {"count", "missing"}
    assert found.values["total"] == 3


def test_number_that_fifteen_digits_cannot_show_is_not_handed_on():
    found = handed(document(), {"count": 1, "size": LARGE, "missing": 2, "yes": True})
    assert found.values["size"] == LARGE
    assert "big" not in found.values


def test_sheet_facts_are_those_after_the_vetoes():
    veto = {"when": "yes", "effect": [{"score": ["count"], "is": 0}, {"total": 1}]}
    found = handed(document(vetoes=[veto]), {"count": 4, "size": 3, "missing": 2, "yes": True})
    assert (found.values["total"], found.values["base"], found.values["rate"]) == (1, 4, 0)


def test_what_is_handed_on_can_be_handed_in():
    """All units of a round hand on, then each is compared with all of them."""
    grade = {"levels": [{"when": {"rank": {"at_most": 1}}, "label": "优"}, {"label": "良"}]}
    scheme = document(grade=grade)
    units = [{"count": count, "size": 3, "missing": 2, "yes": True} for count in (1, 4, 4)]
    peers = {"total": [handed(scheme, each).values["total"] for each in units]}
    assert [sheet_of(scheme, each, peers=peers)["grade"] for each in units] == ["良", "优", "优"]
