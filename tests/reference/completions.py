"""Every way of filling in what is missing, and from them the exact least and most of items and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.interpreter import item_score, items, totals
from tests.reference.judgements import decided_judgement, judgements
from tests.reference.measures import FOLDS, facts
from tests.reference.reads import read_by
from tests.reference.rules import allowed
from tests.reference.stays import Stay
from tests.reference.values import UNKNOWN, Document, Facts

Domains = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Case:
    """One request: a document, the evidence and judgements given, the period, and the domains of what is missing.

    `domains` names every fact that may be unknown: fields that are not tables, measures over tables that are missing,
    and measures that stay undefined on complete evidence (a ratio to nothing, an average of no rows).
    """

    document: Document
    evidence: dict[str, Any]
    judged: Mapping[str, Fraction]
    period: Stay | None
    domains: Domains


GIVEN = object()
"""Stands for a table or text that is filled in somehow; the measures over it have their own domains."""
Span = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Completion:
    """What was filled in, and all facts with it."""

    filled: Mapping[str, Any]
    known: Facts


def completions(case: Case, instead: dict[str, Any] | None = None) -> Iterator[Completion]:
    """All complete facts, filling in one unknown after the other; a table is filled in through its measures."""
    filled = instead or {}
    known = facts(case.document, case.evidence, case.period, filled)
    code = _first_open(case, known)
    if code is None:
        rest = {named: GIVEN for named in case.document.get("evidence", {}) if known[named] is UNKNOWN}
        yield Completion(filled, known | rest)
        return
    for value in case.domains[code]:
        yield from completions(case, filled | {code: value})


def _first_open(case: Case, known: Facts) -> str | None:
    """The first unknown fact that is not unknown merely because another one is."""
    for code in case.document.get("evidence", {}):
        if known[code] is UNKNOWN and code in case.domains:
            return str(code)
    for code, measure in case.document.get("measures", {}).items():
        if known[code] is UNKNOWN and code in case.domains and not _waits(measure, known):
            return str(code)
    return None


def _waits(measure: dict[str, Any], known: Facts) -> bool:
    if any(fold in measure for fold in (*FOLDS, "longest_stay")):
        return False
    parts = measure["total"] if "total" in measure else measure["ratio"].values()
    return any(known[part] is UNKNOWN for part in parts)


@dataclass(frozen=True)
class Ranges:
    """The least and most of each item, section, base, bonus and total over some completions; what had to be filled."""

    items: dict[str, Span]
    sections: dict[str, Span]
    base: Span
    bonus: Span
    total: Span
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ends:
    """One completion: the least and the most of each item, which differ where a judgement is free."""

    filled: Mapping[str, Any]
    low: dict[str, Fraction]
    high: dict[str, Fraction]


def ranges(case: Case) -> Ranges:
    """Score every completion and collect the ends."""
    return collected(case.document, scored_completions(case))


def scored_completions(case: Case) -> list[Ends]:
    """Score every completion; what a judgement may still become is free of everything else."""
    now = facts(case.document, case.evidence, case.period)
    found = items(case.document)
    free = {code: _free_judgements(case, item, now) for code, item in found.items()}
    reads = {code: sorted(set(read_by(item["rule"]))) for code, item in found.items()}
    remembered: dict[Any, Span] = {}
    scored = []
    for completion in completions(case):
        low, high = {}, {}
        for code, item in found.items():
            key = (code, *(_hashable(completion.known[name]) for name in reads[code]))
            if key not in remembered:
                remembered[key] = _span(case.document, item, completion.known, free[code])
            low[code], high[code] = remembered[key]
        scored.append(Ends(completion.filled, low, high))
    return scored


def _hashable(value: Any) -> Any:
    return id(value) if isinstance(value, list) else value


def _free_judgements(case: Case, item: dict[str, Any], now: Facts) -> list[Fraction | None]:
    """The judgements to try: the one given once its level is decided, else all that any `judged` of the rule allows."""
    code = item["code"]
    if code in case.judged and decided_judgement(item["rule"], now) is not UNKNOWN:
        return [case.judged[code]]
    return [value for judged in judgements(item["rule"]) for value in allowed(judged)] or [None]


def _span(document: Document, item: dict[str, Any], known: Facts, judgements_to_try: list[Fraction | None]) -> Span:
    outcomes = [item_score(document, item, known, judged) for judged in judgements_to_try]
    scores = [outcome for outcome in outcomes if isinstance(outcome, Fraction)]
    return min(scores), max(scores)


def collected(document: Document, scored: Sequence[Ends]) -> Ranges:
    """The ends over some completions."""
    least = [totals(document, ends.low) for ends in scored]
    most = [totals(document, ends.high) for ends in scored]
    return Ranges(
        items={
            code: (min(ends.low[code] for ends in scored), max(ends.high[code] for ends in scored))
            for code in scored[0].low
        },
        sections={
            code: (min(low.sections[code] for low in least), max(high.sections[code] for high in most))
            for code in least[0].sections
        },
        base=(min(low.base for low in least), max(high.base for high in most)),
        bonus=(min(low.bonus for low in least), max(high.bonus for high in most)),
        total=(min(low.total for low in least), max(high.total for high in most)),
        filled=frozenset().union(*(ends.filled for ends in scored)),
    )
