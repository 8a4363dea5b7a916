"""The scheme of a round, compiled: asked of the room that keeps schemes."""

from __future__ import annotations

from app.db import Session
from app.errors import NotFound
from app.rounds.shapes import SchemeName
from app.rounds.values.rounds import Round
from app.schemes import service
from app.scoring.engine import Program
from app.scoring.fields import TextField
from app.scoring.problems import Problems
from app.scoring.tables import TableField


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
    program = service.program(session, name.code, name.version)
    return _not_kept_apart(program) or program


def _not_kept_apart(program: Program) -> Problems:
    """Personal days, numbers, choices: no token can stand for them, so that they could not be hidden."""
    fields = [(field.label, field) for field in program.scheme.evidence.values()]
    for label, field in tuple(fields):
        if isinstance(field, TableField):
            fields += [(f"{label}：{column.label}", column) for column in field.columns.values()]
    wrong = [label for label, field in fields if field.personal and not isinstance(field, TextField)]
    message = "标为个人信息（personal）的只能是文字，否则无法隐去：" + "、".join(wrong)
    return Problems.one((), "personal_not_text", message) if wrong else Problems()
