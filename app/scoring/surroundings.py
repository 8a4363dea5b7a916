"""What comes with evidence from outside it: the subject's attributes, the round before, the other units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.scoring.document import fits
from app.scoring.exact import Exact, exact, quotient
from app.scoring.fields import Value
from app.scoring.problems import Path, Problem, Problems
from app.scoring.profiles import attribute_text
from app.scoring.program import Program
from app.scoring.wording import Fact

SCORES = "scores"
LONGEST_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`program` has the numbers of this subject; `scores` are those of other units, by item."""

    program: Program
    profile: Mapping[str, Value] = field(default_factory=dict)
    previous: Mapping[str, Exact | None] | None = None
    peers: Mapping[str, Sequence[Exact]] | None = None
    scores: Mapping[str, Sequence[Exact]] = field(default_factory=dict)


def read_surroundings(program: Program, request: Mapping[str, object], problems: list[Problem]) -> Surroundings:
    """Everything beside the evidence; what is wrong with it is added to `problems`."""
    subject = request.get("subject", {})
    own, profile = program, dict[str, Value]()
    if isinstance(subject, Mapping):
        own, profile = _subject(program, subject, problems)
    else:
        problems.append(Problem(("subject",), "object_type", "应为对象"))
    previous = _previous(own, request["previous"], problems) if "previous" in request else None
    peers, scores = _peers(own, request["peers"], problems) if "peers" in request else (None, {})
    return Surroundings(own, profile, previous, peers, scores)


def _subject(program: Program, subject: Mapping[str, Any], problems: list[Problem]) -> tuple[Program, dict[str, Value]]:
    free = "kind" in program.profile.keys or "kind" in program.scheme.profile
    if not free and subject.get("kind", program.scheme.subject) != program.scheme.subject:
        message = f"评价方案的考评对象类别为 {program.scheme.subject}"
        problems.append(Problem(("subject", "kind"), "subject_kind", message))
    wrong_ones = {str(code): _attribute_problem(str(code), value) for code, value in subject.items()}
    problems += [problem for problem in wrong_ones.values() if problem is not None]
    subject = {code: value for code, value in subject.items() if wrong_ones[str(code)] is None}
    profile: dict[str, Value] = {}
    for code, declared in program.scheme.profile.items():
        read = declared.read(subject[code]) if code in subject else None
        if wrong_ones.get(code) is not None:
            continue
        if read is None:
            problems.append(Problem(("subject", code), "missing", f"缺少“{declared.label}”"))
        elif isinstance(read, Problems):
            problems += read.under("subject", code)
        else:
            profile[code] = read
    attributes = program.profile.read(subject)
    found = attributes if isinstance(attributes, Problems) else program.of(attributes)
    if isinstance(found, Program):
        return found, profile
    known = {problem.path for problem in problems}
    wrong = found.under("subject") if isinstance(attributes, Problems) else found
    problems += [each for each in _of_the_subject(program, wrong) if each.path not in known]
    return program, profile


def _of_the_subject(program: Program, wrong: Problems) -> Sequence[Problem]:
    """What a kind of subject meets; where the scheme itself is wrong for it, that is said of its attributes."""
    if all(problem.path[:1] == ("subject",) for problem in wrong):
        return wrong
    said = f"评价方案对这一类考评对象的规定有误（{wrong[-1].pointer}）：{wrong[-1].message}"
    return [Problem(("subject", code), "profile_unsound", said) for code in program.profile.keys]


def _attribute_problem(code: str, value: object) -> Problem | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and not fits(value):
        return Problem(("subject", code), "number_size", "数字最多 15 位有效数字、6 位小数")
    if value is None or attribute_text(value) is not None:
        return None
    return Problem(("subject", code), "attribute_type", "应为文字、数字、true 或 false")


def _previous(program: Program, stated: object, problems: list[Problem]) -> Mapping[str, Exact | None]:
    found: dict[str, Exact | None] = {}
    if not isinstance(stated, Mapping):
        problems.append(Problem(("previous",), "object_type", "应为对象"))
        return found
    for code, value in stated.items():
        if code not in program.asked.previous:
            problems.append(_not_asked(("previous", code)))
        elif value is None:
            found[code] = None
        else:
            found[code] = _number(value, program.plan.facts.facts[code], ("previous", code), problems)
    return found


def _peers(
    program: Program, stated: object, problems: list[Problem]
) -> tuple[Mapping[str, Sequence[Exact]], Mapping[str, Sequence[Exact]]]:
    numbers: dict[str, Sequence[Exact]] = {}
    scores: dict[str, Sequence[Exact]] = {}
    if not isinstance(stated, Mapping):
        problems.append(Problem(("peers",), "object_type", "应为对象"))
        return numbers, scores
    for code, value in stated.items():
        if code == SCORES and code not in program.asked.peers:
            scores |= _scores(program, value, problems)
        elif code not in program.asked.peers:
            problems.append(_not_asked(("peers", code)))
        else:
            numbers[code] = _list(value, program.plan.facts.facts.get(code), ("peers", code), problems)
    return numbers, scores


def _scores(program: Program, stated: object, problems: list[Problem]) -> Mapping[str, Sequence[Exact]]:
    if not isinstance(stated, Mapping):
        problems.append(Problem(("peers", SCORES), "object_type", "应为对象"))
        return {}
    found: dict[str, Sequence[Exact]] = {}
    for code, value in stated.items():
        if code not in program.asked.peer_scores:
            problems.append(_not_asked(("peers", SCORES, code)))
        else:
            found[code] = _list(value, None, ("peers", SCORES, code), problems)
    return found


def _list(stated: object, fact: Fact | None, path: Path, problems: list[Problem]) -> Sequence[Exact]:
    if not isinstance(stated, list):
        problems.append(Problem(path, "list_type", "应为数字的列表"))
        return ()
    return [_number(value, fact, (*path, number), problems) for number, value in enumerate(stated)]


def _number(value: object, fact: Fact | None, path: Path, problems: list[Problem]) -> Exact:
    """A number, or the exact quotient `{part, whole}` of two whole numbers, within the limits of its fact."""
    number = _quotient(value) if isinstance(value, Mapping) else _stated(value)
    if isinstance(number, Problems):
        problems += number.under(*path)
        return 0
    limits = None if fact is None else fact.limits
    if limits is not None and (
        (limits.low is not None and number < limits.low) or (limits.high is not None and number > limits.high)
    ):
        problems.append(Problem(path, "number_out_of_limits", "不在这一数值可能的范围之内"))
    return number


def _quotient(value: Mapping[str, object]) -> Exact | Problems:
    part, whole = (_whole(value.get(name)) for name in ("part", "whole"))
    if set(value) != {"part", "whole"} or part is None or whole is None or whole <= 0:
        return Problems.one((), "number_type", "应为数字，或两个整数之商 {part, whole}")
    return quotient(part, whole)


def _whole(value: object) -> int | None:
    """A whole number, in digits as text where it is long."""
    if isinstance(value, str) and len(value) <= LONGEST_DIGITS and value.removeprefix("-").isdecimal():
        return int(value)
    return value if type(value) is int else None


def _stated(value: object) -> Exact | Problems:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Problems.one((), "number_type", "应为数字")
    return exact(value) if fits(value) else Problems.one((), "number_size", "数字最多 15 位有效数字、6 位小数")


def _not_asked(path: Path) -> Problem:
    return Problem(path, "measure_unknown", "评价方案没有用到这一数值")
