"""Where a rule asks a person: every `judged` in it, and the one that the facts lead to."""

from __future__ import annotations

from typing import Any

from tests.reference.conditions import truth
from tests.reference.values import UNKNOWN, Facts, is_number


def outcomes(rule: Any) -> list[Any]:
    """The rules directly inside a rule."""
    if is_number(rule):
        return []
    ((shape, content),) = rule.items()
    if shape == "levels":
        return [level.get("rule", level.get("points")) for level in content]
    if shape == "tally":
        return [term["add"] for term in content["terms"] if "add" in term]
    return content if shape in ("highest", "lowest") else []


def judgements(rule: Any) -> list[dict[str, Any]]:
    """Every `judged` anywhere in a rule."""
    if not is_number(rule) and "judged" in rule:
        return [rule["judged"]]
    return [found for inner in outcomes(rule) for found in judgements(inner)]


def decided_judgement(rule: Any, facts: Facts) -> Any:
    """The `judged` that the facts lead to; None when they lead to none; UNKNOWN while that is undecided."""
    if not judgements(rule):
        return None
    ((shape, content),) = rule.items()
    if shape == "judged":
        return UNKNOWN if any(facts[code] is UNKNOWN for code in content.get("basis", ())) else content
    if shape == "levels":
        return _judgement_of_levels(content, facts)
    if shape in ("highest", "lowest"):
        asking = [inner for inner in content if judgements(inner)]
        return decided_judgement(asking[0], facts)
    return _judgement_of_terms(content["terms"], facts)


def _judgement_of_levels(levels: list[dict[str, Any]], facts: Facts) -> Any:
    undecided = False
    for level in levels:
        holds = truth(level["when"], facts) if "when" in level else True
        if holds is False:
            continue
        inner = level.get("rule", level.get("points"))
        if holds and not undecided:
            return decided_judgement(inner, facts)
        undecided = True
        if decided_judgement(inner, facts) is not None:
            return UNKNOWN
        if holds:
            break
    return None


def _judgement_of_terms(terms: list[dict[str, Any]], facts: Facts) -> Any:
    for term in terms:
        if "add" not in term or not judgements(term["add"]):
            continue
        holds = truth(term["when"], facts) if "when" in term else True
        inner = decided_judgement(term["add"], facts)
        if holds is False or inner is None:
            continue
        return inner if holds else UNKNOWN
    return None
