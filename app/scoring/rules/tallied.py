"""What a tally comes to: losses, gains and adds brought together, balanced against what is due, and limited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.scoring.bound import Facts, Seen
from app.scoring.exact import ANYTHING, Exact, Range, point, quotient
from app.scoring.fields import Value
from app.scoring.rules.shape import Judgeable, Judging, Line, Open, Place, Ruling, Settled
from app.scoring.rules.terms import Added, Counted
from app.scoring.wording import points_text


@dataclass(slots=True)
class _Count:
    """What has come together so far."""

    losses: list[Line] = field(default_factory=list)
    additions: list[Line] = field(default_factory=list)
    gains: list[tuple[Counted, Exact]] = field(default_factory=list)
    value: Exact = 0
    expected: Exact = 0
    open: list[Open] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TallyRuling(Ruling):
    """Start + gains + adds - losses, then the ceiling, then the floor."""

    start: Exact
    terms: tuple[Counted | Added, ...]
    floor: Exact | None
    ceiling: Exact | None
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """The facts of all terms."""
        return frozenset[str]().union(*(term.reads for term in self.terms))

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The value, and lines from `due` to it: losses, what gains fell short of, limits."""
        count = _Count(value=self.start, expected=due - self.start)
        for term in self.terms:
            if isinstance(term, Counted):
                _count_term(count, term, facts)
            else:
                _count_added(count, term, facts, judging)
        for reason in (Open.UNDECIDED, Open.EVIDENCE, Open.JUDGEMENT):
            if reason in count.open:
                return reason
        self._balance_gains(count, facts)
        self._limit(count)
        return Settled(count.value, tuple(count.losses), tuple(count.additions))

    def _balance_gains(self, count: _Count, facts: Facts) -> None:
        """Lay what gains fell short of on the gaining terms in order, what they brought too much on the last first."""
        short = count.expected - sum(given for _, given in count.gains)
        for term, given in count.gains:
            could = term.could_give
            share = short if could is None else min(short, could - given)
            if share > 0:
                count.losses.append(term.shortfall(facts, share))
                short -= share
        if short > 0:
            count.losses.append(self._line(short, "short", "各项合计达不到应得分"))
        for term, given in reversed(count.gains):
            share = min(-short, given)
            if share > 0:
                count.additions.insert(0, term.surplus(facts, share))
                short += share
        if short < 0:
            count.additions.insert(0, self._line(-short, "start", "起始分高于应得分"))

    def _limit(self, count: _Count) -> None:
        if self.ceiling is not None and count.value > self.ceiling:
            over = count.value - self.ceiling
            count.additions, rest = _trimmed(count.additions, over, "", self.place.unit)
            count.value = self.ceiling
            if rest > 0:
                count.losses.append(self._line(rest, "ceiling", f"最多得{points_text(self.ceiling, self.place.unit)}"))
        if self.floor is not None and count.value < self.floor:
            under = self.floor - count.value
            note = "扣完为止" if self.floor == 0 else f"最低{points_text(self.floor, self.place.unit)}"
            count.losses, rest = _trimmed(count.losses, under, note, self.place.unit)
            count.value = self.floor
            if rest > 0:
                count.additions.append(self._line(rest, "floor", f"最低得{points_text(self.floor, self.place.unit)}"))

    def _line(self, points: Exact, step: str, reason: str) -> Line:
        return Line(points, points, f"{self.place.code}.{step}", reason, self.place.clause)

    def over(self, seen: Facts, judging: Judging) -> Range | None:
        """The sum of what the terms can come to, each by itself and those of one fact together, within the limits."""
        apart = together = point(self.start)
        slopes: dict[str, Exact] = {}
        for term in self.terms:
            sign = -1 if isinstance(term, Counted) and term.loses else 1
            here = term.over(seen, judging)
            if here is None:
                return None
            apart += here.times(sign)
            sloped = term.sloped(seen, judging) if isinstance(term, Counted) else None
            together += (here if sloped is None else sloped[2]).times(sign)
            if sloped is not None:
                slopes[sloped[0]] = slopes.get(sloped[0], 0) + sign * sloped[1]
        for code, slope in slopes.items():
            together += _span(seen[code]).times(slope)
        return apart.common(together).clamped(self.floor, self.ceiling)

    def judged(self, facts: Facts) -> Judgeable | None:
        """What an added rule that counts asks for."""
        asked = (term.ruling.judged(facts) for term in self.terms if isinstance(term, Added) and term.test(facts))
        return next((each for each in asked if each is not None), None)

    def judgeables(self) -> Iterator[Judgeable]:
        """Those of every added rule."""
        for term in self.terms:
            if isinstance(term, Added):
                yield from term.ruling.judgeables()

    def marks(self) -> Iterator[tuple[str, object]]:
        """Those of every term."""
        for term in self.terms:
            yield from term.marks()

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Those of every term."""
        together: dict[str, Value] = {}
        for term in self.terms:
            own = list(term.changes({**facts, **together}))
            yield from term.changes(facts)
            together |= own[0] if own else {}
        yield together


def _span(seen: Seen) -> Range:
    return seen if isinstance(seen, Range) else ANYTHING


def _count_term(count: _Count, term: Counted, facts: Facts) -> None:
    nominal = term.nominal(facts)
    if nominal is None:
        count.open.append(Open.EVIDENCE)
        return
    applied = term.limited(nominal)
    if term.loses:
        count.value -= applied
        loss = term.loss(facts)
        if loss is not None:
            count.losses.append(loss)
    else:
        count.value += applied
        count.gains.append((term, applied))


def _count_added(count: _Count, term: Added, facts: Facts, judging: Judging) -> None:
    count.expected -= term.points
    answer = term.test(facts)
    if answer is None:
        count.open.append(Open.EVIDENCE)
        return
    if answer is False:
        if term.points > 0:
            count.losses.append(term.missed(facts))
        elif term.points < 0:
            count.additions.append(replace(term.missed(facts), points=-term.points, nominal=-term.points))
        return
    settled = term.ruling.settle(facts, judging, quotient(term.points, term.times))
    if isinstance(settled, Open):
        count.open.append(settled)
        return
    count.value += settled.value * term.times
    count.losses += [term.line(line) for line in settled.losses]
    count.additions += [term.line(line) for line in settled.additions]


def _trimmed(lines: list[Line], amount: Exact, note: str, unit: str) -> tuple[list[Line], Exact]:
    """The lines with `amount` taken off them, the last first; what could not be taken off."""
    kept: list[Line] = []
    for line in reversed(lines):
        cut = min(amount, line.points)
        amount -= cut
        left = line.points - cut
        if cut and note:
            said = f"{line.reason}；应扣{points_text(line.nominal, unit)}，{note}实扣{points_text(left, unit)}"
            kept.append(replace(line, points=left, reason=said))
        elif left or not cut:
            kept.append(replace(line, points=left))
    return kept[::-1], amount
