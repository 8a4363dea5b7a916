"""Who shows a credential: asked with every request, kept nowhere, so that what ends has ended at once everywhere."""

from __future__ import annotations

from contextlib import suppress

from app.accounts.service.credentials import hash_of, kind_of
from app.accounts.store import looking
from app.accounts.values import Identified
from app.db import Database, Looks
from app.errors import Refused


def identify(looks: Looks, secret: str, *, local: bool, request: str = "") -> Identified | None:
    """Who acts with this secret of a token or session; None where it opens nothing. One statement.

    Whether it is revoked, ended, expired or idle, and the account active, is decided inside the statement by the
    database's clock. `local`: the request came from this machine; `request`: its number, for the record.
    """
    kind = kind_of(secret)
    return None if kind is None else looking.identify(looks, kind, hash_of(secret), request, local=local)


def note_use(database: Database, identified: Identified) -> None:
    """Note that a credential was used, where that is due; a database that is busy is left in peace.

    To be called once the answer is on its way: it waits for the writer's turn.
    """
    if identified.due:
        with suppress(Refused), database.writing() as session:
            looking.note(session, identified.kind, identified.number)
