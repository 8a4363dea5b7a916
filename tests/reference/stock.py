"""What the rule strategies may look at: fields and measures of one document, and the facts they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reference.values import is_number

CHOICES = {"a": "甲", "b": "乙", "c": "丙"}


@dataclass(frozen=True)
class Known:
    """A fact as the rule strategies see it: its kind, and constants worth comparing it with."""

    code: str
    kind: str
    marks: tuple[Any, ...] = ()
    whole: bool = False
    signed: bool = False

    @property
    def wide(self) -> bool:
        """Whether it is of the size of percentages."""
        return any(is_number(mark) and mark > 10 for mark in self.marks)


@dataclass
class Stock:
    """Profile, fields and measures of one document, and the facts they make."""

    profile: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    facts: list[Known] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Known]:
        """The facts of these kinds."""
        return [fact for fact in self.facts if fact.kind in kinds]
