"""Which facts a rule looks at, and which fields behind them are unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.reference.calculations import CALCULATIONS
from tests.reference.calendars import named_days
from tests.reference.folds import FOLDS
from tests.reference.outside import Outside
from tests.reference.standings import parents
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
    elif shape in ("highest", "lowest"):
        for inner in content:
            yield from read_by(inner)
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


def read_by_item(document: Document, item: dict[str, Any]) -> set[str]:
    """The facts that decide whether an item applies, and those its rule reads."""
    conditions = [part["applies_when"] for part in (parents(document)[item["code"]], item) if "applies_when" in part]
    return set(read_by(item["rule"])).union(*map(asked_by, conditions))


def read_by_sheet(document: Document) -> set[str]:
    """The facts that vetoes, bonus sections and the grade ask for."""
    conditions = [section["counts_when"] for section in document["sections"] if "counts_when" in section]
    conditions += [veto["when"] for veto in document.get("vetoes", ())]
    conditions += [level["when"] for level in document.get("grade", {}).get("levels", ()) if "when" in level]
    return set().union(*map(asked_by, conditions))


def policies(document: Document) -> list[tuple[str, Any]]:
    """Every item with each policy that it may fall under."""
    return [
        (item["code"], part["otherwise"])
        for section in document["sections"]
        for item in section["items"]
        for part in (section, item)
        if "otherwise" in part
    ]


def is_calculated(measure: dict[str, Any]) -> bool:
    """Whether a measure is unknown only where another one is."""
    return any(word in measure for word in CALCULATIONS) and "ratio" not in measure


def parts_of(measure: dict[str, Any]) -> list[str]:
    """The facts that a measure is worked out of, its table aside."""
    parts = [*measure.get("total", ()), *measure.get("ratio", {}).values()]
    parts += [part for word in ("lowest", "highest") for part in measure.get(word, ()) if not is_number(part)]
    parts += [measure[word] for word in ("steps", "peers") if word in measure]
    parts += [fact for case in measure.get("cases", ()) if "when" in case for fact in asked_by(case["when"])]
    return parts + named_days(measure)


def fields_behind(document: Document, code: str) -> set[str]:
    """The fields that a fact rests on, itself if it is one."""
    measure = document["measures"].get(code)
    if measure is None:
        return {code}
    tables = {value for word, value in measure.items() if word in TABLE_WORDS}
    return tables.union(*(fields_behind(document, part) for part in parts_of(measure)))


def from_outside(document: Document, code: str) -> bool:
    """Whether a fact rests on the round before or on other units."""
    measure = document["measures"].get(code, {})
    return "previous" in measure or "peers" in measure or any(from_outside(document, p) for p in parts_of(measure))


def endless_reads(document: Document, item: dict[str, Any], known: Facts) -> int:
    """How often an item looks at facts behind which there is an unknown without limit."""
    reads = [*read_by(item["rule"]), *read_by_item(document, item).difference(read_by(item["rule"]))]
    return sum(_is_endless(document, code, known) for code in reads)


def _is_endless(document: Document, code: str, known: Facts) -> bool:
    if known[code] is not UNKNOWN:
        return False
    field = document["evidence"].get(code)
    if field is not None:
        return field["type"] == "table" or (field["type"] == "integer" and "max" not in field)
    measure = document["measures"][code]
    behind = [*parts_of(measure), *(measure[word] for word in TABLE_WORDS if word in measure)]
    return "peers" in measure or any(_is_endless(document, part, known) for part in behind)


def missing_for(document: Document, item: dict[str, Any], known: Facts, outside: Outside) -> set[str]:
    """What the unknown facts that an item reads wait for: `evidence`, `round`."""
    return set().union(*(_waits_for(document, code, known, outside) for code in read_by_item(document, item)))


def _waits_for(document: Document, code: str, known: Facts, outside: Outside) -> set[str]:
    if known[code] is not UNKNOWN:
        return set()
    measure = document["measures"].get(code, {})
    if "previous" in measure:
        return {"round"}
    behind = set().union(*(_waits_for(document, part, known, outside) for part in parts_of(measure)))
    if "peers" in measure and not outside.peers_of(measure["peers"]):
        return {"round"} if measure["as"] == "units" else behind | {"round"}
    return behind or {"evidence"}


def unknown_fields(document: Document, item: dict[str, Any], known: Facts) -> set[str]:
    """The fields behind an item that were not given."""
    behind = set().union(*(fields_behind(document, code) for code in read_by_item(document, item)))
    return {code for code in behind if known[code] is UNKNOWN}


TABLE_WORDS = (*FOLDS, "longest_stay")
