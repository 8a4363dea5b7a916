"""Revisions of evidence as plain values, for the other rooms and for answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One stored state in a list: all but the evidence itself."""

    number: int
    digest: str
    saved_at: datetime
    submitted_at: datetime | None

    @property
    def mark(self) -> str:
        """What tells this state from every other of the same evidence: its ETag."""
        return f"{self.digest}/{self.number}" + ("/submitted" if self.submitted_at else "")


@dataclass(frozen=True, slots=True)
class Revision(RevisionEntry):
    """One stored state; `content` is the canonical form of the evidence, `row` what rows of other rooms hang on."""

    row: int
    content: bytes
