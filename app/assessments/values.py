"""Judgements and findings as they were recorded, and the state that the inputs of an assessment are in."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points that an evaluator gave to an item, numbered from 1; the last one counts."""

    item: str
    number: int
    points: Decimal
    rationale: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """A correction of a field by an evaluator, numbered from 1; the last one counts; `content`: its canonical form."""

    field: str
    number: int
    content: bytes
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """Tells every state of the inputs of one assessment from every other: what is recorded is only ever added to.

    `saved`: the number of the last revision; `submitted`: the row of the one handed in; how many records there are on
    that one. `entry` stands for the round with its period and `scheme` (the digest), and for the subject with its
    profile, which is fixed once the round is `opened`.
    """

    entry: int
    scheme: str
    opened: bool
    saved: int | None
    submitted: int | None
    judgements: int
    findings: int

    @property
    def official(self) -> Hashable:
        """What the official sheet rests on."""
        return ("official", self.entry, self.submitted, self.judgements, self.findings)

    @property
    def stated(self) -> Hashable:
        """What the self score rests on."""
        return ("self", self.entry, self.saved)


@dataclass(frozen=True, slots=True)
class Around:
    """The states of what schemes may ask of other sheets: everything in earlier rounds, everything in this one."""

    earlier: Hashable
    here: Hashable
