"""A scheme version as a plain value, for the other rooms and for answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["draft", "published", "retired"]
Kind: TypeAlias = Literal["points", "targets", "tasks", "amounts", "classes"]
Subject: TypeAlias = Literal["alliance", "centre", "institution", "district", "city"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is known of a scheme version beside its document."""

    code: str
    version: str
    status: Status
    title: str
    kind: Kind
    subject: Subject
    digest: str
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None = None
    retired_at: datetime | None = None
