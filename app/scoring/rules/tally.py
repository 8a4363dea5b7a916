"""`tally`: where it starts from, what is taken off, what is added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field as Limited
from pydantic import PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.scoring.bound import Facts, Seen
from app.scoring.conditions import Condition, bind
from app.scoring.document import Amount, Code, Number, Part, Positive, Text, read_number
from app.scoring.exact import ANYTHING, Exact, Range, point, quotient
from app.scoring.fields import Value
from app.scoring.problems import Path
from app.scoring.rules.shape import Binding, Judgeable, Judging, Line, Open, Place, Ruling, Settled
from app.scoring.rules.terms import Added, Counted, Quantity
from app.scoring.wording import points_text

if TYPE_CHECKING:
    from app.scoring.rules.shape import Rule


class Term(Part):
    """One thing that is lost, gained or added."""

    lose: Amount | None = None
    gain: Amount | None = None
    add: Rule | None = None
    each: Code | None = None
    of: Code | None = None
    above: Number | None = None
    below: Number | None = None
    every: Positive | None = None
    step: Literal["completed", "started", "proportional"] | None = None
    when: Condition | None = None
    most: Amount | None = None
    points: Number | None = None
    times: Positive | None = None
    unproven: Amount | None = None
    reason: Text | None = None
    clause: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Term:
        named = [word for word in ("lose", "gain", "add") if getattr(self, word) is not None]
        if len(named) != 1:
            raise PydanticCustomError("one_term", "每一项应写 lose、gain、add 中的一个")
        foreign = _FOREIGN[named[0]].intersection(self.model_fields_set)
        if foreign:
            raise PydanticCustomError("term_members", f"{named[0]} 项不能有：{'、'.join(sorted(foreign))}")
        if self.add is not None:
            if self.points is None:
                raise PydanticCustomError("term_points", "add 项要用 points 写明应得多少分")
            return self
        return self._counted()

    def _counted(self) -> Term:
        sides = [self.above is not None, self.below is not None]
        if (self.each is not None and self.of is not None) or (self.of is not None) != any(sides) or all(sides):
            raise PydanticCustomError("term_quantity", "数量应写 each，或 of 加上 above、below 中的一个")
        if self.every is not None and self.of is None:
            raise PydanticCustomError("term_quantity", "every 只能与 of 一起使用")
        if self.each is None and self.of is None and (self.when is None or self.step is not None):
            raise PydanticCustomError("term_quantity", "没有数量的项要有 when，且不写 step")
        return self


_QUANTITY = frozenset({"each", "of", "above", "below", "every", "step", "most", "unproven"})
_FOREIGN = {
    "lose": frozenset({"points", "times"}),
    "gain": frozenset({"points", "times", "unproven"}),
    "add": _QUANTITY,
}


def _word_or_number(*words: str) -> PlainValidator:
    def read(value: object) -> Exact | str:
        if isinstance(value, str):
            if value not in words:
                raise PydanticCustomError("limit_word", f"应为数字，或 {'、'.join(words)}")
            return value
        return read_number(value)

    return PlainValidator(read)


def _limit_schema(*words: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": list(words)}]})


Start: TypeAlias = Annotated[Exact | str, _word_or_number("full"), _limit_schema("full")]
Floor: TypeAlias = Annotated[Exact | str, _word_or_number("none"), _limit_schema("none")]
Ceiling: TypeAlias = Annotated[Exact | str, _word_or_number("none", "full"), _limit_schema("none", "full")]


class Tally(Part):
    """`floor` and `ceiling` have no defaults: each has to be written."""

    start: Start
    terms: Annotated[list[Term], Limited(min_length=1)]
    floor: Floor
    ceiling: Ceiling


class TallyRule(Part):
    """每少1次扣0.5分，扣完为止."""

    tally: Tally

    def bind(self, binding: Binding, place: Place, path: Path) -> TallyRuling:
        """Tie every term."""
        binding.check_depth(place, path)
        inner = (*path, "tally", "terms")
        terms = [
            self._bind_term(term, binding, place.inner(f"term_{number + 1}", term.clause), (*inner, number))
            for number, term in enumerate(self.tally.terms)
        ]
        start, floor, ceiling = (
            _limit(limit, binding) for limit in (self.tally.start, self.tally.floor, self.tally.ceiling)
        )
        if sum(1 for term in terms if isinstance(term, Added) and any(term.ruling.judgeables())) > 1:
            binding.refuse(inner, "judged_twice", "一个计分项目一次只能有一个评判")
        return TallyRuling(start or 0, tuple(terms), floor, ceiling, place)

    def _bind_term(self, term: Term, binding: Binding, place: Place, path: Path) -> Counted | Added:
        binding.check_clause(term.clause, path)
        when = None if term.when is None else bind(term.when, binding.facts, (*path, "when"), binding.problems)
        if term.add is not None:
            ruling = term.add.bind(binding, place, (*path, "add"))
            return Added(ruling, term.points or 0, term.times or 1, when, term.reason, place)
        amount = term.lose if term.lose is not None else term.gain
        quantity = self._bind_quantity(term, binding, path)
        return Counted(term.lose is not None, amount or 0, quantity, when, term.most, term.unproven, term.reason, place)

    @staticmethod
    def _bind_quantity(term: Term, binding: Binding, path: Path) -> Quantity | None:
        if term.each is None and term.of is None:
            return None
        word = "each" if term.of is None else "of"
        fact = binding.number(term.of or term.each or "", (*path, word))
        every = term.every or 1
        whole_mark = isinstance(term.above or term.below or 0, int)
        if term.step is None and not (fact.whole and every == 1 and whole_mark):
            binding.refuse(path, "step_missing", "应写明 step：completed、started 或 proportional")
        above = term.above is not None or term.each is not None
        mark = term.above if term.above is not None else term.below if term.below is not None else 0
        return Quantity(fact, mark, above, every, term.step or "completed", term.each is not None)


def _limit(limit: Exact | str, binding: Binding) -> Exact | None:
    if limit == "none":
        return None
    return binding.points if isinstance(limit, str) else limit


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
            count.additions, rest = _trimmed(count.additions, over, "")
            count.value = self.ceiling
            if rest > 0:
                count.losses.append(self._line(rest, "ceiling", f"最多得{points_text(self.ceiling)}"))
        if self.floor is not None and count.value < self.floor:
            under = self.floor - count.value
            count.losses, rest = _trimmed(
                count.losses, under, "扣完为止" if self.floor == 0 else f"最低{points_text(self.floor)}"
            )
            count.value = self.floor
            if rest > 0:
                count.additions.append(self._line(rest, "floor", f"最低得{points_text(self.floor)}"))

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


def _trimmed(lines: list[Line], amount: Exact, note: str) -> tuple[list[Line], Exact]:
    """The lines with `amount` taken off them, the last first; what could not be taken off."""
    kept: list[Line] = []
    for line in reversed(lines):
        cut = min(amount, line.points)
        amount -= cut
        left = line.points - cut
        if cut and note:
            said = f"{line.reason}；应扣{points_text(line.nominal)}，{note}实扣{points_text(left)}"
            kept.append(replace(line, points=left, reason=said))
        elif left or not cut:
            kept.append(replace(line, points=left))
    return kept[::-1], amount
