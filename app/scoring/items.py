"""One row of the table for one submission: settled with its deductions, or open with its range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.scoring.bound import Facts
from app.scoring.exact import ANYTHING, NOTHING, Exact, Range, exact, floor_of, point, quotient, rounded
from app.scoring.fields import Value
from app.scoring.inputs import Inputs, Override
from app.scoring.others import average_of
from app.scoring.parts import LeftOut
from app.scoring.program import APPLIES, ItemProgram, Program, State, axes_of
from app.scoring.ranges import Box, affordable_parts, find_range
from app.scoring.rules.shape import Judging, Line, Open, Settled
from app.scoring.sheet import ItemStatus
from app.scoring.wording import points_text

ZERO: Exact = 0
LEFT_OUT: Mapping[str, LeftOut] = {"total": "total", "rescale": "rescale", "section": "section"}


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
    left_out: LeftOut | None = None
    scores: tuple[Exact, ...] = ()
    """The scores of the units to which it applies, where they are handed in."""

    @property
    def is_open(self) -> bool:
        """Whether something is still missing."""
        return self.score is None and self.left_out is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden(Outcome):
    """A row whose points a person set; `computed` is what it comes to without that."""

    override: Override
    computed: Outcome


def judge(program: Program, item: ItemProgram, inputs: Inputs) -> Outcome:
    """Settle one row, or say what it waits for and what it can become."""
    known = item.known(inputs.worked.values)
    judging, is_due = _judging(item, known, inputs)
    if item.gates:
        scores = tuple(inputs.scores.get(item.item.code, ()))
        states = possible_states(item, known)
        if states != (APPLIES,):
            outcome = Outcome(item, known, judging, "not_applicable", None, ANYTHING, scores=scores)
            return _not_applied(program, outcome, states)
    result = settle(item, known, judging)
    if isinstance(result, Open):
        return _open(program, item, known, judging, result)
    return replace(settled_outcome(item, known, judging, result), judged=is_due)


def possible_states(item: ItemProgram, known: Mapping[str, Value]) -> tuple[State, ...]:
    """Whether the row applies, as far as what is unknown leaves that open at all."""
    states = item.states(known)
    if len(states) == 1:
        return states
    start: Box = {each.code: each.start for each in axes_of([item], known)}
    return item.states(item.workings.seen(known, start))


def _judging(item: ItemProgram, known: Mapping[str, Value], inputs: Inputs) -> tuple[Judging, bool]:
    """The judgement that counts, as far as its level is decided."""
    if not item.judgeables:
        return Judging(), False
    given = inputs.judgements.get(item.item.code)
    stated = inputs.evidence.stated & item.basis
    if given is None or item.ruling.judged(known) is None:
        return Judging(stated=stated), False
    return Judging(given.points, given.rationale, stated), True


def _open(program: Program, item: ItemProgram, known: Mapping[str, Value], judging: Judging, why: Open) -> Outcome:
    missing = _missing(item, known, judging.stated)
    status = "pending_round" if why is Open.EVIDENCE and _waits(item, missing) else _STATUS[why]
    outcome = Outcome(item, known, judging, status, None, ANYTHING, missing=missing)
    return outcome if why is Open.UNDECIDED else replace(outcome, range=item_range(program, outcome))


def _not_applied(program: Program, outcome: Outcome, states: tuple[State, ...]) -> Outcome:
    """A row that does not apply, or of which that is not known."""
    item = outcome.program
    if len(states) > 1:
        missing = _missing(item, outcome.known, outcome.judging.stated)
        status: ItemStatus = "pending_round" if _waits(item, missing) else "pending_evidence"
        pending = replace(outcome, status=status, missing=missing)
        return replace(pending, range=item_range(program, pending))
    (state,) = states
    if isinstance(state, str) and state in LEFT_OUT:
        return replace(outcome, range=NOTHING, left_out=LEFT_OUT[state])
    span = counted(outcome, state)
    if not span.is_point or span.low is None:
        return replace(outcome, status="pending_round", range=span, missing=(item.item.code,))
    said = _INSTEAD[state] if isinstance(state, str) else f"本项不适用，按{points_text(state, item.unit)}计"
    return instead(outcome, span.low, said)


def instead(outcome: Outcome, score: Exact, reason: str) -> Outcome:
    """A row that does not apply, with the score that counts in its place."""
    item = outcome.program.item
    due: Exact = 0 if outcome.program.section.bonus else item.points
    lost = due - score
    line = Line(lost, lost, f"{item.code}.not_applicable", reason)
    surplus = max(0, score - item.points)
    return replace(outcome, score=score, range=point(score), surplus=surplus, deductions=(line,) if lost > 0 else ())


_INSTEAD = {
    "full": "本项不适用，按满分计",
    "zero": "本项不适用，不计分",
    "peers_average": "本项不适用，按适用单位的平均分计",
}
_STATUS: dict[Open, ItemStatus] = {
    Open.EVIDENCE: "pending_evidence",
    Open.JUDGEMENT: "pending_judgement",
    Open.UNDECIDED: "undecided",
}


def with_overrides(outcomes: list[Outcome], inputs: Inputs) -> list[Outcome]:
    """The rows with the points that persons set over the computed ones, whatever these are."""
    if not inputs.overrides:
        return outcomes
    given = [inputs.overrides.get(each.program.item.code) for each in outcomes]
    return [each if own is None else _overridden(each, own) for each, own in zip(outcomes, given, strict=True)]


def _overridden(computed: Outcome, override: Override) -> Overridden:
    item, score = computed.program, override.points
    lost = (0 if item.section.bonus else item.item.points) - score
    said = f"{_computed_text(computed)}，经调整计{points_text(score, item.unit)}，理由：{override.reason}"
    return Overridden(
        item,
        computed.known,
        computed.judging,
        "overridden",
        score,
        point(score),
        surplus=max(0, score - item.item.points),
        deductions=(Line(lost, lost, f"{item.item.code}.override", said),) if lost > 0 else (),
        level=computed.level,
        missing=computed.missing,
        judged=computed.judged,
        scores=computed.scores,
        override=override,
        computed=computed,
    )


def _computed_text(computed: Outcome) -> str:
    """What the rule gives: points, or why there are none yet and how many there can be."""
    unit = computed.program.unit
    applies = "" if computed.status != "not_applicable" else "本项不适用，"
    if computed.left_out is not None:
        return f"{applies}原不计入"
    if computed.score is not None:
        return f"{applies}原计{points_text(computed.score, unit)}"
    low, high = (None if end is None else points_text(end, unit) for end in (computed.range.low, computed.range.high))
    ends = [f"最低{low}"] if low is not None else []
    ends += [f"最高{high}"] if high is not None else []
    return "，".join([_OPEN[computed.status], *(["原可计" + "、".join(ends)] if ends else [])])


_OPEN: Mapping[ItemStatus, str] = {
    "pending_evidence": "佐证资料未齐",
    "pending_judgement": "尚未评判",
    "pending_round": "其他单位或上一批次的数值未齐",
    "undecided": "所报情形不属于任何一档",
}


def counted(outcome: Outcome, state: State) -> Range:
    """What a row counts that does not apply; anything while the others' scores are not there."""
    item = outcome.program
    if not isinstance(state, str):
        return point(state)
    if state != "peers_average":
        return point(item.item.points if state == "full" else 0)
    if outcome.scores:
        return point(rounded_score(item, average_of(outcome.scores)))
    return ANYTHING


