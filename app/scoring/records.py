"""The rows of tables behind an item, and what became of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from app.scoring.inputs import Inputs
from app.scoring.sheet import Record, WiredRecords

MOST_KEPT: Final = 2000
"""Answers kept: the same few rows, all of which count, come again and again."""
MOST_ROWS: Final = 50
"""Of tables with more rows nothing is kept."""

Looks: TypeAlias = tuple[tuple[tuple[int, str | None], ...], ...]
"""What each fold over a table said of its rows."""
Seen: TypeAlias = tuple[str, int, Looks]
"""A table, how many rows it has, and what was said of them."""


def records_behind(inputs: Inputs, tables: Sequence[tuple[str, Sequence[str]]]) -> WiredRecords:
    """Every row of these tables; a row counts when any of the folds over its table counts it."""
    stated, struck = inputs.evidence.tables, inputs.struck
    seen: list[Seen] = []
    for table, folds in tables:
        count = len(stated.get(table, ()))
        if table in struck or count > MOST_ROWS:
            return WiredRecords.of([record for each in tables for record in _one_by_one(inputs, *each)])
        seen.append((table, count, _looks(inputs, folds)))
    return _wired(tuple(seen))


def _looks(inputs: Inputs, folds: Sequence[str]) -> Looks:
    verdicts = inputs.worked.verdicts
    return tuple([tuple(verdicts[code].items()) for code in folds if code in verdicts])


@lru_cache(maxsize=MOST_KEPT)
def _wired(tables: tuple[Seen, ...]) -> WiredRecords:
    """Records as they are written, where no row was struck."""
    return WiredRecords.of(
        [record for table, count, looks in tables for record in _of_rows(table, range(1, count + 1), looks)]
    )


def _of_rows(table: str, numbers: Iterable[int], looks: Looks) -> list[Record]:
    if not looks:
        return [Record(table, number, counted=True) for number in numbers]
    looked = [dict(each) for each in looks]
    return [_record(table, number, [verdicts.get(number) for verdicts in looked]) for number in numbers]


def _record(table: str, number: int, reasons: list[str | None]) -> Record:
    counted = None in reasons
    return Record(table, number, counted, None if counted else reasons[0])


def _one_by_one(inputs: Inputs, table: str, folds: Sequence[str]) -> list[Record]:
    """The rows of a table together with those that findings took out."""
    numbers = [number for number, _ in inputs.evidence.tables.get(table, ())]
    records = _of_rows(table, numbers, _looks(inputs, folds))
    records += [
        Record(table, number, counted=False, reason=f"核实不予认可：{reason}")
        for number, reason in inputs.struck.get(table, {}).items()
    ]
    return sorted(records, key=lambda record: record.row)
