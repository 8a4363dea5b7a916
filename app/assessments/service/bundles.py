"""The proof bundle of the result of a subject that was published last, put together from what never changes."""

from __future__ import annotations

from collections.abc import Callable

from app.access import Actor
from app.assessments.service.recomputing import frozen
from app.assessments.store import sheets as store
from app.audit import service as audit
from app.db import Session
from app.errors import Conflict, Unavailable
from app.exchange.bundle import Contents, Step, pack
from app.rounds.service import entries, standing
from app.rounds.values.rounds import Move, Place
from app.schemes import service as schemes
from app.signing import SigningKey


def bundle(
    session: Session, actor: Actor, round_code: str, subject_code: str, key: Callable[[], SigningKey]
) -> tuple[Place, bytes]:
    """The same bytes until another result is published or another key signs; raises NotFound, Forbidden, Conflict.

    Named in it is the entry of the audit record that records the publication: it stands fast where the head moves on.
    """
    place = entries.locate(session, actor, "read_bundle", round_code, subject_code)
    moves = standing.history(session, place)
    last = max((each.number for each in moves if each.act == "publish"), default=None)
    if last is None:
        raise Conflict("not_published", "该考评对象的结果尚未公布，还没有存证包")
    return place, pack(_contents(session, place, moves[:last]), key())


def _contents(session: Session, place: Place, moves: list[Move]) -> Contents:
    found, subject = place.round, place.entry.subject.code
    number = moves[-1].sheet
    sheet = None if number is None else store.one(session, place.entry.number, number)
    published = audit.recorded(session, [("publish", place.name), ("publish_round", f"rounds/{found.code}")])
    if sheet is None or published is None:
        raise Unavailable("audit_broken", "公布的结果或其审计记录不完整，请联系管理员（python -m app audit verify）")
    _, document = schemes.document(session, found.scheme, found.version)
    return Contents(
        round=found.code,
        subject=subject,
        number=sheet.number,
        scheme=(found.scheme, found.version),
        document=document,
        frozen=frozen(sheet),
        attachments=sheet.attachments.encode(),
        steps=[_step(each) for each in moves],
        sequence=published[0],
        hash=published[1],
    )


def _step(move: Move) -> Step:
    """Without its reasons, in which people may be named."""
    return Step(move.number, move.act, move.state, move.actor, move.moved_at, move.revision, move.sheet)
