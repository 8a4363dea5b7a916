"""Routes of the audit record: its entries, and whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from starlette.background import BackgroundTask

from app.access import Actor
from app.audit import service
from app.audit.service import Checks, Seals
from app.audit.values import AuditProblem, Entry, Filter, Report
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.cursors import Page, TheWindow, page
from app.protocol.openapi import answer
from app.protocol.routes import room
from app.protocol.sessions import Reading
from app.protocol.shapes import schema_of

router: Final = room("/audit", "审计")
Reader = Annotated[Actor, Depends(Acting("read_audit"))]

TEXT: Final = r"^[^\u0000-\u001f\u007f]+$"
LARGEST: Final = 2**63 - 1
Act = Annotated[str | None, Query(pattern=TEXT, max_length=64, description="只列这一种操作")]
ActorName = Annotated[str | None, Query(pattern=TEXT, max_length=200, description="只列这个账号的操作")]
Thing = Annotated[str | None, Query(pattern=TEXT, max_length=400, description="操作对象的开头，例如 round/2020/")]
After = Annotated[int, Query(ge=0, le=LARGEST, description="从此序号之后开始核对：上一段给出的 next_after")]


@dataclass(frozen=True, slots=True)
class SentEntry:
    """An entry; members that were tampered with may be null, `readable` is then false."""

    sequence: int
    at: str | None
    actor: str | None
    actor_number: int | None
    roles: list[str]
    act: str | None
    thing: str | None
    reason: str | None
    request: str | None
    payload_digest: str | None
    previous: str | None
    hash: str | None
    readable: bool


@dataclass(frozen=True, slots=True)
class SentReport:
    """What a verification found in one piece of the chain; `next_after` leads to the next, null at the end."""

    sound: bool
    entries: int
    heads: int
    problems: list[AuditProblem]
    next_after: int | None


EXAMPLE: Final[dict[str, Any]] = {
    "sequence": 41,
    "at": "2027-05-08T02:13:07.481516Z",
    "actor": "chief",
    "actor_number": 2,
    "roles": ["chief"],
    "act": "approve",
    "thing": "round/2020/subject/shili-alliance",
    "reason": "",
    "request": "0f9a5c1d2b7e4c5f",
    "payload_digest": "sha256:" + "1" * 64,
    "previous": "sha256:" + "2" * 64,
    "hash": "sha256:" + "3" * 64,
    "readable": True,
}
REPORT: Final[dict[str, Any]] = {"sound": True, "entries": 41, "heads": 3, "problems": [], "next_after": None}


async def the_checks(request: Request) -> Checks:
    """Verification as the application set it up."""
    checks = request.app.state.checks
    assert isinstance(checks, Checks)  # noqa: S101 -- create_app puts it there
    return checks


def the_seals(request: Request) -> Seals:
    """What signs, as the application set it up."""
    seals = request.app.state.seals
    assert isinstance(seals, Seals)  # noqa: S101 -- create_app puts it there
    return seals


def sealed(request: Request, response: Response) -> Response:
    """The answer to an act that is to be vouched for: once it is committed and answered, a head is signed."""
    response.background = BackgroundTask(the_seals(request).seal)
    return response


@router.get(
    "",
    summary="审计记录",
    description="最近的在前。每条记录的 hash 为其余各项（规范 JSON）的 SHA-256，previous 为前一条的 hash。",
    responses=answer("审计记录", schema_of(Page[SentEntry]), {"data": [EXAMPLE], "next_cursor": None}),
)
def list_entries(
    _actor: Reader, session: Reading, window: TheWindow, act: Act = None, actor: ActorName = None, thing: Thing = None
) -> Response:
    key = window.after(int)
    asked = Filter(act=act, actor=actor, thing=thing)
    rows = service.page(session, asked, None if key is None else int(key[0]), window.limit + 1)
    return send(page([_sent(row) for row in rows], [(row.sequence,) for row in rows], window.limit))


@router.get(
    "/verify",
    summary="核对审计记录",
    description=(
        "逐条核对散列与前后次序，并与链头、数据库以外的签名链头对照：改动、删除、调换、插入和改写尾部都会列出，"
        f"至多 {service.MOST_PROBLEMS} 处。一次至多核对 {service.MOST_ENTRIES} 条；next_after 不为 null 时，"
        "以它作 after 再次请求，各段都无问题才是整体无问题。每个进程同时只核对一段，其余请求得到 503。"
        "命令行 python -m app audit verify 一次核对全部。"
    ),
    responses=answer("核对结果", schema_of(SentReport), REPORT),
)
def verify(_actor: Reader, checks: Annotated[Checks, Depends(the_checks)], after: After = 0) -> Response:
    return send(_report(checks.piece(after)))


def _sent(entry: Entry) -> SentEntry:
    return SentEntry(
        sequence=entry.sequence,
        at=entry.at,
        actor=entry.actor,
        actor_number=entry.actor_number,
        roles=entry.roles.split(",") if entry.roles else [],
        act=entry.act,
        thing=entry.thing,
        reason=entry.reason,
        request=entry.request,
        payload_digest=entry.payload_digest,
        previous=entry.previous,
        hash=entry.hash,
        readable=entry.readable,
    )


def _report(report: Report) -> SentReport:
    return SentReport(report.sound, report.entries, report.heads, list(report.problems), report.next_after)
