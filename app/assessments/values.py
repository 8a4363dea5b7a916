"""Judgements and findings as they were recorded."""

from __future__ import annotations

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
