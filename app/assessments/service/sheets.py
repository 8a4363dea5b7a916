"""The score sheet of a subject in a round: scored once for each state of what it rests on, then kept ready to send."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.assessments import store
from app.assessments.service.inputs import official_inputs, stated_inputs
from app.assessments.service.others import Known, asks_others, known_numbers
from app.assessments.service.scored import sheet
from app.assessments.values import Around, Version
from app.db import Database, Session
from app.schemes import service as schemes
from app.schemes.service import Kept
from app.scoring.sheet import ScoreSheet

View: TypeAlias = Literal["official", "self"]
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of sheets kept in memory: some three thousand of the usual size."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A sheet as it is sent, with its digest."""

    digest: str
    data: bytes


class Sheets:
    """Sheets ready to send; the state of their inputs is looked up each time: another process may have changed it."""

    def __init__(self, database: Database, numbers: Known) -> None:
        self._database = database
        self._numbers = numbers
        self._kept: Kept[Hashable, Ready] = Kept(MOST_BYTES, lambda ready: len(ready.data))

    def read(self, round_code: str, subject_code: str, view: View) -> Ready:
        """The official sheet or the self score; raises NotFound."""
        looks = self._database.looks
        version = store.present_version(looks, round_code, subject_code)
        program = None if version is None else schemes.known(version.scheme)
        if version is None or program is None:
            return self._work_out(round_code, subject_code, view)
        around = store.present_around(looks, round_code) if asks_others(program) else None
        return self._kept.get(_key(view, version, around)) or self._work_out(round_code, subject_code, view)

    def _work_out(self, round_code: str, subject_code: str, view: View) -> Ready:
        with self._database.reading() as session:
            gather = stated_inputs if view == "self" else official_inputs
            program, request = gather(session, round_code, subject_code, self._numbers)
            version = store.version(session, round_code, subject_code)
            around = store.around(session, round_code) if asks_others(program) else None
        made = sheet(program, request)
        ready = Ready(str(made.digest), made.to_bytes())
        if version.opened:  # before, the subject may still change
            self._kept.put(_key(view, version, around), ready)
        return ready


def _key(view: View, version: Version, around: Around | None) -> Hashable:
    return (version.stated if view == "self" else version.official, around)


def official(session: Session, round_code: str, subject_code: str) -> ScoreSheet:
    """考评得分 so far; raises NotFound."""
    return sheet(*official_inputs(session, round_code, subject_code, known_numbers()))
