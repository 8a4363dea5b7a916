"""The rows of tables behind an item, and what became of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from app.scoring.inputs import Inputs
from app.scoring.rows import Verdicts
from app.scoring.sheet import Record, WiredRecords

MOST_KEPT: Final = 2000
"""Tables and rows kept: the same few rows, all of which count, come again and again."""
MOST_ROWS: Final = 50
"""Of tables with more rows nothing is kept."""

Looks: TypeAlias = tuple[tuple[tuple[int, str | None], ...], ...]
"""What each fold over a table said of its rows; nothing where they all count."""
Seen: TypeAlias = tuple[str, int, Looks]
"""A table, how many rows it has, and what was said of them."""


def records_behind(inputs: Inputs, tables: Sequence[tuple[str, Sequence[str]]]) -> WiredRecords:
    """Every row of these tables; a row counts when any of the folds over its table counts it."""
    seen = [_seen(inputs, table, folds) for table, folds in tables]
    rows, struck = inputs.evidence.tables, inputs.struck
    for table, count, _ in seen:
        if count > MOST_ROWS or table in struck:
            break
    else:
        return _unstruck(seen[0]) if len(seen) == 1 else _together(tuple(seen))
    return WiredRecords.joined(
        _with_struck(table, [number for number, _ in rows.get(table, ())], looks, struck.get(table, {}))
        for table, _, looks in seen
    )


def _seen(inputs: Inputs, table: str, folds: Sequence[str]) -> Seen:
    """How many rows of a table are left, and what was said of them."""
    verdicts = inputs.worked.verdicts
    count = len(inputs.evidence.tables.get(table, ()))
    return table, count, _looks([verdicts[code] for code in folds if code in verdicts]) if folds and count else ()


def _looks(verdicts: Sequence[Verdicts]) -> Looks:
    """What was said of the rows; nothing where one of the folds counts them all."""
    for each in verdicts:
        if not any(each.values()):
            return ()
    return tuple([tuple(each.items()) for each in verdicts])


@lru_cache(maxsize=MOST_KEPT)
def _together(tables: tuple[Seen, ...]) -> WiredRecords:
    """The records of several tables of which no row was struck."""
    return WiredRecords.joined(map(_unstruck, tables))


@lru_cache(maxsize=MOST_KEPT)
def _unstruck(seen: Seen) -> WiredRecords:
    """The records of a table of which no row was struck."""
    table, count, looks = seen
    return WiredRecords.joined(_of_rows(table, range(1, count + 1), looks))


def _with_struck(table: str, numbers: Sequence[int], looks: Looks, struck: Mapping[int, str]) -> WiredRecords:
    """The rows of a table together with those that findings took out."""
    records = _of_rows(table, numbers, looks)
    records += [_record(table, number, f"核实不予认可：{reason}") for number, reason in struck.items()]
    return WiredRecords.joined(sorted(records, key=lambda each: each.records[0].row))


def _of_rows(table: str, numbers: Iterable[int], looks: Looks) -> list[WiredRecords]:
    looked = [dict(each) for each in looks]
    return [_record(table, number, _reason([verdicts.get(number) for verdicts in looked])) for number in numbers]


def _reason(said: list[str | None]) -> str | None:
    """Why a row does not count; None where one of the folds counts it, or none looks at it."""
    return None if not said or None in said else said[0]


@lru_cache(maxsize=MOST_KEPT)
def _record(table: str, number: int, reason: str | None) -> WiredRecords:
    return WiredRecords.of(Record(table, number, reason is None, reason))
