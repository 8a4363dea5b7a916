"""The terms of a tally: what is taken off, what is added, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.scoring.bound import Bound, Facts
from app.scoring.exact import Exact, Range, ceiling_of, floor_of, point, quotient
from app.scoring.fields import Value
from app.scoring.repairs import stateable, ways
from app.scoring.rules.shape import Judging, Line, Place, Ruling
from app.scoring.wording import POINTS, Fact, found_text, number_text, points_text


@dataclass(frozen=True, slots=True)
class Quantity:
    """How often a term applies: the distance of a fact from a mark, in steps."""

    fact: Fact
    mark: Exact
    above: bool
    every: Exact
    step: str
    counts: bool
    money: str = POINTS
    """What the amount of its term is counted in."""

    def at(self, value: Exact) -> Exact:
        """Steps for a value; none on the mark and on its other side."""
        distance = value - self.mark if self.above else self.mark - value
        if distance <= 0:
            return 0
        steps = quotient(distance, self.every)
        if self.step == "proportional":
            return steps
        return floor_of(steps) if self.step == "completed" else ceiling_of(steps)

    @property
    def slack(self) -> Range:
        """How far the steps are from the plain quotient."""
        if self.step == "proportional" or (self.fact.whole and self.every == 1 and isinstance(self.mark, int)):
            return point(0)
        return Range(-1, 0) if self.step == "completed" else Range(0, 1)

    def over(self, seen: Range) -> Range:
        """The least and the most steps over a range."""
        near, far = (seen.low, seen.high) if self.above else (seen.high, seen.low)
        return Range(0 if near is None else self.at(near), None if far is None else self.at(far))

    def reaching(self, steps: Exact) -> Value | None:
        """The nearest value that can be stated with at least so many steps."""
        outwards = 1 if self.above else -1
        if self.step == "started" and steps > 0:
            return self._beside(self.mark + outwards * self.every * (ceiling_of(steps) - 1), outwards)
        return self._value(steps, outwards)

    def within(self, steps: Exact) -> Value | None:
        """The nearest value that can be stated with at most so many steps."""
        outwards = 1 if self.above else -1
        if self.step == "completed":
            return self._beside(self.mark + outwards * self.every * (floor_of(steps) + 1), -outwards)
        return self._value(steps, -outwards)

    def _beside(self, end: Exact, direction: int) -> Value | None:
        """The nearest value beyond an end that itself is not to be reached."""
        steps = quotient(end, self.fact.step)
        beyond = floor_of(steps) + 1 if direction > 0 else ceiling_of(steps) - 1
        return stateable(self.fact, beyond * self.fact.step, direction)

    def _value(self, steps: Exact, direction: int) -> Value | None:
        value = self.mark + self.every * steps if self.above else self.mark - self.every * steps
        return stateable(self.fact, value, direction)

    def wording(self, value: Exact, verb: str, amount: Exact) -> str:
        """派出人次为4人次，低于5人次，每低1人次扣0.6分."""
        found = found_text(self.fact, value)
        unit = "个百分点" if self.fact.unit == "%" else self.fact.unit
        each = f"{number_text(self.every)}{unit}"
        if self.counts:
            return f"{found}，每{each}{verb}{points_text(amount, self.money)}"
        side = "高于" if self.above else "低于"
        beyond = "" if self.at(value) == 0 else f"，{side}{number_text(self.mark)}{self.fact.unit}"
        return f"{found}{beyond}，每{side[0]}{each}{verb}{points_text(amount, self.money)}{self._steps_text}"

    @property
    def _steps_text(self) -> str:
        """How a step that is not full counts; nothing where every step is full."""
        return "" if self.step != "proportional" and self.slack.is_point else _STEPS[self.step]


_STEPS = {"completed": "（不足一档不计）", "started": "（不足一档按一档计）", "proportional": "（按比例计）"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A losing or gaining term."""

    loses: bool
    amount: Exact
    quantity: Quantity | None
    when: Bound | None
    most: Exact | None
    unproven: Exact | None
    reason: str | None
    place: Place

    def nominal(self, facts: Facts) -> Exact | None:
        """Amount × quantity before `most`; None while unknown."""
        answer = True if self.when is None else self.when.test(facts)
        if answer is False:
            return 0
        steps: Exact | None = 1
        if self.quantity is not None:
            seen = facts.get(self.quantity.fact.code)
            steps = None if seen is None else self.quantity.at(seen)  # type: ignore[arg-type]
        if steps is None or (answer is None and steps != 0):
            return None
        return self.amount * steps

    def limited(self, nominal: Exact) -> Exact:
        """At most `most`."""
        return nominal if self.most is None else min(nominal, self.most)

    @property
    def could_give(self) -> Exact | None:
        """The most it can come to, None without end."""
        if self.quantity is None:
            return self.limited(self.amount)
        most = self.quantity.over(self.quantity.fact.limits).high
        return self.most if most is None else self.limited(self.amount * most)

    def over(self, seen: Facts, judging: Judging) -> Range:
        """The least and the most it can come to; a quantity that stays unknown counts as what `unproven` says."""
        answer = True if self.when is None else self.when.test(seen)
        if answer is False:
            return point(0)
        closed = self._closed(judging)
        if closed is not None:
            return point(closed)
        steps = point(1)
        if self.quantity is not None:
            found = seen.get(self.quantity.fact.code)
            if not isinstance(found, Range):
                found = self.quantity.fact.limits if found is None else point(found)  # type: ignore[arg-type]
            steps = self.quantity.over(found)
        whole = steps.times(self.amount)
        whole = whole if answer else whole.union(point(0))
        return whole.clamped(None, self.most)

    def _closed(self, judging: Judging) -> Exact | None:
        """What a quantity that stays unknown costs in a closed sheet: `unproven`, or more where that is certain."""
        span = None if self.quantity is None else judging.unproven(self.quantity.fact.code)
        if self.quantity is None or self.unproven is None or span is None:
            return None
        return self.limited(max(self.unproven, self.amount * (self.quantity.over(span).low or 0)))

    def sloped(self, seen: Facts, judging: Judging) -> tuple[str, Exact, Range] | None:
        """Slope × fact + rest, where the whole range lies beyond the mark and `most` does not cut; else None."""
        if self._closed(judging) is not None:
            return None
        quantity = self.quantity
        found = None if quantity is None else seen.get(quantity.fact.code)
        if quantity is None or not isinstance(found, Range) or (self.when is not None and not self.when.test(seen)):
            return None
        near, far = (found.low, found.high) if quantity.above else (found.high, found.low)
        if near is None or (near < quantity.mark if quantity.above else near > quantity.mark):
            return None
        if self.most is not None and (far is None or self.amount * quantity.at(far) > self.most):
            return None
        slope = quotient(self.amount, quantity.every) * (1 if quantity.above else -1)
        return quantity.fact.code, slope, point(-slope * quantity.mark) + quantity.slack.times(self.amount)

    def loss(self, facts: Facts) -> Line | None:
        """The deduction of a losing term, None when it takes nothing."""
        nominal = self.nominal(facts) or 0
        applied = self.limited(nominal)
        if applied == 0:
            return None
        said = self._found(facts, held=True)
        if applied != nominal:
            said += f"，应扣{points_text(nominal, self.place.unit)}，最多扣{points_text(applied, self.place.unit)}"
        return Line(applied, nominal, self.place.code, said, self.place.clause)

    def shortfall(self, facts: Facts, points: Exact) -> Line:
        """What a gaining term did not bring."""
        return Line(points, points, self.place.code, self._found(facts, held=False), self.place.clause)

    def surplus(self, facts: Facts, points: Exact) -> Line:
        """What a gaining term brought beyond what was due."""
        return Line(points, points, self.place.code, self._found(facts, held=True), self.place.clause)

    def _found(self, facts: Facts, *, held: bool) -> str:
        parts: list[str] = []
        if self.when is not None:
            parts += self.when.because(facts, holds=self.when.test(facts) is True)
        if self.quantity is not None and (self.when is None or self.when.test(facts)):
            seen = facts.get(self.quantity.fact.code)
            parts.append(self.quantity.wording(seen, "扣" if self.loses else "得", self.amount))  # type: ignore[arg-type]
        found = "；".join(parts) or ("已扣分" if held else "未得分")
        return found if self.reason is None else f"{self.reason}（{found}）"

    @property
    def reads(self) -> frozenset[str]:
        """The facts of its condition and quantity."""
        codes = {fact.code for fact, _, _ in self.when.comparisons()} if self.when is not None else set[str]()
        return frozenset(codes | ({self.quantity.fact.code} if self.quantity is not None else set()))

    def marks(self) -> Iterator[tuple[str, object]]:
        """Where its condition or its quantity changes."""
        if self.when is not None:
            for fact, _, constant in self.when.comparisons():
                yield fact.code, constant
        if self.quantity is not None:
            yield self.quantity.fact.code, self.quantity.mark
            if self.most is not None and self.amount != 0:
                yield self.quantity.fact.code, self.quantity.reaching(ceiling_of(quotient(self.most, self.amount)))

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """To lose nothing or one step less; to gain one step more, or all there is."""
        if self.when is not None:
            yield from ways(self.when, facts, wanted=not self.loses)
        quantity = self.quantity
        seen = None if quantity is None else facts.get(quantity.fact.code)
        if quantity is None or seen is None:
            return
        steps = quantity.at(seen)  # type: ignore[arg-type]
        for value in self._targets(quantity, steps):
            if value is not None:
                yield {quantity.fact.code: value}

    def _targets(self, quantity: Quantity, steps: Exact) -> Iterator[Value | None]:
        if self.loses:
            yield quantity.within(0)
            yield quantity.within(max(0, ceiling_of(steps) - 1))
            return
        yield quantity.reaching(floor_of(steps) + 1)
        if self.most is not None and self.amount != 0:
            full = quotient(self.most, self.amount)
            yield quantity.reaching(full if quantity.step == "proportional" else ceiling_of(full))


