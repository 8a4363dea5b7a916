"""The engine on one screen: facts → rules → item results → sheet."""

from __future__ import annotations

from app.scoring.closing import close, close_conditions
from app.scoring.exact import TooLarge
from app.scoring.handed import Handed, Numbers, numbers_of
from app.scoring.inputs import Inputs, read_inputs
from app.scoring.items import Outcome, with_overrides
from app.scoring.kept import KeptRow, judge_rows
from app.scoring.preparing import prepare
from app.scoring.problems import Problem, Problems
from app.scoring.program import Program
from app.scoring.report import sheet_of
from app.scoring.sheet import ScoreSheet
from app.scoring.stated import Evidence, read_evidence
from app.scoring.totals import whole_of

ENGINE = "1"

__all__ = [
    "ENGINE",
    "Evidence",
    "Handed",
    "Inputs",
    "Numbers",
    "Program",
    "numbers_of",
    "prepare",
    "read_evidence",
    "read_inputs",
    "score",
    "score_request",
]


def score(program: Program, inputs: Inputs) -> ScoreSheet | Problems:
    """The score sheet; Problems where a final one cannot be given yet, or figures grow past what JSON can carry."""
    try:
        return _score(program, inputs)
    except TooLarge:
        return Problems.one((), "result_too_large", "计算结果超过 15 位数字，请核对所填的数字")


def score_request(program: Program, request: object) -> ScoreSheet | Problems:
    """The sheet for the body of a scoring request, or everything wrong with it."""
    inputs = read_inputs(program, request)
    return inputs if isinstance(inputs, Problems) else score(program, inputs)


def _score(program: Program, inputs: Inputs) -> ScoreSheet | Problems:
    program = inputs.program
    rows = judge_rows(program, inputs)
    outcomes = [row.outcome for row in rows]
    if inputs.final:
        closed = [close(program, outcome, inputs) for outcome in outcomes]
        refused = [each for each in closed if isinstance(each, Problem)]
        if refused:
            return Problems(refused)
        outcomes = [each for each in closed if isinstance(each, Outcome)]
    outcomes = with_overrides(outcomes, inputs)
    if inputs.final or inputs.overrides:
        rows = [row if row.outcome is each else KeptRow(each) for row, each in zip(rows, outcomes, strict=True)]
    whole = whole_of(program, inputs, outcomes)
    if inputs.final and (owed := close_conditions(program, inputs, whole.undecided)):
        return owed
    return sheet_of(ENGINE, program, inputs, rows, whole)
