"""A round's results opened to those who were evaluated, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.access import Actor
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict
from app.rounds.service import entries, rounds, standing
from app.rounds.values.rounds import Entry, Round

NAMED: Final = 20
"""Subjects that a refusal names before it says "and others"."""


def publish(session: Session, actor: Actor, code: str) -> tuple[Round, list[str]]:
    """Publish every final result of a closed round; also returns the subjects that handed nothing in, who have none."""
    found = rounds.locked(session, actor, code, "publish_round")
    if found.state != "closed":
        raise Conflict("round_not_closed", "该批次须先关闭，且只能公布一次")
    present = entries.all_entries(session, found)
    _refuse_unsettled([entry for entry in present if entry.revision is not None])
    settled = [entry for entry in present if entry.state == "final"]
    without = [entry.subject.code for entry in present if entry.revision is None]
    if not settled:
        raise Conflict("nothing_to_publish", "该批次没有已定稿的结果，不能公布")
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
        named = "、".join(waiting[:NAMED]) + (" 等" if len(waiting) > NAMED else "")
        raise Conflict("not_all_final", f"以下 {len(waiting)} 个考评对象尚未定稿，不能公布：{named}")
