"""Log-ins: a password measured outside every transaction, and what comes of it committed, also when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from app.access import NOBODY, Actor
from app.accounts.service import record
from app.accounts.service.attempts import Attempts
from app.accounts.service.credentials import hash_of, new_secret
from app.accounts.service.passwords import Hasher
from app.accounts.store import accounts, sessions
from app.accounts.values import Account, Entered, Login
from app.db import Database, Session, database_now
from app.errors import Unavailable

FREE_FAILURES: Final = 4
"""Log-ins in a row that may fail before the account is locked."""
FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(hours=1)
MOST_DOUBLINGS: Final = 6
SESSION: Final = timedelta(hours=12)
"""After which a session is over, however busy."""
MOST_AT_ONCE: Final = 16
"""Log-ins under way in this process; whoever comes on top is turned away at once."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was found of an account that is open to log-ins, and what the password that was tried came to."""

    changed_at: datetime
    fits: bool
    kept: str = field(repr=False)
    """The hash to keep from now on."""


class Entrance:
    """Where people come in; `plain_http`: the cookie may also travel without TLS."""

    def __init__(
        self, database: Database, hasher: Hasher, attempts: Attempts | None = None, *, plain_http: bool = False
    ) -> None:
        self.hasher: Final = hasher
        self.attempts: Final = attempts or Attempts()
        self.plain_http: Final = plain_http
        self._database: Final = database
        self._places: Final = threading.BoundedSemaphore(MOST_AT_ONCE)

    def log_in(
        self, name: str, password: str, request: str = "", first: Callable[[Session, int], None] | None = None
    ) -> Entered | None:
        """A new session, or None whatever the reason: no such account, shut, locked, without or with another password.

        The same is done for all of them, but for the one row in which a failure is counted, and its record. `first` is
        called with the number of the account before a session is made, and may refuse it.
        """
        name = name.lower()
        with self._place():
            measured = self._measure(name, password)
            with self._database.writing() as session:
                account = self._settle(session, replace(NOBODY, request=request), name, measured)
                if account is None:
                    return None
                if first is not None:
                    first(session, account.number)
                return _entered(session, account, request)

    def change_password(self, actor: Actor, old: str, new: str, secret: str | None = None) -> bool:
        """Another password for the one who acts, whose other sessions end; False where the old one is not right.

        A wrong one counts as a log-in that failed. `secret` is that of the session that goes on.
        """
        with self._place():
            measured = self._measure(actor.name, old)
            password_hash = self.hasher.hash(new) if measured is not None and measured.fits else ""
            with self._database.writing() as session:
                account = self._settle(session, actor, actor.name, measured)
                if account is None:
                    return False
                now = database_now(session)
                accounts.set_password(session, account.number, password_hash, now)
                sessions.end_all(session, account.number, now, "" if secret is None else hash_of(secret))
                record(session, actor, "change_password", account.name)
                return True

    def _measure(self, name: str, password: str) -> _Measured | None:
        """None where the account is not open to log-ins, which takes just as long."""
        with self._database.reading() as session:
            found = accounts.login(session, name)
            kept = _hash_of(found, database_now(session))
        fits = self.hasher.fits(kept, password)
        if found is None or kept is None:
            return None
        newer = self.hasher.hash(password) if fits and self.hasher.is_outdated(kept) else kept
        return _Measured(found.account.changed_at, fits, newer)

    def _settle(self, session: Session, actor: Actor, name: str, measured: _Measured | None) -> Account | None:
        """Count what was measured; the account where the password was right.

        Whether it is still open, and unchanged, is asked again: of many guesses at once only those count that come
        before the lock.
        """
        found = accounts.login(session, name, lock=True)
        now = database_now(session)
        if found is None or measured is None or _hash_of(found, now) is None:
            return None
        if found.account.changed_at != measured.changed_at:
            return None
        if measured.fits:
            accounts.succeeded(session, found.account.number, measured.kept)
            return found.account
        failures = found.account.failed_logins + 1
        accounts.failed(session, found.account.number, failures, _locked_until(failures, now))
        record(session, actor, "login_failed", found.account.name)
        return None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable("log_in_busy", "登录的人较多，请稍后重试")
        try:
            yield
        finally:
            self._places.release()


def _entered(session: Session, account: Account, request: str) -> Entered:
    secret = new_secret("session")
    now = database_now(session)
    sessions.add(session, account.number, secret.hash, now, now + SESSION)
    actor = account.acting(request)
    record(session, actor, "log_in", account.name)
    return Entered(actor, account, secret.text, now + SESSION)


def log_out(session: Session, actor: Actor, secret: str) -> None:
    """End the session of this secret, where it is one of the account that acts."""
    record(session, actor, "log_out", actor.name)
    sessions.end(session, actor.number, hash_of(secret), database_now(session))


def _hash_of(found: Login | None, now: datetime) -> str | None:
    """The hash that a password is measured by, None where no log-in is possible."""
    if found is None or not found.account.active or found.account.is_locked(now):
        return None
    return found.password_hash


def _locked_until(failures: int, now: datetime) -> datetime | None:
    """After the fifth failure in a row a minute, after each further one twice as long, at most an hour."""
    if failures <= FREE_FAILURES:
        return None
    doublings = min(failures - FREE_FAILURES - 1, MOST_DOUBLINGS)
    return now + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
