"""Routes of institutions, alliances and other subjects."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from app.access import Actor
from app.protocol.actors import Acting
from app.protocol.answers import send, send_state, send_tagged, state_of
from app.protocol.body import JsonBody
from app.protocol.cursors import Page, TheWindow, Window, page
from app.protocol.etag import require_match
from app.protocol.openapi import BODY_REFUSALS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, answer, refusals, request_body
from app.protocol.routes import PREFIX, Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of
from app.subjects import shapes, values
from app.subjects.service import Seen, alliances, institutions, subjects

institution_routes: Final = room("/institutions", "机构")
alliance_routes: Final = room("/alliances", "联合体")
subject_routes: Final = room("/subjects", "考评对象")
routers: Final = (institution_routes, alliance_routes, subject_routes)

Reader = Annotated[Actor, Depends(Acting("read_register"))]
Registrar = Annotated[Actor, Depends(Acting("change_register"))]
District = Annotated[
    str, Query(pattern="^([0-9]{1,6})?$", description="行政区划代码（GB/T 2260）或其前几位，例如 3301")
]
InstitutionKind = Annotated[shapes.InstitutionKind | None, Query(description="只列此类机构")]
SubjectKind = Annotated[shapes.SubjectKind | None, Query(description="只列此类考评对象")]
MembershipNumber = Annotated[int, Path(ge=1, le=10**9, description="成员关系在联合体内的序号")]
HOSPITAL: Final[dict[str, Any]] = {
    "code": "shili-hospital",
    "name": "示例市级医院",
    "kind": "hospital",
    "level": "municipal",
    "credit_code": "12330100MB0A00001G",
    "medical_unit": None,
    "district_code": "330102",
    "attributes": {},
}
ALLIANCE: Final[dict[str, Any]] = {
    "code": "shili-alliance",
    "name": "示例紧密医养联合体",
    "district_code": "330106",
    "agreement_filed": "2020-03-20",
    "plan_filed": "2020-03-20",
    "attributes": {"established": 2020},
}
MEMBERSHIP: Final = {
    "institution": "shili-hospital",
    "role": "lead",
    "through": None,
    "start": "2020-04-01",
    "end": None,
}
NUMBERED: Final = {"number": 1, "institution_name": HOSPITAL["name"], **MEMBERSHIP}
CENTRE: Final[dict[str, Any]] = {
    "code": "shili-centre",
    "kind": "centre",
    "name": "示例老年健康指导中心",
    "district_code": "330100",
    "attributes": {"level": "市级", "staff": 12},
}


def _takes(shape: Any, example: dict[str, Any], *, seen: bool = False) -> dict[str, Any]:  # noqa: ANN401 -- a model
    """The documentation of a body; `seen`: and of If-Match."""
    body = request_body(schema_of(shape, sent=False), example)
    return {**body, "parameters": [IF_MATCH]} if seen else body


def _gives(description: str, shape: Any, example: object, *, status: int = 200) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401
    return answer(description, schema_of(shape), example, status=status, tagged=True)


def _without(member: str, example: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in example.items() if name != member}


def _matching(request: Request) -> Seen[object]:
    return lambda present: require_match(request, state_of(present))


@institution_routes.post(
    "",
    summary="登记机构",
    status_code=201,
    openapi_extra=_takes(shapes.NewInstitution, HOSPITAL),
    responses=_gives("已登记", values.Institution, HOSPITAL, status=201) | BODY_REFUSALS | refusals(409),
)
def create_institution(actor: Registrar, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewInstitution, body)
    made = institutions.create(session, actor, new)
    return send_state(made, status=201, location=f"{PREFIX}/institutions/{made.code}")


@institution_routes.get(
    "", summary="机构列表", responses=answer("机构，按代码排序", schema_of(Page[values.Institution]))
)
def list_institutions(
    _actor: Reader, session: Reading, window: TheWindow, kind: InstitutionKind = None, district: District = ""
) -> Response:
    rows = list(institutions.page(session, kind, district, _after(window), window.limit + 1))
    return send(page(rows, [(row.code,) for row in rows], window.limit))


@institution_routes.get(
    "/{code}",
    summary="读取机构",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("机构", values.Institution, HOSPITAL) | NOT_MODIFIED | refusals(404),
)
def read_institution(_actor: Reader, request: Request, code: Code, session: Reading) -> Response:
    return send_tagged(request, institutions.read(session, code))


@institution_routes.put(
    "/{code}",
    summary="变更机构",
    openapi_extra=_takes(shapes.InstitutionChange, _without("code", HOSPITAL), seen=True),
    responses=_gives("已变更", values.Institution, HOSPITAL) | BODY_REFUSALS | refusals(404, 409, 412),
)
def change_institution(actor: Registrar, request: Request, code: Code, body: JsonBody, session: Writing) -> Response:
    change = read_as(shapes.InstitutionChange, body)
    return send_state(institutions.change(session, actor, code, change, _matching(request)))


@alliance_routes.post(
    "",
    summary="登记联合体",
    status_code=201,
    openapi_extra=_takes(shapes.NewAlliance, {**ALLIANCE, "memberships": [MEMBERSHIP]}),
    responses=_gives("已登记", values.Alliance, {**ALLIANCE, "memberships": [NUMBERED]}, status=201)
    | BODY_REFUSALS
    | refusals(409),
)
def create_alliance(actor: Registrar, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewAlliance, body)
    made = alliances.create(session, actor, new)
    return send_state(made, status=201, location=f"{PREFIX}/alliances/{made.code}")


@alliance_routes.get(
    "",
    summary="联合体列表",
    responses=answer("联合体，按代码排序，不含成员关系", schema_of(Page[values.AllianceEntry])),
)
def list_alliances(_actor: Reader, session: Reading, window: TheWindow, district: District = "") -> Response:
    rows = list(alliances.page(session, district, _after(window), window.limit + 1))
    return send(page(rows, [(row.code,) for row in rows], window.limit))


@alliance_routes.get(
    "/{code}",
    summary="读取联合体及其全部成员关系",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("联合体", values.Alliance, {**ALLIANCE, "memberships": [NUMBERED]}) | NOT_MODIFIED | refusals(404),
)
def read_alliance(_actor: Reader, request: Request, code: Code, session: Reading) -> Response:
    return send_tagged(request, alliances.read(session, code))


@alliance_routes.put(
    "/{code}",
    summary="变更联合体（成员关系另行增加或结束）",
    openapi_extra=_takes(shapes.AllianceChange, _without("code", ALLIANCE), seen=True),
    responses=_gives("已变更", values.Alliance, {**ALLIANCE, "memberships": [NUMBERED]})
    | BODY_REFUSALS
    | refusals(404, 409, 412),
)
def change_alliance(actor: Registrar, request: Request, code: Code, body: JsonBody, session: Writing) -> Response:
    change = read_as(shapes.AllianceChange, body)
    return send_state(alliances.change(session, actor, code, change, _matching(request)))


@alliance_routes.post(
    "/{code}/memberships",
    summary="增加成员关系",
    status_code=201,
    openapi_extra=_takes(shapes.NewMembership, MEMBERSHIP),
    responses=_gives("已增加", values.Alliance, {**ALLIANCE, "memberships": [NUMBERED]}, status=201)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def add_membership(actor: Registrar, code: Code, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewMembership, body)
    return send_state(alliances.add_membership(session, actor, code, new), status=201)


@alliance_routes.post(
    "/{code}/memberships/{number}/end",
    summary="结束成员关系",
    openapi_extra=_takes(shapes.MembershipEnd, {"end": "2021-03-31"}),
    responses=_gives("已结束", values.Alliance, {**ALLIANCE, "memberships": [{**NUMBERED, "end": "2021-03-31"}]})
    | BODY_REFUSALS
    | refusals(404, 409),
)
def end_membership(
    actor: Registrar, code: Code, number: MembershipNumber, body: JsonBody, session: Writing
) -> Response:
    end = read_as(shapes.MembershipEnd, body).end
    return send_state(alliances.end_membership(session, actor, code, number, end))


@subject_routes.post(
    "",
    summary="登记中心、区县或城市（机构和联合体各有登记处）",
    status_code=201,
    openapi_extra=_takes(shapes.NewSubject, CENTRE),
    responses=_gives("已登记", values.Subject, CENTRE, status=201) | BODY_REFUSALS | refusals(409),
)
def create_subject(actor: Registrar, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewSubject, body)
    made = subjects.create(session, actor, new)
    return send_state(made, status=201, location=f"{PREFIX}/subjects/{made.code}")


@subject_routes.get(
    "", summary="各类考评对象列表", responses=answer("考评对象，按代码排序", schema_of(Page[values.Subject]))
)
def list_subjects(
    _actor: Reader, session: Reading, window: TheWindow, kind: SubjectKind = None, district: District = ""
) -> Response:
    rows = list(subjects.page(session, kind, district, _after(window), window.limit + 1))
    return send(page(rows, [(row.code,) for row in rows], window.limit))


@subject_routes.get(
    "/{code}",
    summary="读取考评对象",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("考评对象", values.Subject, CENTRE) | NOT_MODIFIED | refusals(404),
)
def read_subject(_actor: Reader, request: Request, code: Code, session: Reading) -> Response:
    return send_tagged(request, subjects.read(session, code))


@subject_routes.put(
    "/{code}",
    summary="变更中心、区县或城市",
    openapi_extra=_takes(
        shapes.SubjectChange, {name: CENTRE[name] for name in ("name", "district_code", "attributes")}, seen=True
    ),
    responses=_gives("已变更", values.Subject, CENTRE) | BODY_REFUSALS | refusals(404, 409, 412),
)
def change_subject(actor: Registrar, request: Request, code: Code, body: JsonBody, session: Writing) -> Response:
    change = read_as(shapes.SubjectChange, body)
    return send_state(subjects.change(session, actor, code, change, _matching(request)))


def _after(window: Window) -> str:
    key = window.after(str)
    return "" if key is None else str(key[0])
