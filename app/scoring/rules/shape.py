"""What every shape of rule has: a document part that is bound once, and a ruling that is asked often."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from app.scoring.bound import Facts
from app.scoring.conditions import Catalogue
from app.scoring.exact import Exact, Range
from app.scoring.fields import Value
from app.scoring.problems import Path, Problem
from app.scoring.wording import POINTS, Fact

MOST_NESTED = 3


class Open(Enum):
    """Why a rule has no value yet."""

    EVIDENCE = "evidence"
    JUDGEMENT = "judgement"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Line:
    """Points lost or added and why; `nominal` is what a limit cut them from."""

    points: Exact
    nominal: Exact
    code: str
    reason: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of a rule; what it should have given - losses + additions = value, exactly."""

    value: Exact
    losses: tuple[Line, ...] = ()
    additions: tuple[Line, ...] = ()
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Judging:
    """What a rule needs from people: points and the fields to judge on; when closing, the facts that stay unknown."""

    points: Exact | None = None
    rationale: str = ""
    stated: frozenset[str] = frozenset()
    closing: tuple[tuple[str, Range], ...] = ()

    def unproven(self, code: str) -> Range | None:
        """When a sheet is being closed: what a fact that stays unknown could have been."""
        return next((span for known, span in self.closing if known == code), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands: the prefix of its reason codes, the clause it carries out, its depth, what it counts in."""

    code: str
    clause: str | None
    depth: int = 1
    unit: str = POINTS

    def inner(self, step: str, clause: str | None) -> Place:
        """A place inside this one."""
        return Place(f"{self.code}.{step}", clause or self.clause, self.depth + 1, self.unit)


class Ruling(ABC):
    """A rule tied to its facts."""

    @property
    @abstractmethod
    def reads(self) -> frozenset[str]:
        """The facts it looks at."""

    @abstractmethod
    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The value, with the lines that lead to it from `due`, the points it should give."""

    @abstractmethod
    def over(self, seen: Facts, judging: Judging) -> Range | None:
        """A range that holds every value it can take while facts are ranges; None where it has no value at all."""

    def judged(self, facts: Facts) -> Judgeable | None:
        """The judgement asked for by the outcome that is reached, as far as that is decided."""
        return None

    def judgeables(self) -> Iterator[Judgeable]:
        """Every judgement it can ask for."""
        return iter(())

    def marks(self) -> Iterator[tuple[str, object]]:
        """Fact and value wherever something changes."""
        return iter(())

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Sets of changed facts that may bring more points; whether they do is for scoring to say."""
        return iter(())


class Judgeable(Ruling):
    """A rule whose value a person gives."""

    basis: tuple[str, ...]

    @abstractmethod
    def refusal(self, points: Exact) -> str | None:
        """Why these points cannot be given, None when they can."""


class Rule(Protocol):
    """A rule as the document has it."""

    def bind(self, binding: Binding, place: Place, path: Path) -> Ruling:
        """Tie it to its facts; what does not fit goes into the binding's problems."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a rule is tied to: the facts there are, the points and criteria of its item, the problems so far."""

    facts: Catalogue
    points: Exact
    fields: frozenset[str]
    criteria: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: Path, code: str, message: str) -> None:
        """Note what does not fit."""
        self.problems.append(Problem(path, code, message))

    def number(self, code: str, path: Path) -> Fact:
        """The fact of that code, which has to be a number."""
        fact = self.facts.get(code)
        if fact is not None and fact.kind == "number":
            return fact
        self.refuse(path, "number_unknown", f"没有名为 {code} 的数字字段或计量值")
        return Fact(code, "number", code, whole=True)

    def check_clause(self, clause: str | None, path: Path) -> None:
        """A clause is a verbatim fragment of the criteria, white space aside."""
        if clause is not None and "".join(clause.split()) not in "".join(self.criteria.split()):
            self.refuse((*path, "clause"), "clause_not_verbatim", "不是计分标准原文中的文字")

    def check_depth(self, place: Place, path: Path) -> None:
        """Rules nest three deep at the most."""
        if place.depth > MOST_NESTED:
            self.refuse(path, "nested_too_deep", f"规则嵌套不能超过 {MOST_NESTED} 层")


def line_between(due: Exact, value: Exact, place: Place, reason: str) -> Settled:
    """One loss or one addition of the difference."""
    if value == due:
        return Settled(value)
    gap = due - value if due > value else value - due
    line = Line(gap, gap, place.code, reason, place.clause)
    return Settled(value, losses=(line,)) if due > value else Settled(value, additions=(line,))
