"""Rows that can only come to a few results: all of them worked out beforehand by the ordinary rule, and looked up.

A fact has few values where it is a yes-or-no or a choice; and a whole number has few where conditions alone look at it:
every value up to the greatest mark, and one for all beyond. Beyond all marks the same conditions hold, so the results
differ only where a text names the number; two of them are compared, and where they differ the row is not finite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from app.scoring.exact import Exact, floor_of
from app.scoring.fields import Value
from app.scoring.generated.rows import Row
from app.scoring.generated.source import Body, Expression
from app.scoring.rules.extreme import ExtremeRuling
from app.scoring.rules.levels import LevelsRuling
from app.scoring.rules.shape import Judging, Ruling
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Counted
from app.scoring.wording import Fact

MOST_RESULTS = 100


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a fact that are told apart; `beyond` is one more that may stand in for the last."""

    fact: Fact
    values: tuple[Value, ...]
    beyond: Value | None = None

    def index(self, body: Body) -> Expression:
        """What a table of results is asked with."""
        if self.beyond is None:
            return f"v[{self.fact.code!r}]"
        name = body.fact(self.fact)
        last = self.values[-1]
        return f"{name} if {name} < {last!r} else {last!r}"


def look_up(row: Row, body: Body) -> Expression | None:
    """The row as a look-up, None where it has too many results."""
    if any(row.ruling.judgeables()):
        return None
    domains = _domains(row)
    if domains is None:
        return None
    table = _table(row, domains, {})
    if table is None or not _steady(row, domains):
        return None
    keys = [domain.index(body) for domain in domains]
    found = body.names.of(table) + "".join(f"[{key}]" for key in keys)
    if not keys[1:] or any(domain.fact.kind != "boolean" for domain in domains):
        return found
    return f"{body.names.of(_if_all(table))} if {' and '.join(keys)} else {found}"


def _domains(row: Row) -> list[Values] | None:
    measured = set(_measured(row.ruling))
    found = []
    results = 1
    for code in sorted(row.ruling.reads):
        values = _values(row, row.facts[code], counts=code in measured)
        results *= 0 if values is None else len(values.values)
        if values is None or results > MOST_RESULTS:
            return None
        found.append(values)
    return found


def _values(row: Row, fact: Fact, *, counts: bool) -> Values | None:
    if fact.kind == "boolean":
        return Values(fact, (False, True))
    if fact.kind == "choice":
        return Values(fact, tuple(fact.choices))
    if counts or fact.kind != "number" or not fact.whole or fact.limits.low is None:
        return None
    low = floor_of(fact.limits.low)
    last = max([low, *(floor_of(mark) + 1 for mark in _marks(row.ruling, fact.code))])
    return Values(fact, tuple(range(low, last + 1)), beyond=last + 1) if last - low < MOST_RESULTS else None


def _marks(ruling: Ruling, code: str) -> Iterator[Exact]:
    for named, mark in ruling.marks():
        if named == code:
            yield from mark if isinstance(mark, tuple) else (mark,)


def _measured(ruling: Ruling) -> Iterator[str]:
    """The facts of which a rule takes more than the answer to a question."""
    match ruling:
        case LevelsRuling():
            for case in ruling.cases:
                yield from _measured(case.outcome)
        case ExtremeRuling():
            for each in ruling.among:
                yield from _measured(each)
        case TallyRuling():
            for term in ruling.terms:
                if not isinstance(term, Counted):
                    yield from _measured(term.ruling)
                elif term.quantity is not None:
                    yield term.quantity.fact.code
        case _:
            yield from ruling.reads


def _table(row: Row, domains: list[Values], chosen: dict[str, Value]) -> object:
    """Results by value: a dictionary for each fact, inside each other; None where one of them is open."""
    if not domains:
        return row.ordinary(chosen, Judging())
    first, *others = domains
    return {value: _table(row, others, {**chosen, first.fact.code: value}) for value in first.values}


def _if_all(table: object) -> object:
    """The result where everything is in order, which is asked first."""
    while isinstance(table, dict):
        table = table[True]
    return table


def _steady(row: Row, domains: list[Values]) -> bool:
    """Whether it makes no difference how far beyond the marks a number lies."""
    for far in domains:
        if far.beyond is None:
            continue
        others = [domain for domain in domains if domain is not far]
        for values in product(*(domain.values for domain in others)):
            chosen = {domain.fact.code: value for domain, value in zip(others, values, strict=True)}
            here, there = ({**chosen, far.fact.code: value} for value in (far.values[-1], far.beyond))
            if row.ordinary(here, Judging()) != row.ordinary(there, Judging()):
                return False
    return True
