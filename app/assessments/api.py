"""Routes of assessments: the sheet, judgements, findings, and the scores of a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import Path, Query, Request, Response

from app.assessments import shapes
from app.assessments.service import records, scores, sheets
from app.assessments.service.scores import Filter, Score, State
from app.db import Database
from app.protocol.answers import send, send_tagged
from app.protocol.body import JSON, JsonBody
from app.protocol.cursors import InvalidCursor, TheWindow, Window, page
from app.protocol.etag import headers, not_modified
from app.protocol.openapi import BODY_REFUSALS, IF_NONE_MATCH, NOT_MODIFIED, answer, refusals, request_body
from app.protocol.routes import Code, Shortcut, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import schema_of
from app.schemes.shapes import SHEET
from app.scoring.digest import normal
from app.scoring.sheet import Figure, FigureRange, SheetStatus

router: Final = room("/rounds/{round}", "考评")

ONE: Final = "/subjects/{subject}/assessment"
CODE: Final = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
Item = Annotated[str, Path(pattern=CODE, description="计分项目代码")]
Field = Annotated[str, Path(pattern=CODE, description="佐证字段代码")]
View = Annotated[
    Literal["official", "self"],
    Query(description="official：按已提交的资料、核实意见和评判；self：自评得分，只按最近保存的资料"),
]


@dataclass(frozen=True, slots=True)
class SentJudgement:
    """A judgement as recorded; `number` counts those of its item."""

    item: str
    number: int
    points: Decimal | int
    rationale: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SentFinding:
    """A finding as recorded; `number` counts those of its field."""

    field: str
    number: int
    finding: Any
    recorded_at: datetime


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


class Kept:
    """What this application keeps in memory of its assessments."""

    def __init__(self, database: Database) -> None:
        self.results: Final = scores.Results()
        self.sheets: Final = sheets.Sheets(database, self.results.numbers)


def _kept(request: Request) -> Kept:
    """No dependency: those cost more than the answer."""
    kept = request.app.state.assessments
    assert isinstance(kept, Kept)  # noqa: S101 -- create_app puts it there
    return kept


@router.get(
    ONE,
    summary="读取评分表",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("评分表，读取时计算", SHEET, tagged=True) | NOT_MODIFIED | refusals(404),
)
def read_sheet(
    request: Request,
    round: Code,  # noqa: A002 -- the word in the address
    subject: Code,
    view: View = "official",
) -> Response:
    ready = _kept(request).sheets.read(round, subject, view)
    return not_modified(request, ready.digest) or Response(ready.data, 200, headers(ready.digest), JSON)


to_sheet: Final = Shortcut("GET", "/rounds/{round:code}/subjects/{subject:code}/assessment", read_sheet, None)


@router.put(
    ONE + "/judgements/{item}",
    summary="评判：为计分项目给分",
    openapi_extra=request_body(shapes.JUDGEMENT, shapes.GIVEN),
    responses=answer("已记录；与上次相同则不重复记录", schema_of(SentJudgement), shapes.RECORDED)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def judge(  # noqa: PLR0917 -- FastAPI names every argument
    request: Request,
    round: Code,  # noqa: A002
    subject: Code,
    item: Item,
    body: JsonBody,
    session: Writing,
) -> Response:
    made = records.judge(session, round, subject, item, body, numbers=_kept(request).results.numbers)
    return send(SentJudgement(made.item, made.number, normal(made.points), made.rationale, made.recorded_at))


@router.put(
    ONE + "/findings/{field}",
    summary="核实意见：更正佐证字段",
    openapi_extra=request_body(shapes.FINDING, shapes.STRUCK),
    responses=answer("已记录；与上次相同则不重复记录", schema_of(SentFinding), shapes.FOUND)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def find(  # noqa: PLR0917
    request: Request,
    round: Code,  # noqa: A002
    subject: Code,
    field: Field,
    body: JsonBody,
    session: Writing,
) -> Response:
    made = records.find(session, round, subject, field, body, numbers=_kept(request).results.numbers)
    return send(SentFinding(made.field, made.number, msgspec.Raw(made.content), made.recorded_at))


@router.get(
    "/scores",
    summary="批次得分排名",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("按总分从高到低；未出总分的在后", shapes.SCORES, tagged=True) | NOT_MODIFIED | refusals(404),
)
def list_scores(  # noqa: PLR0917 -- FastAPI names every argument
    request: Request,
    round: Code,  # noqa: A002
    session: Reading,
    window: TheWindow,
    status: Annotated[SheetStatus | None, Query(description="只列评分表处于此状态的")] = None,
    state: Annotated[State | None, Query(description="只列佐证资料处于此状态的")] = None,
    district: Annotated[str, Query(pattern="^([0-9]{1,6})?$", description="行政区划代码或其前几位")] = "",
) -> Response:
    wanted, known = Filter(status, state, district), _kept(request).results
    rows = scores.scores(session, round, wanted, _after(window), window.limit + 1, results=known)
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
