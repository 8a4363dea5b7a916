"""Rounds, the subjects in them and how these stand, as plain values for the other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from app.access import Thing
from app.rounds.shapes import AssessmentState, MoveName, State
from app.scoring.periods import Period
from app.scoring.problems import Problem, Problems
from app.subjects.shapes import AttributeValue
from app.subjects.values import Subject

Profile: TypeAlias = Mapping[str, AttributeValue]
"""What rules may ask about a subject: its code, kind, district and attributes."""


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
    published_at: datetime | None
    four_eyes: bool
    objection_days: int

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.published_at is not None:
            return "published"
        if self.closed_at is not None:
            return "closed"
        return "draft" if self.opened_at is None else "open"

    @property
    def objections_until(self) -> datetime | None:
        """Objections are taken from the publishing on until this moment, which is not in the window any more."""
        return None if self.published_at is None else self.published_at + timedelta(days=self.objection_days)


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
class Placed:
    """The row of a subject in a round.

    Its profile once that is fixed; where it stands after `moves` moves, with the numbers of the revision that is handed
    in and of the sheet that stands; the deadline of its own if it has one.
    """

    number: int
    subject_id: int
    profile: Profile | None
    state: AssessmentState
    moves: int
    revision: int | None
    sheet: int | None
    extended_to: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A subject in a round; `number` is what rows of other rooms hang on, the rest as in `Placed`."""

    number: int
    subject_id: int
    subject: Subject
    profile: Profile | None
    state: AssessmentState = "draft"
    moves: int = 0
    revision: int | None = None
    sheet: int | None = None
    extended_to: datetime | None = None

    @classmethod
    def of(cls, placed: Placed, subject: Subject) -> Entry:
        """The row together with the subject."""
        where = (placed.state, placed.moves, placed.revision, placed.sheet, placed.extended_to)
        return cls(placed.number, placed.subject_id, subject, placed.profile, *where)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who has to do with a subject in a round.

    Institutions that lead it at the period's end, all that belong to it within the period, accounts that evaluate it
    now.
    """

    leads: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    evaluators: frozenset[int] = frozenset()


NO_PARTIES: Final = Parties()


@dataclass(frozen=True, slots=True)
class Place:
    """A subject in a round, found by their codes, with those who have to do with it."""

    round: Round
    entry: Entry
    parties: Parties = NO_PARTIES

    @property
    def deadline(self) -> datetime:
        """Until when this subject may submit: this moment comes too late."""
        return max(self.round.deadline, self.entry.extended_to or self.round.deadline)

    @property
    def thing(self) -> Thing:
        """As access wants to see it."""
        opened, published = self.round.opened_at is not None, self.round.published_at is not None
        return thing_of(self.round.code, self.entry.subject.code, self.parties, opened=opened, published=published)

    @property
    def name(self) -> str:
        """As the audit record names it."""
        return f"rounds/{self.round.code}/subjects/{self.entry.subject.code}"


def thing_of(code: str, subject: str, parties: Parties, *, opened: bool, published: bool) -> Thing:
    """A subject in a round of this code as access wants to see it."""
    return Thing(
        subject=subject,
        leads=parties.leads,
        members=parties.members,
        evaluators=parties.evaluators,
        opened=opened,
        published=published,
        missing=("subject_not_in_round", f"批次 {code} 中没有考评对象 {subject}"),
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a subject through the round, numbered from 1: who did what, the state after it, why.

    `fields`: reasons by evidence field, where it was returned; `revision`, `sheet`: the numbers of the revision that is
    handed in after the move, and of the sheet that stands.
    """

    number: int
    act: MoveName
    state: AssessmentState
    reason: str
    fields: Mapping[str, str]
    revision: int | None
    sheet: int | None
    account: int
    actor: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline for one subject, and why."""

    deadline: datetime
    reason: str
    extended_by: str
    extended_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who (the row of an account) evaluates a subject, numbered from 1 within the subject's place in the round."""

    number: int
    account: int
    assigned_by: str
    assigned_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None


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
