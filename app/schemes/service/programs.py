"""Schemes compiled once per digest, and score sheets worked out with them."""

from __future__ import annotations

from typing import Final

from app.checking import check
from app.errors import Invalid
from app.protocol.strict_json import read_json
from app.schemes.service.kept import Kept
from app.scoring.engine import Program as Program  # noqa: PLC0414 -- other rooms name it
from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet

MOST_PROGRAMS: Final = 64
"""Compiled schemes kept in memory."""


def score_sheet(program: Program, request: object) -> ScoreSheet:
    """The sheet for evidence and judgements that are handed in; nothing is stored; raises Invalid."""
    inputs = read_inputs(program, request)
    if isinstance(inputs, Problems):
        raise Invalid(inputs)
    sheet = score(program, inputs)
    if isinstance(sheet, Problems) and inputs.final:
        raise Invalid(sheet, "not_final", "材料尚不齐全，不能定为最终结果")
    if isinstance(sheet, Problems):
        raise Invalid(sheet)
    return sheet


def known(digest: str) -> Program | None:
    """The program of this digest where it is in memory."""
    return _programs.get(digest)


def compiled(digest: str, text: bytes) -> Program:
    """A document is compiled once per digest, not once per request."""
    known = _programs.get(digest)
    if known is not None:
        return known
    program = prepare(read_json(text))
    if isinstance(program, Problems):
        raise RuntimeError(  # noqa: TRY004 -- the types are ours; the stored text is what is wrong
            f"the stored scheme {digest} cannot be compiled: {program[0].code} at {program[0].pointer}"
        )
    _programs.put(digest, program)
    return program


def problems_of(program: Program) -> Problems:
    """What keeps a scheme from being published; worked out once per digest, since it takes its time."""
    known = _checked.get(program.digest)
    if known is None:
        known = check(program)
        _checked.put(program.digest, known)
    return known


_programs: Final[Kept[str, Program]] = Kept(MOST_PROGRAMS)
_checked: Final[Kept[str, Problems]] = Kept(MOST_PROGRAMS)
