"""Routes of the scores of a round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response

from app.access import Actor
from app.assessments import shapes
from app.assessments.api.sheets import kept
from app.assessments.service import scores
from app.assessments.service.scores import Filter, Score, State
from app.protocol.actors import Acting
from app.protocol.answers import send_tagged
from app.protocol.cursors import InvalidCursor, TheWindow, Window, page
from app.protocol.openapi import IF_NONE_MATCH, NOT_MODIFIED, answer, refusals
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading
from app.scoring.sheet import Figure, FigureRange, SheetStatus

router: Final = room("/rounds/{round}", "考评")
Reader = Annotated[Actor, Depends(Acting("read_scores"))]


@dataclass(frozen=True, slots=True)
class SentScore:
    """One subject in the ranking of a round; what is still open is null, its range says what it can become."""

    rank: int | None
    subject: str
    name: str
    district_code: str
    state: State
    status: SheetStatus | None
    total: Figure | None
    base: Figure | None
    bonus: Figure | None
    range: FigureRange | None
    digest: str | None


@router.get(
    "/scores",
    summary="批次得分排名",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("按总分从高到低；未出总分的在后", shapes.SCORES, tagged=True) | NOT_MODIFIED | refusals(404),
)
def list_scores(  # noqa: PLR0917 -- FastAPI names every argument
    request: Request,
    actor: Reader,
    round: Code,
    session: Reading,
    window: TheWindow,
    status: Annotated[SheetStatus | None, Query(description="只列评分表处于此状态的")] = None,
    state: Annotated[State | None, Query(description="只列佐证资料处于此状态的")] = None,
    district: Annotated[str, Query(pattern="^([0-9]{1,6})?$", description="行政区划代码或其前几位")] = "",
) -> Response:
    wanted, known = Filter(status, state, district), kept(request).results
    rows = scores.scores(session, actor, round, wanted, _after(window), window.limit + 1, results=known)
    return send_tagged(request, page([_sent(row) for row in rows], [row.key for row in rows], window.limit))


def _after(window: Window) -> scores.Key | None:
    match window.after(int, int, str):
        case None:
            return None
        case (int(group), int(total), str(code)):
            return (group, total, code)
        case _:
            raise InvalidCursor


def _sent(score: Score) -> SentScore:
    subject, result = score.subject, score.result
    named = (score.rank, subject.code, subject.name, subject.district_code, score.state)
    if result is None:
        return SentScore(*named, None, None, None, None, None, None)
    return SentScore(*named, result.status, result.total, result.base, result.bonus, result.range, result.digest)
