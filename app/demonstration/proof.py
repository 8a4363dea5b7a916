"""Proof in the demonstration: one small table for every item that wants an attachment, said to be no real one."""

from __future__ import annotations

from typing import Final

from app.access import Actor
from app.db import Session
from app.evidence.service import attachments
from app.evidence.values import NewFile, Quota
from app.storage import KINDS, Storage

ITEMS: Final = ("grassroots_support", "dispatched_staff")
LABEL: Final = "佐证材料（演示）.csv"
TABLE: Final = "材料,说明\r\n佐证材料,演示用，不是真实文件\r\n"
ENOUGH: Final = Quota(size=attachments.MEBIBYTE, count=len(ITEMS))


def prove(session: Session, storage: Storage, submitter: Actor, round_code: str, subject_code: str) -> None:
    """Attach the table to each of these items."""
    sha256, size = _stored(storage)
    for item in ITEMS:
        new = NewFile(item, sha256, size, KINDS["csv"].media_type, LABEL)
        attachments.add(session, submitter, round_code, subject_code, new, ENOUGH, _kept_already)


def _stored(storage: Storage) -> tuple[str, int]:
    """Put there before the rows that refer to it; what then comes to nothing goes with a sweep."""
    incoming = storage.begin()
    try:
        incoming.write(TABLE.encode())
        received = incoming.finish()
        incoming.keep()
    finally:
        incoming.drop()
    return received.sha256, received.size


def _kept_already() -> None:
    """Nothing is left to do before the commit."""
