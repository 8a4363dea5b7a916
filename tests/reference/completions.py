"""Every way of filling in what is missing, and from them the exact least and most of items and sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from tests.reference.interpreter import Sheet, item_score, items, sheet_of, standing
from tests.reference.judgements import decided_judgement, judgements
from tests.reference.measures import facts
from tests.reference.outside import NOTHING, Outside
from tests.reference.reads import parts_of, read_by_item, read_by_sheet
from tests.reference.rules import allowed
from tests.reference.sections import score_of
from tests.reference.standings import ROUND
from tests.reference.stays import Stay
from tests.reference.values import UNKNOWN, Apart, Document, Facts, Overridden, Standing

Domains = Mapping[str, Sequence[Any]]
ZERO = Fraction(0)
MOST_COMPLETIONS = 1500
MOST_SHEETS = 64
"""So many ways of judging are tried for one way of filling in the facts."""


@dataclass(frozen=True)
class Case:
    """One request: a document, the evidence and judgements given, the period, and the domains of what is missing.

    `domains` names every fact that may be unknown: fields that are not tables, measures over tables that are missing,
    measures that stay undefined on complete evidence (a ratio to nothing, an average of no rows), values of other
    units or rounds.
    """

    document: Document
    evidence: dict[str, Any]
    judged: Mapping[str, Fraction]
    period: Stay | None
    domains: Domains
    outside: Outside = NOTHING
    overrides: Mapping[str, Fraction] = field(default_factory=dict)


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
    known = facts(case.document, case.evidence, case.period, filled, case.outside)
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
        if known[code] is UNKNOWN and code in case.domains and not _waits(case, measure, known):
            return str(code)
    return None


def _waits(case: Case, measure: dict[str, Any], known: Facts) -> bool:
    """Whether what it is worked out of comes first; where the others are not known, that does not matter."""
    if "peers" in measure and not case.outside.peers_of(measure["peers"]):
        return False
    return any(known[part] is UNKNOWN for part in parts_of(measure))


@dataclass(frozen=True)
class Ends:
    """One completion: the least and the most of each item (they differ where a judgement is free; None where the item
    is left out), and the sheets that the ways of judging lead to."""

    filled: Mapping[str, Any]
    items: dict[str, list[Standing]]
    sheets: list[Sheet]


def scored_completions(case: Case) -> list[Ends]:
    """Score every completion; what a judgement may still become is free of everything else."""
    found = items(case.document)
    now = facts(case.document, case.evidence, case.period, None, case.outside)
    free = {code: free_judgements(case, item, now) for code, item in found.items()}
    reads = {code: sorted(read_by_item(case.document, item)) for code, item in found.items()}
    of_sheet = sorted(set(read_by_sheet(case.document)) & set(now))
    remembered: dict[Any, Any] = {}
    scored = []
    for completion in islice(completions(case), MOST_COMPLETIONS):
        standings = {}
        for code, item in found.items():
            key = (code, *(_hashable(completion.known[name]) for name in reads[code]))
            if key not in remembered:
                remembered[key] = _standings(case, item, completion.known, free[code])
            standings[code] = remembered[key]
        key = (tuple(map(tuple, standings.values())), *(_hashable(completion.known[name]) for name in of_sheet))
        if key not in remembered:
            remembered[key] = _sheets(case, standings, completion.known)
        scored.append(Ends(completion.filled, standings, remembered[key]))
    return scored


def _hashable(value: Any) -> Any:
    return id(value) if isinstance(value, list) else value


def free_judgements(case: Case, item: dict[str, Any], now: Facts) -> list[Fraction | None]:
    """The judgements to try: the one given once its level is decided, else all that any `judged` of the rule allows."""
    code = item["code"]
    if code in case.judged and decided_judgement(item["rule"], now) is not UNKNOWN:
        return [case.judged[code]]
    return [value for judged in judgements(item["rule"]) for value in allowed(judged)] or [None]


def scores_after(case: Case, item: dict[str, Any], changed: dict[str, Any]) -> set[Any]:
    """What the item can come to after changes, whatever is still not known and however it may be judged."""
    given = case.judged.get(item["code"])
    found = set()
    for completion in completions(case, changed):
        tried = [given] if given is not None else free_judgements(case, item, completion.known)
        found |= {standing(case.document, item, completion.known, judged, case.outside) for judged in tried}
    return found


def _standings(
    case: Case, item: dict[str, Any], known: Facts, judgements_to_try: Sequence[Fraction | None]
) -> list[Standing]:
    """Where the item can stand, each once."""
    if item["code"] in case.overrides:
        return [Overridden(case.overrides[item["code"]])]
    found: dict[Standing, None] = {}
    for judged in judgements_to_try:
        stands = standing(case.document, item, known, judged, case.outside)
        if stands == ROUND:
            scores = [item_score(case.document, item, known, each) for each in judgements_to_try]
            found.update(dict.fromkeys(Apart(score) for score in scores if isinstance(score, Fraction)))
        elif isinstance(stands, Fraction | Apart):
            found[stands] = None
    return list(found)


def _sheets(case: Case, standings: Mapping[str, list[Standing]], known: Facts) -> list[Sheet]:
    """The sheets of every way of judging; where more always brings more, the least and the most are enough."""
    ways: Iterable[tuple[Standing, ...]] = product(*standings.values())
    if is_plain(case.document) or prod(map(len, standings.values())) > MOST_SHEETS:
        ways = [tuple(choose(each, key=_height) for each in standings.values()) for choose in (min, max)]
    return [sheet_of(case.document, dict(zip(standings, way, strict=True)), known, case.outside) for way in set(ways)]


def is_plain(document: Document) -> bool:
    """Whether nothing but sums and limits stands between the items and the total."""
    counts = any("counts_when" in section for section in document["sections"])
    return not (counts or document.get("vetoes") or document.get("grade"))


def _height(standing: Standing) -> Fraction:
    return score_of(standing) or ZERO


def _scores(standings: Iterable[list[Standing]]) -> list[Fraction]:
    """The scores of an item wherever it is not left out."""
    return [score for ways in standings for stands in ways if (score := score_of(stands)) is not None]


@dataclass(frozen=True)
class Ranges:
    """The least and most of each item, section and sum over some completions, None where there is no number at all;
    what had to be filled in for them."""

    items: dict[str, Span]
    sections: dict[str, Span | None]
    base: Span | None
    bonus: Span | None
    total: Span | None
    grades: frozenset[str | None]
    filled: frozenset[str] = frozenset()


def ranges(case: Case) -> Ranges:
    """Score every completion and collect the ends."""
    return collected(scored_completions(case))


def collected(scored: Sequence[Ends]) -> Ranges:
    """The ends over some completions; an item that is always left out stands at 0, a sheet without a total has none."""
    sheets = [sheet for ends in scored for sheet in ends.sheets]
    return Ranges(
        items={code: _span(_scores(ends.items[code] for ends in scored)) or (ZERO, ZERO) for code in scored[0].items},
        sections={code: _span(sheet.sections[code] for sheet in sheets) for code in sheets[0].sections},
        base=_span(sheet.base for sheet in sheets),
        bonus=_span(sheet.bonus for sheet in sheets),
        total=_span(sheet.total for sheet in sheets),
        grades=frozenset(sheet.grade for sheet in sheets),
        filled=frozenset().union(*(ends.filled for ends in scored)),
    )


def _span(values: Iterable[Any]) -> Span | None:
    found = [value for value in values if isinstance(value, Fraction)]
    return (min(found), max(found)) if found else None
