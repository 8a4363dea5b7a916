"""Acts that are refused, by name: services raise them, the faces (HTTP, command line, console) translate them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from app.scoring.problems import Problems


class Refused(Exception):
    """An act that is not done: `type` is a stable slug for programs, `detail` a Chinese sentence for people."""

    def __init__(self, type: str, detail: str) -> None:  # noqa: A002 -- the member's name in RFC 9457
        super().__init__(type, detail)
        self.type = type
        self.detail = detail


class NotFound(Refused):
    """What was asked for does not exist, or the one who asks may not know that it does."""


class Conflict(Refused):
    """The act does not fit the present state of the thing."""


class Stale(Refused):
    """The thing changed since the one who acts last read it."""


class Unconditional(Refused):
    """The act would write over what the one who acts has perhaps not read."""


class Forbidden(Refused):
    """The one who acts may know of the thing, but may not do this to it."""


class Unidentified(Refused):
    """Nobody that is known asks: no credential, or none that opens anything."""


class TooMany(Refused):
    """The same was tried too often; `seconds` from now it may be tried again."""

    def __init__(self, type: str, detail: str, seconds: int) -> None:  # noqa: A002 -- the member's name in RFC 9457
        super().__init__(type, detail)
        self.seconds = seconds


class Unavailable(Refused):
    """The database is busy or away; the same act may succeed in a moment."""


class OutcomeUnknown(Unavailable):
    """The commit itself failed: the change may or may not be there, so look before trying again."""


class Invalid(Refused):
    """What was handed in is wrong; `problems` says where and why, all at once, with places inside `within`."""

    def __init__(
        self,
        problems: Problems,
        type: str = "invalid",  # noqa: A002 -- the member's name in RFC 9457
        detail: str = "提交的内容有误",
        within: str = "body",
    ) -> None:
        super().__init__(type, detail)
        self.problems = problems
        self.within = within


def trace_of(error: BaseException) -> str:
    """What a log may say of our own fault: by error its class, its SQLSTATE, its frames; the last one is the cause.

    Never a message: those of databases and libraries repeat the row, the parameter, the value that did not fit.
    """
    return "\n".join(_told(each) for each in _together(error))


def _told(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    name = f"{type(error).__module__}.{type(error).__qualname__}" + (f" [{state}]" if state else "")
    return name + "\n" + "".join(traceback.format_tb(error.__traceback__)).rstrip()


def _together(error: BaseException) -> Iterator[BaseException]:
    """The error, those that a group holds, and what each came of."""
    waiting: list[BaseException] = [error]
    seen = set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
            came_of = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
            waiting += () if came_of is None else (came_of,)
