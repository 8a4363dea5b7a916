"""Measures over measures: totals and ratios, the least and the greatest, steps, days; exact, also over ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.scoring.bound import Bound, Seen
from app.scoring.exact import ANYTHING, Exact, Range, ceiling_of, extreme_range, floor_of, point, quotient
from app.scoring.facts import Derived
from app.scoring.linear import Linear, quotient_range
from app.scoring.wording import Fact


@dataclass(frozen=True, slots=True)
class Combined(Derived):
    """A total (no `whole`) or a ratio, as linear forms over facts that are not totals themselves."""

    fact: Fact
    reads: tuple[str, ...]
    part: Linear
    whole: Linear | None
    steps: Mapping[str, Exact]
    limits: Range
    empty: Exact | None = None

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """The exact value; None while a part is unknown; where the whole is 0, `empty`."""
        if None in map(values.get, self.reads):
            return None
        if self.whole is None:
            return self.part.at(values)
        whole = self.whole.at(values)
        return self.empty if whole == 0 else quotient(self.part.at(values), whole)

    def leading_to(self, target: Exact, values: Mapping[str, Any]) -> Iterator[tuple[str, Exact]]:
        """Solved for each number it is worked out from."""
        if None in map(values.get, self.reads):
            return
        whole = self.whole or Linear({}, 1)
        short = target * whole.at(values) - self.part.at(values)
        for code in self.reads:
            weight = self.part.terms.get(code, 0) - target * whole.terms.get(code, 0)
            if weight != 0:
                yield code, values[code] + quotient(short, weight)

    def over(self, seen: Mapping[str, Any]) -> Range:
        """Exact ends; where it has no value at all, everything it could be."""
        box = {
            code: _as_range(seen.get(code)) for code in {*self.part.terms, *(self.whole.terms if self.whole else ())}
        }
        if self.whole is None:
            return self.part.range_over(box)
        here = quotient_range(self.part, self.whole, box, self.steps)
        least = self.whole.range_over(box).low
        if here is not None and least is not None and least > 0:
            return here
        instead = self.limits if self.empty is None else point(self.empty)
        return instead if here is None else here.union(instead)


def _as_range(seen: Seen, limits: Range = ANYTHING) -> Range:
    if isinstance(seen, Range):
        return seen
    return limits if seen is None else point(seen)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ExtremeOf(Derived):
    """The least or the greatest of several numbers; `limits` says what each of them can be while it is unknown."""

    fact: Fact
    reads: tuple[str, ...]
    constants: tuple[Exact, ...]
    highest: bool
    limits: Mapping[str, Range]

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """Known as soon as nothing unknown could change it."""
        found = self.over(values)
        return found.low if found.is_point else None

    def over(self, seen: Mapping[str, Any]) -> Range:
        """The extreme of the low ends, and that of the high ends."""
        spans = [_as_range(seen.get(code), self.limits[code]) for code in self.reads]
        return extreme_range([*spans, *map(point, self.constants)], highest=self.highest)

    def leading_to(self, target: Exact, values: Mapping[str, Any]) -> Iterator[tuple[str, Exact]]:
        """Each of the numbers set to it."""
        for code in self.reads:
            if code in values:
                yield code, target


@dataclass(frozen=True, slots=True)
class StepsOf(Derived):
    """How many whole steps a number makes, the last one counted where it is `started`."""

    fact: Fact
    reads: tuple[str, ...]
    every: Exact
    step: Literal["completed", "started"]

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """Exact; None while its number is unknown."""
        found = values.get(self.reads[0])
        return None if found is None else _steps(found, self.every, self.step)

    def over(self, seen: Mapping[str, Any]) -> Range:
        """It never falls while its number rises."""
        return steps_range(_as_range(seen.get(self.reads[0])), self.every, self.step)

    def leading_to(self, target: Exact, values: Mapping[str, Any]) -> Iterator[tuple[str, Exact]]:
        """The number at which so many steps are full."""
        if self.reads[0] in values:
            yield self.reads[0], target * self.every


def steps_range(span: Range, every: Exact, step: str) -> Range:
    """The least and the most steps that a number in this range makes."""
    low, high = (None if end is None else _steps(end, every, step) for end in (span.low, span.high))
    return Range(low, high)


def _steps(number: Exact, every: Exact, step: str) -> int:
    steps = quotient(number, every)
    return ceiling_of(steps) if step == "started" else floor_of(steps)


@dataclass(frozen=True, slots=True)
class CaseOf:
    """A number, and when it is the one."""

    when: Bound | None
    number: Exact


@dataclass(frozen=True, slots=True)
class CasesOf(Derived):
    """The number of the first case that holds."""

    fact: Fact
    reads: tuple[str, ...]
    cases: tuple[CaseOf, ...]

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """None where no case holds, or while that is not known."""
        for case in self.cases:
            answer = True if case.when is None else case.when.test(values)
            if answer is not False:
                return case.number if answer else None
        return None

    def marks(self) -> Iterator[tuple[str, object]]:
        """The constants of its conditions."""
        for case in self.cases:
            if case.when is not None:
                for fact, _, constant in case.when.comparisons():
                    yield fact.code, constant

    def over(self, seen: Mapping[str, Any]) -> Range:
        """Every case that may hold, up to the first that must."""
        found: Range | None = None
        for case in self.cases:
            answer = True if case.when is None else case.when.test(seen)
            if answer is not False:
                here = point(case.number)
                found = here if found is None else found.union(here)
            if answer:
                break
        return self.fact.limits if found is None else found


@dataclass(frozen=True, slots=True)
class TickedCount(Derived):
    """How many options of a field are ticked."""

    fact: Fact
    reads: tuple[str, ...]

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """Unknown while the field is."""
        ticked = values.get(self.reads[0])
        return len(ticked) if isinstance(ticked, frozenset) else None

    def over(self, seen: Mapping[str, Any]) -> Range:
        """From none of the options to all of them."""
        return self.fact.limits

    @property
    def is_leaf(self) -> bool:
        """An axis of its own."""
        return True
