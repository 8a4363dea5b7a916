"""What goes into a score: evidence, findings, judgements, period; read strictly, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.scoring.digest import digest
from app.scoring.document import day_of, fits
from app.scoring.exact import Exact, exact
from app.scoring.facts import Worked
from app.scoring.fields import STAY_COLUMNS, Row, Value, reversed_stay
from app.scoring.folds import LongestStayFold, NumberedRow
from app.scoring.periods import Period
from app.scoring.problems import Path, Problem, Problems
from app.scoring.program import ItemProgram, Program

SHORTEST_RATIONALE = 4
MEMBERS = ("period", "subject", "evidence", "judgements", "findings", "previous", "peers", "final")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points an evaluator gave an item, with the rationale."""

    points: Exact
    rationale: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Stated values by field; tables with the numbers of their rows."""

    values: Mapping[str, Value]
    tables: Mapping[str, list[NumberedRow]]

    @property
    def stated(self) -> frozenset[str]:
        """The fields that were stated."""
        return frozenset(self.values) | frozenset(self.tables)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything one score sheet rests on; `struck` holds the rows that findings took out, with the reason."""

    period: Period
    evidence: Evidence
    struck: Mapping[str, Mapping[int, str]]
    judgements: Mapping[str, Judgement]
    final: bool
    worked: Worked
    digest: str


def read_period(stated: object) -> Period | Problems:
    """`{"start", "end"}`, ISO days, the end not before the start."""
    if not isinstance(stated, Mapping):
        return Problems.one((), "object_type", "考评期应为 {start, end}")
    problems = [Problem((name,), "unknown_member", "不认识的成员") for name in stated if name not in ("start", "end")]
    days = {name: day_of(stated.get(name)) for name in ("start", "end")}
    problems += [
        Problem((name,), "date_value", "应为存在的日期，格式为 2020-04-01") for name, day in days.items() if day is None
    ]
    start, end = days["start"], days["end"]
    if start is None or end is None or problems:
        return Problems(problems)
    if end < start:
        return Problems.one(("end",), "end_before_start", "结束日期早于开始日期")
    return Period(start, end)


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


