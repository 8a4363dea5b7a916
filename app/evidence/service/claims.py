"""Rows of handed-in evidence as they are compared between subjects: who, what, on which days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.db import Session
from app.evidence.service.names import folded, read
from app.evidence.store import revisions as store
from app.evidence.values import Plain, Revision
from app.rounds.values.rounds import Entry
from app.schemes.service import Kept
from app.scoring.engine import Program
from app.scoring.fields import DateField, TextField
from app.scoring.tables import STAY_COLUMNS, TableField

TITLES: Final = ("title", "name")
"""Columns that say what was done; the first one counts."""
INSTITUTIONS: Final = ("institution", "member")
"""Columns that name an institution."""
MOST_CLAIMS: Final = 200_000
"""Rows kept in memory: some two thousand revisions of the usual size."""
AT_ONCE: Final = 500
"""Revisions read at once."""
_PARTS: Final = "columns to compare"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that are compared."""

    persons: tuple[str, ...]
    title: str | None
    days: tuple[str, ...]
    institutions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A row (numbered from 1): tokens of a person by column, what was done when, its first and last day; no names."""

    field: str
    row: int
    person: tuple[tuple[str, str], ...]
    deed: bytes | None
    days: tuple[int, int]


class Claims:
    """Claims of revisions, worked out once for each: a revision never changes."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[str, int, int], list[Claim]] = Kept(MOST_CLAIMS, lambda claims: 1 + len(claims))

    def of_all(self, session: Session, program: Program, entries: list[Entry]) -> Iterator[tuple[Entry, list[Claim]]]:
        """What each of these handed in, in their order; one query for a few hundred that are not known yet."""
        handed_in = [entry for entry in entries if entry.revision is not None]
        for start in range(0, len(handed_in), AT_ONCE):
            some = handed_in[start : start + AT_ONCE]
            known = {entry.number: self._kept.get(_key(program, entry)) for entry in some}
            missing = {each.number: each.revision or 0 for each in some if known[each.number] is None}
            found = store.many(session, missing) if missing else {}
            for entry in some:
                claims = known[entry.number]
                yield entry, self._worked_out(program, entry, found[entry.number]) if claims is None else claims

    def _worked_out(self, program: Program, entry: Entry, revision: Revision) -> list[Claim]:
        claims = list(claims_in(program, read(revision.content)))
        self._kept.put(_key(program, entry), claims)
        return claims


def claims_in(program: Program, evidence: Plain) -> Iterator[Claim]:
    """Every row that says on which days somebody or something was there."""
    for code, columns in columns_of(program).items():
        rows = evidence.get(code)
        if columns.days and isinstance(rows, list):
            for number, row in enumerate(rows, start=1):
                claim = _claim(code, number, row, columns)
                if claim is not None:
                    yield claim


def columns_of(program: Program) -> Mapping[str, Columns]:
    """By table the columns to compare; looked for once in a scheme."""
    known = program.recall(_PARTS)
    if isinstance(known, dict):
        return known
    fields = program.scheme.evidence.items()
    found = {code: _columns(field) for code, field in fields if isinstance(field, TableField)}
    program.remember(_PARTS, found)
    return found


def _columns(table: TableField) -> Columns:
    texts = {code: column.personal for code, column in table.columns.items() if isinstance(column, TextField)}
    days = tuple(code for code, column in table.columns.items() if isinstance(column, DateField))
    return Columns(
        persons=tuple(sorted(code for code, personal in texts.items() if personal)),
        title=next((code for code in TITLES if texts.get(code) is False), None),
        days=STAY_COLUMNS if set(STAY_COLUMNS) <= set(days) else days,
        institutions=tuple(code for code in INSTITUTIONS if texts.get(code) is False),
    )


def _claim(field: str, number: int, row: Plain, columns: Columns) -> Claim | None:
    days = [date.fromisoformat(str(row[code])).toordinal() for code in columns.days if code in row]
    if not days:
        return None
    person = tuple((code, str(row[code])) for code in columns.persons if code in row)
    title = row.get(columns.title) if columns.title else None
    deed = hashlib.sha256(f"{sorted(days)}{folded(title)}".encode()).digest() if isinstance(title, str) else None
    return None if not person and deed is None else Claim(field, number, person, deed, (min(days), max(days)))


def _key(program: Program, entry: Entry) -> tuple[str, int, int]:
    return program.digest, entry.number, entry.revision or 0
