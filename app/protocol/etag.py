"""Entity tags: the digest of what is sent, strong; 304 for one who has it, 412 for one who would change another."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request, Response

from app.errors import Stale, Unconditional

_TAGS = re.compile(r'(W/)?("[^"\s]*")')
REVALIDATE: Final = "private, no-cache"
"""Keep it, but ask before using it."""


def etag(digest: str) -> str:
    """The header value for a digest."""
    return f'"{digest}"'


def headers(digest: str) -> dict[str, str]:
    """What goes with an answer that can be asked for again."""
    return {"ETag": etag(digest), "Cache-Control": REVALIDATE}


def not_modified(request: Request, digest: str) -> Response | None:
    """The 304 for one who already has this digest, or None; tags are compared weakly, as RFC 9110 wants it here."""
    given = request.headers.get("if-none-match")
    if given is None or not _names(given, digest, weakly=True):
        return None
    return Response(status_code=304, headers=headers(digest))


def require_match(request: Request, digest: str, *, needed: bool = False) -> None:
    """Refuse an act on another state than the one the client read; without If-Match any state will do unless `needed`.

    Raises Stale, Unconditional.
    """
    given = request.headers.get("if-match")
    if given is None and needed:
        raise Unconditional("if_match_needed", "请带上读取时的 ETag（If-Match），以免覆盖他人的改动")
    if given is not None and not _names(given, digest, weakly=False):
        raise Stale("stale", "内容在您读取之后已被改动，请重新读取后再提交")


def _names(header: str, digest: str, *, weakly: bool) -> bool:
    if header.strip() == "*":
        return True
    return any(tag == etag(digest) and (weakly or not weak) for weak, tag in _TAGS.findall(header))
