"""Subjects, institutions, alliances and memberships as plain values, for the other rooms and for answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

import msgspec

from app.subjects.shapes import AttributeValue, InstitutionKind, Level, MedicalUnit, Role, SubjectKind

_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
Attributes: TypeAlias = Mapping[str, AttributeValue]
"""What is known of a subject before any evidence, in the words of the schemes that ask: its level, its own target."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is evaluated."""

    code: str
    kind: SubjectKind
    name: str
    district_code: str
    attributes: Attributes


def subject_of(code: str, kind: SubjectKind, name: str, district_code: str, attributes: str) -> Subject:
    """A subject from its columns; `attributes` is their canonical form."""
    return Subject(code, kind, name, district_code, read_attributes(attributes))


def read_attributes(text: str) -> Attributes:
    """Attributes from their canonical form: exact numbers."""
    found: Attributes = _read(text)
    return found


@dataclass(frozen=True, slots=True)
class Institution:
    """A hospital, a community health centre or a medical-elderly institution; also a subject, under the same code."""

    code: str
    name: str
    kind: InstitutionKind
    level: Level | None
    credit_code: str
    medical_unit: MedicalUnit | None
    district_code: str
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Membership:
    """One institution in one alliance from `start` to `end` (null: without end), numbered from 1 in its alliance."""

    number: int
    institution: str
    institution_name: str
    role: Role
    through: str | None
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class AllianceEntry:
    """An alliance in a list: all but its memberships."""

    code: str
    name: str
    district_code: str
    agreement_filed: date | None
    plan_filed: date | None
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Alliance(AllianceEntry):
    """An alliance with all memberships it ever had, in the order in which they were entered."""

    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An institution as it belongs to an alliance on one day: what the rules of composition look at."""

    institution: Institution
    role: Role
    through: str | None