def settle(item: ItemProgram, known: Mapping[str, Value], judging: Judging) -> Settled | Open:
    """The rule's value before rounding, reckoned against the item's points (a bonus: against nothing)."""
    return item.ruling.settle(known, judging, 0 if item.section.bonus else item.item.points)


def rounded_score(item: ItemProgram, value: Exact) -> Exact:
    """Rounded once, to the places of the item or the scheme."""
    return rounded(exact(value), item.rounding.places, item.rounding.mode)


def settled_outcome(item: ItemProgram, known: Mapping[str, Value], judging: Judging, settled: Settled) -> Outcome:
    """The score, and deductions that add up to exactly what was lost."""
    score = rounded_score(item, settled.value)
    due = 0 if item.section.bonus else item.item.points
    places = item.rounding.places
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
    for code in dict.fromkeys(code for code, _ in item.marks()):
        for leaf in sorted(item.workings.unknown_leaves(frozenset({code}), known)):
            named.update(dict.fromkeys(_behind(item, leaf, known)))
    reached = item.ruling.judged(known)
    basis = item.basis if reached is None else frozenset(reached.basis)
    for code in sorted(basis - stated):
        named[code] = None
    return tuple(named)


def _behind(item: ItemProgram, leaf: str, known: Mapping[str, Value]) -> list[str]:
    """What has to be there before a leaf is known: a field, a table, days, or what others bring."""
    own = item.workings.waiting.get(leaf)
    if own is not None and own not in known:
        inner = item.workings.unknown_leaves(frozenset({own}), known)
        return [*(name for each in sorted(inner) for name in _behind(item, each, known)), leaf]
    return [name for name in item.workings.sources.get(leaf, (leaf,)) if name not in known]


