"""What goes into a score: evidence, findings, judgements, period; read strictly, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from app.scoring.digest import digest
from app.scoring.document import day_of, fits
from app.scoring.exact import MOST, Exact, exact, rounded
from app.scoring.facts import Given, Worked
from app.scoring.findings import Findings, read_findings
from app.scoring.periods import Period
from app.scoring.problems import Problem, Problems
from app.scoring.program import APPLIES, ItemProgram, Program
from app.scoring.stated import Evidence, read_evidence, visible_length
from app.scoring.surroundings import Surroundings, read_surroundings
from app.scoring.wording import number_text

SHORTEST_RATIONALE = 4
LONGEST_RATIONALE = 2000
MEMBERS = ("period", "subject", "evidence", "judgements", "findings", "overrides", "previous", "peers", "final")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points an evaluator gave an item, with the rationale."""

    points: Exact
    rationale: str


@dataclass(frozen=True, slots=True)
class Override:
    """Points a person set over what an item comes to, with the reason."""

    points: Exact
    reason: str


ByPerson = TypeVar("ByPerson", Judgement, Override)


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
    overrides: Mapping[str, Override]
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


def _read_judgement(item: ItemProgram, stated: object) -> Judgement | Problems:
    if not item.judgeables:
        return Problems.one((), "not_judged", "这个计分项目按规则计分，不由评审人员评判")
    read = _read_points(stated, "评判", "rationale")
    return read if isinstance(read, Problems) else Judgement(*read)


def _read_override(_: ItemProgram, stated: object) -> Override | Problems:
    read = _read_points(stated, "调整", "reason")
    return read if isinstance(read, Problems) else Override(*read)


def _read_points(stated: object, named: str, words: str) -> tuple[Exact, str] | Problems:
    """`{"points", words}`: points that a person gives, and why."""
    if not isinstance(stated, Mapping):
        return Problems.one((), "object_type", f"{named}应为 {{points, {words}}}")
    problems = [Problem((name,), "unknown_member", "不认识的成员") for name in stated if name not in ("points", words)]
    points, why = stated.get("points"), stated.get(words)
    if isinstance(points, bool) or not isinstance(points, int | Decimal):
        problems.append(Problem(("points",), "number_type", "应为数字"))
    elif not fits(points):
        problems.append(Problem(("points",), "number_size", "数字最多 15 位有效数字、6 位小数"))
    if not isinstance(why, str) or visible_length(why) < SHORTEST_RATIONALE:
        said = f"应写明{named}理由，至少 {SHORTEST_RATIONALE} 个字"
        problems.append(Problem((words,), f"{words}_missing", said))
    elif len(why) > LONGEST_RATIONALE:
        problems.append(Problem((words,), "text_too_long", f"文字过长，最多 {LONGEST_RATIONALE} 字"))
    return Problems(problems) if problems else (exact(points), str(why))  # type: ignore[arg-type]


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
    judgements = _by_item(program, request, "judgements", _read_judgement, problems)
    overrides = _by_item(program, request, "overrides", _read_override, problems)
    if isinstance(period, Problems) or isinstance(evidence, Problems):
        return Problems(problems)
    findings = read_findings(program, evidence, request.get("findings", {}), problems)
    if problems:
        return Problems(problems)
    return _inputs(around, request, period, findings, _ByPeople(judgements, overrides))


@dataclass(frozen=True, slots=True)
class _ByPeople:
    """What persons gave, by items."""

    judgements: Mapping[str, Judgement]
    overrides: Mapping[str, Override]


def _inputs(
    around: Surroundings,
    request: Mapping[str, Any],
    period: Period,
    findings: Findings,
    people: _ByPeople,
) -> Inputs | Problems:
    program, verified = around.program, findings.evidence()
    given = Given(period, verified.tables, around.previous, around.peers)
    worked = program.workings.work_out({**around.profile, **verified.values}, given)
    problems = _out_of_limits(program, worked, people.judgements) + _out_of_reach(program, people.overrides)
    if problems:
        return Problems(problems)
    rests_on = {"scheme": program.digest, **_said(request)}
    final = bool(request.get("final", False))
    return Inputs(
        program,
        period,
        verified,
        findings.struck,
        people.judgements,
        people.overrides,
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


def _by_item(
    program: Program,
    request: Mapping[str, Any],
    member: str,
    read: Callable[[ItemProgram, object], ByPerson | Problems],
    problems: list[Problem],
) -> dict[str, ByPerson]:
    """What persons gave items, by their codes; what is wrong with it is added to `problems`."""
    stated = request.get(member, {})
    if not isinstance(stated, Mapping):
        problems.append(Problem((member,), "object_type", "应为对象"))
        return {}
    found: dict[str, ByPerson] = {}
    for code, each in stated.items():
        item = program.by_code.get(code)
        given = _no_such_item() if item is None else read(item, each)
        if isinstance(given, Problems):
            problems += given.under(member, code)
        else:
            found[code] = given
    return found


def _no_such_item() -> Problems:
    return Problems.one((), "item_unknown", "评价方案中没有这个计分项目")


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


def _out_of_reach(program: Program, overrides: Mapping[str, Override]) -> list[Problem]:
    """An override lies within what its item can ever come to, and has no more places than its scores."""
    problems: list[Problem] = []
    for code, override in overrides.items():
        item = program.by_code[code]
        span = program.reach(item).clamped(-MOST, MOST)
        places, low, high = item.rounding.places, span.low or 0, span.high or 0
        if not low <= override.points <= high or rounded(override.points, places) != override.points:
            said = f"调整后应在 {number_text(low)} 到 {number_text(high)} {item.unit}之间，最多 {places} 位小数"
            problems.append(Problem(("overrides", code, "points"), "override_out_of_range", said))
    return problems
