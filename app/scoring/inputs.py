"""What goes into a score: evidence, findings, judgements, period; read strictly, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.scoring.digest import digest
from app.scoring.document import day_of, fits
from app.scoring.exact import Exact, exact
from app.scoring.facts import Given, Worked
from app.scoring.findings import Findings, read_findings
from app.scoring.periods import Period
from app.scoring.problems import Problem, Problems
from app.scoring.program import APPLIES, ItemProgram, Program
from app.scoring.stated import Evidence, read_evidence, visible_length
from app.scoring.surroundings import Surroundings, read_surroundings

SHORTEST_RATIONALE = 4
LONGEST_RATIONALE = 2000
MEMBERS = ("period", "subject", "evidence", "judgements", "findings", "previous", "peers", "final")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points an evaluator gave an item, with the rationale."""

    points: Exact
    rationale: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything one score sheet rests on.

    `program` has the numbers of this subject's profile; `struck` holds the rows that findings took out, with the
    reason; `scores` are those of the round's other units, by item.
    """

    program: Program
    period: Period
    evidence: Evidence
    struck: Mapping[str, Mapping[int, str]]
    judgements: Mapping[str, Judgement]
    final: bool
    given: Given
    scores: Mapping[str, Sequence[Exact]]
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
    if not isinstance(rationale, str) or visible_length(rationale) < SHORTEST_RATIONALE:
        problems.append(Problem(("rationale",), "rationale_missing", f"应写明评判理由，至少 {SHORTEST_RATIONALE} 个字"))
    elif len(rationale) > LONGEST_RATIONALE:
        problems.append(Problem(("rationale",), "text_too_long", f"文字过长，最多 {LONGEST_RATIONALE} 字"))
    if problems:
        return Problems(problems)
    return Judgement(exact(points), str(rationale))  # type: ignore[arg-type]


def read_inputs(program: Program, request: object) -> Inputs | Problems:
    """The body of a scoring request; paths of problems start there."""
    if not isinstance(request, Mapping):
        return Problems.one((), "object_type", "应为对象")
    problems = [Problem((name,), "unknown_member", "不认识的成员") for name in request if name not in MEMBERS]
    problems += [Problem((name,), "missing", "缺少此项") for name in ("period", "evidence") if name not in request]
    if not isinstance(request.get("final", False), bool):
        problems.append(Problem(("final",), "boolean_type", "应为 true 或 false"))
    around = read_surroundings(program, request, problems)
    period = read_period(request["period"]) if "period" in request else Problems()
    evidence = read_evidence(program, request["evidence"]) if "evidence" in request else Problems()
    problems += period.under("period") if isinstance(period, Problems) else ()
    problems += evidence.under("evidence") if isinstance(evidence, Problems) else ()
    judgements = _read_judgements(program, request.get("judgements", {}), problems)
    if isinstance(period, Problems) or isinstance(evidence, Problems):
        return Problems(problems)
    findings = read_findings(program, evidence, request.get("findings", {}), problems)
    if problems:
        return Problems(problems)
    return _inputs(around, request, period, findings, judgements)


def _inputs(
    around: Surroundings,
    request: Mapping[str, Any],
    period: Period,
    findings: Findings,
    judgements: dict[str, Judgement],
) -> Inputs | Problems:
    program, verified = around.program, findings.evidence()
    given = Given(period, verified.tables, around.previous, around.peers)
    worked = program.workings.work_out({**around.profile, **verified.values}, given)
    problems = _out_of_limits(program, worked, judgements)
    if problems:
        return Problems(problems)
    rests_on = {"scheme": program.digest, **_said(request)}
    final = bool(request.get("final", False))
    return Inputs(
        program,
        period,
        verified,
        findings.struck,
        judgements,
        final,
        given,
        around.scores,
        worked,
        digest(rests_on),
    )


def _said(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the request says; members that say nothing do not count, but an empty round before says that it is there."""
    telling = ("period", "evidence", "previous", "peers")
    return {name: value for name, value in request.items() if name in telling or value not in ({}, False)}


def _read_judgements(program: Program, stated: object, problems: list[Problem]) -> dict[str, Judgement]:
    if not isinstance(stated, Mapping):
        problems.append(Problem(("judgements",), "object_type", "应为对象"))
        return {}
    judgements: dict[str, Judgement] = {}
    for code, each in stated.items():
        read = _read_judgement(program.by_code.get(code), each)
        if isinstance(read, Problems):
            problems += read.under("judgements", code)
        else:
            judgements[code] = read
    return judgements


def _out_of_limits(program: Program, worked: Worked, judgements: Mapping[str, Judgement]) -> list[Problem]:
    """A judgement is held against its limits as soon as its level is decided."""
    problems: list[Problem] = []
    for code, judgement in judgements.items():
        item = program.by_code[code]
        applies = item.states(worked.values) == (APPLIES,)
        reached = item.ruling.judged(worked.values) if applies else None
        refusal = None if reached is None else reached.refusal(judgement.points)
        if refusal is not None:
            problems.append(Problem(("judgements", code, "points"), "judgement_out_of_range", refusal))
    return problems
