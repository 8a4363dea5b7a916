"""Rounds and the subjects in them as plain values, for the other rooms and for answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from app.rounds.shapes import State
from app.scoring.periods import Period
from app.scoring.problems import Problem, Problems
from app.subjects.shapes import AttributeValue, SubjectKind
from app.subjects.values import Subject

Profile: TypeAlias = Mapping[str, AttributeValue]
"""What rules may ask about a subject: its code, kind, district and attributes."""
UNUSUAL_PERIOD: Final = "考评周期与方案规定的月数不同，创建批次时已确认"


@dataclass(frozen=True, slots=True)
class Round:
    """One evaluation; `number` is what rows of other rooms hang on."""

    number: int
    code: str
    title: str
    scheme: str
    version: str
    digest: str
    period: Period
    period_acknowledged: bool
    deadline: datetime
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.closed_at is not None:
            return "closed"
        return "draft" if self.opened_at is None else "open"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Problems of composition that were let pass, and why."""

    reason: str
    problems: tuple[Problem, ...]
    waived_at: datetime

    def covers(self, problem: Problem) -> bool:
        """Whether it was this problem that was let pass; places in a list of members may have moved since."""
        return any((each.code, each.message) == (problem.code, problem.message) for each in self.problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject in a round; `number` is what rows of other rooms hang on, `profile` fixed when the round is opened."""

    number: int
    subject_id: int
    subject: Subject
    profile: Profile | None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """A subject in a round with the problems of its composition at the period's end, and what was let pass."""

    number: int
    subject: Subject
    problems: Problems
    waiver: Waiver | None

    @property
    def unwaived(self) -> Problems:
        """What keeps the round from being opened."""
        waiver = self.waiver
        return Problems(each for each in self.problems if waiver is None or not waiver.covers(each))


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
    }
