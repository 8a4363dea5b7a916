"""What would have to change for a condition to hold, or no longer to hold: the nearest values, never a made-up one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from app.scoring.bound import All, AnyOf, Bare, Bound, Compare, Facts, Not, Some
from app.scoring.exact import Exact, ceiling_of, floor_of, quotient
from app.scoring.fields import Value
from app.scoring.periods import StayLength
from app.scoring.wording import Fact

Change: TypeAlias = Mapping[str, Value]


def ways(condition: Bound, facts: Facts, *, wanted: bool) -> Iterator[Change]:
    """Changes after which the condition holds (`wanted`) or does not; the first is the nearest."""
    if condition.test(facts) is wanted:
        yield {}
        return
    match condition:
        case Bare(fact=fact):
            yield {fact.code: wanted}
        case Compare():
            for value in _values(condition, facts, wanted=wanted):
                yield {condition.fact.code: value}
        case Not(part=part):
            yield from ways(part, facts, wanted=not wanted)
        case All(parts=parts):
            yield from _every(parts, facts, wanted=True) if wanted else _one(parts, facts, wanted=False)
        case AnyOf(parts=parts):
            yield from _one(parts, facts, wanted=True) if wanted else _every(parts, facts, wanted=False)
        case Some(count=count, parts=parts):
            yield from _enough(parts, facts, count if wanted else len(parts) - count + 1, wanted=wanted)
        case _:
            return


def _one(parts: tuple[Bound, ...], facts: Facts, *, wanted: bool) -> Iterator[Change]:
    for part in parts:
        yield from ways(part, facts, wanted=wanted)


def _every(parts: tuple[Bound, ...], facts: Facts, *, wanted: bool) -> Iterator[Change]:
    yield from _enough(parts, facts, len(parts), wanted=wanted)


def _enough(parts: tuple[Bound, ...], facts: Facts, count: int, *, wanted: bool) -> Iterator[Change]:
    """Enough of the parts, those that already are as wanted first."""
    order = sorted(parts, key=lambda part: part.test(facts) is not wanted)
    change: dict[str, Value] = {}
    for part in order[:count]:
        step = next(ways(part, {**facts, **change}, wanted=wanted), None)
        if step is None:
            return
        change.update(step)
    yield change


def _values(condition: Compare, facts: Facts, *, wanted: bool) -> Iterator[Value]:
    fact, word, constant = condition.fact, condition.word, condition.constant
    if word == "has":
        seen = facts.get(fact.code)
        ticked = seen if isinstance(seen, frozenset) else frozenset[str]()
        yield ticked | set(constant) if wanted else ticked - {constant[0]}
    elif word in ("is", "in"):
        yield from _named(fact, constant if word == "in" else (constant,), wanted=wanted)
    else:
        value = _beside(fact, word if wanted else _OPPOSITE[word], constant)
        if value is not None:
            yield value


def _named(fact: Fact, named: tuple[Any, ...], *, wanted: bool) -> Iterator[Value]:
    if wanted:
        yield from (value for value in named if stateable(fact, value, 1) == value)
    elif fact.kind == "boolean":
        yield from (value for value in (True, False) if value not in named)
    elif fact.kind == "choice":
        yield from (code for code in sorted(fact.choices) if code not in named)
    else:
        for constant in named:
            beside = (_next(fact, constant, direction) for direction in (1, -1))
            yield from (value for value in beside if value is not None and value not in named)


def _beside(fact: Fact, word: str, constant: Value) -> Value | None:
    """The nearest value that can be stated and satisfies the comparison."""
    if word in ("at_least", "at_most"):
        return stateable(fact, constant, 1 if word == "at_least" else -1)
    return _next(fact, constant, 1 if word == "more_than" else -1)


def on_grid(fact: Fact, number: Exact, before: Value) -> Exact:
    """The next value on the fact's grid, seen from where it is now."""
    steps = quotient(number, fact.step)
    rises = not isinstance(before, int | Fraction) or number >= before
    return (ceiling_of(steps) if rises else floor_of(steps)) * fact.step


def stateable(fact: Fact, value: Value, direction: int) -> Value | None:
    """The value, or the nearest one in that direction which the fact can have; None when there is none."""
    if fact.kind != "number":
        return value
    number: Exact = value  # type: ignore[assignment]
    if fact.whole:
        number = ceiling_of(number) if direction > 0 else floor_of(number)
    low, high = fact.limits.low, fact.limits.high
    if direction > 0 and low is not None and number < low:
        number = low
    if direction < 0 and high is not None and number > high:
        number = high
    inside = (low is None or number >= low) and (high is None or number <= high)
    return number if inside else None


def _next(fact: Fact, constant: Value, direction: int) -> Value | None:
    match constant:
        case StayLength():
            return _stay_beside(constant, direction)
        case date():
            return constant + timedelta(days=direction) if date.min < constant < date.max else None
        case int() | Fraction():
            near = stateable(fact, constant, direction)
            return near if near != constant else stateable(fact, constant + direction * fact.step, direction)
        case _:
            return None


def _stay_beside(stay: StayLength, direction: int) -> StayLength | None:
    if direction > 0:
        return StayLength(stay.months, stay.days + 1)
    if stay.days:
        return StayLength(stay.months, stay.days - 1)
    return StayLength(stay.months - 1, 27) if stay.months else None


_OPPOSITE = {"at_least": "less_than", "less_than": "at_least", "more_than": "at_most", "at_most": "more_than"}
