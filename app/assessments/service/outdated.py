"""Results that rest on other sheets which say something else since they were proposed."""

from __future__ import annotations

from collections.abc import Sequence

from app.assessments.service.others import Known, asks_others, handed_in, known_numbers, peers_of, with_previous
from app.assessments.service.requests import request_of
from app.assessments.service.scored import read
from app.assessments.store import sheets as store
from app.db import Session
from app.rounds.service import schemes
from app.rounds.values.rounds import Entry, Place, Round


def outdated(session: Session, found: Round, settled: Sequence[Entry], numbers: Known | None) -> list[str]:
    """Those of these subjects of a round, whose sheets stand, that would be scored from something else now.

    What is a subject's own stands still while its sheet stands: only what others bring can change. Nothing is asked
    where the scheme asks nobody; otherwise the number of queries does not depend on that of the subjects.
    """
    program = schemes.program(session, found)
    if not asks_others(program):
        return []
    known = numbers or known_numbers()
    peers = peers_of(session, program, found, known)
    frozen = store.inputs_digests(session, {each.number: each.sheet for each in settled if each.sheet is not None})
    changed = []
    for entry, given in handed_in(session, settled):
        place = Place(found, entry)
        request = with_previous(session, program, place, request_of(program, place, *given), known)
        request = {**request, **({} if peers is None else {"peers": peers}), "final": True}
        if read(program, request).digest != frozen[entry.number]:
            changed.append(entry.subject.code)
    return changed
