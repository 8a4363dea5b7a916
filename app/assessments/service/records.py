"""Judgements, findings and overrides: recorded beside the ones before, the last one of an item or field counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from app.access import Act, Actor
from app.assessments.service.others import Known, among_others, asks_others, known_numbers
from app.assessments.service.requests import Plain, judgement_as_plain, override_as_plain, request_of
from app.assessments.service.scored import fitting
from app.assessments.shapes import Lifting
from app.assessments.store import records as store
from app.assessments.store.records import Records
from app.assessments.values import By, Finding, Judgement, Override, Record
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, schemes, standing
from app.rounds.values.rounds import Place
from app.scoring.digest import canonical
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problem, Problems

MOST_POINTS: Final = 10**9
"""The size of a judgement; no table comes near it, and the database holds it in millionths."""
Kind: TypeAlias = Literal["judgements", "findings", "overrides"]


@dataclass(frozen=True, slots=True)
class Review:
    """What is being reviewed, and what has been recorded of it."""

    place: Place
    revision: Revision
    program: Program
    recorded: Records
    request: Plain


def judge(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    item: str,
    stated: object,
    numbers: Known | None = None,
) -> Judgement:
    """Record points for an item, with a rationale; the same as the last one is not recorded again."""
    review = reviewed(session, actor, "judge", round_code, subject_code, numbers)
    _refuse_unknown_item(review, item)
    if problems := _refused(review, "judgements", item, stated) or too_much(stated):
        raise Invalid(problems)
    by = By(actor.number, actor.name, database_now(session))
    new = judged(review, item, stated, by)
    keep(session, actor, review, new, by, stated)
    return new


def find(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    field: str,
    stated: object,
    numbers: Known | None = None,
) -> Finding:
    """Record a correction of a field, with its reasons; the same as the last one is not recorded again."""
    review = reviewed(session, actor, "judge", round_code, subject_code, numbers)
    if field not in review.program.scheme.evidence:
        raise NotFound("field_not_found", f"评价方案中没有佐证字段 {field}")
    if problems := _refused(review, "findings", field, stated):
        raise Invalid(problems)
    by = By(actor.number, actor.name, database_now(session))
    kept = without_names(session, review, field, stated, by)
    new = found(review, field, kept, by)
    keep(session, actor, review, new, by, kept)
    return new


def override(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    item: str,
    stated: object,
    numbers: Known | None = None,
) -> Override:
    """Set the points of an item over the computed ones, which stay; points of null take that back."""
    review = reviewed(session, actor, "override", round_code, subject_code, numbers)
    _refuse_unknown_item(review, item)
    last = review.recorded.overrides.get(item)
    lifting = Lifting.read(stated)
    if lifting is None and (problems := _refused(review, "overrides", item, stated)):
        raise Invalid(problems)
    if lifting is not None and (last is None or last.points is None):
        raise Conflict("nothing_to_lift", "该项目没有生效的调整，不能取消")
    by = By(actor.number, actor.name, database_now(session))
    new = overridden(review, item, stated, by)
    keep(session, actor, review, new, by, stated)
    return new


def judged(review: Review, item: str, stated: object, by: By) -> Judgement:
    """The judgement that is made by what was checked; the last one where that says the same."""
    points, rationale = _said(stated, "rationale")
    last = review.recorded.judgements.get(item)
    if last is not None and judgement_as_plain(last) == stated:
        return last
    return Judgement(item, _after(last), Decimal(points), rationale, by)


def without_names(session: Session, review: Review, field: str, stated: object, by: By) -> dict[str, object]:
    """A finding that the engine took, with tokens in the place of names."""
    assert isinstance(stated, dict)  # noqa: S101 -- the engine took it
    return evidence.finding_with_tokens(session, review.place, review.program, field, stated, by.at)


def found(review: Review, field: str, stated: object, by: By) -> Finding:
    """The same of a finding."""
    last, content = review.recorded.findings.get(field), canonical(stated)
    return last if last is not None and last.content == content else Finding(field, _after(last), content, by)


def overridden(review: Review, item: str, stated: object, by: By) -> Override:
    """The same of an override, or of what takes one back."""
    points, reason = _said(stated, "reason")
    last = review.recorded.overrides.get(item)
    if last is not None and override_as_plain(last) == stated:
        return last
    return Override(item, _after(last), None if points is None else Decimal(points), reason, by)


def listed(session: Session, actor: Actor, round_code: str, subject_code: str) -> tuple[Revision, list[Record]]:
    """All that was recorded of the revision that is handed in, by kind, the first one first."""
    place = entries.locate(session, actor, "read_records", round_code, subject_code)
    revision = evidence.submitted(session, place.entry)
    if revision is None:
        raise Conflict("evidence_not_submitted", "该考评对象尚未提交佐证资料，还没有评审记录")
    return revision, [record for _, record in store.all_of(session, [revision.row])]


def reviewed(
    session: Session, actor: Actor, act: Act, round_code: str, subject_code: str, numbers: Known | None = None
) -> Review:
    """What one who may do this reviews, in a state in which that can be done; nobody else acts there meanwhile."""
    place = entries.locate(session, actor, act, round_code, subject_code, lock=True)
    revision = evidence.submitted(session, place.entry)
    if revision is None:
        raise Conflict("evidence_not_submitted", "该考评对象尚未提交佐证资料，还不能评审")
    standing.refuse_unless_in(place, standing.REVIEWED, "评审")
    return gathered(session, place, revision, numbers)


def gathered(session: Session, place: Place, revision: Revision, numbers: Known | None) -> Review:
    """What is reviewed, with all that was recorded and all that other sheets bring."""
    program = schemes.program(session, place.round)
    recorded = store.of(session, revision.row)
    request = request_of(program, place, revision, recorded)
    if asks_others(program):
        request = fitting(program, among_others(session, program, place, request, numbers or known_numbers()))
    return Review(place, revision, program, recorded, request)


def keep(session: Session, actor: Actor, review: Review, new: Record, by: By, said: object) -> None:
    """Record what is new by this act, and nothing else; the first record on what was submitted begins the review."""
    if new.by is not by:
        return
    store.add(session, review.revision.row, new)
    if standing.allows(review.place, "review"):
        standing.move(session, actor, review.place, "review", now=by.at)
    act, about = _named(new)
    audit.record(session, actor, act=act, thing=f"{review.place.name}/{about}", payload=said)


def _named(new: Record) -> tuple[str, str]:
    """The act, and what it is about."""
    match new:
        case Judgement():
            return "judge", new.item
        case Finding():
            return "find", new.field
        case Override():
            return "override", new.item


def _after(last: Record | None) -> int:
    return 1 if last is None else last.number + 1


def _said(stated: object, words: str) -> tuple[Any, str]:
    assert isinstance(stated, Mapping)  # noqa: S101 -- the engine or a shape took it
    return stated["points"], stated[words]


def _refuse_unknown_item(review: Review, item: str) -> None:
    if item not in {each.item.code for each in review.program.items}:
        raise NotFound("item_not_found", f"评价方案中没有计分项目 {item}")


def _refused(review: Review, kind: Kind, code: str, stated: object) -> Problems:
    """What the engine has against the new record among the others; paths start in the record."""
    recorded = review.request.get(kind, {})
    assert isinstance(recorded, dict)  # noqa: S101 -- put together in this room
    read = score_request(review.program, {**review.request, kind: {**recorded, code: stated}})
    return Problems(_seen_from(each, kind, code) for each in read) if isinstance(read, Problems) else Problems()


def _seen_from(problem: Problem, kind: str, code: str) -> Problem:
    if problem.path[:2] == (kind, code):
        return Problem(problem.path[2:], problem.code, problem.message)
    return Problem((), problem.code, f"与已记录的内容不符（{problem.pointer}）：{problem.message}")


def too_much(stated: object) -> Problems:
    """What the database could not hold of a judgement that the engine took; paths start in it."""
    if isinstance(stated, Mapping) and abs(stated["points"]) > MOST_POINTS:
        return Problems.one(("points",), "number_too_large", "分数过大")
    return Problems()
