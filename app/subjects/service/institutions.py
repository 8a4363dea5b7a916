"""Institutions: entered with their official code, changed as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from app.access import Actor, require
from app.audit import service as audit
from app.db import Session
from app.errors import Conflict, NotFound
from app.subjects.service import Seen, subjects
from app.subjects.shapes import InstitutionChange, InstitutionKind, NewInstitution
from app.subjects.store import institutions as store
from app.subjects.store import subjects as subject_store
from app.subjects.values import Institution, Subject


def create(session: Session, actor: Actor, new: NewInstitution) -> Institution:
    """Enter an institution; it is a subject too. A code or 统一社会信用代码 that is taken is refused."""
    require(actor, "change_register")
    institution = _institution(new.code, new)
    _refuse_credit_code_of_another(session, institution)
    number = subjects.enter(session, Subject(new.code, "institution", new.name, new.district_code, new.attributes))
    store.add(session, number, institution)
    audit.record(session, actor, act="enter_institution", thing=f"institutions/{new.code}", payload=new.model_dump())
    return institution


def read(session: Session, code: str) -> Institution:
    """The institution of this code."""
    found = store.one(session, code)
    if found is None:
        raise _unknown(code)
    return found[1]


def change(
    session: Session, actor: Actor, code: str, change: InstitutionChange, seen: Seen[Institution]
) -> Institution:
    """Say everything anew but the code; refused when the institution is no longer what the one who acts has `seen`."""
    require(actor, "change_register")
    found = store.one(session, code, lock=True)
    if found is None:
        raise _unknown(code)
    number, before = found
    seen(before)
    institution = _institution(code, change)
    _refuse_credit_code_of_another(session, institution)
    subject_store.change(session, number, change.name, change.district_code, change.attributes)
    store.change(session, number, institution)
    audit.record(session, actor, act="change_institution", thing=f"institutions/{code}", payload=change.model_dump())
    return institution


def page(
    session: Session, kind: InstitutionKind | None, district: str, after: str, limit: int
) -> Sequence[Institution]:
    """At most `limit` institutions in the order of their codes, behind `after`."""
    return store.page(session, kind, district, after, limit)


def _institution(code: str, said: InstitutionChange) -> Institution:
    return Institution(
        code,
        said.name,
        said.kind,
        said.level,
        said.credit_code,
        said.medical_unit,
        said.district_code,
        said.attributes,
    )


def _refuse_credit_code_of_another(session: Session, institution: Institution) -> None:
    holder = store.holder_of(session, institution.credit_code)
    if holder not in {None, institution.code}:
        raise Conflict("credit_code_taken", f"统一社会信用代码 {institution.credit_code} 已由机构 {holder} 使用")


def _unknown(code: str) -> NotFound:
    return NotFound("institution_not_found", f"没有代码为 {code} 的机构")
