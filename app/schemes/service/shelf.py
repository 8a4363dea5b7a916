"""Published versions in memory, ready to send."""

from __future__ import annotations

from typing import Final

from app.access import Actor, Thing, require
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

    def document(self, actor: Actor, code: str, version: str) -> tuple[str, bytes]:
        """Digest and canonical bytes; raises NotFound, also for a draft that the actor may not know of."""
        here = self.known(code, version)
        if here is not None:
            return here
        with self._database.reading() as session:
            described, text = document(session, code, version)
        if described.status == "draft":
            require(actor, "read_drafts", _draft(code, version))
        else:
            self._published.put((code, version), (described.digest, text))
        return described.digest, text

    def program(self, actor: Actor, code: str, version: str) -> Program:
        """The compiled version; of a draft that is compiled only the digest is looked up. Raises NotFound."""
        here = self.known(code, version)
        return compiled(*here) if here is not None else self._compiled(actor, code, version)

    def _compiled(self, actor: Actor, code: str, version: str) -> Program:
        digest = digest_of_draft(self._database.looks, code, version)
        if digest is not None:
            require(actor, "read_drafts", _draft(code, version))
        program = None if digest is None else known(digest)
        return program or compiled(*self.document(actor, code, version))


def _draft(code: str, version: str) -> Thing:
    """A draft as access wants to see it: in the words for what is not there."""
    return Thing(missing=("scheme_not_found", f"没有评价方案 {code} 的版本 {version}"))
