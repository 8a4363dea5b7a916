"""Facts: evidence with findings applied, and the measures worked out from it; what rules may look at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

from app.scoring.bound import Seen
from app.scoring.exact import MOST, Exact, Range
from app.scoring.fields import Value
from app.scoring.periods import Period
from app.scoring.rows import NumberedRow, Verdicts
from app.scoring.wording import Fact

Values: TypeAlias = dict[str, Value]
Tables: TypeAlias = Mapping[str, list[NumberedRow]]


PERIOD_ENDS = {"period_start": "考评期首日", "period_end": "考评期末日"}
"""Days that measures may name without a field."""


def period_ends(facts: Mapping[str, Fact], period: Period) -> Values:
    """The ends of the period, where something asks for them."""
    ends = {"period_start": period.start, "period_end": period.end}
    return {code: day for code, day in ends.items() if code in facts}


@dataclass(frozen=True, slots=True)
class Given:
    """What measures are worked out from, beside single values; None: the other round, or the others, are not there."""

    period: Period
    tables: Tables
    previous: Mapping[str, Exact | None] | None = None
    peers: Mapping[str, Sequence[Exact]] | None = None


class Look(ABC):
    """A measure that is looked up once for a submission: over a table, in another round, among the other units."""

    is_looked_up: ClassVar[Literal[True]] = True
    fact: Fact
    reads: tuple[str, ...]
    waits: bool
    """Whether it waits for what other rounds or other units have to bring."""

    def is_absent(self, given: Given) -> bool:
        """Whether other rounds or other units have not brought what it needs."""
        return False

    @abstractmethod
    def look(self, given: Given, values: Values) -> tuple[Value | None, Verdicts | None]:
        """The value (None: unknown), and what became of each row it looked at."""


class Derived(ABC):
    """A measure worked out from other facts, again and again while they change."""

    is_looked_up: ClassVar[Literal[False]] = False
    fact: Fact
    reads: tuple[str, ...]

    @abstractmethod
    def value(self, values: Mapping[str, Any]) -> Value | None:
        """The exact value, None while that is unknown."""

    @abstractmethod
    def over(self, seen: Mapping[str, Any]) -> Range:
        """Its ends while some of what it reads is a range."""

    def leading_to(self, target: Exact, values: Mapping[str, Any]) -> Iterator[tuple[str, Exact]]:
        """For each number it is worked out from: the value that would bring it to `target`, the others unchanged."""
        return iter(())

    def marks(self) -> Iterator[tuple[str, object]]:
        """Fact and value wherever it changes at once."""
        return iter(())

    @property
    def is_leaf(self) -> bool:
        """Whether it is an unknown of its own while what it reads is not known."""
        return False


@dataclass(slots=True)
class Worked:
    """The facts of one submission: known values (what is absent is unknown), and why rows do not count."""

    values: Values
    verdicts: dict[str, Verdicts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workings:
    """How facts come about: which there are, in which order measures are worked out, what they rest on."""

    facts: Mapping[str, Fact]
    order: tuple[Look | Derived, ...]
    leaves: Mapping[str, frozenset[str]]
    sources: Mapping[str, tuple[str, ...]]
    """For each leaf that is no field: the fields, or the measures, that have to be there before it is known."""
    waiting: Mapping[str, str | None] = field(default_factory=dict)
    """Leaves that wait for other rounds or other units, with the unit's own number where that has to be known too."""
    looks: tuple[Look, ...] = ()
    derived: tuple[Derived, ...] = ()

    @classmethod
    def of(
        cls,
        facts: Mapping[str, Fact],
        order: Sequence[Look | Derived],
        leaves: Mapping[str, frozenset[str]],
        sources: Mapping[str, tuple[str, ...]],
    ) -> Workings:
        """Measures in the order in which they are worked out."""
        looks = tuple(each for each in order if isinstance(each, Look))
        derived = tuple(each for each in order if isinstance(each, Derived))
        waiting = {each.fact.code: each.reads[0] if each.reads else None for each in looks if each.waits}
        return cls(facts, tuple(order), leaves, sources, waiting, looks, derived)

    def only(self, codes: frozenset[str]) -> Workings:
        """What is needed to see these facts, and nothing else."""
        needed = set(codes)
        for each in reversed(self.order):
            if each.fact.code in needed:
                needed.update(each.reads)
        facts = {code: fact for code, fact in self.facts.items() if code in needed}
        derived = tuple(each for each in self.derived if each.fact.code in needed)
        return Workings(facts, derived, self.leaves, self.sources, self.waiting, (), derived)

    def work_out(self, stated: Mapping[str, Value], given: Given) -> Worked:
        """Every measure that can be known from what was stated."""
        values: Values = {**stated, **period_ends(self.facts, given.period)}
        verdicts: dict[str, Verdicts] = {}
        for each in self.order:
            if each.is_looked_up:
                value, seen = each.look(given, values)
                if seen is not None:
                    verdicts[each.fact.code] = seen
            else:
                value = each.value(values)
            if value is not None and (not self.waiting or self._can_be_shown(each.fact.code, value)):
                values[each.fact.code] = value
        return Worked(values, verdicts)

    def _can_be_shown(self, code: str, value: Value) -> bool:
        """Whether a number that rests on those of others is no larger than what can be shown; else it is not known."""
        if not isinstance(value, Exact) or -MOST <= value <= MOST:
            return True
        return self.waiting.keys().isdisjoint(self.leaves[code])

    def changed(self, values: Mapping[str, Value], changes: Mapping[str, Value]) -> Values:
        """The facts after some of them were set; what rests on them is worked out again."""
        after: Values = {**values, **changes}
        for each in self.derived:
            if each.fact.code in changes:
                continue
            value = each.value(after)
            if value is None:
                after.pop(each.fact.code, None)
            else:
                after[each.fact.code] = value
        return after

    def table(self, leaf: str) -> str | None:
        """The table that a fold goes over, None for anything else."""
        named = self.sources.get(leaf, ())
        return named[0] if len(named) == 1 and named[0] not in self.facts else None

    def unknown_leaves(self, codes: frozenset[str], values: Mapping[str, Value]) -> frozenset[str]:
        """What is really open behind the facts a rule reads: leaves without a value, ratios that have none."""
        missing = {leaf for code in codes if code not in values for leaf in self.leaves[code] if leaf not in values}
        for code in codes:
            if code not in values and not missing.intersection(self.leaves[code]):
                missing.update(self._undefined(code, values))
        return frozenset(missing)

    def _undefined(self, code: str, values: Mapping[str, Value]) -> set[str]:
        """Of the measures that `code` rests on, the ratios whose whole is 0."""
        by_code = {each.fact.code: each for each in self.derived}
        open_codes, found = [code], set()
        while open_codes:
            each = by_code[open_codes.pop()]
            absent = [read for read in each.reads if read not in values]
            open_codes += absent
            if not absent:
                found.add(each.fact.code)
        return found

    def seen(self, values: Mapping[str, Value], box: Mapping[str, Seen]) -> dict[str, Seen]:
        """The facts as far as they are known, with `box` for the leaves that are not."""
        seen: dict[str, Seen] = {**values, **box}
        for each in self.derived:
            code = each.fact.code
            if code not in values and code not in box:
                value = None if any(isinstance(seen.get(read), Range) for read in each.reads) else each.value(seen)
                seen[code] = each.over(seen) if value is None else value
        return seen
