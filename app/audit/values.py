"""Entries, heads and what is found wrong with them, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.scoring.digest import digest

NOTHING_BEFORE: Final = "sha256:" + "0" * 64
"""What the first entry is chained to, and the hash of the head while there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act in the record; the members of one that was tampered with can be anything that a database can hold.

    `at` is the database's clock in UTC with six places of a second, always; `roles` are joined by commas;
    `payload_digest` is over the canonical JSON of what was acted with. `readable` is False where a member stands there
    for a value that no writer of ours could have left.
    """

    sequence: int
    at: str | None
    actor: str | None
    actor_number: int | None
    roles: str | None
    act: str | None
    thing: str | None
    reason: str | None
    request: str | None
    payload_digest: str | None
    previous: str | None
    hash: str | None
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries are asked for; `thing` is how it begins."""

    act: str | None = None
    actor: str | None = None
    thing: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; of one that was tampered with a member may be None."""

    sequence: int | None
    hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head as it stood at a time, signed; `line` is its place in the file, from 1."""

    line: int
    sequence: int
    hash: str
    at: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of the file of signed heads that is none; `code` says why not. Line 0 stands for the whole file."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One thing that is wrong: a stable code, the number of the entry or signed head if there is one, a sentence."""

    code: str
    sequence: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification found: how many entries and signed heads it looked at, and everything that is wrong.

    `next_after`: it went no further than this entry; None when it came to the end.
    """

    entries: int
    heads: int
    problems: tuple[AuditProblem, ...]
    next_after: int | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def hash_of(entry: Entry) -> str:
    """The digest over everything in an entry but its hash."""
    members = (
        "sequence",
        "at",
        "actor",
        "actor_number",
        "roles",
        "act",
        "thing",
        "reason",
        "request",
        "payload_digest",
        "previous",
    )
    return digest({name: getattr(entry, name) for name in members})


def written(moment: datetime) -> str:
    """A moment in the one form that is hashed and signed: UTC, six places."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
