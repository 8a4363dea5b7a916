"""Conditions over facts, three-valued: True, False, or None where something unknown decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.values import UNKNOWN, Facts, exact, is_number

Truth = bool | None


def truth(condition: Any, facts: Facts) -> Truth:
    """Say whether a condition holds."""
    if isinstance(condition, str):
        return None if facts[condition] is UNKNOWN else facts[condition] is True
    ((word, asked),) = condition.items()
    if word == "all":
        return _all([truth(part, facts) for part in asked])
    if word == "any":
        return _any([truth(part, facts) for part in asked])
    if word == "not":
        inner = truth(asked, facts)
        return None if inner is None else not inner
    if word == "some":
        return _some(asked["at_least"], [truth(part, facts) for part in asked["of"]])
    return _comparisons(facts[word], asked)


def _all(parts: list[Truth]) -> Truth:
    if False in parts:
        return False
    return None if None in parts else True


def _any(parts: list[Truth]) -> Truth:
    if True in parts:
        return True
    return None if None in parts else False


def _some(needed: int, parts: list[Truth]) -> Truth:
    if parts.count(True) >= needed:
        return True
    return None if parts.count(True) + parts.count(None) >= needed else False


def _comparisons(found: Any, asked: dict[str, Any]) -> Truth:
    if found is UNKNOWN:
        return None
    return all(_compare(found, operator, constant) for operator, constant in asked.items())


def _compare(found: Any, operator: str, constant: Any) -> bool:
    if operator == "in":
        return found in [comparable(one) for one in constant]
    if operator == "has":
        wanted = constant if isinstance(constant, list) else [constant]
        return all(one in found for one in wanted)
    mark = comparable(constant)
    if operator == "is":
        return bool(found == mark)
    orders = {
        "at_least": lambda: found >= mark,
        "more_than": lambda: found > mark,
        "at_most": lambda: found <= mark,
        "less_than": lambda: found < mark,
    }
    return bool(orders[operator]())


def comparable(constant: Any) -> Any:
    """Turn a constant of the document into what facts hold: a fraction, a date, (months, days), or text."""
    if is_number(constant):
        return exact(constant)
    if isinstance(constant, dict):
        return (int(constant.get("months", 0)), int(constant.get("days", 0)))
    if isinstance(constant, str):
        return _date_or_text(constant)
    return constant


def _date_or_text(text: str) -> date | str:
    try:
        return date.fromisoformat(text) if len(text) == len("2020-04-01") else text
    except ValueError:
        return text
