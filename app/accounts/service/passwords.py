"""Passwords: hashed and compared with argon2id, a bounded number at once, since each takes memory on purpose."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError

from app.accounts.codes import compared
from app.errors import Unavailable

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32


class Hasher:
    """argon2id with these parameters: `memory` in KiB, `passes`, `lanes`; at most `at_once` at a time in this process.

    Whoever waits for a turn longer than `patience` seconds is turned away: Unavailable.
    """

    def __init__(self, *, memory: int, passes: int, lanes: int, at_once: int, patience: int) -> None:
        self._argon2: Final = PasswordHasher(passes, memory, lanes, HASH_BYTES, SALT_BYTES)
        self._turns: Final = threading.BoundedSemaphore(at_once)
        self._patience: Final = patience
        salt, digest = (_written(secrets.token_bytes(size)) for size in (SALT_BYTES, HASH_BYTES))
        self._nobodys: Final = f"$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${digest}"

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turn():
            return self._argon2.hash(compared(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; without one nothing fits, which is found out just as slowly."""
        with self._turn():
            try:
                return self._argon2.verify(self._nobodys if kept is None else kept, compared(password))
            except VerifyMismatchError:
                return False
            except VerificationError as error:  # no memory, most likely; no word about the password
                raise _busy() from error

    def is_outdated(self, kept: str) -> bool:
        """Whether a password should be hashed again, as the parameters now are."""
        return self._argon2.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise _busy()
        try:
            yield
        finally:
            self._turns.release()


def _written(data: bytes) -> str:
    """Base64 as argon2 writes it."""
    return base64.b64encode(data).decode().rstrip("=")


def _busy() -> Unavailable:
    return Unavailable("log_in_busy", "登录的人较多，请稍后重试")
