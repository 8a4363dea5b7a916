"""The score sheet of a subject in a round: scored once for each state of what it rests on, then kept ready to send."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.assessments import store
from app.assessments.service.inputs import Plain, official_inputs, stated_inputs
from app.assessments.values import Version
from app.db import Database, Session
from app.schemes.service import Kept
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problems
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

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Kept[Hashable, Ready] = Kept(MOST_BYTES, lambda ready: len(ready.data))

    def read(self, round_code: str, subject_code: str, view: View) -> Ready:
        """The official sheet or the self score; raises NotFound."""
        version = store.present_version(self._database.looks, round_code, subject_code)
        known = None if version is None else self._kept.get(_key(version, view))
        return known or self._work_out(round_code, subject_code, view)

    def _work_out(self, round_code: str, subject_code: str, view: View) -> Ready:
        gather = stated_inputs if view == "self" else official_inputs
        with self._database.reading() as session:
            program, request = gather(session, round_code, subject_code)
            version = store.version(session, round_code, subject_code)
        made = sheet(program, request)
        ready = Ready(str(made.digest), made.to_bytes())
        self._kept.put(_key(version, view), ready)
        return ready


def _key(version: Version, view: View) -> Hashable:
    return version.stated if view == "self" else version.official


def official(session: Session, round_code: str, subject_code: str) -> ScoreSheet:
    """考评得分 so far; raises NotFound."""
    return sheet(*official_inputs(session, round_code, subject_code))


def sheet(program: Program, request: Plain) -> ScoreSheet:
    """The sheet; what was stored has been checked, so a problem here is a fault of ours."""
    result = score_request(program, request)
    if isinstance(result, Problems):
        raise RuntimeError(f"stored inputs are refused: {result[0].code} at {result[0].pointer}")  # noqa: TRY004
    return result
