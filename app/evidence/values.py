"""Evidence as plain values, for the other rooms and for answers: revisions, erasures, attachments, remarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from app.scoring.digest import digest_of

Plain: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One stored state in a list: all but the evidence itself."""

    number: int
    digest: str
    saved_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revision(RevisionEntry):
    """One stored state; `content` is the canonical form of the evidence, `row` what rows of other rooms hang on.

    In `content` tokens stand for personal values; `named` is the same with the values, for one who may read them.
    """

    row: int
    content: bytes = field(repr=False)
    named: bytes | None = field(default=None, repr=False)

    @property
    def shown(self) -> bytes:
        """The evidence as the one who asked may see it."""
        return self.content if self.named is None else self.named

    @property
    def mark(self) -> str:
        """What tells this state, as it is shown, from every other of the same evidence: its ETag."""
        digest = self.digest if self.named is None else digest_of(self.named)
        return f"{digest}/{self.number}" + ("/submitted" if self.submitted_at else "")


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """A value that is kept apart: its token, the salt, the form in which values are compared."""

    token: str
    value: str = field(repr=False)
    salt: bytes = field(repr=False)
    folded: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Values of a subject in a round that one person asked to erase and another erased; numbered from 1."""

    number: int
    reason: str
    tokens: tuple[str, ...]
    account: int
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that has come in for an item: its SHA-256 in hexadecimal, its size in bytes, its kind, its name."""

    item: str
    sha256: str
    size: int
    media_type: str
    label: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What one subject may attach in one round: so many bytes, so many files."""

    size: int
    count: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the evidence, for an item; numbered from 1 within the subject's place in the round.

    `added_after`, `removed_after`: how many moves the subject had made by then, which tells what was handed in with
    which: what was there at the move numbered n was added after fewer moves, and not removed, or after n at least.
    """

    number: int
    item: str
    sha256: str
    size: int
    media_type: str
    label: str
    note: str | None
    account: int
    added_by: str
    added_at: datetime
    added_after: int
    removed_by: str | None = None
    removed_at: datetime | None = None
    removed_after: int | None = None

    @property
    def is_present(self) -> bool:
        """Whether nobody has removed it."""
        return self.removed_at is None

    def was_there(self, move: int) -> bool:
        """Whether it was part of what that move handed in."""
        return self.added_after < move and (self.removed_after is None or self.removed_after >= move)


RemarkKind: TypeAlias = Literal["same_person", "same_title", "not_a_member"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a row (numbered from 1) that one who reviews should look at; `other_…`: the row it collides with."""

    kind: RemarkKind
    field: str
    row: int
    message: str
    other_subject: str | None = None
    other_field: str | None = None
    other_row: int | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Remarks:
    """All about the revision of this number, up to a bound; `more` says whether there are others."""

    revision: int
    remarks: list[Remark]
    more: bool
