"""How facts and their values are said in Chinese, in reasons, improvements and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from app.scoring.exact import ANYTHING, FINEST_UNITS, Exact, Range, as_decimal
from app.scoring.fields import Value
from app.scoring.periods import StayLength

FactKind: TypeAlias = Literal["boolean", "number", "choice", "choices", "date", "text", "stay"]
FINEST_STEP = Fraction(1, FINEST_UNITS)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule may look at: a field of the evidence, or a measure worked out from it."""

    code: str
    kind: FactKind
    label: str
    unit: str = ""
    limits: Range = ANYTHING
    whole: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    is_measure: bool = False
    fixed: bool = False
    """Whether it is as it is: an attribute of the subject, a value of another round."""

    @property
    def step(self) -> Exact:
        """The distance between two neighbouring values that can be stated."""
        return 1 if self.whole else FINEST_STEP


def number_text(value: Exact) -> str:
    """A number in digits, cut downwards after six places (so never shown on the other side of a mark)."""
    shown = as_decimal(value)
    return str(shown) if isinstance(shown, int) else format(shown, "f")


POINTS = "分"


def points_text(value: Exact, unit: str = POINTS) -> str:
    """Points, or an amount of money, with the unit."""
    return number_text(value) + unit


def value_text(fact: Fact, value: Value) -> str:
    """A value as an evaluator would write it: 1人次, 79.5%, “已建立”, 2个月零3天."""
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    if isinstance(value, StayLength):
        return _stay_text(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, frozenset):
        chosen = [f"“{fact.choices.get(code, code)}”" for code in sorted(value)]
        return "、".join(chosen) if chosen else "“无”"
    if isinstance(value, str):
        return f"“{fact.choices.get(value, value)}”"
    return number_text(value) + fact.unit


def label_text(fact: Fact) -> str:
    """The fact's name; a yes-or-no statement stands in quotation marks."""
    return f"“{fact.label}”" if fact.kind == "boolean" else fact.label


def found_text(fact: Fact, value: Value) -> str:
    """What was found: 派出人次为1人次."""
    return f"{label_text(fact)}为{value_text(fact, value)}"


def _stay_text(stay: StayLength) -> str:
    if not stay.days:
        return f"{stay.months}个月"
    return f"{stay.months}个月零{stay.days}天" if stay.months else f"{stay.days}天"
