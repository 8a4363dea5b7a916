"""The scheme of a round, compiled: asked of the room that keeps schemes."""

from __future__ import annotations

from app.db import Session
from app.errors import NotFound
from app.rounds.shapes import SchemeName
from app.rounds.values import Round
from app.schemes import service
from app.scoring.engine import Program
from app.scoring.problems import Problems


def program(session: Session, found: Round) -> Program:
    """The version that a round was made with; asked for only where it is not compiled yet."""
    return service.known(found.digest) or service.program(session, found.scheme, found.version)


def is_retired(session: Session, found: Round) -> bool:
    """Whether the version that a round was made with is no longer to be used."""
    return service.find(session, found.scheme, found.version).status == "retired"


def published(session: Session, name: SchemeName) -> Program | Problems:
    """A version that rounds can be made with; the problem with it when it is not known, a draft, or retired."""
    try:
        version = service.find(session, name.code, name.version)
    except NotFound as missing:
        return Problems.one((), missing.type, missing.detail)
    if version.status != "published":
        return Problems.one((), "scheme_not_published", "考评批次只能采用已发布且未停用的方案版本")
    return service.program(session, name.code, name.version)
