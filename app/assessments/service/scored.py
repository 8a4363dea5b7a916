"""The engine called with what is stored."""

from __future__ import annotations

from app.assessments.service.requests import Plain
from app.errors import Conflict
from app.scoring.engine import Inputs, Program, read_inputs, score
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet


def read(program: Program, request: Plain) -> Inputs:
    """The inputs; what was stored has been checked, so a problem here is a fault of ours.

    But a subject in a round that is not opened may still lack what the scheme asks of it.
    """
    inputs = read_inputs(program, request)
    if isinstance(inputs, Problems):
        inputs = read_inputs(program, _without(request, inputs))
    if not isinstance(inputs, Problems):
        return inputs
    if all(each.path[:1] == ("subject",) for each in inputs):
        raise Conflict("profile_unfit", f"考评对象的属性不合方案要求：{inputs[0].message}")
    raise _fault(inputs)


def fitting(program: Program, request: Plain) -> Plain:
    """The request with the judgements that count.

    A judgement is held against its limits once its level is decided, which other sheets may do after it was recorded.
    One that does not fit any more does not count, and its item waits for another.
    """
    inputs = read_inputs(program, request)
    return _without(request, inputs) if isinstance(inputs, Problems) else request


def sheet(program: Program, request: Plain) -> ScoreSheet:
    """The sheet of what was stored."""
    made = score(program, read(program, request))
    if isinstance(made, Problems):
        raise _fault(made)
    return made


def _without(request: Plain, problems: Problems) -> Plain:
    """The request without the judgements that are out of their range."""
    out = {each.path[1] for each in problems if each.code == "judgement_out_of_range"}
    judgements = request["judgements"]
    assert isinstance(judgements, dict)  # noqa: S101 -- put together in this room
    return {**request, "judgements": {item: each for item, each in judgements.items() if item not in out}}


def _fault(problems: Problems) -> RuntimeError:
    return RuntimeError(f"stored inputs are refused: {problems[0].code} at {problems[0].pointer}")
