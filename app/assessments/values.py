"""What was recorded of an assessment, the sheets that were proposed, and the state that its inputs are in."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from app.rounds.shapes import AssessmentState
from app.scoring.periods import Period


@dataclass(frozen=True, slots=True)
class By:
    """Who did something and when: the row and the name of an account."""

    account: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points that an evaluator gave to an item, numbered from 1; the last one counts."""

    item: str
    number: int
    points: Decimal
    rationale: str
    by: By


@dataclass(frozen=True, slots=True)
class Finding:
    """A correction of a field by an evaluator, numbered from 1; the last one counts; `content`: its canonical form."""

    field: str
    number: int
    content: bytes
    by: By


@dataclass(frozen=True, slots=True)
class Override:
    """Points set over the computed ones, numbered from 1; the last one counts; None takes the one before back."""

    item: str
    number: int
    points: Decimal | None
    reason: str
    by: By


Record: TypeAlias = Judgement | Finding | Override


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of a sheet that was proposed; `number` counts those of the subject in the round."""

    number: int
    digest: str
    total: Decimal | None
    base: Decimal | None
    bonus: Decimal | None
    grade: str | None
    by: By


@dataclass(frozen=True, slots=True)
class Sheet(Summary):
    """A sheet as it was proposed, with everything that went in; never changed.

    `revision`: the number of the evidence; `inputs`: the canonical form of the scoring request; `content`: the sheet as
    it is sent; `attachments`: the canonical form of the list of what was handed in beside the evidence.
    """

    revision: int
    scheme_digest: str
    inputs: bytes = field(repr=False)
    inputs_digest: str
    engine: str
    content: bytes = field(repr=False)
    attachments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sheet gives: its number, its figures, and the scores of the items that somebody objects to."""

    sheet: int
    total: Decimal | int | None
    base: Decimal | int | None
    bonus: Decimal | int | None
    items: Mapping[str, Decimal | int | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of an objection, by whom, why.

    `move`: the number of the one that reopened the assessment, `sheet`: of the sheet that was proposed with the
    decision, `after`: what that gives; all three None where it was rejected, the last two where a review followed.
    """

    accepted: bool
    reason: str
    move: int | None
    sheet: int | None
    after: Outcome | None
    by: By


@dataclass(frozen=True, slots=True)
class Objection:
    """What a subject holds against items of a published sheet, numbered from 1 within its place in the round.

    `items`: grounds by item; `attachments`: digests of what was handed in for it; `before`: what the sheet gives.
    """

    number: int
    items: Mapping[str, str]
    attachments: Sequence[str]
    before: Outcome
    by: By
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class CountedJudgement:
    """A judgement that counts in a sheet; `clause` is the digest of the criteria that it goes by, word for word."""

    item: str
    clause: str
    points: Decimal
    rationale: str
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class Precedent:
    """A judgement that counts in a result that stands; `number` orders them, the later the greater."""

    number: int
    item: str
    points: Decimal
    rationale: str
    judged_at: datetime
    round: str
    period: Period
    subject: str


@dataclass(frozen=True, slots=True)
class GivenPoints:
    """The last points that somebody gave to an item of a subject."""

    item: str
    account: int
    name: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Waiting:
    """A subject in a round for which something is to be done: where it stands since when, and until when."""

    round: str
    title: str
    subject: str
    name: str
    state: AssessmentState
    deadline: datetime
    objections_until: datetime | None
    since: datetime
    objected_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingRound:
    """A round for which something is to be done; `settled_at`: when the last of its results became final."""

    round: str
    title: str
    deadline: datetime
    created_at: datetime
    closed_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """Tells every state of the inputs of one assessment from every other: what is recorded is only ever added to.

    `saved`: the number of the last revision; `submitted`: the row of the one handed in; how many records there are on
    that one. `entry` stands for the round with its period and `scheme` (the digest), and for the subject with its
    profile, which is fixed once the round is `opened`. `sheet`: the number of the sheet that stands in `state`;
    `published`: of the one that was published last; `open_to_all`: the round is published. `epoch` tells every state of
    everybody's access from every other, `now` is the database's clock in seconds.
    """

    entry: int
    scheme: str
    opened: bool
    open_to_all: bool
    state: AssessmentState
    sheet: int | None
    published: int | None
    saved: int | None
    submitted: int | None
    judgements: int
    findings: int
    overrides: int
    epoch: int = 0
    now: int = 0

    @property
    def official(self) -> Hashable:
        """What the official sheet rests on."""
        return ("official", self.entry, self.submitted, self.judgements, self.findings, self.overrides)

    @property
    def round_state(self) -> tuple[bool, bool]:
        """Whether the round was opened, and published."""
        return self.opened, self.open_to_all

    @property
    def handed_in(self) -> Hashable:
        """What the self score of the evidence rests on that was handed in."""
        return ("handed in", self.entry, self.submitted)

    @property
    def stated(self) -> Hashable:
        """What the self score rests on."""
        return ("self", self.entry, self.saved)


@dataclass(frozen=True, slots=True)
class Around:
    """The states of what schemes may ask of other sheets: everything in earlier rounds, everything in this one."""

    earlier: Hashable
    here: Hashable
