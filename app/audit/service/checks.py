"""Verification while the service runs: one at a time in a process, a bounded piece of the chain each."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from app import signing
from app.audit.service import heads
from app.audit.service.verification import verify
from app.audit.values import Report
from app.db import Database
from app.errors import Unavailable

MOST_ENTRIES: Final = 20_000
"""Entries that one request verifies."""


class Checks:
    """The chain of a database, the file of its signed heads, and the key that signs them, by its file."""

    def __init__(self, database: Database, file: Path, key_file: Path, most: int = MOST_ENTRIES) -> None:
        self._database = database
        self._file = file
        self._key_file = key_file
        self._most = most
        self._turn = threading.Lock()

    def piece(self, after: int) -> Report:
        """What stands behind the entry numbered `after`; raises Unavailable while another piece is verified."""
        if not self._turn.acquire(blocking=False):
            raise Unavailable("verification_busy", "正在核对审计记录，请稍后重试")
        try:
            return self._verified(after)
        finally:
            self._turn.release()

    def _verified(self, after: int) -> Report:
        public = signing.public_key(self._key_file)
        lines = heads.read(self._file)  # before the session sees anything
        with self._database.reading() as session:
            return verify(session, lines, [] if public is None else [public], after=after, most=self._most)
