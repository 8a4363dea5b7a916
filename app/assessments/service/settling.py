"""Results proposed, approved, reopened: two people for every result, unless the round says otherwise."""

from __future__ import annotations

from decimal import Decimal

from app.access import Actor
from app.assessments.service.others import Known
from app.assessments.service.outdated import outdated
from app.assessments.service.precedents import counting
from app.assessments.service.records import Review, reviewed
from app.assessments.service.requests import Plain
from app.assessments.store import objections as objection_store
from app.assessments.store import precedents as precedent_store
from app.assessments.store import records as record_store
from app.assessments.store import sheets as store
from app.assessments.values import By, Sheet
from app.db import Session, database_now
from app.errors import Conflict, Forbidden, Invalid
from app.evidence import service as evidence
from app.rounds.service import entries, standing
from app.rounds.values.rounds import Place
from app.scoring.digest import canonical
from app.scoring.engine import ENGINE, score_request
from app.scoring.problems import Problems
from app.scoring.sheet import Figure, ScoreSheet


def propose(
    session: Session, actor: Actor, round_code: str, subject_code: str, numbers: Known | None = None
) -> tuple[Place, Sheet]:
    """Freeze everything that goes in, and the final sheet it gives; refused while people have to settle something."""
    return put_forward(session, actor, reviewed(session, actor, "propose", round_code, subject_code, numbers))


def put_forward(session: Session, actor: Actor, review: Review) -> tuple[Place, Sheet]:
    """The same of what is reviewed already, for acts that are allowed; raises Invalid."""
    by, entry = By(actor.number, actor.name, database_now(session)), review.place.entry.number
    request = {**review.request, "final": True}
    made = score_request(review.program, request)
    if isinstance(made, Problems):
        raise Invalid(made, "not_final", "尚有须由人确定的内容，不能提出结果", "document")
    sheet = settled(session, review, request, made, by)
    store.add(session, entry, sheet)
    precedent_store.add(session, entry, sheet.number, list(counting(review, made)))
    return standing.move(session, actor, review.place, "propose", sheet=sheet.number, now=by.at), sheet


def settled(session: Session, review: Review, request: Plain, made: ScoreSheet, by: By) -> Sheet:
    """The next sheet of a subject, final, with everything that went in."""
    entry = review.place.entry.number
    return Sheet(
        number=store.count(session, entry) + 1,
        digest=str(made.digest),
        total=_exact(made.total),
        base=_exact(made.base),
        bonus=_exact(made.bonus),
        grade=made.grade,
        by=by,
        revision=review.revision.number,
        scheme_digest=review.program.digest,
        inputs=canonical(request),
        inputs_digest=made.inputs_digest,
        engine=ENGINE,
        content=made.to_bytes(),
        attachments=canonical(evidence.sealed_attachments(session, review.place)).decode(),
    )


def approve(
    session: Session, actor: Actor, round_code: str, subject_code: str, numbers: Known | None = None
) -> tuple[Place, Sheet]:
    """Make a proposed result final; in a round that is published it is published at once.

    Refused where it rests on other sheets that say something else since it was proposed.
    """
    place = entries.locate(session, actor, "approve", round_code, subject_code, lock=True)
    standing.refuse_unless(place, "approve")
    sheet = standing_sheet(session, place)
    if place.round.four_eyes:
        _refuse_same_eyes(session, actor, place, sheet)
    if outdated(session, place.round, [place.entry], numbers):
        detail = "提出结果后，所依据的其他考评对象或上一批次的数值已有变化，请重新评审后再提出"
        raise Conflict("inputs_changed", detail)
    return make_final(session, actor, place), sheet


def make_final(session: Session, actor: Actor, place: Place) -> Place:
    """The subject with its proposed result made final, for acts that are allowed."""
    final = standing.move(session, actor, place, "approve")
    return final if final.round.published_at is None else standing.move(session, actor, final, "publish")


def reopen(session: Session, actor: Actor, round_code: str, subject_code: str, reason: str) -> Place:
    """Have a result reviewed anew; the sheets that were stay, and what was published stays published until the next."""
    place = entries.locate(session, actor, "reopen", round_code, subject_code, lock=True)
    if objection_store.open_one(session, place.entry.number) is not None:
        raise Conflict("objection_open", "该考评对象有尚未处理的异议，须先处理；受理异议即可重新评审")
    return standing.move(session, actor, place, "reopen", reason=reason)


def standing_sheet(session: Session, place: Place) -> Sheet:
    """The sheet that stands in the present state."""
    number = place.entry.sheet
    found = None if number is None else store.one(session, place.entry.number, number)
    if found is None:
        raise Conflict("no_sheet", "该考评对象还没有提出过结果")
    return found


def _refuse_same_eyes(session: Session, actor: Actor, place: Place, sheet: Sheet) -> None:
    """Who proposed does not approve, nor does who set points over the computed ones."""
    if sheet.by.account == actor.number:
        raise Forbidden("four_eyes", "提出结果的人不能自己定稿，须由另一人复核")
    revision = evidence.revision_row(session, place.entry, sheet.revision)
    overrides = record_store.of(session, revision).overrides.values()
    if any(each.by.account == actor.number for each in overrides if each.points is not None):
        raise Forbidden("four_eyes", "作出调整的人不能自己定稿，须由另一人复核")


def _exact(figure: Figure | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)
