"""Sheets ready to send: as they were proposed, or worked out once for each state of the inputs and kept in memory."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.access import Act, Actor, Answer, Thing, may, require, sees_drafts
from app.assessments.service.inputs import official_inputs, stated_inputs
from app.assessments.service.others import Known, asks_others, known_numbers
from app.assessments.service.requests import read
from app.assessments.service.scored import sheet
from app.assessments.store import sheets as sheet_store
from app.assessments.store import versions as store
from app.assessments.values import Around, Sheet, Summary, Version
from app.db import Database, Session
from app.errors import NotFound
from app.rounds.service import entries, standing
from app.rounds.service import schemes as round_schemes
from app.rounds.values.rounds import Place
from app.schemes import service as schemes
from app.schemes.service import Kept
from app.scoring.sheet import ScoreSheet

View: TypeAlias = Literal["official", "self", "published"]
ACTS: Final[dict[View, Act]] = {
    "official": "read_assessment",
    "published": "read_assessment",
    "self": "read_self_score",
}
MOST_THINGS: Final = 20_000
"""Subjects in rounds of which it is known who has to do with them."""
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
        self._things: Kept[Hashable, Thing] = Kept(MOST_THINGS)
        self._kept: Kept[Hashable, Ready] = Kept(MOST_BYTES, lambda ready: len(ready.data))

    def read(self, actor: Actor, round_code: str, subject_code: str, view: View) -> Ready:
        """The official sheet or the self score, for one who may read it; raises NotFound, Forbidden.

        Those who review see the sheet they work on, all others the one that was published last.
        """
        looks = self._database.looks
        version = store.present_version(looks, round_code, subject_code)
        program = None if version is None else schemes.known(version.scheme)
        if version is None or program is None:
            return self._work_out(actor, round_code, subject_code, view)
        thing = self._thing(version, round_code, subject_code)
        require(actor, "read_rounds", entries.round_thing(round_code, *version.round_state))
        require(actor, ACTS[view], thing)
        number = _stored(version, actor, thing, view)
        if number is not None:
            return self._stored(version.entry, number)
        around = store.present_around(looks, round_code) if asks_others(program) else None
        known = self._kept.get(_key(actor, thing, view, version, around))
        return known or self._work_out(actor, round_code, subject_code, view)

    def read_at_once(self, actor: Actor, epoch: int, until: int, round_code: str, subject_code: str) -> Ready | None:
        """The official sheet where one statement tells everything that is not in memory; else None.

        `actor` may act so before `until` while access is in this `epoch`; who may not read is told so on the other way.
        """
        looks = self._database.looks
        version = store.present_version(looks, round_code, subject_code)
        if version is None or version.epoch != epoch or version.now >= until:
            return None
        thing = self._things.get((version.entry, version.epoch, version.round_state))
        found = entries.round_thing(round_code, *version.round_state)
        if thing is None or not (_allowed(actor, "read_rounds", found) and _allowed(actor, ACTS["official"], thing)):
            return None
        number = _stored(version, actor, thing, "official")
        if number is not None:
            return self._kept.get(("stored", version.entry, number))
        program = schemes.known(version.scheme)
        if program is None:
            return None
        around = store.present_around(looks, round_code) if asks_others(program) else None
        return self._kept.get(_key(actor, thing, "official", version, around))

    def _thing(self, version: Version, round_code: str, subject_code: str) -> Thing:
        """Who has to do with the subject, kept until anybody's access changes."""
        key = (version.entry, version.epoch, version.round_state)
        known = self._things.get(key)
        if known is None:
            looks = self._database.looks
            known = entries.present_thing(looks, version.entry, round_code, subject_code, *version.round_state)
            self._things.put(key, known)
        return known

    def _stored(self, entry: int, number: int) -> Ready:
        """A sheet that was proposed never changes."""
        key = ("stored", entry, number)
        known = self._kept.get(key)
        if known is None:
            found = sheet_store.ready(self._database.looks, entry, number)
            if found is None:
                raise NotFound("no_result", "该考评对象没有已公布的考评结果")
            known = Ready(*found)
            self._kept.put(key, known)
        return known

    def _work_out(self, actor: Actor, round_code: str, subject_code: str, view: View) -> Ready:
        with self._database.reading() as session:
            place = entries.locate(session, actor, ACTS[view], round_code, subject_code)
            version = store.version(session, round_code, subject_code)
            number = _stored(version, actor, place.thing, view)
            if number is not None:
                return self._stored(version.entry, number)
            if view == "self":
                program, request = stated_inputs(session, actor, place, self._numbers)
            else:
                program, request = official_inputs(session, place, self._numbers)
            around = store.around(session, round_code) if asks_others(program) else None
        made = sheet(program, request)
        ready = Ready(str(made.digest), made.to_bytes())
        if version.opened:  # before, the subject may still change
            self._kept.put(_key(actor, place.thing, view, version, around), ready)
        return ready


def _allowed(actor: Actor, act: Act, thing: Thing) -> bool:
    return may(actor, act, thing) is Answer.ALLOWED


def works_on(actor: Actor, thing: Thing) -> bool:
    """Whether the actor sees results that are not published yet."""
    return may(actor, "read_records", thing) is Answer.ALLOWED or ("dashboard" in actor.roles and actor.unpublished)


def _stored(version: Version, actor: Actor, thing: Thing, view: View) -> int | None:
    """The number of the stored sheet to send; None where it is worked out; 0, which there is never, for no result."""
    if view == "self":
        return None
    if view == "official" and works_on(actor, thing):
        return version.sheet if version.state in standing.SETTLED else None
    return version.published or 0


def _key(actor: Actor, thing: Thing, view: View, version: Version, around: Around | None) -> Hashable:
    if view != "self":
        return (version.official, around)
    return (version.stated if sees_drafts(actor, thing) else version.handed_in, around)


def official(session: Session, place: Place) -> ScoreSheet:
    """考评得分: as it stands, from what was frozen, or so far; raises NotFound."""
    if place.entry.state in standing.SETTLED and place.entry.sheet is not None:
        stands = sheet_store.one(session, place.entry.number, place.entry.sheet)
        if stands is not None:
            return sheet(round_schemes.program(session, place.round), read(stands.inputs))
    return sheet(*official_inputs(session, place, known_numbers()))


def listed(session: Session, actor: Actor, round_code: str, subject_code: str) -> tuple[Place, list[Summary]]:
    """All sheets that were ever proposed for a subject, the first one first; raises NotFound, Forbidden."""
    place = entries.locate(session, actor, "read_records", round_code, subject_code)
    return place, sheet_store.of(session, place.entry.number)


def one(session: Session, actor: Actor, round_code: str, subject_code: str, number: int) -> Sheet:
    """A sheet by its number; raises NotFound, Forbidden."""
    place = entries.locate(session, actor, "read_records", round_code, subject_code)
    found = sheet_store.one(session, place.entry.number, number)
    if found is None:
        raise NotFound("sheet_not_found", f"没有第 {number} 份评分表")
    return found