@dataclass(frozen=True, slots=True)
class Added:
    """A term that brings in a rule."""

    ruling: Ruling
    points: Exact
    times: Exact
    when: Bound | None
    reason: str | None
    place: Place

    def test(self, facts: Facts) -> bool | None:
        """Whether it counts."""
        return True if self.when is None else self.when.test(facts)

    def over(self, seen: Facts, judging: Judging) -> Range | None:
        """The range of its rule, times its factor; 0 where it may not count."""
        answer = self.test(seen)
        if answer is False:
            return point(0)
        inner = self.ruling.over(seen, judging)
        if inner is None:
            return None if answer else point(0)
        whole = inner.times(self.times)
        return whole if answer else whole.union(point(0))

    def line(self, line: Line) -> Line:
        """A line of its rule, in its own points and with its own reason before it."""
        reason = line.reason if self.reason is None else f"{self.reason}（{line.reason}）"
        return Line(line.points * self.times, line.nominal * self.times, line.code, reason, line.clause)

    def missed(self, facts: Facts) -> Line:
        """What it should have given and did not, because its condition does not hold."""
        found = "；".join(self.when.because(facts, holds=False)) if self.when is not None else ""
        reason = found if self.reason is None else f"{self.reason}（{found}）"
        return Line(self.points, self.points, self.place.code, reason, self.place.clause)

    @property
    def reads(self) -> frozenset[str]:
        """The facts of its condition and rule."""
        codes = {fact.code for fact, _, _ in self.when.comparisons()} if self.when is not None else set[str]()
        return self.ruling.reads.union(codes)

    def marks(self) -> Iterator[tuple[str, object]]:
        """Those of its condition and rule."""
        if self.when is not None:
            for fact, _, constant in self.when.comparisons():
                yield fact.code, constant
        yield from self.ruling.marks()

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Those of its rule; into and out of its condition."""
        if self.when is not None:
            yield from ways(self.when, facts, wanted=True)
            yield from ways(self.when, facts, wanted=False)
        yield from self.ruling.changes(facts)
