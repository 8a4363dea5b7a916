"""Final sheets on generated schemes: missing stated evidence takes the low end; what others owe refuses finality."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from tests.reference.interpreter import items, sheet_of
from tests.reference.judgements import judgements
from tests.reference.reads import unknown_fields
from tests.reference.requests import outside_of
from tests.reference.scored import Scored, answered, ends, scored, sheet_items, span_of
from tests.reference.strategies import Scenario, scenarios
from tests.reference.values import Apart, Pending, exact


def low_ends(one: Scored) -> dict[str, Fraction | None]:
    """The low end of each item, None where there is none."""
    return {code: ends(one.ranges.items[code], one.near.items[code])[0] for code in one.standings}


def owed_by_others(one: Scored, code: str) -> bool | None:
    """Whether an evaluator or a judge still owes something to an item; None where a dead path leaves it open."""
    outcome = one.standings[code]
    if isinstance(outcome, Fraction | Apart):
        return False
    if outcome == Pending("judgement"):
        return True
    item = items(one.document)[code]
    by = {
        one.document["evidence"][name].get("by", "submitter") for name in unknown_fields(one.document, item, one.known)
    }
    if by == {"evaluator"}:
        return True
    judged = judgements(item["rule"]) and code not in one.case.judged
    return None if judged or "evaluator" in by or not by else False


def final_sheet(one: Scored) -> None:
    """Refused where others owe something; otherwise every open item stands at its low end."""
    answer = answered(one.program, one.request | {"final": True})
    owed = {owed_by_others(one, code) for code in one.standings}
    lows = low_ends(one)
    open_lows = [span_of(item)[0] for item in sheet_items(one.answer.sheet).values()]
    if answer.problems is not None:
        assert owed != {False} or None in open_lows
        return
    assert True not in owed
    found = sheet_items(answer.sheet)
    assert answer.sheet["status"] == "final"
    for code, outcome in one.standings.items():
        score = exact(found[code]["score"])
        assert span_of(found[code]) == (score, score)
        if isinstance(outcome, Fraction):
            assert score == outcome
        elif one.exact:
            assert score == lows[code]
        else:
            assert score <= one.ranges.items[code][0]
    closed = {code: exact(item["score"]) for code, item in found.items()}
    sums = sheet_of(one.document, closed, one.known, outside_of(one.request))
    assert exact(answer.sheet["total"]) == sums.total


def hold(examples: int, *, derandomize: bool, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def holds(scenario: Scenario) -> None:
        for one in scored(scenario):
            note(f"{one.written}\n{one.request}")
            if not one.refused:
                final_sheet(one)

    holds()


def test_final_sheets() -> None:
    hold(60, derandomize=True, phases=(Phase.generate,))


@pytest.mark.soak
def test_final_sheets_at_length() -> None:
    hold(4000, derandomize=False)


def test_the_low_end_does_not_depend_on_what_was_asked_before() -> None:
    """`final` on a complete sheet changes its status alone."""

    @settings(max_examples=30, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(scenarios(requests=2))
    def holds(scenario: Scenario) -> None:
        for one in scored(scenario):
            if one.refused or one.answer.sheet["status"] != "complete":
                continue
            final = replace(one, request=one.request | {"final": True})
            assert final.answer.sheet["status"] == "final"
            assert final.answer.sheet["sections"] == one.answer.sheet["sections"]

    holds()
