"""Pages by key: an opaque cursor names the last row seen, so that a page costs the same wherever it lies."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from fastapi import Depends, Query

from app.protocol.problems import InvalidQuery
from app.scoring.problems import Problems

MOST_ROWS: Final = 200
USUAL_ROWS: Final = 50
LONGEST_CURSOR: Final = 500
_LARGEST_KEY: Final = 2**63

Key = tuple[str | int, ...]
Row = TypeVar("Row")


class InvalidCursor(InvalidQuery):
    """A cursor that no page of this list gave."""

    def __init__(self) -> None:
        super().__init__(Problems.one(("cursor",), "bad_cursor", "游标无效，请从第一页重新开始"))


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for: at most `limit` rows after `cursor`."""

    limit: int
    cursor: str | None

    def after(self, *kinds: type[str | int]) -> Key | None:
        """The key of the last row seen, or None for the first page; raises InvalidCursor unless it has these kinds."""
        if not self.cursor:
            return None
        key = _decode(self.cursor)
        if [type(part) for part in key] != list(kinds):
            raise InvalidCursor
        return key


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order, and the cursor of the next page or None."""

    data: list[Row]
    next_cursor: str | None


def page(rows: list[Row], keys: list[Key], limit: int) -> Page[Row]:
    """The page out of up to `limit` + 1 rows read; `keys` are those of the rows."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], _encode(keys[limit - 1]))


async def window(
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="每页行数")] = USUAL_ROWS,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="上一页给出的 next_cursor")] = None,
) -> Window:
    """The part of the list that the query asks for."""
    return Window(limit, cursor)


TheWindow = Annotated[Window, Depends(window)]


def _encode(key: Key) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _decode(cursor: str) -> Key:
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(data, type=tuple[str | int, ...])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise InvalidCursor from None
    if any("\0" in part if isinstance(part, str) else abs(part) >= _LARGEST_KEY for part in key):
        raise InvalidCursor
    return key
