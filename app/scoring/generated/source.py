"""Source text being written: indented lines, and a table of the values they name.

Texts of a document get into the source as `repr` of a string and in no other way; everything else that is not a
whole number is a name out of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.scoring.wording import Fact

Expression = str
"""A piece of Python, written here."""
INDENT = "    "


class Uncovered(Exception):
    """A shape that no source is written for; such a row is left to its ordinary rule."""


@dataclass(frozen=True, slots=True)
class Names:
    """Values that the source refers to by name; the same object has one name."""

    values: dict[str, object] = field(default_factory=dict)
    _by_id: dict[int, str] = field(default_factory=dict)

    def of(self, value: object) -> Expression:
        """The name of a value; a whole number, a text, a truth and None stand for themselves."""
        if value is None or type(value) in (bool, int, str):
            return f"({value!r})" if type(value) is int and value < 0 else repr(value)
        name = self._by_id.setdefault(id(value), f"K{len(self._by_id)}")
        self.values[name] = value
        return name


@dataclass(slots=True)
class Body:
    """The statements for one row; facts are read first, each once."""

    names: Names
    result: Expression
    lines: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    _loaded: dict[tuple[str, str], int] = field(default_factory=dict)
    _depth: int = 0
    _made: int = 0

    def add(self, statement: str) -> None:
        """One more line at the present depth."""
        self.lines.append(INDENT * self._depth + statement)

    def end(self, result: Expression) -> None:
        """What the row comes to."""
        self.add(f"{self.result} = {result}")

    @contextmanager
    def under(self, head: str) -> Iterator[None]:
        """Lines under `if …`, `else` and their like."""
        self.add(head + ":")
        self._depth += 1
        yield
        self._depth -= 1

    def new(self, stem: str) -> Expression:
        """A variable of its own."""
        self._made += 1
        return f"{stem}{self._made}"

    def fact(self, fact: Fact) -> Expression:
        """The variable that holds a fact."""
        return "f" + self._load(fact, "f{} = v[{!r}]", fact.code)

    def halves(self, fact: Fact) -> tuple[Expression, Expression]:
        """Numerator and denominator of a number (a whole one has none), or months and days of a stay."""
        value = self.fact(fact)
        if fact.whole:
            return value, "1"
        number = self._load(fact, "n{0}, d{0} = {1}" + ("" if fact.kind == "stay" else ".as_integer_ratio()"), value)
        return f"n{number}", f"d{number}"

    def _load(self, fact: Fact, pattern: str, *values: str) -> str:
        key = (fact.code, pattern)
        if key not in self._loaded:
            self._loaded[key] = len(self._loaded)
            self.loads.append(pattern.format(self._loaded[key], *values))
        return str(self._loaded[key])

    def statements(self) -> list[str]:
        """Everything, in order."""
        return [*self.loads, *self.lines]


def scaled(value: Expression, factor: int) -> Expression:
    """A value times a whole number."""
    return value if factor == 1 else f"{value} * {factor}"
