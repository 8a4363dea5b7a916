"""Sheets scored again from what was frozen with them, and compared byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from app.assessments.store import sheets as store
from app.assessments.values import Sheet
from app.db import Session
from app.errors import NotFound
from app.exchange.plain import Unreadable, read
from app.exchange.rescoring import Fault, Frozen, Rescored, program_of, rescore
from app.rounds.service import entries, rounds
from app.rounds.values.rounds import Place
from app.schemes import service as schemes
from app.schemes.service import Kept
from app.scoring.engine import ENGINE, Program

MOST_PROGRAMS: Final = 16
"""Schemes compiled at a time."""
FIGURES: Final = ("total", "base", "bonus", "grade")
Compiled = Kept[tuple[str, str, str], Program | Fault]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One sheet: which it is, by which engine, as it stands there, and what came of scoring it again."""

    round: str
    subject: str
    number: int
    engine: str
    stored: bytes = field(repr=False)
    result: Rescored

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.result.faults

    @property
    def by_another(self) -> bool:
        """Whether another version of the engine made it."""
        return self.engine != ENGINE


def recompute(session: Session, round_code: str | None = None) -> Iterator[Recomputed]:
    """Every sheet that was ever proposed, in one round or in all; one in memory at a time, a page of rows behind it.

    Raises NotFound for a round that is not there.
    """
    only = None
    if round_code is not None:
        only = [entry.number for entry in entries.all_entries(session, rounds.find(session, round_code))]
    known: Compiled = Kept(MOST_PROGRAMS)
    for entry, sheet in store.everything(session, only):
        place = entries.place_of(session, entry)
        result = _again(session, place, sheet, known)
        named = (place.round.code, place.entry.subject.code, sheet.number)
        yield Recomputed(*named, sheet.engine, sheet.content, result)


def frozen(sheet: Sheet) -> Frozen:
    """A stored sheet with what went in."""
    return Frozen(
        scheme_digest=sheet.scheme_digest,
        inputs=sheet.inputs,
        inputs_digest=sheet.inputs_digest,
        engine=sheet.engine,
        sheet=sheet.content,
        sheet_digest=sheet.digest,
    )


def _again(session: Session, place: Place, sheet: Sheet, known: Compiled) -> Rescored:
    program = _program(session, place, sheet.scheme_digest, known)
    if isinstance(program, Fault):
        return Rescored((program,))
    result = rescore(program, frozen(sheet))
    faults = [*result.faults, *_figure_faults(sheet)]
    if place.round.digest != sheet.scheme_digest:
        faults.append(Fault("round_differs", "批次所采用的方案与评分表的不同"))
    return Rescored(tuple(faults), result.made)


def _program(session: Session, place: Place, digest: str, known: Compiled) -> Program | Fault:
    """The version of the round, read anew and held against the digest that was frozen."""
    code, version = place.round.scheme, place.round.version
    found = known.get((code, version, digest))
    if found is None:
        try:
            found = program_of(schemes.document(session, code, version)[1], digest)
        except NotFound as missing:
            found = Fault(missing.type, missing.detail)
        known.put((code, version, digest), found)
    return found


def _figure_faults(sheet: Sheet) -> Iterator[Fault]:
    """What lists and feeds show of the sheet stands in columns beside it."""
    try:
        said = read(sheet.content)
    except Unreadable:
        return
    if not isinstance(said, dict):
        return
    for name in FIGURES:
        shown, stored = said.get(name), getattr(sheet, name)
        if (Decimal(shown) if isinstance(shown, int) else shown) != stored:
            yield Fault("figure_differs", f"列表所用的 {name} 与评分表不一致")
