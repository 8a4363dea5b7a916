"""Personal values kept apart: found in evidence, replaced by their tokens, put back for those who may read them."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from app.access import Actor, Answer, may
from app.db import Session
from app.errors import Invalid
from app.evidence.store import names as store
from app.evidence.values import PersonalValue, Plain, Revision
from app.rounds.service import schemes
from app.rounds.values.rounds import Place
from app.scoring.digest import canonical
from app.scoring.engine import Program
from app.scoring.fields import TextField
from app.scoring.problems import Path, Problem, Problems
from app.scoring.tables import TableField
from app.scoring.tokens import is_token, token_of

LONGEST: Final = 200
"""Characters of a personal value, whatever the scheme lets pass."""
SALT: Final = 16
"""Bytes."""
_COLUMNS: Final = "personal columns"
read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""For canonical bytes of our own: exact numbers, no guard needed."""


@dataclass(frozen=True, slots=True)
class Names:
    """Personal values of one subject in one round, as far as they were looked up; `new` are not stored yet."""

    by_token: Mapping[str, str]
    by_value: Mapping[str, str]
    new: tuple[PersonalValue, ...] = ()


def look_up(session: Session, place: Place, *evidences: object) -> Names:
    """What is kept of the tokens and values in these; one query, none where there is nothing personal."""
    program = schemes.program(session, place.round)
    texts = {text for evidence in evidences for _, text in personal_texts(program, evidence)}
    tokens = {text for text in texts if is_token(text)}
    found = store.find(session, place.entry.number, tokens, texts - tokens) if texts else []
    return Names(dict(found), {value: token for token, value in found})


def personal_texts(program: Program, evidence: object) -> Iterator[tuple[Path, str]]:
    """Every text in a personal field or column, with its place; what has another form than it should is passed by."""
    if not isinstance(evidence, Mapping):
        return
    for code, columns in _personal(program).items():
        stated = evidence.get(code)
        if not columns and isinstance(stated, str):
            yield (code,), stated
        elif columns and isinstance(stated, list):
            for number, row in enumerate(stated):
                yield from _texts_of(row, columns, (code, number))


def refused(program: Program, evidence: object) -> Iterator[Problem]:
    """Personal values that cannot be kept: tokens, which would stand for somebody else, and what is far too long."""
    for path, text in personal_texts(program, evidence):
        if is_token(text):
            message = "这里应填写姓名等个人信息本身，不能填写其代号"
            yield Problem(path, "personal_token", message)
        elif len(text) > LONGEST:
            yield Problem(path, "personal_too_long", f"个人信息最多 {LONGEST} 字")


def with_tokens(program: Program, evidence: Plain, names: Names) -> tuple[Plain, Names]:
    """The evidence with a token for every personal value; values that have none yet get one, which is not stored yet.

    The evidence has been read by the scheme's fields before.
    """
    values = dict.fromkeys(text for _, text in personal_texts(program, evidence))
    new = tuple(_kept(value) for value in values if value not in names.by_value)
    known = {**names.by_value, **{each.value: each.token for each in new}}
    return _replaced(program, evidence, known), replace(names, by_value=known, new=new)


def keep(session: Session, place: Place, names: Names, now: datetime) -> None:
    """Store what is new."""
    store.add(session, place.round.number, place.entry.number, names.new, now)


def reads_names(actor: Actor, place: Place) -> bool:
    """Whether values, not tokens, are shown to the actor."""
    return may(actor, "read_names", place.thing) is Answer.ALLOWED


def seen_by(session: Session, actor: Actor, place: Place, found: Revision) -> Revision:
    """The revision as the actor may see it; one query where there are names in it that may be read."""
    if not reads_names(actor, place):
        return found
    program = schemes.program(session, place.round)
    if not _personal(program):
        return found
    evidence = read(found.content)
    return _named(program, found, evidence, look_up(session, place, evidence))


def named(session: Session, place: Place, found: Revision, names: Names) -> Revision:
    """The revision with values of those that were looked up."""
    return _named(schemes.program(session, place.round), found, read(found.content), names)


def finding_with_tokens(
    session: Session, place: Place, program: Program, field: str, stated: Plain, now: datetime
) -> Plain:
    """A finding that was found right, with a token for every personal value in its `value`; these are kept.

    Raises Invalid, with places in the finding.
    """
    if "value" not in stated:
        return stated
    evidence = {field: stated["value"]}
    problems = Problems(
        Problem(("value", *each.path[1:]), each.code, each.message) for each in refused(program, evidence)
    )
    if problems:
        raise Invalid(problems)
    kept, names = with_tokens(program, evidence, look_up(session, place, evidence))
    keep(session, place, names, now)
    return {**stated, "value": kept[field]}


def folded(text: str) -> str:
    """The text as people compare it: wide and narrow signs alike, no blanks, no capitals; cut where it is long."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())[:LONGEST]


def _personal(program: Program) -> Mapping[str, tuple[str, ...]]:
    """By field its personal columns; none for a field that is personal itself."""
    known = program.recall(_COLUMNS)
    if isinstance(known, dict):
        return known
    found = {
        code: _columns(field) if isinstance(field, TableField) else ()
        for code, field in program.scheme.evidence.items()
        if (_columns(field) if isinstance(field, TableField) else _is_personal(field))
    }
    program.remember(_COLUMNS, found)
    return found


def _columns(table: TableField) -> tuple[str, ...]:
    return tuple(code for code, column in table.columns.items() if _is_personal(column))


def _is_personal(field: object) -> bool:
    return isinstance(field, TextField) and field.personal


def _texts_of(row: object, columns: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(row, Mapping):
        for code in columns:
            text = row.get(code)
            if isinstance(text, str):
                yield (*path, code), text


def _replaced(program: Program, evidence: Plain, instead: Mapping[str, str]) -> Plain:
    """The evidence with other texts in personal places, where there is one instead."""
    changed: Plain = dict(evidence)
    for code, columns in _personal(program).items():
        stated = evidence.get(code)
        if not columns and isinstance(stated, str):
            changed[code] = instead.get(stated, stated)
        elif isinstance(stated, list):
            changed[code] = [_row_with(row, columns, instead) for row in stated]
    return changed


def _row_with(row: Plain, columns: Iterable[str], instead: Mapping[str, str]) -> Plain:
    texts = ((code, row.get(code)) for code in columns)
    return {**row, **{code: instead.get(text, text) for code, text in texts if isinstance(text, str)}}


def _named(program: Program, found: Revision, evidence: Plain, names: Names) -> Revision:
    """Where nothing is kept of any token in it, it stays as it is."""
    content = canonical(_replaced(program, evidence, names.by_token))
    return found if content == found.content else replace(found, named=content)


def _kept(value: str) -> PersonalValue:
    salt = secrets.token_bytes(SALT)
    return PersonalValue(token_of(salt, value), value, salt, folded(value))
