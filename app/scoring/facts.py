"""Facts: evidence with findings applied, and the measures worked out from it; what rules may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.scoring.bound import Seen
from app.scoring.exact import ANYTHING, Exact, Range, point, quotient
from app.scoring.fields import Value
from app.scoring.folds import Look, NumberedRow, Verdicts
from app.scoring.linear import Linear, quotient_range
from app.scoring.periods import Period
from app.scoring.wording import Fact

Values: TypeAlias = dict[str, Value]
Tables: TypeAlias = Mapping[str, list[NumberedRow]]


@dataclass(frozen=True, slots=True)
class Derived:
    """A total (no `whole`) or a ratio, as linear forms over facts that are not totals themselves."""

    fact: Fact
    reads: tuple[str, ...]
    part: Linear
    whole: Linear | None
    steps: Mapping[str, Exact]
    limits: Range

    def value(self, values: Mapping[str, Any]) -> Exact | None:
        """The exact value; None while a part is unknown, or where the whole is 0."""
        if any(values.get(code) is None for code in self.reads):
            return None
        if self.whole is None:
            return self.part.at(values)
        whole = self.whole.at(values)
        return None if whole == 0 else quotient(self.part.at(values), whole)

    def leading_to(self, target: Exact, values: Mapping[str, Any]) -> Iterator[tuple[str, Exact]]:
        """For each number it is worked out from: the value that would bring it to `target`, the others unchanged."""
        if any(values.get(code) is None for code in self.reads):
            return
        whole = self.whole or Linear({}, 1)
        short = target * whole.at(values) - self.part.at(values)
        for code in self.reads:
            weight = self.part.terms.get(code, 0) - target * whole.terms.get(code, 0)
            if weight != 0:
                yield code, values[code] + quotient(short, weight)

    def over(self, seen: Mapping[str, Any]) -> Range:
        """Its ends while some of what it reads is a range; where it has no value at all, everything it could be."""
        box = {
            code: _as_range(seen.get(code)) for code in {*self.part.terms, *(self.whole.terms if self.whole else ())}
        }
        if self.whole is None:
            return self.part.range_over(box)
        here = quotient_range(self.part, self.whole, box, self.steps)
        least = self.whole.range_over(box).low
        if here is None or least is None or least <= 0:
            return self.limits if here is None else here.union(self.limits)
        return here


def _as_range(seen: Seen) -> Range:
    if isinstance(seen, Range):
        return seen
    return ANYTHING if seen is None else point(seen)  # type: ignore[arg-type]


@dataclass(slots=True)
class Worked:
    """The facts of one submission: known values (what is absent is unknown), and why rows do not count."""

    values: Values
    verdicts: dict[str, Verdicts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workings:
    """How facts come about: which there are, in which order measures are worked out, what they rest on."""

    facts: Mapping[str, Fact]
    looks: tuple[Look, ...]
    derived: tuple[Derived, ...]
    leaves: Mapping[str, frozenset[str]]
    tables: Mapping[str, frozenset[str]]

    def only(self, codes: frozenset[str]) -> Workings:
        """What is needed to see these facts, and nothing else."""
        needed = set(codes)
        for each in reversed(self.derived):
            if each.fact.code in needed:
                needed.update(each.reads)
        facts = {code: fact for code, fact in self.facts.items() if code in needed}
        derived = tuple(each for each in self.derived if each.fact.code in needed)
        return Workings(facts, (), derived, self.leaves, self.tables)

    def work_out(self, stated: Mapping[str, Value], tables: Tables, period: Period) -> Worked:
        """Every measure that can be known from what was stated."""
        worked = Worked(dict(stated))
        for look in self.looks:
            rows = tables.get(look.table)
            if rows is None:
                continue
            value, worked.verdicts[look.fact.code] = look.look(rows, period)
            if value is not None:
                worked.values[look.fact.code] = value
        self._derive(worked.values, frozenset())
        return worked

    def changed(self, values: Mapping[str, Value], changes: Mapping[str, Value]) -> Values:
        """The facts after some of them were set; what rests on them is worked out again."""
        after: Values = {**values, **changes}
        self._derive(after, frozenset(changes))
        return after

    def _derive(self, values: Values, fixed: frozenset[str]) -> None:
        for each in self.derived:
            if each.fact.code in fixed:
                continue
            value = each.value(values)
            if value is None:
                values.pop(each.fact.code, None)
            else:
                values[each.fact.code] = value

    def source(self, leaf: str) -> str | None:
        """The table that a fold goes over, None for a field or a ratio."""
        tables = self.tables.get(leaf, frozenset())
        return next(iter(tables)) if len(tables) == 1 and self.leaves[leaf] == {leaf} else None

    def unknown_leaves(self, codes: frozenset[str], values: Mapping[str, Value]) -> frozenset[str]:
        """What is really open behind the facts a rule reads: leaves without a value, ratios that have none."""
        missing = {leaf for code in codes if code not in values for leaf in self.leaves[code] if leaf not in values}
        for code in codes:
            if code not in values and not missing.intersection(self.leaves[code]):
                missing.update(_undefined(self.derived, code, values))
        return frozenset(missing)

    def seen(self, values: Mapping[str, Value], box: Mapping[str, Seen]) -> dict[str, Seen]:
        """The facts as far as they are known, with `box` for the leaves that are not."""
        seen: dict[str, Seen] = {**values, **box}
        for each in self.derived:
            code = each.fact.code
            if code not in values and code not in box:
                value = None if any(isinstance(seen.get(read), Range) for read in each.reads) else each.value(seen)
                seen[code] = each.over(seen) if value is None else value
        return seen


def _undefined(derived: tuple[Derived, ...], code: str, values: Mapping[str, Value]) -> set[str]:
    """Of the measures that `code` rests on, the ratios whose whole is 0."""
    by_code = {each.fact.code: each for each in derived}
    open_codes, found = [code], set()
    while open_codes:
        each = by_code[open_codes.pop()]
        absent = [read for read in each.reads if read not in values]
        open_codes += absent
        if not absent:
            found.add(each.fact.code)
    return found