def _waits(item: ItemProgram, missing: Sequence[str]) -> bool:
    """Whether nothing is missing but what other rounds or other units bring."""
    return bool(missing) and all(code in item.workings.waiting for code in missing)


def unknown_spans(item: ItemProgram, known: Mapping[str, Value]) -> tuple[tuple[str, Range], ...]:
    """The numbers the rule reads that are not known, and what each could be."""
    start: Box = {each.code: each.start for each in axes_of([item], known)}
    seen = item.workings.seen(known, start)
    return tuple((code, span) for code in sorted(item.reads) if isinstance(span := seen.get(code), Range))


def ruled_range(program: Program, outcome: Outcome) -> Range:
    """The exact ends of what the rule of a row gives, as if it applied."""
    return _remembered(
        program, outcome, "ruled", lambda box: _ruled(outcome, outcome.program.workings.seen(outcome.known, box))
    )


def item_range(program: Program, outcome: Outcome) -> Range:
    """The exact ends of one row, remembered for the same facts."""
    return _remembered(program, outcome, "range", lambda box: rounded_range(outcome, box))


def _remembered(program: Program, outcome: Outcome, word: str, bound: Callable[[Box], Range | None]) -> Range:
    item = outcome.program
    key = (word, item.item.code, frozenset(outcome.known.items()), outcome.judging, outcome.scores)
    found = program.recall(key)
    if isinstance(found, Range):
        return found
    span = find_range(bound, axes_of([item], outcome.known), affordable_parts(item.weight))
    program.remember(key, span)
    return span


def rounded_range(outcome: Outcome, box: Box) -> Range | None:
    """A range that holds every score of the row over a box of unknowns; None where it has none, or is left out."""
    item = outcome.program
    seen = item.workings.seen(outcome.known, box)
    if not item.gates:
        return _ruled(outcome, seen)
    spans = [
        _ruled(outcome, seen) if state == APPLIES else counted(outcome, state)
        for state in item.states(seen)
        if state not in LEFT_OUT
    ]
    total: Range | None = None
    for span in spans:
        if span is not None:
            total = span if total is None else total.union(span)
    return total


def _ruled(outcome: Outcome, seen: Facts) -> Range | None:
    item = outcome.program
    here = item.ruling.over(seen, outcome.judging)
    if here is None:
        return None
    low, high = (None if end is None else rounded_score(item, end) for end in (here.low, here.high))
    return Range(low, high)
