"""One row of the table for one submission: settled with its deductions, or open with its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.scoring.exact import ANYTHING, Exact, Range, floor_of, point, quotient, rounded
from app.scoring.fields import Value
from app.scoring.inputs import Inputs
from app.scoring.program import ItemProgram, Program
from app.scoring.ranges import Axis, Box, affordable_parts, axis, find_range
from app.scoring.rules.shape import Judging, Line, Open, Settled
from app.scoring.sheet import ItemStatus

ZERO: Exact = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row comes to; `score` is None while it is open, `range` then says what it can become."""

    program: ItemProgram
    known: Mapping[str, Value]
    judging: Judging
    status: ItemStatus
    score: Exact | None
    range: Range
    surplus: Exact = 0
    deductions: tuple[Line, ...] = ()
    level: int | None = None
    missing: tuple[str, ...] = ()
    judged: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is still missing."""
        return self.score is None


def judge(program: Program, item: ItemProgram, inputs: Inputs) -> Outcome:
    """Settle one row, or say what it waits for and what it can become."""
    known = item.known(inputs.worked.values)
    given = inputs.judgements.get(item.item.code)
    stated = inputs.evidence.stated & item.basis
    is_due = given is not None and item.ruling.judged(known) is not None
    judging = Judging(given.points, given.rationale, stated) if given and is_due else Judging(stated=stated)
    result = settle(item, known, judging)
    if isinstance(result, Open):
        missing = _missing(item, known, stated)
        status = _STATUS[result]
        span = ANYTHING if result is Open.UNDECIDED else item_range(program, item, known, judging)
        return Outcome(item, known, judging, status, None, span, missing=missing)
    return replace(settled_outcome(program, item, known, judging, result), judged=is_due)


_STATUS: dict[Open, ItemStatus] = {
    Open.EVIDENCE: "pending_evidence",
    Open.JUDGEMENT: "pending_judgement",
    Open.UNDECIDED: "undecided",
}


def settle(item: ItemProgram, known: Mapping[str, Value], judging: Judging) -> Settled | Open:
    """The rule's value before rounding, reckoned against the item's points (a bonus: against nothing)."""
    return item.ruling.settle(known, judging, 0 if item.section.bonus else item.item.points)


def rounded_score(program: Program, value: Exact) -> Exact:
    """Rounded once, to the scheme's places."""
    return rounded(value, program.scheme.rounding.places, program.scheme.rounding.mode)


def settled_outcome(
    program: Program, item: ItemProgram, known: Mapping[str, Value], judging: Judging, settled: Settled
) -> Outcome:
    """The score, and deductions that add up to exactly what was lost."""
    score = rounded_score(program, settled.value)
    due = 0 if item.section.bonus else item.item.points
    places = program.scheme.rounding.places
    lines = _set_off(settled.losses, settled.additions) if score < due else ()
    if score < due and not lines:
        lost = due - score
        lines = (Line(lost, lost, f"{item.item.code}.rounding", f"计分保留{places}位小数，舍入所失"),)
    return Outcome(
        item,
        known,
        judging,
        "scored",
        score,
        point(score),
        surplus=max(0, score - item.item.points),
        deductions=_rounded_lines(lines, due - score, places),
        level=settled.level,
    )


def _set_off(losses: Sequence[Line], additions: Sequence[Line]) -> tuple[Line, ...]:
    """Additions are set off against the deductions, the last first; each keeps its nominal points."""
    left = sum((line.points for line in additions), start=ZERO)
    kept: list[Line] = []
    for line in reversed(losses):
        cut = min(left, line.points)
        left -= cut
        if not cut or cut < line.points:
            kept.append(replace(line, points=line.points - cut))
    return tuple(reversed(kept))


def _rounded_lines(lines: Sequence[Line], lost: Exact, places: int) -> tuple[Line, ...]:
    """Lines cut to the item's places by largest remainder, the earlier first on a tie; together exactly `lost`."""
    scale = 10**places
    units = [floor_of(line.points * scale) for line in lines]
    rest = lost * scale - sum(units)
    by_remainder = sorted(range(len(lines)), key=lambda at: (units[at] - lines[at].points * scale, at))
    points: list[Exact] = list(units)
    for at in by_remainder[: floor_of(rest)] if rest >= 1 else ():
        points[at] += 1
        rest -= 1
    if rest > 0:
        points[by_remainder[0]] += rest
    for at in reversed(range(len(lines))):
        cut = min(points[at], max(0, -rest))
        points[at] -= cut
        rest += cut
    shown = [
        replace(line, points=quotient(share, scale), nominal=_nominal(line, quotient(share, scale), places))
        for line, share in zip(lines, points, strict=True)
    ]
    return tuple(
        line for line, before in zip(shown, lines, strict=True) if line.points or (line.nominal and not before.points)
    )


def _nominal(line: Line, applied: Exact, places: int) -> Exact:
    """What a limit cut the line from; the same as what is applied where none did."""
    return applied if line.nominal == line.points else max(applied, rounded(line.nominal, places))


def _missing(item: ItemProgram, known: Mapping[str, Value], stated: frozenset[str]) -> tuple[str, ...]:
    """The fields that are missing and the ratios that have no value, in the order in which the rule reads them."""
    named: dict[str, None] = {}
    for code in dict.fromkeys(code for code, _ in item.ruling.marks()):
        for leaf in sorted(item.workings.unknown_leaves(frozenset({code}), known)):
            named[item.workings.source(leaf) or leaf] = None
    reached = item.ruling.judged(known)
    basis = item.basis if reached is None else frozenset(reached.basis)
    for code in sorted(basis - stated):
        named[code] = None
    return tuple(named)


def axes_of(items: Sequence[ItemProgram], known: Mapping[str, Value]) -> list[Axis]:
    """The unknowns behind some rows, each with the marks that the rules set on it."""
    marks: dict[str, list[object]] = {}
    facts = {}
    for item in items:
        for code, mark in item.ruling.marks():
            marks.setdefault(code, []).append(mark)
        for leaf in item.workings.unknown_leaves(item.reads, known):
            facts[leaf] = item.workings.facts[leaf]
    return [axis(fact, marks.get(code, ())) for code, fact in sorted(facts.items())]


def unknown_spans(item: ItemProgram, known: Mapping[str, Value]) -> tuple[tuple[str, Range], ...]:
    """The numbers the rule reads that are not known, and what each could be."""
    start: Box = {each.code: each.start for each in axes_of([item], known)}
    seen = item.workings.seen(known, start)
    return tuple((code, span) for code in sorted(item.reads) if isinstance(span := seen.get(code), Range))


def rounded_range(
    program: Program, item: ItemProgram, known: Mapping[str, Value], judging: Judging, box: Box
) -> Range | None:
    """A range that holds every score of the row over a box of unknowns."""
    here = item.ruling.over(item.workings.seen(known, box), judging)
    if here is None:
        return None
    low, high = (None if end is None else rounded_score(program, end) for end in (here.low, here.high))
    return Range(low, high)


def item_range(program: Program, item: ItemProgram, known: Mapping[str, Value], judging: Judging) -> Range:
    """The exact ends of one row, remembered for the same facts."""
    key = ("range", item.item.code, frozenset(known.items()), judging)
    found = program.recall(key)
    if isinstance(found, Range):
        return found
    span = find_range(
        lambda box: rounded_range(program, item, known, judging, box),
        axes_of([item], known),
        affordable_parts(item.weight),
    )
    program.remember(key, span)
    return span
