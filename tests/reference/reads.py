"""Which facts a rule looks at, and which fields behind them are unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.reference.values import UNKNOWN, Document, Facts, is_number


def read_by(rule: Any) -> Iterator[str]:
    """The codes of all facts anywhere in a rule, its conditions and the bases of its judgements."""
    if is_number(rule):
        return
    ((shape, content),) = rule.items()
    if shape == "judged":
        yield from content.get("basis", ())
    elif shape == "line":
        yield content["of"]
    else:
        for part in content if shape == "levels" else content["terms"]:
            yield from _read_by_part(part)


def _read_by_part(part: dict[str, Any]) -> Iterator[str]:
    """A level or a term."""
    if "when" in part:
        yield from asked_by(part["when"])
    yield from (part[word] for word in ("each", "of") if word in part)
    yield from read_by(part.get("add", part.get("rule", 0)))


def asked_by(condition: Any) -> Iterator[str]:
    """The codes of all facts in a condition."""
    if isinstance(condition, str):
        yield condition
        return
    ((word, asked),) = condition.items()
    if word not in ("all", "any", "not", "some"):
        yield word
        return
    parts = [asked] if word == "not" else asked["of"] if word == "some" else asked
    for part in parts:
        yield from asked_by(part)


def fields_behind(document: Document, code: str) -> set[str]:
    """The fields that a fact rests on, itself if it is one."""
    measure = document["measures"].get(code)
    if measure is None:
        return {code}
    tables = {value for word, value in measure.items() if word in TABLE_WORDS}
    parts = [*measure.get("total", ()), *measure.get("ratio", {}).values()]
    return tables.union(*(fields_behind(document, part) for part in parts))


def unknown_fields(document: Document, rule: Any, known: Facts) -> set[str]:
    """The fields behind a rule that were not given."""
    behind = set().union(*(fields_behind(document, code) for code in read_by(rule)))
    return {code for code in behind if known[code] is UNKNOWN}


TABLE_WORDS = ("count", "sum", "average", "min", "max", "distinct", "longest_stay")
