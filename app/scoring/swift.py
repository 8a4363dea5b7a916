"""The swift reading of evidence: one conversion for what is plainly right, compiled once for the fields of a scheme.

What it takes it reads as the fields themselves do; it says nothing of what it does not take, and leaves that to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NotRequired, TypeAlias, TypedDict

import msgspec
from msgspec import Meta

from app.scoring.exact import MOST
from app.scoring.fields import (
    BooleanField,
    ChoiceField,
    DateField,
    Field,
    IntegerField,
    Row,
    TextField,
    Value,
)
from app.scoring.problems import Problems
from app.scoring.rows import NumberedRow
from app.scoring.tables import STAY_COLUMNS, TableField

Finish: TypeAlias = Callable[[Any, Any], Any]
"""What the conversion cannot say: from what was stated and what it became to the value, None where it is not taken."""
Look: TypeAlias = Callable[[list[Any], list[Row]], bool]
"""A look at all records, as stated and as converted: whether they can be taken; it may put the last touch to them."""
Stays: TypeAlias = Mapping[str, Iterable[tuple[str, str]]]
"""By table the columns of stays that must not end before they start."""

MOST_REMEMBERED: Final = 4096
"""Fractions that are remembered for a field: the same ones come again and again."""


class SwiftReader:
    """Reads all evidence of a scheme at once."""

    def __init__(self, fields: Mapping[str, Field], stays: Stays) -> None:
        """Compile the types and what they cannot say."""
        self._type = _record(fields, optional=True)
        self._finish = _finish_records(fields, stays)
        self._tables = tuple(code for code, field in fields.items() if isinstance(field, TableField))

    def read(self, stated: object) -> tuple[dict[str, Value], dict[str, list[NumberedRow]]] | None:
        """Values and numbered rows by field; None where something is wrong or written in an unusual way."""
        try:
            found: dict[str, Any] = msgspec.convert(stated, self._type)
        except (msgspec.ValidationError, ValueError):
            return None
        if self._finish([stated], [found]) is None:
            return None
        tables = {code: list(enumerate(found.pop(code), start=1)) for code in self._tables if code in found}
        return found, tables


def _record(fields: Mapping[str, Field], *, optional: bool = False) -> Any:  # noqa: ANN401 -- a type made at run time
    """The type of an object with these members and any others, which are dropped."""
    types = {code: _type_of(field) for code, field in fields.items()}
    lax = {code: each if fields[code].required and not optional else NotRequired[each] for code, each in types.items()}
    return TypedDict("Record", lax)  # type: ignore[operator]


def _type_of(field: Field) -> Any:  # noqa: ANN401 -- a type made at run time
    """What the conversion holds the values against; anything where numbers have to be made exact."""
    types: dict[type[Field], Callable[[Any], Any]] = {
        BooleanField: lambda _: bool,
        IntegerField: lambda whole: Annotated[int, Meta(ge=whole.min, le=MOST if whole.max is None else whole.max)],
        ChoiceField: lambda choice: Any if choice.multiple else Literal[tuple(choice.choices)],
        DateField: lambda _: date,
        TextField: lambda text: (
            Any if text.takes_tokens else Annotated[str, Meta(min_length=1, max_length=text.max_length)]
        ),
        TableField: lambda table: Annotated[list[_record(table.columns)], Meta(max_length=table.max_rows)],  # type: ignore[misc]
    }
    type_of = types.get(type(field))
    return Any if type_of is None else type_of(field)


def _finish_records(fields: Mapping[str, Field], stays: Stays, spans: Iterable[tuple[str, str]] = ()) -> Finish:
    """Records of these fields; the last day of a span is not before its first."""
    texts = tuple(code for code, field in fields.items() if isinstance(field, TextField) and not field.takes_tokens)
    days = tuple(code for code, field in fields.items() if isinstance(field, DateField))
    looks: list[Look] = [_no_member_more]
    looks += [_unpadded(texts)] if texts else []
    looks += [_written(days)] if days else []
    looks += [_in_order(start, end) for start, end in spans]
    finishes = {code: _finish_of(field, stays.get(code, ())) for code, field in fields.items()}
    others = tuple((code, each) for code, each in finishes.items() if each is not None)
    looks += [_finished(others)] if others else []

    def finish(stated: object, records: list[Row]) -> list[Row] | None:
        if type(stated) is not list:
            return None
        for look in looks:
            if not look(stated, records):
                return None
        return records

    return finish


def _no_member_more(stated: list[Any], records: list[Row]) -> bool:
    return sum(map(len, stated)) == sum(map(len, records))


def _unpadded(codes: tuple[str, ...]) -> Look:
    def look(_: list[Any], records: list[Row]) -> bool:
        for record in records:
            for code in codes:
                if code in record and record[code] != record[code].strip():
                    return False
        return True

    return look


def _written(codes: tuple[str, ...]) -> Look:
    """Days are stated as text; the conversion would also take a day of Python's."""

    def look(stated: list[Any], _: list[Row]) -> bool:
        for record in stated:
            for code in codes:
                if code in record and type(record[code]) is not str:
                    return False
        return True

    return look


def _in_order(start: str, end: str) -> Look:
    def look(_: list[Any], records: list[Row]) -> bool:
        spans = [(record[start], record[end]) for record in records if start in record and end in record]
        return all(first <= last for first, last in spans)

    return look


def _finished(finishes: tuple[tuple[str, Finish], ...]) -> Look:
    def look(stated: list[Any], records: list[Row]) -> bool:
        for each, record in zip(stated, records, strict=True):
            for code, finish in finishes:
                if code in record:
                    value = finish(each[code], record[code])
                    if value is None:
                        return False
                    record[code] = value
        return True

    return look


def _finish_of(field: Field, stays: Iterable[tuple[str, str]]) -> Finish | None:
    match field:
        case TableField():
            return _finish_records(field.columns, {}, _spans(field, stays))
        case BooleanField() | IntegerField() | ChoiceField(multiple=False) | DateField():
            return None
        case TextField(takes_tokens=False):
            return None
        case _:
            return _read_by(field)


def _spans(table: TableField, stays: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The columns of stays that hold days."""
    for span in sorted({STAY_COLUMNS, *stays}):
        if all(isinstance(table.columns.get(code), DateField) for code in span):
            yield span


def _read_by(field: Field) -> Finish:
    """The field reads for itself: ticks, tokens, and numbers to be made exact."""

    def read(stated: object) -> Any:  # noqa: ANN401 -- any value
        value = field.read(stated)
        return None if isinstance(value, Problems) else value

    read_number = lru_cache(maxsize=MOST_REMEMBERED)(read)

    def finish(stated: object, _: object) -> Any:  # noqa: ANN401 -- any value
        if type(stated) is int or (type(stated) is Decimal and stated.is_finite()):
            return read_number(stated)
        return read(stated)

    return finish
