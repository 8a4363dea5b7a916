"""Evidence as it was stated: read strictly against the fields of the scheme, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scoring.fields import Row, Value
from app.scoring.folds import LongestStayFold, NumberedRow
from app.scoring.problems import Problem, Problems
from app.scoring.program import Program
from app.scoring.tables import STAY_COLUMNS, reversed_stay


@dataclass(frozen=True, slots=True)
class Evidence:
    """Stated values by field; tables with the numbers of their rows."""

    values: Mapping[str, Value]
    tables: Mapping[str, list[NumberedRow]]

    @property
    def stated(self) -> frozenset[str]:
        """The fields that were stated."""
        return frozenset(self.values) | frozenset(self.tables)


def read_evidence(program: Program, stated: object, *, evaluator: bool = False) -> Evidence | Problems:
    """What a submitter states (with `evaluator`, also what evaluators fill in)."""
    if not isinstance(stated, Mapping):
        return Problems.one((), "object_type", "佐证资料应为对象")
    values: dict[str, Value] = {}
    tables: dict[str, list[NumberedRow]] = {}
    problems: list[Problem] = []
    for code, value in stated.items():
        field = program.scheme.evidence.get(code)
        if field is None:
            problems.append(Problem((code,), "unknown_field", "评价方案中没有这个佐证字段"))
            continue
        if field.by == "evaluator" and not evaluator:
            problems.append(Problem((code,), "evaluator_field", f"“{field.label}”由评审人员核实填写，不由申报单位填写"))
            continue
        read = field.read(value)
        if isinstance(read, Problems):
            problems += read.under(code)
        elif isinstance(read, list):
            tables[code] = list(enumerate(read, start=1))
            problems += _reversed_stays(program, code, read)
        else:
            values[code] = read
    return Problems(problems) if problems else Evidence(values, tables)


def _reversed_stays(program: Program, code: str, rows: list[Row]) -> list[Problem]:
    """Stays under other column names than `start_date` and `end_date`, which the table itself looks after."""
    pairs = {
        (look.start, look.end)
        for look in program.workings.looks
        if isinstance(look, LongestStayFold) and look.table == code and (look.start, look.end) != STAY_COLUMNS
    }
    return [
        problem.under(code, number)
        for start, end in sorted(pairs)
        for number, row in enumerate(rows)
        for problem in reversed_stay(row, start, end)
    ]


def visible_length(text: str) -> int:
    """How many signs a reader sees: neither blanks nor signs of no width."""
    return sum(1 for sign in text if sign.isprintable() and not sign.isspace())
