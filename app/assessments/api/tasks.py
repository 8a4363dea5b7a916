"""The route of what waits for the one who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from app.access import Actor
from app.assessments.service import tasks
from app.assessments.service.tasks import Kind
from app.protocol.actors import Acting
from app.protocol.answers import send_tagged
from app.protocol.openapi import IF_NONE_MATCH, NOT_MODIFIED, answer
from app.protocol.routes import room
from app.protocol.sessions import Reading
from app.protocol.shapes import schema_of

router: Final = room("/me", "考评")
TheActor = Annotated[Actor, Depends(Acting("manage_own"))]


@dataclass(frozen=True, slots=True)
class SentTask:
    """Something that waits since a moment; `subject` is null where it is about the whole round."""

    kind: Kind
    round: str
    subject: str | None
    title: str
    deadline: datetime | None
    since: datetime


@dataclass(frozen=True, slots=True)
class SentTasks:
    """At most 200, by deadline; what has none comes last."""

    tasks: list[SentTask]


EXAMPLE: Final[dict[str, Any]] = {
    "kind": "fill_in",
    "round": "2020",
    "subject": "yunxi",
    "title": "填报并提交佐证资料：云溪联合体（2020 年度考评）",
    "deadline": "2021-04-30T09:00:00Z",
    "since": "2021-04-01T01:00:00Z",
}


@router.get(
    "/tasks",
    summary="待办事项，按期限排列",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("至多 200 项，无期限的在后", schema_of(SentTasks), {"tasks": [EXAMPLE]}, tagged=True)
    | NOT_MODIFIED,
)
def list_tasks(request: Request, actor: TheActor, session: Reading) -> Response:
    found = tasks.of(session, actor)
    sent = [SentTask(each.kind, each.round, each.subject, each.title, each.deadline, each.since) for each in found]
    return send_tagged(request, SentTasks(sent))
