"""`judged`: the points that a person gives, within limits and steps or out of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field as Limited
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from app.scoring.bound import Facts
from app.scoring.document import Code, Part
from app.scoring.exact import Exact, Range, quotient
from app.scoring.problems import Path
from app.scoring.profiles import AnyNumber, AnyPositive
from app.scoring.rules.shape import Binding, Judgeable, Judging, Open, Place, Settled, line_between
from app.scoring.wording import number_text, points_text


class Judged(Part):
    """Either `from`, `to` and `step`, or `one_of`; `basis` names fields that must be there to judge on."""

    from_: AnyNumber | None = Limited(None, alias="from")
    to: AnyNumber | None = None
    step: AnyPositive | None = None
    one_of: Annotated[list[AnyNumber], Limited(min_length=1)] | None = None
    basis: list[Code] = []

    @model_validator(mode="after")
    def _one_way(self) -> Judged:
        given = [self.from_ is not None, self.to is not None, self.step is not None]
        if all(given) if self.one_of is not None else not all(given):
            raise PydanticCustomError("judged_limits", "应写明 from、to、step 三项，或只写 one_of")
        if self.one_of is not None and any(given):
            raise PydanticCustomError("judged_limits", "应写明 from、to、step 三项，或只写 one_of")
        return self


class JudgedRule(Part):
    """酌情得2~5分."""

    judged: Judged

    def bind(self, binding: Binding, place: Place, path: Path) -> JudgedRuling:
        """Tie the basis to its fields."""
        binding.check_depth(place, path)
        for number, code in enumerate(self.judged.basis):
            if code not in binding.fields:
                binding.refuse((*path, "judged", "basis", number), "field_unknown", f"没有名为 {code} 的佐证字段")
        limits, step = self._limits(binding, (*path, "judged"))
        return JudgedRuling(limits, step, tuple(self.judged.one_of or ()), tuple(self.judged.basis), place)

    def _limits(self, binding: Binding, path: Path) -> tuple[Range, Exact | None]:
        judged = self.judged
        if judged.one_of is not None:
            return Range(min(judged.one_of), max(judged.one_of)), None
        low, high, step = judged.from_ or 0, judged.to or 0, judged.step or 1
        if high < low or not isinstance(quotient(high - low, step), int):
            binding.refuse(path, "judged_limits", "from 到 to 之间应恰为整数个 step")
        return Range(low, high), step


@dataclass(frozen=True, slots=True)
class JudgedRuling(Judgeable):
    """Points given by a person."""

    limits: Range
    step: Exact | None
    one_of: tuple[Exact, ...]
    basis: tuple[str, ...]
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """No fact; the basis is for people."""
        return frozenset()

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The points given."""
        if not judging.stated.issuperset(self.basis):
            return Open.EVIDENCE
        if judging.points is None:
            return Open.JUDGEMENT
        return line_between(
            due,
            judging.points,
            self.place,
            f"经评判得{points_text(judging.points, self.place.unit)}，理由：{judging.rationale}",
        )

    def over(self, seen: Facts, judging: Judging) -> Range:
        """The limits, or the points given."""
        if judging.points is not None and judging.stated.issuperset(self.basis):
            return Range(judging.points, judging.points)
        return self.limits

    def refusal(self, points: Exact) -> str | None:
        """Out of the list, the limits or the steps."""
        if self.step is None:
            named = "、".join(number_text(each) for each in self.one_of)
            return None if points in self.one_of else f"评判只能给以下分数之一：{named}"
        low, high = self.limits.low or 0, self.limits.high or 0
        if low <= points <= high and isinstance(quotient(points - low, self.step), int):
            return None
        return f"评判应在 {number_text(low)} 到 {number_text(high)} 分之间，每 {number_text(self.step)} 分一档"

    def judged(self, facts: Facts) -> Judgeable | None:
        """This one."""
        return self

    def judgeables(self) -> Iterator[Judgeable]:
        """This one."""
        yield self
