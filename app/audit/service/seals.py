"""What vouches for the record while the service runs: the key, and heads signed after the acts that ask for one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from app import signing
from app.audit.service.heads import sign_head, sign_if_due
from app.audit.values import SignedHead
from app.db import Database
from app.errors import Unavailable, trace_of
from app.signing import SigningKey

log: Final = logging.getLogger("app.audit")
LOOK_EVERY: Final = timedelta(hours=1)
"""How often a serving process looks whether a head is due."""
DUE_AFTER: Final = timedelta(days=1) - LOOK_EVERY
"""So that none is ever older than a day."""


class Seals:
    """Signs heads of one database into a file outside it, with a key that is made when it is first needed.

    The key is read from its file each time: the one who verifies finds the same.
    """

    def __init__(self, database: Database, file: Path, key_file: Path) -> None:
        self._database = database
        self._file = file
        self._key_file = key_file

    def key(self) -> SigningKey:
        """The key that signs; raises Unavailable when it can be neither read nor made."""
        try:
            return signing.load_or_create(self._key_file)
        except OSError as error:
            log.error("签名密钥（MEA_SIGNING_KEY）无法生成：%s", trace_of(error))  # noqa: TRY400 -- without its message
            raise Unavailable("signing_key_unwritable", "签名密钥无法生成，请联系管理员") from error

    def seal(self) -> None:
        """Sign the head that is committed now. To be called after the commit: what fails here undoes nothing."""
        self._loudly(lambda: sign_head(self._database, self._file, self.key()))

    def seal_if_due(self) -> None:
        """Sign the head if the last one signed is nearly a day old; nothing while there are no tables."""
        self._loudly(self._if_due)

    def _if_due(self) -> SignedHead | None:
        if not self._database.at_head():
            return None
        return sign_if_due(self._database, self._file, self.key(), every=DUE_AFTER)

    def _loudly(self, sign: Callable[[], SignedHead | None]) -> None:
        try:
            sign()
        except Exception as error:  # noqa: BLE001 -- its trace is logged
            log.error(  # noqa: TRY400 -- without its message
                "未能为审计链头签名（MEA_AUDIT_HEADS）：已办理的事项不受影响，请排除故障后执行 "
                "python -m app audit head\n%s",
                trace_of(error),
            )
