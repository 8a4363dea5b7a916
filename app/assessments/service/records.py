"""Judgements and findings: recorded beside the ones before, the last one of an item or field counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.assessments import store
from app.assessments.service.others import Known, among_others, asks_others, known_numbers
from app.assessments.service.requests import Plain, judgement_as_plain, request_of
from app.assessments.service.scored import fitting
from app.assessments.shapes import LONGEST_RATIONALE
from app.assessments.values import Finding, Judgement
from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, schemes
from app.rounds.service.entries import Place
from app.scoring.digest import canonical
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problem, Problems

MOST_POINTS: Final = 10**9
"""The size of a judgement; no table comes near it, and the database holds it in millionths."""


@dataclass(frozen=True, slots=True)
class _Review:
    """What is being reviewed, and what has been recorded of it."""

    place: Place
    revision: Revision
    program: Program
    judgements: dict[str, Judgement]
    findings: dict[str, Finding]
    request: Plain


def judge(  # noqa: PLR0913 -- `numbers` are what is known of other units already
    session: Session, round_code: str, subject_code: str, item: str, stated: object, *, numbers: Known | None = None
) -> Judgement:
    """Record points for an item, with a rationale; the same as the last one is not recorded again."""
    review = _review(session, round_code, subject_code, numbers)
    if item not in {each.item.code for each in review.program.items}:
        raise NotFound("item_not_found", f"评价方案中没有计分项目 {item}")
    problems = _refused(review, "judgements", item, stated) or _too_much(stated)
    if problems or not isinstance(stated, dict):
        raise Invalid(problems)
    last = review.judgements.get(item)
    if last is not None and judgement_as_plain(last) == stated:
        return last
    number = 1 if last is None else last.number + 1
    new = Judgement(item, number, Decimal(stated["points"]), stated["rationale"], database_now(session))
    store.add_judgement(session, review.revision.row, new)
    return new


def find(  # noqa: PLR0913 -- as above
    session: Session, round_code: str, subject_code: str, field: str, stated: object, *, numbers: Known | None = None
) -> Finding:
    """Record a correction of a field, with its reasons; the same as the last one is not recorded again."""
    review = _review(session, round_code, subject_code, numbers)
    if field not in review.program.scheme.evidence:
        raise NotFound("field_not_found", f"评价方案中没有佐证字段 {field}")
    if problems := _refused(review, "findings", field, stated):
        raise Invalid(problems)
    last, content = review.findings.get(field), canonical(stated)
    if last is not None and last.content == content:
        return last
    new = Finding(field, 1 if last is None else last.number + 1, content, database_now(session))
    store.add_finding(session, review.revision.row, new)
    return new


def _review(session: Session, round_code: str, subject_code: str, numbers: Known | None) -> _Review:
    place = entries.locate(session, round_code, subject_code, act=True)
    revision = evidence.submitted(session, place.entry.number)
    if revision is None:
        raise Conflict("evidence_not_submitted", "该考评对象尚未提交佐证资料，还不能评审")
    program = schemes.program(session, place.round)
    judgements = store.judgements(session, [revision.row])[revision.row]
    findings = store.findings(session, [revision.row])[revision.row]
    request = request_of(program, place, revision, judgements, findings)
    if asks_others(program):
        request = fitting(program, among_others(session, program, place, request, numbers or known_numbers()))
    return _Review(place, revision, program, judgements, findings, request)


def _refused(review: _Review, kind: str, code: str, stated: object) -> Problems:
    """What the engine has against the new record among the others; paths start in the record."""
    recorded = review.request[kind]
    assert isinstance(recorded, dict)  # noqa: S101 -- put together in this room
    read = score_request(review.program, {**review.request, kind: {**recorded, code: stated}})
    return Problems(_seen_from(each, kind, code) for each in read) if isinstance(read, Problems) else Problems()


def _seen_from(problem: Problem, kind: str, code: str) -> Problem:
    if problem.path[:2] == (kind, code):
        return Problem(problem.path[2:], problem.code, problem.message)
    return Problem((), problem.code, f"与已记录的内容不符（{problem.pointer}）：{problem.message}")


def _too_much(stated: object) -> Problems:
    if not isinstance(stated, dict):
        return Problems()
    problems = []
    if abs(stated["points"]) > MOST_POINTS:
        problems.append(Problem(("points",), "number_too_large", "分数过大"))
    if len(stated["rationale"]) > LONGEST_RATIONALE:
        problems.append(Problem(("rationale",), "text_too_long", f"文字过长，最多 {LONGEST_RATIONALE} 字"))
    return Problems(problems)
