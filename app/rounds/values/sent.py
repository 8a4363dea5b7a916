"""Rounds and what belongs to them as answers send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.rounds.shapes import State
from app.rounds.values.rounds import CheckedEntry, Round
from app.subjects.shapes import SubjectKind

UNUSUAL_PERIOD: Final = "考评周期与方案规定的月数不同，创建批次时已确认"


@dataclass(frozen=True, slots=True)
class SentScheme:
    """The version a round was made with."""

    code: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class SentPeriod:
    """Both days in it."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class SentRound:
    """A round; `notice` says what people should know about it."""

    code: str
    title: str
    scheme: SentScheme
    period: SentPeriod
    period_acknowledged: bool
    notice: str | None
    deadline: datetime
    state: State
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    four_eyes: bool
    objection_days: int
    objections_until: datetime | None


@dataclass(frozen=True, slots=True)
class SentProblem:
    """A problem of composition; `pointer` leads into the alliance as it is at the period's end."""

    pointer: str
    code: str
    message: str
    waived: bool


@dataclass(frozen=True, slots=True)
class SentWaiver:
    """Why problems were let pass."""

    reason: str
    waived_at: datetime


@dataclass(frozen=True, slots=True)
class SentEntry:
    """A subject in a round."""

    subject: str
    kind: SubjectKind
    name: str
    district_code: str
    composition_problems: list[SentProblem]
    waiver: SentWaiver | None


@dataclass(frozen=True, slots=True)
class SentEntries:
    """Subjects that have just entered."""

    subjects: list[SentEntry]


@dataclass(frozen=True, slots=True)
class MadeRound(SentRound):
    """A round that has just been made, with the subjects in it."""

    subjects: list[SentEntry]


@dataclass(frozen=True, slots=True)
class SentExtension:
    """A later deadline for one subject."""

    subject: str
    deadline: datetime
    reason: str
    extended_by: str
    extended_at: datetime


@dataclass(frozen=True, slots=True)
class SentExtensions:
    """All of a round."""

    extensions: list[SentExtension]


@dataclass(frozen=True, slots=True)
class SentAssignment:
    """Who evaluates which subject; `number` counts those of the subject."""

    subject: str
    number: int
    evaluator: str
    assigned_by: str
    assigned_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class SentAssignments:
    """Some or all of a round."""

    assignments: list[SentAssignment]


def round_as_sent(found: Round) -> SentRound:
    """A round without its subjects."""
    return SentRound(**_members(found))


def made_as_sent(found: Round, entries: Sequence[CheckedEntry]) -> MadeRound:
    """A round with its subjects."""
    return MadeRound(**_members(found), subjects=[entry_as_sent(each) for each in entries])


def entry_as_sent(entry: CheckedEntry) -> SentEntry:
    """A subject with the problems of its composition."""
    waiver = entry.waiver
    problems = [
        SentProblem(each.pointer, each.code, each.message, waiver is not None and waiver.covers(each))
        for each in entry.problems
    ]
    sent = None if waiver is None else SentWaiver(waiver.reason, waiver.waived_at)
    subject = entry.subject
    return SentEntry(subject.code, subject.kind, subject.name, subject.district_code, problems, sent)


def _members(found: Round) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": found.title,
        "scheme": SentScheme(found.scheme, found.version, found.digest),
        "period": SentPeriod(found.period.start, found.period.end),
        "period_acknowledged": found.period_acknowledged,
        "notice": UNUSUAL_PERIOD if found.period_acknowledged else None,
        "deadline": found.deadline,
        "state": found.state,
        "created_at": found.created_at,
        "opened_at": found.opened_at,
        "closed_at": found.closed_at,
        "published_at": found.published_at,
        "four_eyes": found.four_eyes,
        "objection_days": found.objection_days,
        "objections_until": found.objections_until,
    }
