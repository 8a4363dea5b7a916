"""The laws of the result, on generated schemes: the engine against the reference interpreter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings

from tests.reference.final_law import final_sheet
from tests.reference.laws import LAWS, same_bytes
from tests.reference.scored import scored
from tests.reference.strategies import Scenario, scenarios

PAIRS = 15
"""Requests to each scheme, a few of them with holes."""


def hold(examples: int, start: int, phases: tuple[Phase, ...] = tuple(Phase)) -> int:
    """Try every law on so many generated schemes; how many pairs of a scheme and evidence were tried."""
    tried = 0

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    @given(scenarios(whole=PAIRS - 3))
    def holds(scenario: Scenario) -> None:
        nonlocal tried
        for one in scored(scenario):
            tried += 1
            note(f"{one.written}\n{one.request}")
            if one.refused:
                assert one.answer.problems is not None
                continue
            for law in (*LAWS, final_sheet):
                law(one)
        same_bytes(one)

    holds()
    return tried


@pytest.mark.parametrize("start", range(4))
def test_every_law_holds(start: int) -> None:
    """Thousands of pairs in all. What fails is not made smaller, which can take minutes; the long run does that."""
    tried = hold(36, start, phases=(Phase.generate,))
    assert tried >= 36 * PAIRS * 9 // 10


@pytest.mark.soak
@pytest.mark.parametrize("start", range(100, 108))
def test_every_law_holds_at_length(start: int) -> None:
    """More than 50,000 pairs in all."""
    tried = hold(450, start)
    assert tried >= 50_000 // 8


def test_the_low_end_does_not_depend_on_what_was_asked_before() -> None:
    """`final` on a complete sheet changes its status alone."""

    @seed(0)
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(holed=0, whole=3))
    def holds(scenario: Scenario) -> None:
        for one in scored(scenario):
            if one.refused or one.request["overrides"] or one.answer.sheet["status"] != "complete":
                continue
            final = replace(one, request=one.request | {"final": True})
            assert final.answer.sheet["status"] == "final"
            assert final.answer.sheet["sections"] == one.answer.sheet["sections"]

    holds()
