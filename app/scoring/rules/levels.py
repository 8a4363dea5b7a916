"""`levels`: which of these cases it is, the first that holds; an outcome may be a rule of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Limited
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from app.scoring.bound import Bound, Facts
from app.scoring.conditions import Condition, bind
from app.scoring.document import Part, Text
from app.scoring.exact import Exact, Range
from app.scoring.fields import Value
from app.scoring.problems import Path
from app.scoring.profiles import AnyNumber
from app.scoring.repairs import ways
from app.scoring.rules.flat import FlatRuling
from app.scoring.rules.shape import Binding, Judgeable, Judging, Open, Place, Ruling, Settled

if TYPE_CHECKING:
    from app.scoring.rules.shape import Rule


class Level(Part):
    """A case and what it gives: points, or a rule."""

    when: Condition | None = None
    points: AnyNumber | None = None
    rule: Rule | None = None
    reason: Text | None = None
    clause: Text | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Level:
        if (self.points is None) == (self.rule is None):
            raise PydanticCustomError("one_outcome", "每一档应写 points 或 rule 中的一个")
        return self


class LevelsRule(Part):
    """得5分 / 得3分 / 不得分."""

    levels: Annotated[list[Level], Limited(min_length=1)]

    def bind(self, binding: Binding, place: Place, path: Path) -> LevelsRuling:
        """Tie every case."""
        binding.check_depth(place, path)
        cases = []
        for number, level in enumerate(self.levels):
            here = (*path, "levels", number)
            binding.check_clause(level.clause, here)
            if level.when is None and number < len(self.levels) - 1:
                binding.refuse(here, "when_missing", "只有最后一档可以不写 when")
            when = None if level.when is None else bind(level.when, binding.facts, (*here, "when"), binding.problems)
            inner = place.inner(f"level_{number + 1}", level.clause)
            if level.rule is None:
                outcome: Ruling = FlatRuling(level.points or 0, inner)
            else:
                outcome = level.rule.bind(binding, inner, (*here, "rule"))
            cases.append(Case(when, outcome, level.reason, inner))
        return LevelsRuling(tuple(cases), place)


@dataclass(frozen=True, slots=True)
class Case:
    """A level tied to its facts."""

    when: Bound | None
    outcome: Ruling
    reason: str | None
    place: Place

    def test(self, facts: Facts) -> bool | None:
        """Whether it is this case."""
        return True if self.when is None else self.when.test(facts)


@dataclass(frozen=True, slots=True)
class LevelsRuling(Ruling):
    """The first case that holds."""

    cases: tuple[Case, ...]
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """The facts of every condition and outcome."""
        conditions = {fact.code for case in self.cases if case.when for fact, _, _ in case.when.comparisons()}
        return frozenset(conditions).union(*(case.outcome.reads for case in self.cases))

    def _reached(self, facts: Facts) -> int | Open:
        for number, case in enumerate(self.cases):
            answer = case.test(facts)
            if answer is None:
                return Open.EVIDENCE
            if answer:
                return number
        return Open.UNDECIDED

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The outcome of the case that holds; a loss says what was found and what more would have asked."""
        number = self._reached(facts)
        if isinstance(number, Open):
            return number
        case = self.cases[number]
        settled = case.outcome.settle(facts, judging, due)
        if isinstance(settled, Open):
            return settled
        if isinstance(case.outcome, FlatRuling) and settled.losses:
            line = settled.losses[0]
            settled = replace(settled, losses=(replace(line, reason=self._reason(number, facts)),))
        return replace(settled, level=number + 1)

    def _reason(self, number: int, facts: Facts) -> str:
        """Why not the best case: it was not reached, or an earlier one was met first."""
        case = self.cases[number]
        best = self._best()
        missed, met = self.cases[best].when, case.when
        if best < number and missed is not None:
            said = missed.because(facts, holds=False)
        else:
            said = met.because(facts, holds=True) if met is not None else []
        found = "；".join(said)
        if case.reason is None:
            return found or f"属于第{number + 1}档"
        return f"{case.reason}（{found}）" if found else case.reason

    def _best(self) -> int:
        tops = [case.outcome.over({}, Judging()) for case in self.cases]
        highs = [None if top is None else top.high for top in tops]
        if None in highs:
            return highs.index(None)
        return max(range(len(highs)), key=lambda number: (highs[number], -number))

    def over(self, seen: Facts, judging: Judging) -> Range | None:
        """Every case that may hold contributes, the first that must hold ends the walk."""
        total: Range | None = None
        for case in self.cases:
            answer = case.test(seen)
            if answer is False:
                continue
            here = case.outcome.over(seen, judging)
            if here is not None:
                total = here if total is None else total.union(here)
            if answer:
                break
        return total

    def judged(self, facts: Facts) -> Judgeable | None:
        """What the case that holds asks for."""
        number = self._reached(facts)
        return None if isinstance(number, Open) else self.cases[number].outcome.judged(facts)

    def judgeables(self) -> Iterator[Judgeable]:
        """Those of every outcome."""
        for case in self.cases:
            yield from case.outcome.judgeables()

    def marks(self) -> Iterator[tuple[str, object]]:
        """The constants of the conditions, and the marks of the outcomes."""
        for case in self.cases:
            if case.when is not None:
                for fact, _, constant in case.when.comparisons():
                    yield fact.code, constant
            yield from case.outcome.marks()

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Into each case, out of those before it, and further inside the case that holds."""
        reached = self._reached(facts)
        for number, case in enumerate(self.cases):
            if number == reached:
                yield from case.outcome.changes(facts)
                continue
            into = [{}] if case.when is None else list(ways(case.when, facts, wanted=True))
            for change in into:
                yield _merged(change, self._out_of(number, {**facts, **change}))

    def _out_of(self, number: int, facts: Mapping[str, object]) -> Mapping[str, Value]:
        """What keeps the cases before this one from holding."""
        change: Mapping[str, Value] = {}
        for case in self.cases[:number]:
            if case.when is not None and case.when.test({**facts, **change}) is not False:  # type: ignore[dict-item]
                change = _merged(change, next(ways(case.when, {**facts, **change}, wanted=False), {}))  # type: ignore[dict-item]
        return change


def _merged(first: Mapping[str, Value], second: Mapping[str, Value]) -> Mapping[str, Value]:
    return {**first, **second}
