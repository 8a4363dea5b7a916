"""The table of scheme versions and every query on it."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, defer, mapped_column

from app.db import Base, CodeText, Looks, Moment, RowNumber, Session
from app.schemes.values import Status, Version


class VersionRow(Base):
    """One version of a scheme; triggers seal it once it is published."""

    __tablename__ = "scheme_versions"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published_at"),
        CheckConstraint("(status = 'retired') = (retired_at IS NOT NULL)", name="retired_at"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    code: Mapped[str] = mapped_column(CodeText)
    version: Mapped[str] = mapped_column(CodeText)
    status: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(71))
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


def find(session: Session, code: str, version: str, *, lock: bool = False) -> Version | None:
    """The version without its document; `lock` keeps others from changing it until the session ends."""
    query = _without_document().where(*_is(code, version))
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _version(row)


def document(session: Session, code: str, version: str) -> tuple[Version, bytes] | None:
    """The version and its document in canonical form."""
    row = session.scalars(select(VersionRow).where(*_is(code, version))).one_or_none()
    return None if row is None else (_version(row), row.document.encode())


def digest_of_draft(looks: Looks, code: str, version: str) -> str | None:
    """The digest of a draft, None for what is no draft."""
    query = select(VersionRow.digest).where(*_is(code, version), VersionRow.status == "draft")
    return next((row.digest for row in looks.rows(query, {})), None)


def versions(
    session: Session, after: tuple[str, str], limit: int, code: str | None, status: Status | None, *, drafts: bool
) -> list[Version]:
    """Versions in the order of code and version, without their documents."""
    query = _without_document().where(tuple_(VersionRow.code, VersionRow.version) > after)
    if code is not None:
        query = query.where(VersionRow.code == code)
    if not drafts:
        query = query.where(VersionRow.status != "draft")
    if status is not None:
        query = query.where(VersionRow.status == status)
    return [_version(row) for row in session.scalars(query.order_by(VersionRow.code, VersionRow.version).limit(limit))]


def add(session: Session, new: Version, text: bytes) -> None:
    """A new row."""
    session.add(VersionRow(**_columns(new), document=text.decode()))
    session.flush()


def put(session: Session, changed: Version, text: bytes | None = None) -> None:
    """The version as it is from now on, with another document where one is given."""
    values = _columns(changed) | ({} if text is None else {"document": text.decode()})
    session.execute(update(VersionRow).where(*_is(changed.code, changed.version)).values(values))


def remove(session: Session, draft: Version) -> None:
    """A draft leaves nothing behind."""
    session.execute(delete(VersionRow).where(*_is(draft.code, draft.version)))


def _is(code: str, version: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VersionRow.code == code, VersionRow.version == version


def _without_document() -> Select[VersionRow]:
    return select(VersionRow).options(defer(VersionRow.document, raiseload=True))


def _version(row: VersionRow) -> Version:
    return Version(**{each.name: getattr(row, each.name) for each in fields(Version)})


def _columns(version: Version) -> dict[str, Any]:
    return asdict(version)
