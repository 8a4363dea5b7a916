"""What a unit hands to other units of its round, and to the next round: its numbers, and the scores of its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from app.scoring.exact import MOST, Exact, as_decimal, cut
from app.scoring.inputs import Inputs
from app.scoring.items import Overridden, with_overrides
from app.scoring.kept import judge_rows
from app.scoring.program import APPLIES
from app.scoring.sheet import Figure
from app.scoring.spans import brought
from app.scoring.sums import Adder
from app.scoring.weighing import Weigher

Handed: TypeAlias = Figure | dict[str, int] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Known numbers of the evidence and of the sheet; scores of the items that apply (None while one is open).

    A number that six places cannot show is handed on as the exact quotient `{part, whole}` of two whole numbers, in
    digits as text where they are longer than JSON can carry.
    """

    values: Mapping[str, Handed]
    scores: Mapping[str, Figure | None]


def numbers_of(inputs: Inputs) -> Numbers:
    """As they are handed in as `previous` and `peers`; numbers of more than 15 digits are not."""
    program = inputs.program
    outcomes = with_overrides([row.outcome for row in judge_rows(program, inputs)], inputs)
    weigher = Weigher(Adder(program.scheme, program.plan, inputs.given, final=False), final=False)
    seen = program.workings.seen(inputs.worked.values, {})
    facts = weigher.weigh([brought(outcome) for outcome in outcomes], seen).facts_after
    numbers = {code: value for code, value in facts.items() if type(value) in (int, Fraction)}
    return Numbers(
        {code: _handed(value) for code, value in numbers.items() if -MOST <= value <= MOST},
        {
            outcome.program.item.code: None if outcome.score is None else as_decimal(outcome.score)
            for outcome in outcomes
            if isinstance(outcome, Overridden) or APPLIES in outcome.program.states(outcome.known)
        },
    )


def _handed(value: Exact) -> Handed:
    if isinstance(value, int) or cut(value) == value:
        return as_decimal(value)
    if max(abs(value.numerator), value.denominator) > MOST:
        return {"part": str(value.numerator), "whole": str(value.denominator)}
    return {"part": value.numerator, "whole": value.denominator}
