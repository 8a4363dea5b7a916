"""Subjects of every kind: the ones without a register of their own are entered here, all are found here."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.access import Actor, require
from app.audit import service as audit
from app.db import Session
from app.errors import Conflict, NotFound
from app.subjects.service import Seen
from app.subjects.shapes import NewSubject, SubjectChange, SubjectKind
from app.subjects.store import subjects as store
from app.subjects.values import Subject


def create(session: Session, actor: Actor, new: NewSubject) -> Subject:
    """Enter a centre, district or city; a code that is taken by any subject is refused."""
    require(actor, "change_register")
    subject = Subject(new.code, new.kind, new.name, new.district_code, new.attributes)
    enter(session, subject)
    audit.record(session, actor, act="enter_subject", thing=f"subjects/{new.code}", payload=new.model_dump())
    return subject


def enter(session: Session, subject: Subject) -> int:
    """Give a subject its row; returns the row's number. Codes are unique over all kinds."""
    if store.by_code(session, [subject.code]):
        raise Conflict("code_taken", f"代码 {subject.code} 已被使用")
    return store.add(session, subject)


def change(session: Session, actor: Actor, code: str, change: SubjectChange, seen: Seen[Subject]) -> Subject:
    """Say everything anew but code and kind; institutions and alliances are changed where they are registered."""
    require(actor, "change_register")
    found = store.one(session, code)
    if found is None:
        raise _unknown(code)
    number, before = found
    if before.kind in {"institution", "alliance"}:
        raise Conflict("registered_elsewhere", "机构和联合体应在各自的登记处变更")
    seen(before)
    store.change(session, number, change.name, change.district_code, change.attributes)
    audit.record(session, actor, act="change_subject", thing=f"subjects/{code}", payload=change.model_dump())
    return Subject(code, before.kind, change.name, change.district_code, change.attributes)


def read(session: Session, code: str) -> Subject:
    """The subject of this code, whatever its kind."""
    return find(session, code)[1]


def find(session: Session, code: str) -> tuple[int, Subject]:
    """The row number of a subject, and the subject."""
    found = store.by_code(session, [code])
    if code not in found:
        raise _unknown(code)
    return found[code]


def find_all(session: Session, codes: Collection[str]) -> dict[str, tuple[int, Subject]]:
    """Those of the codes that exist; one query however many."""
    return store.by_code(session, codes)


def by_number(session: Session, numbers: Collection[int]) -> dict[int, Subject]:
    """Subjects by their row numbers; one query however many."""
    return store.by_id(session, numbers)


def page(session: Session, kind: SubjectKind | None, district: str, after: str, limit: int) -> Sequence[Subject]:
    """At most `limit` subjects in the order of their codes, behind `after`."""
    return store.page(session, kind, district, after, limit)


def _unknown(code: str) -> NotFound:
    return NotFound("subject_not_found", f"没有代码为 {code} 的考评对象")
