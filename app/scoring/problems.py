"""Problems: what is wrong with something people wrote, with its place, a stable code and a Chinese message."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `path` leads to the place (list positions count from 0), `message` is for people."""

    path: Path
    code: str
    message: str

    @property
    def pointer(self) -> str:
        """The place as a JSON Pointer (RFC 6901)."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    def under(self, *prefix: str | int) -> Problem:
        """The same problem seen from further out."""
        return Problem((*prefix, *self.path), self.code, self.message)


class Problems(tuple[Problem, ...]):
    """All problems of one input, a value and never an exception; functions return `T | Problems`."""

    __slots__ = ()

    @classmethod
    def one(cls, path: Path, code: str, message: str) -> Problems:
        """A single problem."""
        return cls((Problem(path, code, message),))

    def under(self, *prefix: str | int) -> Problems:
        """The same problems seen from further out."""
        return Problems(problem.under(*prefix) for problem in self)
