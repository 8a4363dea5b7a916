"""A request to score, turned into what the interpreter and its completions work on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.completions import Case
from tests.reference.domains import domain
from tests.reference.measures import facts
from tests.reference.outside import Outside
from tests.reference.profile import resolved
from tests.reference.reads import is_calculated
from tests.reference.values import UNKNOWN, Document, exact


def period_of(request: dict[str, Any]) -> tuple[date, date]:
    """First and last day."""
    return date.fromisoformat(request["period"]["start"]), date.fromisoformat(request["period"]["end"])


def verified(request: dict[str, Any]) -> dict[str, Any]:
    """The evidence with findings applied: values corrected or filled in, rows struck out."""
    evidence = dict(request["evidence"])
    for code, finding in request.get("findings", {}).items():
        if "value" in finding:
            evidence[code] = finding["value"]
        else:
            struck = {int(row) for row, said in finding["rows"].items() if not said["accepted"]}
            evidence[code] = [row for number, row in enumerate(evidence[code], start=1) if number not in struck]
    return evidence


def judged_of(request: dict[str, Any]) -> dict[str, Fraction]:
    """The points of each judgement."""
    return {code: exact(judgement["points"]) for code, judgement in request.get("judgements", {}).items()}


def overrides_of(request: dict[str, Any]) -> dict[str, Fraction]:
    """The points of each override."""
    return {code: exact(override["points"]) for code, override in request.get("overrides", {}).items()}


def outside_of(request: dict[str, Any]) -> Outside:
    """The subject, the round before, the other units."""
    return Outside(request.get("subject", {}), request.get("previous"), request.get("peers"))


def case_of(document: Document, request: dict[str, Any]) -> Case:
    """The request with a domain for everything that is unknown now, or that may be undefined once it is filled in."""
    evidence, outside = verified(request), outside_of(request)
    for_unit, _ = resolved(document, outside.subject)
    known = facts(for_unit, evidence, period_of(request), None, outside)
    domains = {}
    for code, field in for_unit["evidence"].items():
        if known[code] is UNKNOWN and field["type"] != "table":
            domains[code] = domain(for_unit, evidence, code).values
    for code, measure in for_unit["measures"].items():
        if known[code] is UNKNOWN and not is_calculated(measure):
            domains[code] = domain(for_unit, evidence, code).values
    given = (for_unit, evidence, judged_of(request), period_of(request), domains, outside)
    return Case(*given, overrides_of(request))
