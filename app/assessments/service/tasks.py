"""What waits for somebody, by deadline: each kind is one query, however many rounds and subjects there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from app.access import Actor, require
from app.assessments.store import tasks as store
from app.assessments.values import Waiting
from app.db import Session, database_now
from app.rounds.service import standing

Kind: TypeAlias = Literal[
    "open_round",
    "fill_in",
    "correct",
    "read_result",
    "begin_review",
    "review",
    "approve",
    "decide_objection",
    "publish_round",
]
MOST: Final = 200
"""Tasks that are listed: those that are due first."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody since a moment, and until when it can be done where that ends."""

    kind: Kind
    round: str
    subject: str | None
    title: str
    deadline: datetime | None
    since: datetime


def of(session: Session, actor: Actor, most: int = MOST) -> list[Task]:
    """At most so much that the actor can do now and somebody waits for, by deadline; what has none comes last."""
    require(actor, "manage_own")
    return sorted(_all(session, actor, most), key=_place)[:most]


def _place(task: Task) -> tuple[datetime, datetime, str, str]:
    return task.deadline or _NEVER, task.since, task.round, task.subject or ""


def _all(session: Session, actor: Actor, most: int) -> Iterator[Task]:
    if "admin" in actor.roles:
        yield from _rounds_to_open(session, most)
    if "submitter" in actor.roles:
        yield from _own(session, actor, most)
    if "evaluator" in actor.roles:
        yield from _reviews(session, actor, most)
    if "chief" in actor.roles:
        yield from _decisions(session, actor, most)


def _rounds_to_open(session: Session, most: int) -> Iterator[Task]:
    for each in store.to_open(session, most):
        yield Task("open_round", each.round, None, f"开放批次“{each.title}”", each.deadline, each.created_at)


def _own(session: Session, actor: Actor, most: int) -> Iterator[Task]:
    now, whose = database_now(session), (sorted(actor.subjects), actor.institution)
    for each in store.to_write(session, *whose, standing.EDITABLE, now, most):
        if each.state == "returned":
            yield _task("correct", each, "按退回意见修改并重新提交", each.deadline)
        else:
            yield _task("fill_in", each, "填报并提交佐证资料", each.deadline)
    for each in store.to_read(session, *whose, now, most):
        yield _task("read_result", each, "查看考评结果，如有异议请在期限内提出", each.objections_until)


def _reviews(session: Session, actor: Actor, most: int) -> Iterator[Task]:
    for each in store.to_review(session, actor.number, actor.institution, standing.REVIEWED, most):
        if each.state == "submitted":
            yield _task("begin_review", each, "开始评审")
        else:
            yield _task("review", each, "继续评审" if each.state == "in_review" else "重新评审")


def _decisions(session: Session, actor: Actor, most: int) -> Iterator[Task]:
    for each in store.to_approve(session, actor.number, actor.institution, most):
        yield _task("approve", each, "复核并定稿")
    for each in store.to_decide(session, actor.number, actor.institution, most):
        yield _task("decide_objection", each, "处理异议", since=each.objected_at)
    for closed in store.to_publish(session, most):
        since = max(each for each in (closed.closed_at, closed.settled_at, closed.created_at) if each is not None)
        yield Task("publish_round", closed.round, None, f"公布批次“{closed.title}”的结果", None, since)


def _task(
    kind: Kind, each: Waiting, said: str, deadline: datetime | None = None, since: datetime | None = None
) -> Task:
    return Task(kind, each.round, each.subject, f"{said}：{each.name}（{each.title}）", deadline, since or each.since)
