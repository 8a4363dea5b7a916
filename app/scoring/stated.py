"""Evidence as it was stated: read strictly against the fields of the scheme, all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.scoring.fields import Row, Value
from app.scoring.problems import Problem, Problems
from app.scoring.program import Program
from app.scoring.rows import NumberedRow
from app.scoring.stays import LongestStayFold
from app.scoring.swift import SwiftReader
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
    swift = None if evaluator else _swift_reader(program)
    found = None if swift is None else swift.read(stated)
    return read_carefully(program, stated, evaluator=evaluator) if found is None else Evidence(*found)


def _swift_reader(program: Program) -> SwiftReader | None:
    """Compiled when a second submission comes: for a single one it would cost more than it saves."""
    reader = program.recall(SwiftReader)
    if isinstance(reader, SwiftReader):
        return reader
    if reader is None:
        program.remember(SwiftReader, "asked once")
        return None
    fields = {code: field for code, field in program.scheme.evidence.items() if field.by == "submitter"}
    compiled = SwiftReader(fields, _stay_columns(program))
    program.remember(SwiftReader, compiled)
    return compiled


def read_carefully(program: Program, stated: object, *, evaluator: bool = False) -> Evidence | Problems:
    """The same field by field, with everything that is wrong in its place."""
    if not isinstance(stated, Mapping):
        return Problems.one((), "object_type", "佐证资料应为对象")
    values: dict[str, Value] = {}
    tables: dict[str, list[NumberedRow]] = {}
    problems: list[Problem] = []
    stays = _stay_columns(program)
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
            problems += _reversed_stays(code, read, stays.get(code, ()))
        else:
            values[code] = read
    return Problems(problems) if problems else Evidence(values, tables)


def _stay_columns(program: Program) -> dict[str, list[tuple[str, str]]]:
    """By table the columns of stays, other than `start_date` and `end_date`, which the table itself looks after."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for look in program.workings.looks:
        if type(look) is LongestStayFold and (look.start, look.end) != STAY_COLUMNS:
            columns.setdefault(look.table, []).append((look.start, look.end))
    return columns


def _reversed_stays(code: str, rows: list[Row], columns: Iterable[tuple[str, str]]) -> list[Problem]:
    return [
        problem.under(code, number)
        for start, end in sorted(set(columns))
        for number, row in enumerate(rows)
        for problem in reversed_stay(row, start, end)
    ]


def visible_length(text: str) -> int:
    """How many signs a reader sees: neither blanks nor signs of no width."""
    if text.isprintable():  # the only blank that is printable is the space
        return len(text) - text.count(" ")
    return sum(1 for sign in text if sign.isprintable() and not sign.isspace())
