"""Everything that is wrong with a subject and what comes beside it, at once; kinds of subject that do not fit."""

from __future__ import annotations

from typing import Any

from app.scoring.engine import prepare, read_inputs
from app.scoring.preparing import MOST_TRIED
from app.scoring.program import MOST_KINDS_KEPT, Program
from tests.builders import a_request, a_scheme, a_section, an_item, choice, compiled, integer, percent, places

ROWS = {"line": {"of": "rate", "through": [[10, 0], [0, 5]], "beyond": "stop"}}


def by_level(values: dict[str, Any]) -> dict[str, Any]:
    return {"by": "level", "values": values}


def scheme(number: Any, **changes: Any) -> dict[str, Any]:
    return a_scheme(a_section(an_item(number)), evidence={"count": integer()}, **changes)


def test_attributes_are_refused_together():
    document = scheme(by_level({"二级": 2}), profile={"area": choice(), "beds": integer()})
    subject = {"level": "三级", "area": "moon", "beds": [1], "x": [1]}
    found = read_inputs(compiled(document), a_request({"count": 1}, subject=subject))
    assert sorted(places(found)) == [
        ("/subject/area", "choice_unknown"),
        ("/subject/beds", "attribute_type"),
        ("/subject/level", "profile_unfit"),
        ("/subject/x", "attribute_type"),
    ]


def test_what_comes_beside_a_subject_is_refused_with_it():
    found = read_inputs(compiled(scheme(2)), a_request({"count": 1}, subject=[1], previous=[1], peers="x"))
    assert sorted(places(found)) == [
        ("/peers", "object_type"),
        ("/previous", "object_type"),
        ("/subject", "object_type"),
    ]


def ascending(last: int, number: int) -> dict[str, Any]:
    """A line whose second mark lies above the first for every key but the last."""
    marks = {f"K{each:03}": 20 for each in range(number)} | {"last": last}
    rule = {"line": {"of": "rate", "through": [[10, 0], [by_level(marks), 5]], "beyond": "stop"}}
    return a_scheme(a_section(an_item(rule)), evidence={"rate": percent()})


def test_every_key_is_tried_when_a_scheme_is_prepared():
    assert isinstance(prepare(ascending(30, 60)), Program)
    assert places(prepare(ascending(5, 60))) == [("/sections/0/items/0/rule/line/through/1", "points_not_ascending")]


def test_a_kind_that_was_not_tried_and_does_not_fit_is_said_of_the_subject():
    program = compiled(ascending(5, MOST_TRIED + 10))
    found = read_inputs(program, a_request({"rate": 1}, subject={"level": "last"}))
    assert places(found) == [("/subject/level", "profile_unsound")]


def test_kinds_are_kept_within_bounds():
    program = compiled(ascending(30, MOST_TRIED + 10))
    for each in range(MOST_TRIED + 10):
        assert isinstance(program.of({"level": f"K{each:03}"}), Program)
    assert len(program._kinds) <= max(MOST_KINDS_KEPT, MOST_TRIED)
