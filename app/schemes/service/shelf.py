"""Published versions in memory, ready to send."""

from __future__ import annotations

from typing import Final

from app.db import Database
from app.schemes.service.kept import Kept
from app.schemes.service.programs import Program, compiled, known
from app.schemes.service.versions import digest_of_draft, document

MOST_SHELVED: Final = 256
"""Published documents kept in memory."""


class Shelf:
    """Documents and programs by code and version; what is published never changes, so it is asked for once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._published: Kept[tuple[str, str], tuple[str, bytes]] = Kept(MOST_SHELVED)

    def known(self, code: str, version: str) -> tuple[str, bytes] | None:
        """Digest and canonical bytes where they are in memory; asks no database."""
        return self._published.get((code, version))

    def document(self, code: str, version: str) -> tuple[str, bytes]:
        """Digest and canonical bytes; raises NotFound."""
        here = self.known(code, version)
        if here is not None:
            return here
        with self._database.reading() as session:
            described, text = document(session, code, version)
        if described.status != "draft":
            self._published.put((code, version), (described.digest, text))
        return described.digest, text

    def program(self, code: str, version: str) -> Program:
        """The compiled version; of a draft that is compiled only the digest is looked up. Raises NotFound."""
        here = self.known(code, version)
        return compiled(*here) if here is not None else self._compiled(code, version)

    def _compiled(self, code: str, version: str) -> Program:
        digest = digest_of_draft(self._database.looks, code, version)
        program = None if digest is None else known(digest)
        return program or compiled(*self.document(code, version))
