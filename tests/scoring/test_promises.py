"""Improvements are possible and true: totals change through their numbers; scoring again gives what was said."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.engine import read_inputs
from app.scoring.improvements import Gain, find_improvements
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome, judge, rounded_score, settle
from app.scoring.rules.shape import Judging, Settled
from tests.builders import (
    D,
    a_request,
    boolean,
    cases,
    choice,
    compiled,
    day,
    integer,
    levels,
    line,
    one_item,
    percent,
    row_of,
    tally,
    ticks,
)

FIELDS = {
    "yes": boolean(),
    "no": boolean(label="被投诉"),
    "a": integer(label="甲", unit="次"),
    "few": integer(label="丙", unit="次", max=2),
    "rate": percent(label="率"),
    "state": choice(),
    "ticks": ticks(),
    "day": day(label="备案日期"),
    "good": integer(label="满意", unit="份"),
    "bad": integer(label="不满意", unit="份"),
}
MEASURES = {
    "both": {"label": "合计", "total": {"a": 1, "few": 1}},
    "gap": {"label": "差额", "total": {"good": 2, "bad": -3}, "plus": 1},
    "answers": {"label": "答卷", "total": {"good": 1, "bad": 1}},
    "share": {"label": "满意度", "unit": "%", "ratio": {"part": "good", "whole": "answers"}},
}
ENOUGH = levels(({"both": {"at_least": 5}}, 5))
SHARED = levels(({"all": [{"share": {"at_least": 80}}, {"good": {"at_least": 1}}]}, 5))
ALL_GOOD = levels(({"all": [{"share": {"at_least": 100}}, {"answers": {"at_least": 1}}]}, 5))
FULL = "即可得满分，多得5分"


def scheme(rule: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS, measures=MEASURES)


THROUGH = [
    ("the number that can grow", ENOUGH, {"a": 1, "few": 1}, [f"甲由1次变为4次，{FULL}"]),
    ("either number", ENOUGH, {"a": 3, "few": 1}, [f"丙由1次变为2次，{FULL}", f"甲由3次变为4次，{FULL}"]),
    ("neither number", levels(({"both": {"at_most": -1}}, 5)), {"a": 0, "few": 0}, []),
    (
        "a total with weights",
        levels(({"gap": {"at_least": 3}}, 5)),
        {"good": 1, "bad": 1},
        [f"不满意由1份变为0份，{FULL}", f"满意由1份变为3份，{FULL}"],
    ),
    ("a part that is not known", levels(("no", 1), ({"both": {"at_least": 5}}, 5)), {"no": True, "a": 1}, []),
    (
        "a ratio by itself",
        levels(({"share": {"at_least": 80}}, 5)),
        {"good": 1, "bad": 1},
        [f"满意度由50%变为80%，{FULL}"],
    ),
    (
        "a ratio whose numbers are read",
        SHARED,
        {"good": 1, "bad": 1},
        [f"不满意由1份变为0份，{FULL}", f"满意由1份变为4份，{FULL}"],
    ),
    ("a ratio that one number cannot bring", ALL_GOOD, {"good": 1, "bad": 1}, [f"不满意由1份变为0份，{FULL}"]),
]


@pytest.mark.parametrize(("rule", "evidence", "texts"), cases(THROUGH))
def test_total_changes_through_its_numbers(rule, evidence, texts):
    assert sorted(each["text"] for each in row_of(scheme(rule), evidence)["improvements"]) == texts


def test_what_is_said_is_a_field():
    (found,) = row_of(scheme(ENOUGH), {"a": 1, "few": 1})["improvements"]
    assert found["change"] == [{"to": 4, "field": "a"}]


# --- the law -----------------------------------------------------------------------------------------------------

RULES = [
    ENOUGH,
    SHARED,
    ALL_GOOD,
    levels(({"share": {"at_least": 80}}, 5), ({"share": {"at_least": 60}}, 3)),
    levels(({"gap": {"more_than": 3}}, 5), ({"gap": {"is": 1}}, 2), otherwise=1),
    levels(("no", 0), ({"some": {"at_least": 2, "of": ["yes", {"a": {"at_least": 2}}, {"few": {"is": 2}}]}}, 5)),
    levels(({"ticks": {"has": ["done", "begun"]}}, 5), ({"state": {"in": ["done", "begun"]}}, 2)),
    levels(({"day": {"at_most": "2020-06-30"}}, tally({"lose": 1, "each": "a"})), otherwise=1),
    tally({"lose": 2, "of": "rate", "below": 95, "every": 5, "step": "started"}, {"gain": 1, "each": "few"}, start=3),
    tally(
        {"lose": D("0.7"), "each": "both"}, {"lose": 1, "when": "no"}, {"add": levels(("yes", 2)), "points": 2}, start=3
    ),
    tally({"gain": 1, "of": "gap", "above": 2, "every": 3, "step": "completed", "most": 4}, start=0, floor="none"),
    line("rate", (0, 0), (50, 4), (100, 5)),
    line("gap", (-3, 5), (3, 0), beyond="extend"),
]
PROGRAMS = [compiled(scheme(rule)) for rule in RULES]
evidences = st.fixed_dictionaries(
    {
        "yes": st.booleans(),
        "no": st.booleans(),
        "a": st.integers(0, 6),
        "few": st.integers(0, 2),
        "rate": st.integers(0, 100),
        "state": st.sampled_from(["done", "begun", "none"]),
        "ticks": st.lists(st.sampled_from(["done", "begun", "none"]), unique=True),
        "day": st.sampled_from(["2020-06-30", "2020-07-01"]),
        "good": st.integers(0, 4),
        "bad": st.integers(0, 4),
    }
)


def outcome_of(program: Any, evidence: Any) -> Outcome:
    inputs = read_inputs(program, a_request(evidence))
    assert isinstance(inputs, Inputs)
    return judge(program, program.items[0], inputs)


def as_stated(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return D(str(float(value))) if type(value) is Fraction else value


def settled_after(program: Any, before: Outcome, gain: Gain) -> Any:
    """The score with the facts set to what was named."""
    known = before.program.workings.changed(before.known, dict(gain.changes))
    settled = settle(before.program, known, Judging())
    assert isinstance(settled, Settled)
    return rounded_score(before.program, settled.value)


@settings(max_examples=200)
@given(st.sampled_from(PROGRAMS), evidences)
def test_change_brings_the_points_it_promises(program, evidence):
    before = outcome_of(program, evidence)
    if before.is_open:
        return
    for gain in find_improvements(program, before):
        assert gain.points > 0
        assert all(before.known.get(code) != value for code, value in gain.changes)
        assert settled_after(program, before, gain) - before.score == gain.points
        if all(code in FIELDS for code, _ in gain.changes):
            changed = {**evidence, **{code: as_stated(value) for code, value in gain.changes}}
            assert outcome_of(program, changed).score - before.score == gain.points
        else:
            assert {code for code, _ in gain.changes} == {"share"}
