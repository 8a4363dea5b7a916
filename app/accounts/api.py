"""Routes of those who come in, of accounts and of tokens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Path, Query, Request, Response

from app.access import Actor
from app.accounts import shapes, values
from app.accounts.service import accounts, entrance, tokens
from app.accounts.service.entrance import Entrance
from app.accounts.values import Account, account_as_sent, made_as_sent, me_as_sent, token_as_sent
from app.errors import Forbidden, Unidentified
from app.protocol.actors import COOKIE, Acting, client_of, number_of, require_still
from app.protocol.answers import send, send_state, send_tagged, state_of
from app.protocol.body import JsonBody
from app.protocol.cursors import Page, TheWindow, page
from app.protocol.etag import require_match
from app.protocol.keys import entering
from app.protocol.openapi import (
    BODY_REFUSALS,
    IF_MATCH,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    PROBLEM,
    PUBLIC,
    SECRET_ANSWER,
    SECRET_BODY,
    Responses,
    Schema,
    answer,
    refusals,
    request_body,
)
from app.protocol.problems import MEDIA_TYPE
from app.protocol.routes import CODE, PREFIX, Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of

entrance_routes: Final = room("", "登录")
account_routes: Final = room("/accounts", "账户")
token_routes: Final = room("/tokens", "令牌")
routers: Final = (entrance_routes, account_routes, token_routes)

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
ME: Final[dict[str, Any]] = {
    "name": "shili-hospital-1",
    "display_name": "示例填报人员",
    "roles": ["submitter"],
    "institution": "shili-hospital",
    "subjects": [],
    "unpublished": False,
}
SAID: Final[dict[str, Any]] = {name: ME[name] for name in ("display_name", "roles", "institution", "subjects")}
ACCOUNT: Final[dict[str, Any]] = {
    "name": ME["name"],
    **SAID,
    "has_password": True,
    "active": True,
    "locked_until": None,
    "created_at": "2026-11-28T01:00:00Z",
    "changed_at": "2026-11-28T01:00:00Z",
}
NEW_TOKEN: Final[dict[str, Any]] = {
    "account": "shili-dashboard",
    "label": "市级看板",
    "roles": ["dashboard"],
    "days": 365,
    "unpublished": False,
    "loopback": False,
}
TOKEN: Final[dict[str, Any]] = {
    "number": 1,
    **{name: value for name, value in NEW_TOKEN.items() if name != "days"},
    "prefix": "mea_t_Q3v9Zk",
    "created_at": "2026-11-28T01:00:00Z",
    "expires_at": "2027-11-28T01:00:00Z",
    "last_used_at": None,
    "revoked_at": None,
    "revoked_reason": None,
}
SECRET: Final = "mea_t_Q3v9Zk…"  # noqa: S105 -- nobody's
REFUSED_LOG_IN: Final = "登录名或密码不正确；连续多次失败后，须等一段时间才能再试"
"""The same words whatever the reason, so that nobody learns which accounts there are."""


async def the_entrance(request: Request) -> Entrance:
    """Where people come in to this application."""
    found = request.app.state.entrance
    assert isinstance(found, Entrance)  # noqa: S101 -- create_app puts it there
    return found


Somebody = Annotated[Actor, Depends(Acting("manage_own"))]
Reader = Annotated[Actor, Depends(Acting("read_accounts"))]
Manager = Annotated[Actor, Depends(Acting("manage_accounts"))]
TheEntrance = Annotated[Entrance, Depends(the_entrance)]
TokenNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="令牌的编号")]
OfAccount = Annotated[str | None, Query(pattern=CODE, description="账户的登录名，不给时为自己的令牌")]


def _gives(description: str, shape: Any, example: object, *, status: int = 200) -> Responses:  # noqa: ANN401
    return answer(description, schema_of(shape), example, status=status, tagged=True)


def _takes(shape: Any, example: object, *parameters: Schema) -> Schema:  # noqa: ANN401
    body = request_body(schema_of(shape, sent=False), example)
    return {**body, "parameters": list(parameters)} if parameters else body


def _refusal(status: int, description: str) -> Responses:
    return {status: {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}}


@entrance_routes.post(
    "/login",
    summary="用密码登录",
    openapi_extra=_takes(shapes.LogIn, {"name": ME["name"], "password": "……"}) | PUBLIC | SECRET_ANSWER,
    responses=answer("已登录；会话在 Cookie 中", schema_of(values.SentMe), ME)
    | BODY_REFUSALS
    | _refusal(401, "登录名或密码不正确")
    | _refusal(429, "尝试过于频繁"),
)
async def log_in(request: Request, body: JsonBody, door: TheEntrance) -> Response:
    """In a thread beside the bounded ones, which others need while a password is measured."""
    door.attempts.require("login", client_of(request))
    said, enter_delivery = read_as(shapes.LogIn, body), entering(request)
    enter = partial(door.log_in, said.name, said.password, number_of(request), enter_delivery)
    entered = await run_sync(enter, limiter=anyio.CapacityLimiter(1))
    if entered is None:
        raise Unidentified("login_refused", REFUSED_LOG_IN)
    response = send(me_as_sent(entered.actor, entered.account))
    secure = _is_secure(request, door)
    response.set_cookie(COOKIE, entered.secret, path="/", secure=secure, httponly=True, samesite="strict")
    return response


@entrance_routes.post("/logout", summary="退出登录", status_code=204, responses={204: {"description": "已退出"}})
def log_out(actor: Somebody, request: Request, session: Writing, door: TheEntrance) -> Response:
    entrance.log_out(session, actor, request.cookies.get(COOKIE, ""))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", secure=_is_secure(request, door), httponly=True, samesite="strict")
    return response


@entrance_routes.get(
    "/me",
    summary="我是谁，有哪些角色",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("当前的账户与角色", values.SentMe, ME) | NOT_MODIFIED,
)
def read_me(actor: Somebody, request: Request, session: Reading) -> Response:
    return send_tagged(request, me_as_sent(actor, accounts.own(session, actor)))


@entrance_routes.put(
    "/me/password",
    summary="更改自己的密码（其他会话随即结束）",
    status_code=204,
    openapi_extra=_takes(shapes.PasswordChange, {"old": "……", "new": "…………………………………"}),
    responses={204: {"description": "已更改"}} | BODY_REFUSALS | refusals(403),
)
async def change_password(actor: Somebody, request: Request, body: JsonBody, door: TheEntrance) -> Response:
    """In a thread of its own, as a log-in."""
    said = read_as(shapes.PasswordChange, body)
    accounts.refuse_unfit(said.new, actor.name, "new")
    change = partial(door.change_password, actor, said.old, said.new, request.cookies.get(COOKIE))
    if not await run_sync(change, limiter=anyio.CapacityLimiter(1)):
        raise Forbidden("password_wrong", "原密码不正确；连续多次失败后，须等一段时间才能再试")
    return Response(status_code=204)


@account_routes.post(
    "",
    summary="建立账户",
    status_code=201,
    openapi_extra=_takes(shapes.NewAccount, {"name": ME["name"], **SAID, "password": "…………………………………"}) | SECRET_BODY,
    responses=_gives("已建立", values.SentAccount, ACCOUNT, status=201) | BODY_REFUSALS | refusals(409),
)
def create_account(actor: Manager, body: JsonBody, session: Writing, door: TheEntrance) -> Response:
    new = read_as(shapes.NewAccount, body)
    password_hash = None if new.password is None else door.hasher.hash(new.password)
    made = accounts.create(session, actor, new, password_hash)
    return send_state(account_as_sent(made), status=201, location=f"{PREFIX}/accounts/{made.name}")


@account_routes.get(
    "",
    summary="账户列表",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("账户，按登录名排序", schema_of(Page[values.SentAccount]), tagged=True) | NOT_MODIFIED,
)
def list_accounts(actor: Reader, request: Request, session: Reading, window: TheWindow) -> Response:
    key = window.after(str)
    rows = accounts.page(session, actor, "" if key is None else str(key[0]), window.limit + 1)
    sent = page([account_as_sent(row) for row in rows], [(row.name,) for row in rows], window.limit)
    return send_tagged(request, sent)


@account_routes.get(
    "/{name}",
    summary="读取账户",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("账户", values.SentAccount, ACCOUNT) | NOT_MODIFIED | refusals(404),
)
def read_account(actor: Reader, request: Request, name: Code, session: Reading) -> Response:
    return send_tagged(request, account_as_sent(accounts.read(session, actor, name)))


@account_routes.put(
    "/{name}",
    summary="变更账户的姓名、角色、机构和考评对象",
    openapi_extra=_takes(shapes.AccountChange, SAID, IF_MATCH),
    responses=_gives("已变更", values.SentAccount, ACCOUNT) | BODY_REFUSALS | refusals(404, 409, 412),
)
def change_account(actor: Manager, request: Request, name: Code, body: JsonBody, session: Writing) -> Response:
    said = read_as(shapes.AccountChange, body)
    return send_state(account_as_sent(accounts.change(session, actor, name, said, _matching(request))))


@account_routes.post(
    "/{name}/reset",
    summary="重设密码（会话和令牌全部结束）",
    openapi_extra=_takes(shapes.PasswordReset, {"password": "…………………………………"}) | SECRET_BODY,
    responses=_gives("已重设", values.SentAccount, ACCOUNT) | BODY_REFUSALS | refusals(404),
)
def reset_account(actor: Manager, name: Code, body: JsonBody, session: Writing, door: TheEntrance) -> Response:
    password = read_as(shapes.PasswordReset, body).password
    accounts.refuse_unfit(password, name)
    return send_state(account_as_sent(accounts.reset(session, actor, name, door.hasher.hash(password))))


@account_routes.post(
    "/{name}/deactivate",
    summary="停用账户（会话和令牌全部结束）",
    responses=_gives("已停用", values.SentAccount, {**ACCOUNT, "active": False}) | refusals(404, 409),
)
def deactivate_account(actor: Manager, name: Code, session: Writing) -> Response:
    return send_state(account_as_sent(accounts.deactivate(session, actor, name)))


@account_routes.post(
    "/{name}/reactivate",
    summary="重新启用账户",
    responses=_gives("已启用", values.SentAccount, ACCOUNT) | refusals(404, 409),
)
def reactivate_account(actor: Manager, name: Code, session: Writing) -> Response:
    return send_state(account_as_sent(accounts.reactivate(session, actor, name)))


@token_routes.post(
    "",
    summary="建立令牌（只此一次显示）",
    status_code=201,
    openapi_extra=_takes(shapes.NewToken, NEW_TOKEN) | SECRET_ANSWER,
    responses=answer("已建立，附令牌本身", schema_of(values.SentMadeToken), {**TOKEN, "secret": SECRET}, status=201)
    | BODY_REFUSALS
    | refusals(403, 404, 409),
)
def create_token(actor: Somebody, request: Request, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewToken, body)
    made = tokens.create(session, actor, new, by_token=request.state.by_token)
    require_still(request)  # the account is locked by now: what ended its sessions meanwhile ends this one too
    return send(made_as_sent(made), status=201)


@token_routes.get(
    "",
    summary="令牌列表",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("令牌，按建立的先后", schema_of(Page[values.SentToken]), tagged=True)
    | NOT_MODIFIED
    | refusals(403, 404),
)
def list_tokens(
    actor: Somebody, request: Request, session: Reading, window: TheWindow, account: OfAccount = None
) -> Response:
    key = window.after(int)
    rows = tokens.page(session, actor, account, 0 if key is None else int(key[0]), window.limit + 1)
    return send_tagged(
        request, page([token_as_sent(row) for row in rows], [(row.number,) for row in rows], window.limit)
    )


@token_routes.post(
    "/{number}/revoke",
    summary="撤销令牌",
    openapi_extra=_takes(shapes.Revocation, {"reason": "看板已更换，不再使用"}),
    responses=answer(
        "已撤销",
        schema_of(values.SentToken),
        {**TOKEN, "revoked_at": "2026-12-01T01:00:00Z", "revoked_reason": "看板已更换，不再使用"},
    )
    | BODY_REFUSALS
    | refusals(404, 409),
)
def revoke_token(actor: Somebody, number: TokenNumber, body: JsonBody, session: Writing) -> Response:
    return send(token_as_sent(tokens.revoke(session, actor, number, read_as(shapes.Revocation, body).reason)))


def _is_secure(request: Request, door: Entrance) -> bool:
    """Whether the cookie may travel with TLS alone: always but to this machine itself, or where a setting says so."""
    return request.url.scheme == "https" or not (door.plain_http or request.url.hostname in LOOPBACK)


def _matching(request: Request) -> Callable[[Account], None]:
    return lambda account: require_match(request, state_of(account_as_sent(account)))
