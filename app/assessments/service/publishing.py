"""A round's results opened to those who were evaluated, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.access import Actor
from app.assessments.service.others import Known
from app.assessments.service.outdated import outdated
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict
from app.rounds.service import entries, rounds, standing
from app.rounds.values.rounds import Entry, Round

NAMED: Final = 20
"""Subjects that a refusal names before it says "and others"."""


def publish(session: Session, actor: Actor, code: str, numbers: Known | None = None) -> tuple[Round, list[str]]:
    """Publish every final result of a closed round; also returns the subjects that handed nothing in, who have none.

    Refused where results rest on others of them that were settled anew since.
    """
    found = rounds.locked(session, actor, code, "publish_round")
    if found.state != "closed":
        raise Conflict("round_not_closed", "该批次须先关闭，且只能公布一次")
    present = entries.all_entries(session, found)
    _refuse_unsettled([entry for entry in present if entry.revision is not None])
    settled = [entry for entry in present if entry.state == "final"]
    without = [entry.subject.code for entry in present if entry.revision is None]
    if not settled:
        raise Conflict("nothing_to_publish", "该批次没有已定稿的结果，不能公布")
    _refuse_outdated(outdated(session, found, settled, numbers))
    now = database_now(session)
    standing.publish_all(session, actor, settled, now)
    published = rounds.mark_published(session, found, now)
    payload = {"sheets": {entry.subject.code: entry.sheet for entry in settled}, "without_result": without}
    audit.record(session, actor, act="publish_round", thing=f"rounds/{code}", payload=payload)
    return published, without


def _refuse_unsettled(handed_in: Sequence[Entry]) -> None:
    """Nobody's result comes later than the others'."""
    waiting = [entry.subject.code for entry in handed_in if entry.state != "final"]
    if waiting:
        raise Conflict("not_all_final", f"以下 {len(waiting)} 个考评对象尚未定稿，不能公布：{_named(waiting)}")


def _refuse_outdated(subjects: Sequence[str]) -> None:
    """What is published together fits together."""
    if subjects:
        said = f"以下 {len(subjects)} 个考评对象定稿后，所依据的其他数值已有变化，须重新评审：{_named(subjects)}"
        raise Conflict("inputs_changed", said)


def _named(subjects: Sequence[str]) -> str:
    return "、".join(subjects[:NAMED]) + (" 等" if len(subjects) > NAMED else "")
