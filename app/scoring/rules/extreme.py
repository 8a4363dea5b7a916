"""`highest`, `lowest`: several rules of which the one with the most, or the least, counts: 两项取高."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Limited
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from app.scoring.bound import Facts
from app.scoring.document import Part
from app.scoring.exact import Exact, Range, extreme_range, point
from app.scoring.fields import Value
from app.scoring.problems import Path
from app.scoring.rules.shape import Binding, Judgeable, Judging, Open, Place, Ruling, Settled

if TYPE_CHECKING:
    from app.scoring.rules.shape import Rule


class ExtremeRule(Part):
    """Two rules or more; which of them counts is for their values to say."""

    highest: Annotated[list[Rule], Limited(min_length=2)] | None = None
    lowest: Annotated[list[Rule], Limited(min_length=2)] | None = None

    @model_validator(mode="after")
    def _one_word(self) -> ExtremeRule:
        if (self.highest is None) == (self.lowest is None):
            raise PydanticCustomError("one_extreme", "应写 lowest 或 highest 中的一个")
        return self

    def bind(self, binding: Binding, place: Place, path: Path) -> ExtremeRuling:
        """Tie every rule."""
        binding.check_depth(place, path)
        word = "lowest" if self.highest is None else "highest"
        among = [
            rule.bind(binding, place.inner(f"{word}_{number + 1}", None), (*path, word, number))
            for number, rule in enumerate(self.highest or self.lowest or ())
        ]
        if sum(1 for each in among if any(each.judgeables())) > 1:
            binding.refuse((*path, word), "judged_twice", "一个计分项目一次只能有一个评判")
        return ExtremeRuling(tuple(among), word == "highest", place)


@dataclass(frozen=True, slots=True)
class ExtremeRuling(Ruling):
    """The rule with the most, or the least; the first of those that are even."""

    among: tuple[Ruling, ...]
    highest: bool
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """The facts of all of them."""
        return frozenset[str]().union(*(each.reads for each in self.among))

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The one that counts, with its lines; open as long as one that is could still count instead."""
        found = [each.settle(facts, judging, due) for each in self.among]
        settled = [each for each in found if isinstance(each, Settled)]
        chosen = (max if self.highest else min)(settled, key=lambda each: each.value, default=None)
        for reason in (Open.UNDECIDED, Open.EVIDENCE, Open.JUDGEMENT):
            waiting = [each.over(facts, judging) for each, one in zip(self.among, found, strict=True) if one is reason]
            if waiting and (chosen is None or not self._stands(chosen, waiting)):
                return reason
        return Open.UNDECIDED if chosen is None else Settled(chosen.value, chosen.losses, chosen.additions)

    def _stands(self, chosen: Settled, others: list[Range | None]) -> bool:
        """Whether nothing that the others can still come to changes the value."""
        known = [span for span in others if span is not None]
        together = extreme_range([*known, point(chosen.value)], highest=self.highest)
        return len(known) == len(others) and together == point(chosen.value)

    def over(self, seen: Facts, judging: Judging) -> Range | None:
        """The extreme of the low ends, and that of the high ends."""
        spans = [each.over(seen, judging) for each in self.among]
        known = [span for span in spans if span is not None]
        return extreme_range(known, highest=self.highest) if len(known) == len(spans) else None

    def judged(self, facts: Facts) -> Judgeable | None:
        """What one of them asks for."""
        asked = (each.judged(facts) for each in self.among)
        return next((each for each in asked if each is not None), None)

    def judgeables(self) -> Iterator[Judgeable]:
        """Those of all of them."""
        for each in self.among:
            yield from each.judgeables()

    def marks(self) -> Iterator[tuple[str, object]]:
        """Those of all of them."""
        for each in self.among:
            yield from each.marks()

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Those of each of them, and for the least those of all of them together."""
        together: dict[str, Value] = {}
        for each in self.among:
            own = list(each.changes({**facts, **together}))
            yield from each.changes(facts)
            together |= own[0] if own else {}
        yield together
