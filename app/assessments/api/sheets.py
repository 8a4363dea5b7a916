"""Routes of score sheets: the one that stands, the ones that were proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import Depends, Path, Query, Request, Response

from app.access import Actor
from app.assessments.service import scores, sheets
from app.assessments.values import Sheet, Summary
from app.db import Database
from app.protocol.actors import Acting, Remembered
from app.protocol.answers import send, send_tagged
from app.protocol.body import JSON
from app.protocol.etag import headers, not_modified
from app.protocol.openapi import IF_NONE_MATCH, NOT_MODIFIED, answer, refusals
from app.protocol.routes import Code, Shortcut, room
from app.protocol.sessions import Reading
from app.protocol.shapes import schema_of
from app.schemes.shapes import SHEET
from app.scoring.digest import normal
from app.scoring.sheet import Figure

router: Final = room("/rounds/{round}", "考评")

ONE: Final = "/subjects/{subject}/assessment"
Reader = Annotated[Actor, Depends(Acting("read_self_score", "read_assessment"))]
Reviewer = Annotated[Actor, Depends(Acting("read_records"))]
View = Annotated[
    Literal["official", "self", "published"],
    Query(
        description="official：考评得分，评审人员所见为在审的，其余为最近公布的；self：自评得分；published：最近公布的"
    ),
]
SheetNumber = Annotated[int, Path(ge=1, le=10**6, description="评分表序号")]


@dataclass(frozen=True, slots=True)
class SentSummary:
    """A sheet as it was proposed, in a list."""

    number: int
    digest: str
    total: Figure | None
    base: Figure | None
    bonus: Figure | None
    grade: str | None
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class SentSummaries:
    """All sheets of a subject in a round, the first one first; `standing`: the number of the one that stands."""

    standing: int | None
    sheets: list[SentSummary]


@dataclass(frozen=True, slots=True)
class SentSheet(SentSummary):
    """A sheet with everything that went in."""

    revision: int
    scheme_digest: str
    inputs: Any
    inputs_digest: str
    engine: str
    sheet: Any


class Kept:
    """What this application keeps in memory of its assessments."""

    def __init__(self, database: Database) -> None:
        self.results: Final = scores.Results()
        self.sheets: Final = sheets.Sheets(database, self.results.numbers)


def kept(request: Request) -> Kept:
    """What is kept; no dependency: those cost more than the answer."""
    found = request.app.state.assessments
    assert isinstance(found, Kept)  # noqa: S101 -- create_app puts it there
    return found


@router.get(
    ONE,
    summary="读取评分表",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("评分表；提出结果之前读取时计算", SHEET, tagged=True) | NOT_MODIFIED | refusals(404),
)
def read_sheet(
    request: Request,
    actor: Reader,
    round: Code,
    subject: Code,
    view: View = "official",
) -> Response:
    ready = kept(request).sheets.read(actor, round, subject, view)
    return not_modified(request, ready.digest) or Response(ready.data, 200, headers(ready.digest), JSON)


def read_known_sheet(
    request: Request,
    known: Remembered,
    round: Code,
    subject: Code,
) -> Response | None:
    """The same for one who showed a token a moment ago, where nothing but one statement is needed."""
    ready = kept(request).sheets.read_at_once(known.actor, known.epoch, known.until, round, subject)
    if ready is None:
        return None
    return not_modified(request, ready.digest) or Response(ready.data, 200, headers(ready.digest), JSON)


to_sheet: Final = Shortcut(
    ("read_self_score", "read_assessment"),
    "GET",
    "/rounds/{round:code}/subjects/{subject:code}/assessment",
    read_sheet,
    None,
    read_known_sheet,
)


@router.get(
    ONE + "/sheets",
    summary="历次评分表",
    responses=answer("提出过的评分表，最早的在前", schema_of(SentSummaries)) | refusals(404),
)
def list_sheets(actor: Reviewer, round: Code, subject: Code, session: Reading) -> Response:
    place, found = sheets.listed(session, actor, round, subject)
    return send(SentSummaries(place.entry.sheet, [_summary(each) for each in found]))


@router.get(
    ONE + "/sheets/{number}",
    summary="读取某份评分表及其全部依据",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("评分表，提出后不再改变", schema_of(SentSheet), tagged=True) | NOT_MODIFIED | refusals(404),
)
def read_one_sheet(
    request: Request,
    actor: Reviewer,
    round: Code,
    subject: Code,
    number: SheetNumber,
    session: Reading,
) -> Response:
    return send_tagged(request, _whole(sheets.one(session, actor, round, subject, number)))


def _summary(each: Summary) -> SentSummary:
    return SentSummary(**_members(each))


def _whole(each: Sheet) -> SentSheet:
    return SentSheet(
        **_members(each),
        revision=each.revision,
        scheme_digest=each.scheme_digest,
        inputs=msgspec.Raw(each.inputs),
        inputs_digest=each.inputs_digest,
        engine=each.engine,
        sheet=msgspec.Raw(each.content),
    )


def _members(each: Summary) -> dict[str, Any]:
    figures = {"total": each.total, "base": each.base, "bonus": each.bonus}
    return {
        "number": each.number,
        "digest": each.digest,
        **{name: None if figure is None else normal(figure) for name, figure in figures.items()},
        "grade": each.grade,
        "proposed_by": each.by.name,
        "proposed_at": each.by.at,
    }
