"""What a sheet takes from other sheets: numbers of the same subject in the round before, and of all in this round."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

from app.assessments import store
from app.assessments.service.requests import Plain, request_of
from app.assessments.service.scored import read, sheet
from app.assessments.values import Around, Finding, Judgement, Version
from app.db import Session
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, schemes
from app.rounds.service.entries import Place
from app.rounds.values import Entry, Round
from app.schemes.service import Kept
from app.scoring.engine import Program
from app.scoring.exact import Exact, as_decimal
from app.scoring.fields import Value
from app.scoring.sheet import Figure


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one unit hands to others: its known numbers, and the scores of items that apply to it (open: None)."""

    values: Mapping[str, Figure]
    scores: Mapping[str, Figure | None]


Known: TypeAlias = Kept[Hashable, Numbers]
MOST_UNITS: Final = 20_000
"""Units whose numbers are kept in memory."""


def known_numbers() -> Known:
    """Room for the numbers of one database."""
    return Kept(MOST_UNITS)


def asks_others(program: Program) -> bool:
    """Whether a sheet rests on more than what was stored for itself."""
    return bool(program.asked.previous) or asks_peers(program)


def asks_peers(program: Program) -> bool:
    """Whether it rests on the other units of its round."""
    return bool(program.asked.peers or program.asked.peer_scores)


def with_previous(session: Session, program: Program, place: Place, request: Plain, known: Known) -> Plain:
    """The request, with the numbers of the round before where the scheme asks for some.

    Handed in are those of evidence that was submitted there. What has no value there, or no such round, is null. While
    the subject may still submit there, nothing is handed in. They follow findings made there later.
    """
    if not program.asked.previous:
        return request
    earlier = entries.before(session, place)
    values: Mapping[str, Figure] = {}
    if earlier is not None:
        revision = evidence.submitted(session, earlier.entry.number)
        if revision is None and earlier.round.closed_at is None:
            return request
        values = {} if revision is None else _numbers_before(session, earlier, revision, known)
    return {**request, "previous": {code: values.get(code) for code in sorted(program.asked.previous)}}


def _numbers_before(session: Session, place: Place, revision: Revision, known: Known) -> Mapping[str, Figure]:
    """The numbers of an earlier round; these may rest on the other units there, and on the round before that one."""
    program = schemes.program(session, place.round)
    judgements = store.judgements(session, [revision.row])[revision.row]
    findings = store.findings(session, [revision.row])[revision.row]
    request = request_of(program, place, revision, judgements, findings)
    return _values(program, among_others(session, program, place, request, known))


def peers_of(session: Session, program: Program, found: Round, known: Known) -> Plain | None:
    """The numbers of all units that submitted, once the round is closed; None before, or where no rule asks.

    A number is handed in when every unit has it, an item's scores when it is settled wherever it applies.
    """
    if found.closed_at is None or not asks_peers(program):
        return None
    units = _units(session, program, found, known)
    peers: Plain = {
        code: [unit.values[code] for unit in units]
        for code in sorted(program.asked.peers)
        if all(code in unit.values for unit in units)
    }
    scores = {item: [unit.scores[item] for unit in units if item in unit.scores] for item in program.asked.peer_scores}
    settled = {item: each for item, each in sorted(scores.items()) if None not in each}
    return {**peers, "scores": settled} if settled else peers


def among_others(session: Session, program: Program, place: Place, request: Plain, known: Known) -> Plain:
    """The request with everything that it takes from other sheets."""
    whole = with_previous(session, program, place, request, known)
    peers = peers_of(session, program, place.round, known)
    return whole if peers is None else {**whole, "peers": peers}


def _units(session: Session, program: Program, found: Round, known: Known) -> list[Numbers]:
    """Of all units that submitted, in the order in which they entered; worked out where they are not known."""
    versions, around = store.versions(session, found.code), store.around(session, found.code)
    present = [each for each in entries.all_entries(session, found) if versions[each.number].submitted is not None]
    units = {each.number: known.get(_key(versions[each.number], around)) for each in present}
    new = [each for each in present if units[each.number] is None]
    for entry, given in handed_in(session, new):
        place = Place(found, entry)
        request = with_previous(session, program, place, request_of(program, place, *given), known)
        units[entry.number] = numbers = Numbers(_values(program, request), _scores(program, request))
        known.put(_key(versions[entry.number], around), numbers)
    return [unit for unit in units.values() if unit is not None]


def _key(version: Version, around: Around) -> Hashable:
    return (version.official, around.earlier)


def handed_in(
    session: Session, present: Sequence[Entry]
) -> list[tuple[Entry, tuple[Revision, Mapping[str, Judgement], Mapping[str, Finding]]]]:
    """What these subjects, all of whom submitted, handed in, and what was recorded of it; three queries, or none."""
    if not present:
        return []
    revisions = evidence.submitted_of(session, [entry.number for entry in present])
    rows = [revision.row for revision in revisions.values()]
    judgements, findings = store.judgements(session, rows), store.findings(session, rows)
    return [
        (entry, (revision, judgements[revision.row], findings[revision.row]))
        for entry in present
        for revision in (revisions[entry.number],)
    ]


def _values(program: Program, request: Plain) -> dict[str, Figure]:
    """Every number of the request that is known, as it is shown: of at most six places; and the sums of the sheet."""
    inputs = read(program, request)
    numbers = {code: as_decimal(value) for code, value in inputs.worked.values.items() if _is_number(value)}
    made = sheet(program, request)
    sums = {"base": made.base, "bonus": made.bonus, "total": made.total}
    return numbers | {name: value for name, value in sums.items() if value is not None}


def _is_number(value: Value) -> TypeGuard[Exact]:
    return isinstance(value, Exact) and not isinstance(value, bool)


def _scores(program: Program, request: Plain) -> dict[str, Figure | None]:
    """Of the items that are compared, where they apply.

    One that does not apply waits for the others like one that is open; handed some score, it says which it is.
    """
    asked = sorted(program.asked.peer_scores)
    if not asked:
        return {}
    made = sheet(program, {**request, "peers": {"scores": {item: [0] for item in asked}}})
    items = {item.code: item for section in made.sections for item in section.items}
    return {code: items[code].score for code in asked if items[code].status != "not_applicable"}
