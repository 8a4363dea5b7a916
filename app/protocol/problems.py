"""Every refusal as an RFC 9457 problem: `type`, Chinese `title`, `status`, `detail`, `errors` with JSON Pointers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Stale,
    TooMany,
    Unavailable,
    Unconditional,
    Unidentified,
)
from app.protocol.limits import printable
from app.scoring.problems import Problem, Problems

Error = dict[str, str]

MEDIA_TYPE: Final = "application/problem+json"
MOST_ERRORS: Final = 100
"""Errors listed in one answer; `detail` says when there are more."""
TITLES: Final[Mapping[int, str]] = {
    400: "请求无法读取",
    401: "未登录",
    403: "无权操作",
    404: "未找到",
    405: "不支持该方法",
    409: "与当前状态冲突",
    412: "内容已被改动",
    413: "内容过大",
    415: "内容类型不受支持",
    416: "范围无法满足",
    422: "内容有误",
    428: "缺少前提条件",
    429: "尝试过多",
    500: "服务内部错误",
    503: "暂时不可用",
}
STATUSES: Final[Mapping[type[Refused], int]] = {
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Unidentified: 401,
    Forbidden: 403,
    Unconditional: 428,
    TooMany: 429,
    Invalid: 422,
    Unavailable: 503,
}
RETRY_AFTER: Final = "2"
"""Seconds after which one that was turned away may try again."""


class InvalidQuery(Invalid):
    """Query parameters that mean nothing here."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems, "invalid_parameters", "请求参数有误", "query")


class Unreadable(Refused):
    """A request whose body cannot be taken at all: broken, too large, or of another content type."""

    def __init__(self, status: int, type: str, detail: str, problems: Problems = Problems()) -> None:  # noqa: A002, B008
        super().__init__(type, detail)
        self.status = status
        self.problems = problems


def problem(
    status: int,
    type: str,  # noqa: A002 -- the member's name in RFC 9457
    detail: str,
    errors: Sequence[Error] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a refusal."""
    body: dict[str, Any] = {"type": f"/problems/{type}", "title": TITLES[status], "status": status, "detail": detail}
    if errors:
        body["errors"] = errors[:MOST_ERRORS]
        body["detail"] += f"（仅列出前 {MOST_ERRORS} 处）" if len(errors) > MOST_ERRORS else ""
    return Response(msgspec.json.encode(body), status, media_type=MEDIA_TYPE, headers=headers)


def errors_in(place: str, problems: Sequence[Problem]) -> list[Error]:
    """Problems as an answer lists them; `place`: what the pointers point into (body, query, path, document)."""
    shown = problems[: MOST_ERRORS + 1]
    return [{"in": place, "pointer": e.pointer, "code": e.code, "message": e.message} for e in shown]


def unexpected() -> Response:
    """Our own fault: no word about it leaves the house."""
    return problem(500, "internal", "服务出现内部错误，请联系管理员并提供请求编号")


def explain_refusals(app: FastAPI) -> None:
    """Let every refusal leave as a problem."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _routing)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 -- registered for it
    request.state.refused = error.type
    if isinstance(error, Unreadable):
        return problem(error.status, error.type, error.detail, errors_in("body", error.problems))
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    errors = errors_in(error.within, error.problems) if isinstance(error, Invalid) else ()
    return problem(status, error.type, error.detail, errors, _headers(error))


def _headers(error: Refused) -> dict[str, str] | None:
    """What a client may do about a refusal."""
    if isinstance(error, Unidentified):
        return {"WWW-Authenticate": 'Bearer realm="alliance-assessment"'}
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.seconds)}
    return {"Retry-After": RETRY_AFTER} if isinstance(error, Unavailable) else None


async def _parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for it
    request.state.refused = "invalid_parameters"
    errors = error.errors()
    place = str(errors[0]["loc"][0])
    problems = [_of_parameter(each) for each in errors if each["loc"][0] == place]
    return problem(422, "invalid_parameters", "请求参数有误", errors_in(place, problems))


def _of_parameter(error: Mapping[str, Any]) -> Problem:
    """FastAPI's word on a parameter, in ours."""
    limits = error.get("ctx", {})
    message = {
        "missing": "缺少此参数",
        "int_parsing": "应为整数",
        "bool_parsing": "应为 true 或 false",
        "date_from_datetime_parsing": "应为日期，如 2020-04-01",
        "string_pattern_mismatch": "格式不符",
        "string_too_long": f"至多 {limits.get('max_length')} 个字符",
        "greater_than_equal": f"不得小于 {limits.get('ge')}",
        "less_than_equal": f"不得大于 {limits.get('le')}",
        "literal_error": "不是可选的值",
    }.get(error["type"], "取值有误")
    return Problem(tuple(printable(str(step)) for step in error["loc"][1:]), error["type"], message)


async def _routing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for it
    match error.status_code:
        case 405:
            answer = problem(405, "method_not_allowed", "此地址不支持该方法", headers={"Allow": _allowed(request)})
            request.state.refused = "method_not_allowed"
        case 404:
            answer = problem(404, "no_such_address", "没有这个地址")
            request.state.refused = "no_such_address"
        case other:
            status = other if other in TITLES else 400
            answer = problem(status, "bad_request", "请求有误", headers=error.headers)
            request.state.refused = "bad_request"
    return answer


def _allowed(request: Request) -> str:
    """The methods of all routes at this address; each route alone knows only its own."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in here for method in getattr(route, "methods", None) or ()}))
