"""Schemes compiled once per digest, and score sheets worked out with them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, Generic, TypeVar

from app.checking import check
from app.errors import Invalid
from app.protocol.strict_json import read_json
from app.scoring.engine import Program as Program  # noqa: PLC0414 -- other rooms name it
from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet

MOST_PROGRAMS: Final = 64
"""Compiled schemes kept in memory."""
Key = TypeVar("Key")
Value = TypeVar("Value")


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


class Kept(Generic[Key, Value]):
    """The values used last, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


_programs: Final[Kept[str, Program]] = Kept(MOST_PROGRAMS)
_checked: Final[Kept[str, Problems]] = Kept(MOST_PROGRAMS)
