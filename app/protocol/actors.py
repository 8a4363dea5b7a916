"""Who asks: the credential of a request, handed to what knows accounts, and the act that a route stands for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.access import NOBODY, Act, Actor, could, refusal
from app.errors import Forbidden, Unidentified

COOKIE: Final = "mea_session"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_SECRET: Final = 200


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows: a secret (never to be written anywhere), where it comes from, the number it has."""

    secret: str
    client: str
    request: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Credential(client={self.client!r})"


@dataclass(frozen=True, slots=True)
class Known:
    """Who shows a credential, and whether it is a token and no session; `due`: what is to be done after the answer."""

    actor: Actor
    by_token: bool = False
    due: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """Whom a token opened the service to a moment ago.

    It still does before `until` (seconds since 1970, by the database's clock) while access is in this `epoch`: whoever
    uses this looks at both in the statement that he or she makes anyway.
    """

    actor: Actor
    epoch: int
    until: int


Remember: TypeAlias = Callable[[Credential], Remembered | None]
"""What is in memory of a credential; asks no database."""
Identify: TypeAlias = Callable[[Credential], Known]
"""The actor behind a credential, NOBODY where it opens nothing; asks the database, so it is called in a thread."""


class Acting:
    """The dependency that names the act of a route: refuses whoever shows no credential, or can never do this."""

    def __init__(self, *acts: Act) -> None:
        """Several acts where the request says which one it is; the service asks for that one."""
        self.acts: Final = acts

    async def __call__(self, request: Request) -> Actor:
        """The actor; before anything else of the request is looked at."""
        return self.allowed(request, await run_in_threadpool(identified, request))

    def allowed(self, request: Request, actor: Actor) -> Actor:
        """The actor, if there is anything on which he or she may do this."""
        request.state.actor = actor
        if actor.number == NOBODY.number:
            raise _unidentified()
        if not any(could(actor, act) for act in self.acts):
            raise refusal(actor, self.acts[0])
        return actor


def remembered(request: Request) -> Remembered | None:
    """Whoever showed the same token a moment ago, as far as that is still in memory."""
    secret = _secret(request)
    remember: Remember = request.app.state.remember
    return None if secret is None else remember(Credential(secret, client_of(request), number_of(request)))


def identified(request: Request) -> Actor:
    """Whoever shows a credential that counts; NOBODY otherwise. Asks the database."""
    secret = _secret(request)
    if secret is None:
        return NOBODY
    identify: Identify = request.app.state.identify
    known = identify(Credential(secret, client_of(request), number_of(request)))
    request.state.by_token = known.by_token
    if known.due is not None:
        request.state.due = known.due
    return known.actor


def require_still(request: Request) -> None:
    """Refuse one whose credential has ended since it was looked at, as may be after waiting for a lock."""
    if identified(request).number == NOBODY.number:
        raise _unidentified()


def number_of(request: Request) -> str:
    """The number of this request, by which the log and the audit record name it."""
    number: str = request.scope.get("request_number", "")
    return number


def client_of(request: Request) -> str:
    """The address that asks; the reverse proxy says which it is."""
    return request.client.host if request.client else ""


def _unidentified() -> Unidentified:
    return Unidentified("unauthenticated", "请先登录，或出示有效的访问令牌")


def _secret(request: Request) -> str | None:
    """A bearer token, a key, a password of Basic, or the cookie of a session; None without one, or with nonsense."""
    headers = request.headers
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        found: str | None = rest.strip()
    elif scheme.lower() == "basic":
        found = _password(rest.strip())
    elif "x-api-key" in headers:
        found = headers["x-api-key"].strip()
    else:
        found = request.cookies.get(COOKIE)
        if found is not None and request.method not in SAFE:
            _refuse_other_sites(request)
    return found if found and len(found) <= LONGEST_SECRET and found.isascii() else None


def _password(encoded: str) -> str | None:
    """Of `name:password`, in either alphabet of base64; without a password the name is the token."""
    try:
        plain = base64.b64decode(encoded.replace("-", "+").replace("_", "/") + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    name, _, password = plain.partition(":")
    return password or name


def _refuse_other_sites(request: Request) -> None:
    """A cookie goes along whatever page asked; what changes something has to come from a page of ours."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
    if site not in {None, "same-origin", "none"} or (origin is not None and origin not in own):
        raise Forbidden("cross_site", "该请求来自其他网站的页面，已拒绝")
