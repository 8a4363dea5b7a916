"""Alliances and their memberships: what once was true stays; a change adds a membership or ends one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.access import Actor, require
from app.audit import service as audit
from app.db import Session
from app.errors import Conflict, Invalid, NotFound
from app.scoring.document import Part
from app.scoring.problems import Problem, Problems
from app.subjects.service import Seen, subjects
from app.subjects.service.memberships import membership_problems
from app.subjects.shapes import AllianceChange, NewAlliance, NewMembership
from app.subjects.store import alliances as store
from app.subjects.store import institutions as institution_store
from app.subjects.store import subjects as subject_store
from app.subjects.values import Alliance, AllianceEntry, Membership, Subject

MOST_MEMBERSHIPS = 2000
"""Memberships that one alliance can have over all years."""


def create(session: Session, actor: Actor, new: NewAlliance) -> Alliance:
    """Enter an alliance with its first memberships; everything wrong with them at once, or nothing is entered."""
    require(actor, "change_register")
    ids = _institutions(session, new.memberships)
    problems = membership_problems((), new.memberships, ids)
    if problems:
        raise Invalid(problems.under("memberships"))
    entry = _entry(new.code, new)
    number = subjects.enter(session, Subject(new.code, "alliance", new.name, new.district_code, new.attributes))
    store.add(session, number, entry)
    _add(session, number, ids, 0, new.memberships)
    _record(session, actor, "enter_alliance", new.code, new)
    return _whole(session, number, entry)


def read(session: Session, code: str) -> Alliance:
    """The alliance of this code with all memberships it ever had."""
    return _whole(session, *_found(session, code))


def change(session: Session, actor: Actor, code: str, change: AllianceChange, seen: Seen[Alliance]) -> Alliance:
    """Say everything anew but code and memberships; refused when it is no longer what the one who acts has `seen`."""
    require(actor, "change_register")
    number, before = _found(session, code, lock=True)
    whole = _whole(session, number, before)
    seen(whole)
    entry = _entry(code, change)
    subject_store.change(session, number, change.name, change.district_code, change.attributes)
    store.change(session, number, entry)
    _record(session, actor, "change_alliance", code, change)
    return _with(entry, whole.memberships)


def add_membership(session: Session, actor: Actor, code: str, new: NewMembership) -> Alliance:
    """One more membership; refused when the institution belongs to the alliance already in those days."""
    require(actor, "change_register")
    number, entry = _found(session, code, lock=True)
    before = store.memberships(session, number)
    ids = _institutions(session, [new])
    problems = membership_problems(before, [new], ids)
    if problems:
        raise Invalid(Problems(Problem(each.path[1:], each.code, each.message) for each in problems))
    if len(before) >= MOST_MEMBERSHIPS:
        raise Conflict("too_many_memberships", f"一个联合体至多登记 {MOST_MEMBERSHIPS} 条成员关系")
    _add(session, number, ids, len(before), [new])
    _record(session, actor, "add_membership", code, new)
    return _whole(session, number, entry)


def end_membership(session: Session, actor: Actor, code: str, membership: int, end: date) -> Alliance:
    """Say the last day of a membership that had none; an end that was said stays."""
    require(actor, "change_register")
    number, entry = _found(session, code, lock=True)
    found = next((each for each in store.memberships(session, number) if each.number == membership), None)
    if found is None:
        raise NotFound("membership_not_found", f"联合体 {code} 没有第 {membership} 条成员关系")
    if found.end is not None:
        raise Conflict("membership_ended", f"该成员关系已于 {found.end} 结束，不能改写；如有变化请另行登记")
    if end < found.start:
        raise Invalid(Problems.one(("end",), "end_before_start", f"结束日期早于开始日期 {found.start}"))
    store.end_membership(session, number, membership, end)
    said = {"membership": membership, "end": end}
    audit.record(session, actor, act="end_membership", thing=f"alliances/{code}", payload=said)
    return _whole(session, number, entry)


def page(session: Session, district: str, after: str, limit: int) -> Sequence[AllianceEntry]:
    """At most `limit` alliances in the order of their codes, behind `after`, without their memberships."""
    return store.page(session, district, after, limit)


def _record(session: Session, actor: Actor, act: str, code: str, said: Part) -> None:
    audit.record(session, actor, act=act, thing=f"alliances/{code}", payload=said.model_dump())


def _found(session: Session, code: str, *, lock: bool = False) -> tuple[int, AllianceEntry]:
    found = store.one(session, code, lock=lock)
    if found is None:
        raise NotFound("alliance_not_found", f"没有代码为 {code} 的联合体")
    return found


def _institutions(session: Session, named: Sequence[NewMembership]) -> dict[str, int]:
    codes = {each.institution for each in named} | {each.through for each in named if each.through is not None}
    return institution_store.numbers(session, codes)


def _add(session: Session, number: int, ids: dict[str, int], last: int, added: Sequence[NewMembership]) -> None:
    numbered = [
        Membership(last + place, each.institution, "", each.role, each.through, each.start, each.end)
        for place, each in enumerate(added, start=1)
    ]
    store.add_memberships(session, number, ids, numbered)


def _whole(session: Session, number: int, entry: AllianceEntry) -> Alliance:
    return _with(entry, store.memberships(session, number))


def _with(entry: AllianceEntry, memberships: tuple[Membership, ...]) -> Alliance:
    own = (entry.code, entry.name, entry.district_code, entry.agreement_filed, entry.plan_filed, entry.attributes)
    return Alliance(*own, memberships)


def _entry(code: str, said: AllianceChange) -> AllianceEntry:
    return AllianceEntry(code, said.name, said.district_code, said.agreement_filed, said.plan_filed, said.attributes)
