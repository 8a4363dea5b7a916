"""What leaves have in common, as expressions: what a person said, and where on a line a number lies."""

from __future__ import annotations

from itertools import pairwise
from math import lcm

from app.scoring.exact import Exact, quotient
from app.scoring.generated.source import Body, Expression, scaled
from app.scoring.generated.texts import Said, found, lost_line
from app.scoring.rules.judged import JudgedRuling
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Judging
from app.scoring.wording import found_text, number_text

MARK = "\0"


def given_points(ruling: JudgedRuling, body: Body) -> Expression:
    """The points a person gave; open while they, or what they rest on, are not there."""
    points = body.new("p")
    body.add(f"{points} = j.points")
    asked = [f"{points} is None"]
    if ruling.basis:
        asked.append(f"not j.stated >= {body.names.of(frozenset(ruling.basis))}")
    with body.under(f"if {' or '.join(asked)}"):
        body.add("raise Unsettled")
    return points


def given_reason(ruling: JudgedRuling, points: Expression) -> Said:
    """经评判得3分，理由：材料不全."""
    settled = ruling.settle({}, Judging(1, MARK, frozenset(ruling.basis)), 2)
    before, after = lost_line(settled).reason.split(number_text(1), 1)
    return [(True, before), (False, f"shown({points})"), (True, after.removesuffix(MARK)), (False, "j.rationale")]


def line_reason(ruling: LineRuling, body: Body) -> Said:
    """派出率为80%，按比例计分（0%得0分，100%得5分）."""
    settled = ruling.settle({ruling.fact.code: 1}, Judging(), ruling.at(1) + 1)
    said = lost_line(settled).reason.removeprefix(found_text(ruling.fact, 1))
    return [*found(ruling.fact, body), (True, said)]


def line_value(ruling: LineRuling, body: Body) -> tuple[Expression, Expression]:
    """Numerator and denominator of the points on the line, each stretch as base + slope · value."""
    part, whole = body.halves(ruling.fact)
    top, bottom = body.new("t"), body.new("b")
    for number, (end, base, slope) in enumerate(_stretches(ruling)):
        test = "True" if end is None else f"{scaled(part, end.denominator)} <= {scaled(whole, end.numerator)}"
        with body.under("else" if number and end is None else f"{'elif' if number else 'if'} {test}"):
            common = lcm(base.denominator, slope.denominator)
            body.add(f"{top} = {scaled(whole, int(base * common))} + {scaled(part, int(slope * common))}")
            body.add(f"{bottom} = {scaled(whole, common)}")
    return top, bottom


def _stretches(ruling: LineRuling) -> list[tuple[Exact | None, Exact, Exact]]:
    """Up to which value, base and slope; the last has no end."""
    inner: list[tuple[Exact | None, Exact, Exact]] = []
    for (left, low), (right, high) in pairwise(ruling.points):
        slope = quotient(high - low, right - left)
        inner.append((right, low - left * slope, slope))
    if ruling.extends:
        return [*inner[:-1], (None, *inner[-1][1:])]
    return [(ruling.points[0][0], ruling.points[0][1], 0), *inner, (None, ruling.points[-1][1], 0)]