class _Findings:
    """Findings applied to the evidence they correct."""

    def __init__(self, program: Program, evidence: Evidence) -> None:
        self.program = program
        self.values = dict(evidence.values)
        self.tables = dict(evidence.tables)
        self.struck: dict[str, dict[int, str]] = {}
        self.problems: list[Problem] = []

    def apply(self, code: str, finding: object) -> None:
        """One finding: a corrected value, or rows struck out."""
        if code not in self.program.scheme.evidence:
            self._refuse((code,), "unknown_field", "评价方案中没有这个佐证字段")
        elif not isinstance(finding, Mapping):
            self._refuse((code,), "object_type", "核实意见应为对象")
        elif set(finding) == {"value", "reason"}:
            self._correct(code, finding)
        elif set(finding) == {"rows"}:
            self._strike(code, finding["rows"])
        else:
            self._refuse((code,), "finding_form", "核实意见应为 {value, reason}，或 {rows: {行号: {accepted, reason}}}")

    def _refuse(self, path: Path, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

    def _correct(self, code: str, finding: Mapping[str, object]) -> None:
        self._check_reason((code, "reason"), finding["reason"])
        read = read_evidence(self.program, {code: finding["value"]}, evaluator=True)
        if isinstance(read, Problems):
            self.problems += [Problem((code, "value", *each.path[1:]), each.code, each.message) for each in read]
            return
        self.values.update(read.values)
        self.tables.update(read.tables)

    def _check_reason(self, path: Path, reason: object) -> None:
        if not isinstance(reason, str) or not reason.strip():
            self._refuse(path, "reason_missing", "应写明理由")

    def _strike(self, code: str, rows: object) -> None:
        known = {number for number, _ in self.tables.get(code, ())}
        if not isinstance(rows, Mapping) or code not in self.tables:
            self._refuse((code, "rows"), "not_a_table", "只能对已填报的表格按行提出核实意见")
            return
        for key, finding in rows.items():
            path: Path = (code, "rows", key)
            number = int(key) if key.isascii() and key.isdigit() and len(key) < len(str(10**6)) else 0
            if number not in known or key != str(number):
                self._refuse(path, "row_unknown", "没有这一行（行号从 1 开始）")
            elif not isinstance(finding, Mapping) or set(finding) != {"accepted", "reason"}:
                self._refuse(path, "finding_form", "应为 {accepted, reason}")
            elif not isinstance(finding["accepted"], bool):
                self._refuse((*path, "accepted"), "boolean_type", "应为 true 或 false")
            else:
                self._check_reason((*path, "reason"), finding["reason"])
                if not finding["accepted"]:
                    self.struck.setdefault(code, {})[number] = str(finding["reason"])

    def evidence(self) -> Evidence:
        """The evidence as verified."""
        kept = {
            code: [row for row in rows if row[0] not in self.struck.get(code, {})] for code, rows in self.tables.items()
        }
        return Evidence(self.values, kept)


def _read_judgement(item: ItemProgram | None, stated: object) -> Judgement | Problems:
    if item is None:
        return Problems.one((), "item_unknown", "评价方案中没有这个计分项目")
    if not item.judgeables:
        return Problems.one((), "not_judged", "这个计分项目按规则计分，不由评审人员评判")
    if not isinstance(stated, Mapping):
        return Problems.one((), "object_type", "评判应为 {points, rationale}")
    problems = [
        Problem((name,), "unknown_member", "不认识的成员") for name in stated if name not in ("points", "rationale")
    ]
    points, rationale = stated.get("points"), stated.get("rationale")
    if isinstance(points, bool) or not isinstance(points, int | Decimal):
        problems.append(Problem(("points",), "number_type", "应为数字"))
    elif not fits(points):
        problems.append(Problem(("points",), "number_size", "数字最多 15 位有效数字、6 位小数"))
    if not isinstance(rationale, str) or len(rationale.strip()) < SHORTEST_RATIONALE:
        problems.append(Problem(("rationale",), "rationale_missing", f"应写明评判理由，至少 {SHORTEST_RATIONALE} 个字"))
    if problems:
        return Problems(problems)
    return Judgement(exact(points), str(rationale))  # type: ignore[arg-type]


def read_inputs(program: Program, request: object) -> Inputs | Problems:
    """The body of a scoring request; paths of problems start there."""
    if not isinstance(request, Mapping):
        return Problems.one((), "object_type", "应为对象")
    problems = [Problem((name,), "unknown_member", "不认识的成员") for name in request if name not in MEMBERS]
    problems += [Problem((name,), "missing", "缺少此项") for name in ("period", "evidence") if name not in request]
    problems += _unsupported(request)
    period = read_period(request["period"]) if "period" in request else Problems()
    evidence = read_evidence(program, request["evidence"]) if "evidence" in request else Problems()
    problems += period.under("period") if isinstance(period, Problems) else ()
    problems += evidence.under("evidence") if isinstance(evidence, Problems) else ()
    judgements = _read_judgements(program, request.get("judgements", {}), problems)
    if isinstance(period, Problems) or isinstance(evidence, Problems):
        return Problems(problems)
    findings = _read_findings(program, evidence, request.get("findings", {}), problems)
    if problems:
        return Problems(problems)
    return _inputs(program, request, period, findings, judgements)


def _inputs(
    program: Program,
    request: Mapping[str, Any],
    period: Period,
    findings: _Findings,
    judgements: dict[str, Judgement],
) -> Inputs | Problems:
    verified = findings.evidence()
    worked = program.workings.work_out(verified.values, verified.tables, period)
    problems = _out_of_limits(program, worked, judgements)
    if problems:
        return Problems(problems)
    said = {
        name: value for name, value in request.items() if name in ("period", "evidence") or value not in ({}, False)
    }
    rests_on = {"scheme": program.digest, **said}
    return Inputs(
        period, verified, findings.struck, judgements, bool(request.get("final", False)), worked, digest(rests_on)
    )


def _unsupported(request: Mapping[str, object]) -> list[Problem]:
    problems: list[Problem] = []
    if not isinstance(request.get("final", False), bool):
        problems.append(Problem(("final",), "boolean_type", "应为 true 或 false"))
    problems += [
        Problem((name,), "object_type", "应为对象")
        for name in ("subject", "previous", "peers")
        if not isinstance(request.get(name, {}), Mapping)
    ]
    return problems


def _read_judgements(program: Program, stated: object, problems: list[Problem]) -> dict[str, Judgement]:
    if not isinstance(stated, Mapping):
        problems.append(Problem(("judgements",), "object_type", "应为对象"))
        return {}
    by_code = {each.item.code: each for each in program.items}
    judgements: dict[str, Judgement] = {}
    for code, each in stated.items():
        read = _read_judgement(by_code.get(code), each)
        if isinstance(read, Problems):
            problems += read.under("judgements", code)
        else:
            judgements[code] = read
    return judgements


def _read_findings(program: Program, evidence: Evidence, stated: object, problems: list[Problem]) -> _Findings:
    findings = _Findings(program, evidence)
    if not isinstance(stated, Mapping):
        problems.append(Problem(("findings",), "object_type", "应为对象"))
        return findings
    for code, finding in stated.items():
        findings.apply(code, finding)
    problems += [problem.under("findings") for problem in findings.problems]
    return findings


def _out_of_limits(program: Program, worked: Worked, judgements: Mapping[str, Judgement]) -> list[Problem]:
    """A judgement is held against its limits as soon as its level is decided."""
    problems: list[Problem] = []
    for item in program.items:
        judgement = judgements.get(item.item.code)
        reached = None if judgement is None else item.ruling.judged(worked.values)
        refusal = None if reached is None or judgement is None else reached.refusal(judgement.points)
        if refusal is not None:
            problems.append(Problem(("judgements", item.item.code, "points"), "judgement_out_of_range", refusal))
    return problems
