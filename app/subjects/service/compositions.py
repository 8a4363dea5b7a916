"""How alliances are composed on a day, as the engine's rules of composition want to see it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.db import Session
from app.scoring.composition import AllianceComposition, Member
from app.subjects import values
from app.subjects.store import alliances as store


def of(session: Session, codes: Collection[str], day: date) -> dict[int, AllianceComposition]:
    """By row number, those of the subjects that are alliances, with the members they have on that day; two queries."""
    found = store.by_code(session, codes)
    members: dict[int, list[Member]] = {number: [] for number in found}
    for number, member in store.members_on(session, list(found), day):
        members[number].append(_member(member))
    return {
        number: AllianceComposition(members[number], entry.agreement_filed, entry.plan_filed)
        for number, entry in found.items()
    }


def _member(member: values.Member) -> Member:
    institution = member.institution
    return Member(
        code=institution.code,
        name=institution.name,
        kind=institution.kind,
        medical_unit=institution.medical_unit,
        level=institution.level,
        leads=member.role == "lead",
        through=member.through,
    )
