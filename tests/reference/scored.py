"""One request scored by the engine, beside what the reference interpreter says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from tests.reference.completions import MOST_COMPLETIONS, Case, Ends, Ranges, Span, collected, scored_completions
from tests.reference.domains import FARTHEST, Domain, domain
from tests.reference.interpreter import Interpreted, interpreted, items
from tests.reference.profile import Lack, resolved
from tests.reference.reads import endless_reads, policies
from tests.reference.requests import case_of, judged_of, outside_of, overrides_of, period_of, verified
from tests.reference.sections import score_of
from tests.reference.strategies import Scenario
from tests.reference.values import UNKNOWN, Document, Facts, Refused, Standing, exact

End = Fraction | None
FEW = 3
"""With more unknowns together the ends of sums may be bounds."""


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
    written: Document
    request: dict[str, Any]

    @cached_property
    def answer(self) -> Answer:
        """What the engine says."""
        return answered(self.program, self.request)

    @cached_property
    def _resolved(self) -> tuple[Document, set[Lack]]:
        return resolved(self.written, self.request.get("subject", {}))

    @property
    def document(self) -> Document:
        """The document as it reads for this unit."""
        return self._resolved[0]

    @property
    def lacks(self) -> set[Lack]:
        """What the unit's profile lacks for this document."""
        return self._resolved[1]

    @cached_property
    def interpreted(self) -> Interpreted:
        """What the interpreter makes of it."""
        asked = self.request
        given = (verified(asked), judged_of(asked), period_of(asked), outside_of(asked))
        return interpreted(self.document, *given, overrides=overrides_of(asked))

    @cached_property
    def without_overrides(self) -> Scored:
        """The same request as if no person had set any points."""
        return replace(self, request={**self.request, "overrides": {}})

    @property
    def known(self) -> Facts:
        """The facts, by the interpreter."""
        return self.interpreted.known

    @property
    def standings(self) -> dict[str, Standing]:
        """Where each item stands, by the interpreter."""
        return self.interpreted.standings

    @property
    def refused(self) -> bool:
        """Whether a judgement lies outside its limits, or the profile lacks something."""
        return bool(self.lacks) or any(isinstance(stands, Refused) for stands in self.interpreted.computed.values())

    @cached_property
    def case(self) -> Case:
        """What has to be filled in, and with what."""
        return case_of(self.document, self.request)

    @cached_property
    def completions(self) -> list[Ends]:
        """Every completion, scored."""
        return scored_completions(self.case)

    def applies(self, code: str) -> bool:
        """Whether an item has a score in any completion."""
        return any(score_of(stands) is not None for ends in self.completions for stands in ends.items[code])

    @cached_property
    def ranges(self) -> Ranges:
        """Over every completion."""
        return collected(self.completions)

    @cached_property
    def near(self) -> Ranges:
        """Over the completions that stay away from the far end of what has no limit."""
        near = [ends for ends in self.completions if not any(value in FARTHEST for value in ends.filled.values())]
        return self.ranges if len(near) == len(self.completions) else collected(near)

    @cached_property
    def exact(self) -> bool:
        """Whether the completions are all there are, so that the ends of the ranges are known."""
        some_left_out = len(self.completions) == MOST_COMPLETIONS
        listed = all(self._domain(code).exact for code in self.ranges.filled)
        return listed and not some_left_out and not self._average_missing

    @property
    def is_bound(self) -> bool:
        """Whether a place among others is unknown whose values are known: those rest on an own value not stated."""
        placed = [code for code, measure in self.document["measures"].items() if self._is_placed(measure)]
        return any(self.known[code] is UNKNOWN for code in placed)

    def _is_placed(self, measure: dict[str, Any]) -> bool:
        return "peers" in measure and bool(outside_of(self.request).peers_of(measure["peers"]))

    @property
    def _average_missing(self) -> bool:
        """Whether an item may come to an average that is not known."""
        handed_in = outside_of(self.request)
        averaged = [code for code, policy in policies(self.document) if policy == "peers_average"]
        return any(not handed_in.scores_of(code) for code in averaged)

    def pulled_apart(self, codes: Iterable[str]) -> bool:
        """Whether an unknown without limit is looked at more than once, so that the ends may be bounds alone."""
        found = items(self.document)
        return sum(endless_reads(self.document, found[code], self.known) for code in codes) > 1

    @property
    def plain(self) -> bool:
        """Whether few things are unknown, and nothing but sums and limits stands between the items and the total: no
        veto, no bonus section that counts only sometimes, no item that is left out."""
        leaves_out = any(isinstance(policy, dict) for _, policy in policies(self.document))
        counts = any("counts_when" in section for section in self.document["sections"])
        few = len(self.ranges.filled) <= FEW
        return few and not (counts or leaves_out or self.document.get("vetoes"))

    def _domain(self, code: str) -> Domain:
        return domain(self.document, verified(self.request), code)


def prepared(document: Document) -> Any:
    """The program of a sound document."""
    program = prepare(document)
    assert not isinstance(program, Problems), program
    return program


def engine_says(document: Document, request: dict[str, Any]) -> Any:
    """The engine's sheet for a document and a request, as plain data."""
    return answered(prepared(document), request).sheet


def refusals(document: Document, request: dict[str, Any]) -> set[tuple[Any, str]]:
    """Where the engine refuses a request, and with which codes."""
    problems = answered(prepared(document), request).problems
    assert problems is not None
    return {(tuple(problem.path), problem.code) for problem in problems}


def scored(scenario: Scenario) -> Iterator[Scored]:
    """All requests of a scenario, on one program."""
    program = prepared(scenario.document)
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
