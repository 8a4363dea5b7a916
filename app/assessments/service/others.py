"""What a sheet takes from other sheets: numbers of the same subject in the round before, and of all in this round."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, TypeAlias

from app.assessments.service.requests import Plain, request_of
from app.assessments.service.scored import read
from app.assessments.store import records as record_store
from app.assessments.store import versions as store
from app.assessments.store.records import Records
from app.db import Session
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, schemes
from app.rounds.values.rounds import Entry, Place, Round
from app.schemes.service import Kept
from app.scoring.digest import digest
from app.scoring.engine import Handed, Numbers, Program, numbers_of

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
    values: Mapping[str, Handed] = {}
    if earlier is not None:
        revision = evidence.submitted(session, earlier.entry)
        if revision is None and earlier.round.closed_at is None:
            return request
        values = {} if revision is None else _numbers_before(session, earlier, revision, known)
    return {**request, "previous": {code: values.get(code) for code in sorted(program.asked.previous)}}


def _numbers_before(session: Session, place: Place, revision: Revision, known: Known) -> Mapping[str, Handed]:
    """The numbers of an earlier round; these may rest on the other units there, and on the round before that one."""
    program = schemes.program(session, place.round)
    request = request_of(program, place, revision, record_store.of(session, revision.row))
    return numbers_of(read(program, among_others(session, program, place, request, known))).values


def peers_of(session: Session, program: Program, found: Round, known: Known) -> Plain | None:
    """The numbers of all units that submitted, once the round is closed; None before, or where no rule asks.

    A number is handed in when every unit has it, an item's scores when they are settled wherever it applies. Some may
    rest on others (a total on the average that a unit gets for an item): so in steps, until nothing more is known.
    """
    if found.closed_at is None or not asks_peers(program):
        return None
    units = _Units(session, program, found, known)
    peers: Plain = {}
    while True:
        more = _together(program, units.numbers(peers))
        if _count(more) in {_count(peers), _asked(program)}:
            return more
        peers = more


def among_others(session: Session, program: Program, place: Place, request: Plain, known: Known) -> Plain:
    """The request with everything that it takes from other sheets."""
    whole = with_previous(session, program, place, request, known)
    peers = peers_of(session, program, place.round, known)
    return whole if peers is None else {**whole, "peers": peers}


def _together(program: Program, units: Sequence[Numbers]) -> Plain:
    peers: Plain = {
        code: [unit.values[code] for unit in units]
        for code in sorted(program.asked.peers)
        if all(code in unit.values for unit in units)
    }
    scores = {item: [unit.scores[item] for unit in units if item in unit.scores] for item in program.asked.peer_scores}
    settled = {item: each for item, each in sorted(scores.items()) if None not in each}
    return {**peers, "scores": settled} if settled else peers


def _count(peers: Plain) -> int:
    scores = peers.get("scores")
    return len(peers) - 1 + len(scores) if isinstance(scores, dict) else len(peers)


def _asked(program: Program) -> int:
    return len(program.asked.peers) + len(program.asked.peer_scores)


class _Units:
    """All units of a round that submitted, in the order in which they entered."""

    def __init__(self, session: Session, program: Program, found: Round, known: Known) -> None:
        self._session, self._program, self._found, self._known = session, program, found, known
        versions, around = store.versions(session, found.code), store.around(session, found.code)
        present = entries.all_entries(session, found)
        self._present = [entry for entry in present if entry.revision is not None]
        self._keys = {number: (version.official, around.earlier) for number, version in versions.items()}
        self._requests: dict[int, Plain] = {}

    def numbers(self, peers: Plain) -> list[Numbers]:
        """What each hands to the others as far as these know of one another; worked out where that is not known."""
        step = digest(peers)
        kept = {each.number: self._known.get((self._keys[each.number], step)) for each in self._present}
        self._gather([entry for entry in self._present if kept[entry.number] is None])
        for number, numbers in kept.items():
            if numbers is None:
                kept[number] = made = _numbers(self._program, {**self._requests[number], "peers": peers})
                self._known.put((self._keys[number], step), made)
        return [numbers for numbers in kept.values() if numbers is not None]

    def _gather(self, wanted: Sequence[Entry]) -> None:
        new = [entry for entry in wanted if entry.number not in self._requests]
        for entry, given in handed_in(self._session, new):
            place = Place(self._found, entry)
            own = request_of(self._program, place, *given)
            self._requests[entry.number] = with_previous(self._session, self._program, place, own, self._known)


def _numbers(program: Program, request: Plain) -> Numbers:
    """What a unit hands to others.

    An item that does not apply waits for the others like one that is open; handed some score, it says which it is.
    """
    numbers = numbers_of(read(program, request))
    open_items = [item for item in program.asked.peer_scores if numbers.scores.get(item, 0) is None]
    if not open_items:
        return numbers
    peers = request["peers"]
    assert isinstance(peers, dict)  # noqa: S101 -- put together above
    given = {**peers, "scores": {**peers.get("scores", {}), **{item: [0] for item in open_items}}}
    applying = numbers_of(read(program, {**request, "peers": given})).scores
    return Numbers(numbers.values, {item: score for item, score in numbers.scores.items() if item in applying})


def handed_in(session: Session, present: Sequence[Entry]) -> list[tuple[Entry, tuple[Revision, Records]]]:
    """What these subjects, all of whom submitted, handed in, and what was recorded of it; four queries, or none."""
    if not present:
        return []
    revisions = evidence.submitted_of(session, present)
    recorded = record_store.of_all(session, [revision.row for revision in revisions.values()])
    return [(entry, (revision, recorded[revision.row])) for entry in present for revision in (revisions[entry.number],)]
