"""What comes of an objection: rejected, or accepted with a new sheet beside the old one, or with another review."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.access import Actor
from app.assessments.service.corrections import Corrections, correct
from app.assessments.service.objections import Told, name_of, outcome_of
from app.assessments.service.others import Known
from app.assessments.service.records import Review, gathered
from app.assessments.service.settling import make_final, put_forward, standing_sheet
from app.assessments.shapes import ObjectionDecision
from app.assessments.store import objections as store
from app.assessments.store import records as record_store
from app.assessments.values import By, Decision, Objection
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.evidence import service as evidence
from app.rounds.service import entries, standing
from app.rounds.values.rounds import Place
from app.scoring.problems import Problem, Problems


def decide(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    number: int,
    said: ObjectionDecision,
    numbers: Known | None = None,
) -> tuple[Place, Told]:
    """Reject an objection, or accept it: with corrections and the new sheet they give, or for another review.

    What was published stays so until the next sheet is: where a round wants four eyes, when another person approves.
    """
    place = entries.locate(session, actor, "decide_objection", round_code, subject_code, lock=True)
    objection = _undecided(session, place, number)
    standing.refuse_unless(place, "accept_objection")
    _refuse_who_took_part(session, actor, place)
    corrections = _corrections(said)
    by = By(actor.number, actor.name, database_now(session))
    decision = Decision(said.accepted, said.reason, None, None, None, by)
    if said.accepted:
        place, decision = _accepted(session, actor, place, objection, decision, corrections, numbers)
    store.decide(session, place.entry.number, number, decision)
    payload = {"accepted": said.accepted, "review": said.review, "sheet": decision.sheet}
    audit.record(
        session, actor, act="decide_objection", thing=name_of(place, number), reason=said.reason, payload=payload
    )
    published = decision.sheet is not None and place.entry.state == "published"
    return place, Told(replace(objection, decision=decision), decision.after, published)


def _accepted(
    session: Session,
    actor: Actor,
    place: Place,
    objection: Objection,
    decision: Decision,
    corrections: Corrections,
    numbers: Known | None,
) -> tuple[Place, Decision]:
    """The assessment is reopened; with corrections the next sheet is made at once."""
    revision = evidence.submitted(session, place.entry)
    assert revision is not None  # noqa: S101 -- there is none without a published result
    review = gathered(session, place, revision, numbers)
    now = decision.by.at
    place = standing.move(session, actor, place, "accept_objection", reason=decision.reason, now=now)
    decision = replace(decision, move=place.entry.moves)
    if not corrections:
        return place, decision
    review = replace(review, place=place)
    if not correct(session, actor, review, corrections, decision.by):
        raise _nothing_corrected("更正与已记录的内容相同")
    place, sheet = put_forward(session, actor, _anew(session, review))
    if not place.round.four_eyes:
        place = make_final(session, actor, place)
    return place, replace(decision, sheet=sheet.number, after=outcome_of(sheet, objection.items))


def _anew(session: Session, review: Review) -> Review:
    """With what was just recorded; numbers of other sheets are not kept, as it may yet be taken back."""
    return gathered(session, review.place, review.revision, None)


def _undecided(session: Session, place: Place, number: int) -> Objection:
    found = next((each for each in store.of(session, place.entry.number) if each.number == number), None)
    if found is None:
        raise NotFound("objection_not_found", f"没有第 {number} 项异议")
    if found.decision is not None:
        raise Conflict("objection_decided", "该异议已经处理")
    return found


def _refuse_who_took_part(session: Session, actor: Actor, place: Place) -> None:
    """Nobody decides who proposed or approved the published sheet, or found, judged or overrode anything on it."""
    sheet, moves = standing_sheet(session, place), standing.history(session, place)
    row = evidence.revision_row(session, place.entry, sheet.revision)
    settled = {each.account for each in moves if each.sheet == sheet.number and each.act in {"propose", "approve"}}
    recorded = {record.by.account for _, record in record_store.all_of(session, [row])}
    if actor.number in settled | recorded:
        raise Forbidden("took_part", "您参与过原结果的评审、提出或定稿，异议须由未参与的人处理")


def _corrections(said: ObjectionDecision) -> Corrections:
    """What is corrected by kind; refused where there is something beside another decision, or nothing at all."""
    stated = {"findings": said.findings, "judgements": said.judgements, "overrides": said.overrides}
    given: Corrections = {kind: each for kind, each in stated.items() if each}  # type: ignore[misc]
    if not said.accepted:
        beside = [*given, *(["review"] if said.review else [])]
        _refuse_beside(beside, "驳回异议时不能更正，也不能重新评审")
    elif said.review:
        _refuse_beside(list(given), "重新评审时由评审人员更正")
    elif not given:
        raise _nothing_corrected("受理异议须作出更正，或交由重新评审")
    return given


def _refuse_beside(members: Collection[str], said: str) -> None:
    if members:
        raise Invalid(Problems(Problem((each,), "not_with_decision", said) for each in members))


def _nothing_corrected(said: str) -> Invalid:
    return Invalid(Problems.one((), "nothing_corrected", said), "nothing_corrected", said)
