"""Signed heads: one JSON line each in a file outside the database, so that a rewritten tail is found."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from app import signing
from app.audit import store
from app.audit.values import BadLine, SignedHead, written
from app.db import Database, Session, database_now
from app.errors import Unavailable
from app.scoring.digest import canonical
from app.signing import SigningKey

EVERY: Final = timedelta(days=1)
"""How long the last signed head may be the last."""
LONGEST_LINE: Final = 1024
"""Bytes of a line; ours have fewer than 400."""
_LARGEST: Final = 2**63
_MEMBERS: Final = {"sequence": int, "hash": str, "at": str, "key": str, "signature": str}
_read_json: Final = msgspec.json.Decoder().decode


def sign_head(database: Database, file: Path, key: SigningKey) -> SignedHead:
    """Sign the head that is committed now, and append it; on disk when this returns.

    To be called after the transaction whose end it should vouch for. Raises OSError when the file cannot be written,
    Unavailable when the record has no head.
    """
    with database.reading() as session:
        head = _signed(session, key)
    return _append(file, head)


def sign_if_due(database: Database, file: Path, key: SigningKey, *, every: timedelta = EVERY) -> SignedHead | None:
    """Sign the head if the last line is older than `every`, is none, or comes from the future; None otherwise."""
    with database.reading() as session:
        if not is_due(file, database_now(session), every=every):
            return None
        head = _signed(session, key)
    return _append(file, head)


def is_due(file: Path, now: datetime, *, every: timedelta = EVERY) -> bool:
    """Whether another head should be signed, by the time of the last line."""
    try:
        last = _last(file)
        return last is None or not timedelta() <= now - datetime.fromisoformat(last.at) < every
    except (OSError, ValueError, TypeError):
        return True


def statement(head: SignedHead) -> bytes:
    """What is signed: the canonical JSON of everything in the line but the signature."""
    return canonical({"sequence": head.sequence, "hash": head.hash, "at": head.at, "key": head.key})


def read(file: Path) -> Iterator[SignedHead | BadLine]:
    """The lines that the file has now, one after the other; what is no signed head comes as a BadLine.

    How far it goes is settled here and not when the lines are read: heads appended later speak of later entries. No
    file is an empty one.
    """
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return iter(())
    except OSError:
        return iter((BadLine(0, "heads_unreadable"),))
    return _lines(file, size)


def _signed(session: Session, key: SigningKey) -> SignedHead:
    heads = store.heads(session)
    if len(heads) == 1:
        [head] = heads
        if head.sequence is not None and head.hash is not None:
            at = written(database_now(session))
            plain = SignedHead(line=0, sequence=head.sequence, hash=head.hash, at=at, key=key.id, signature="")
            return replace(plain, signature=signing.sign(key, statement(plain)))
    raise Unavailable("audit_broken", "审计记录的链头不完整，无法签名，请先执行 python -m app audit verify")


def _append(file: Path, head: SignedHead) -> SignedHead:
    """One write at the end of the file, whoever else appends to it, and never onto a line that was torn."""
    members = {name: getattr(head, name) for name in _MEMBERS}
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # else another's line that is being written looks torn
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        data = b"\n" * torn + canonical(members) + b"\n"
        if os.write(descriptor, data) != len(data):
            raise OSError("the line could not be written whole")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _keep_name(file.parent)
    return head


def _keep_name(folder: Path) -> None:
    """On disk, that there is a new file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last(file: Path) -> SignedHead | None:
    """The last line that is a signed head, of those near the end."""
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(size - 16 * LONGEST_LINE, 0))
        lines = opened.read().splitlines()
    found = (_parse(0, line) for line in reversed(lines))
    return next((each for each in found if isinstance(each, SignedHead)), None)


def _lines(file: Path, size: int) -> Iterator[SignedHead | BadLine]:
    try:
        with file.open("rb") as opened:
            yield from _parsed(opened, size)
    except OSError:
        yield BadLine(0, "heads_unreadable")


def _parsed(opened: BinaryIO, size: int) -> Iterator[SignedHead | BadLine]:
    number, left = 0, size
    while left > 0 and (line := opened.readline(min(LONGEST_LINE, left))):
        number, left = number + 1, left - len(line)
        whole = line.endswith(b"\n")
        while not whole and left > 0 and (more := opened.readline(min(LONGEST_LINE, left))):
            line, whole, left = b"?", more.endswith(b"\n"), left - len(more)
        if not whole:
            yield BadLine(number, "heads_line_torn")
        elif line != b"\n":
            yield _parse(number, line[:-1] if line.endswith(b"\n") else line)


def _parse(number: int, line: bytes) -> SignedHead | BadLine:
    """The head in a line; it has to be written exactly as we write it, so that all of it is signed."""
    bad = BadLine(number, "heads_line_bad")
    try:
        members = _read_json(line)
        if not isinstance(members, dict) or {name: type(value) for name, value in members.items()} != _MEMBERS:
            return bad
        if not 0 <= members["sequence"] < _LARGEST or canonical(members) != line:
            return bad
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return bad
    return SignedHead(line=number, **members)
