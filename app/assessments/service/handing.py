"""Evidence handed in before the deadline, taken back, or returned to be corrected."""

from __future__ import annotations

from collections.abc import Mapping

from app.access import Actor
from app.assessments.shapes import Returned
from app.db import Session, database_now
from app.errors import Conflict, Invalid
from app.evidence import service as evidence
from app.evidence.service import Seen
from app.evidence.values import Revision
from app.rounds.service import entries, extensions, schemes, standing
from app.rounds.values.rounds import Place
from app.scoring.problems import Problem, Problems


def submit(session: Session, actor: Actor, round_code: str, subject_code: str, seen: Seen) -> tuple[Place, Revision]:
    """Seal the latest revision.

    The deadline is half-open: an act at the very moment of the deadline comes too late. The clock is the database's.
    """
    place = evidence.writable(session, actor, round_code, subject_code)
    last = evidence.latest_seen(session, actor, place)
    seen(last)
    if last is None:
        raise Conflict("nothing_to_submit", "尚未保存佐证资料，不能提交")
    standing.refuse_unless(place, "submit")
    now = database_now(session)
    if now >= place.deadline:
        raise Conflict("deadline_passed", "已过提交截止时间")
    evidence.refuse_unproved(session, place, last)
    moved = standing.move(session, actor, place, "submit", revision=last.number, now=now)
    return moved, evidence.with_submission(session, moved, last)


def withdraw(session: Session, actor: Actor, round_code: str, subject_code: str, reason: str) -> Place:
    """Take back what was handed in, before the deadline and before anybody reviewed it."""
    place = evidence.writable(session, actor, round_code, subject_code)
    standing.refuse_unless(place, "withdraw")
    now = database_now(session)
    if now >= place.deadline:
        raise Conflict("deadline_passed", "已过提交截止时间，不能撤回")
    return standing.move(session, actor, place, "withdraw", reason=reason, now=now)


def return_(session: Session, actor: Actor, round_code: str, subject_code: str, said: Returned) -> Place:
    """Give evidence back to be corrected, with reasons by field; behind the deadline a later one is needed."""
    place = entries.locate(session, actor, "return_evidence", round_code, subject_code, lock=True)
    standing.refuse_unless(place, "return")
    if place.round.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能退回修改")
    _refuse_unknown_fields(session, place, said.fields)
    if said.deadline is not None:
        extensions.allow_until(session, actor, place, said.deadline, said.reason)
    elif database_now(session) >= place.deadline:
        message = "已过提交截止时间，退回修改须给出新的截止时间"
        raise Invalid(Problems.one(("deadline",), "deadline_needed", message))
    return standing.move(session, actor, place, "return", reason=said.reason, fields=said.fields)


def _refuse_unknown_fields(session: Session, place: Place, fields: Mapping[str, str]) -> None:
    known = schemes.program(session, place.round).scheme.evidence
    problems = [
        Problem(("fields", field), "field_not_found", f"评价方案中没有佐证字段 {field}")
        for field in fields
        if field not in known
    ]
    if problems:
        raise Invalid(Problems(problems))
