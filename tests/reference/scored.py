"""One request scored by the engine, beside what the reference interpreter says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from tests.reference.completions import Case, Ends, Ranges, Span, collected, scored_completions
from tests.reference.domains import FARTHEST, Domain, domain
from tests.reference.interpreter import facts, item_score, items
from tests.reference.requests import case_of, judged_of, period_of, verified
from tests.reference.strategies import Scenario
from tests.reference.values import Document, Facts, Outcome, Refused, exact

End = Fraction | None


@dataclass(frozen=True)
class Answer:
    """What the engine says to one request: a sheet, or problems."""

    data: bytes | None
    problems: Problems | None

    @cached_property
    def sheet(self) -> Any:
        """The sheet as plain data, its numbers exact."""
        assert self.data is not None, self.problems
        return json.loads(self.data, parse_float=Decimal)


def answered(program: Any, request: dict[str, Any]) -> Answer:
    """Read and score a request."""
    inputs = read_inputs(program, request)
    if isinstance(inputs, Problems):
        return Answer(None, inputs)
    sheet = score(program, inputs)
    return Answer(None, sheet) if isinstance(sheet, Problems) else Answer(sheet.to_bytes(), None)


@dataclass(frozen=True)
class Scored:
    """A request with both answers."""

    program: Any
    document: Document
    request: dict[str, Any]

    @cached_property
    def answer(self) -> Answer:
        """What the engine says."""
        return answered(self.program, self.request)

    @cached_property
    def known(self) -> Facts:
        """The facts, by the interpreter."""
        return facts(self.document, verified(self.request), period_of(self.request))

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """Each item's outcome, by the interpreter."""
        judged = judged_of(self.request)
        return {
            code: item_score(self.document, item, self.known, judged.get(code))
            for code, item in items(self.document).items()
        }

    @property
    def refused(self) -> bool:
        """Whether a judgement lies outside its limits."""
        return any(isinstance(outcome, Refused) for outcome in self.outcomes.values())

    @cached_property
    def case(self) -> Case:
        """What has to be filled in, and with what."""
        return case_of(self.document, self.request)

    @cached_property
    def completions(self) -> list[Ends]:
        """Every completion, scored."""
        return scored_completions(self.case)

    @cached_property
    def ranges(self) -> Ranges:
        """Over every completion."""
        return collected(self.document, self.completions)

    @cached_property
    def near(self) -> Ranges:
        """Over the completions that stay away from the far end of what has no limit."""
        near = [ends for ends in self.completions if not any(value in FARTHEST for value in ends.filled.values())]
        return self.ranges if len(near) == len(self.completions) else collected(self.document, near)

    @cached_property
    def exact(self) -> bool:
        """Whether the completions are all there are, so that the ends of the ranges are known."""
        return all(self._domain(code).exact for code in self.ranges.filled)

    def _domain(self, code: str) -> Domain:
        return domain(self.document, verified(self.request), code)


def scored(scenario: Scenario) -> Iterator[Scored]:
    """All requests of a scenario, on one program."""
    program = prepare(scenario.document)
    assert not isinstance(program, Problems), program
    for request in scenario.requests:
        yield Scored(program, scenario.document, request)


def ends(far: Span, near: Span) -> tuple[End, End]:
    """The ends of a range; one that still moves far out does not exist."""
    return far[0] if far[0] == near[0] else None, far[1] if far[1] == near[1] else None


def span_of(part: dict[str, Any]) -> tuple[End, End]:
    """The range a sheet states."""
    low, high = part["range"]["low"], part["range"]["high"]
    return None if low is None else exact(low), None if high is None else exact(high)


def sheet_items(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The items of a sheet by their codes."""
    return {item["code"]: item for section in sheet["sections"] for item in section["items"]}
