"""The law of final sheets: missing stated evidence takes the low end; what others owe refuses finality."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.interpreter import items, sheet_of
from tests.reference.judgements import judgements
from tests.reference.laws import computed_of
from tests.reference.reads import from_outside, missing_for, policies, read_by_item, read_by_sheet, unknown_fields
from tests.reference.requests import outside_of
from tests.reference.scored import Scored, answered, ends, sheet_items, span_of
from tests.reference.sections import score_of
from tests.reference.values import UNKNOWN, Apart, Overridden, Pending, Standing, exact


def low_ends(one: Scored) -> dict[str, Fraction | None]:
    """The low end of each item, None where there is none."""
    return {code: ends(one.ranges.items[code], one.near.items[code])[0] for code in one.standings}


def owed_by_others(one: Scored, code: str) -> bool | None:
    """Whether other units, an evaluator or a judge still owe something to an item; None where that is left open."""
    outcome = one.standings[code]
    if isinstance(outcome, Fraction | Apart | Overridden):
        return False
    if outcome != Pending("evidence"):
        return True
    item = items(one.document)[code]
    sources = missing_for(one.document, item, one.known, outside_of(one.request))
    if "round" in sources:
        return True if sources == {"round"} else None
    if any(from_outside(one.document, name) for name in read_by_item(one.document, item) if one.known[name] is UNKNOWN):
        return None
    by = {
        one.document["evidence"][name].get("by", "submitter") for name in unknown_fields(one.document, item, one.known)
    }
    if by == {"evaluator"}:
        return True
    judged = judgements(item["rule"]) and code not in one.case.judged
    averaged = "peers_average" in [policy for named, policy in policies(one.document) if named == code]
    return None if judged or averaged or "evaluator" in by or not by else False


def may_stay(one: Scored, code: str) -> bool:
    """Whether an item may turn out to be left out: in the end it applies, and closes at what its rule can give."""
    return any(named == code and isinstance(policy, dict) for named, policy in policies(one.document))


def final_sheet(one: Scored) -> None:
    """Refused where others owe something; otherwise every open item stands at its low end."""
    answer = answered(one.program, one.request | {"final": True})
    owed = {owed_by_others(one, code) for code in one.standings}
    open_lows = [span_of(item)[0] for item in sheet_items(one.answer.sheet).values() if item["status"] != "scored"]
    undecided = any(one.known.get(code) is UNKNOWN for code in read_by_sheet(one.document))
    if answer.problems is not None:
        assert owed != {False} or None in open_lows or undecided or one.interpreted.sheet.total is None
        return
    still_open = [item for item in sheet_items(one.answer.sheet).values() if item["status"].startswith("pending")]
    assert True not in {owed_by_others(one, item["code"]) for item in still_open}
    assert answer.sheet["status"] == "final"
    found = sheet_items(answer.sheet)
    for code, outcome in one.standings.items():
        closed_at_its_low_end(one, found[code], outcome)
    computed_closes(one, found)
    same_sums_when_closed(one, answer.sheet, undecided=undecided)


def computed_closes(one: Scored, found: dict[str, Any]) -> None:
    """What an overridden item comes to by itself is what it would be in a final sheet, if there is one without it."""
    plain = answered(one.program, one.without_overrides.request | {"final": True})
    for code in one.request["overrides"] if plain.problems is None else ():
        assert found[code]["trace"]["override"]["computed"] == computed_of(sheet_items(plain.sheet)[code])


def closed_at_its_low_end(one: Scored, found: dict[str, Any], outcome: Standing) -> None:
    """An item of a final sheet."""
    if found["score"] is None or (isinstance(outcome, Apart) and outcome.score is None):
        assert found["score"] is None
        assert isinstance(outcome, Apart) or may_stay(one, found["code"])
        return
    score, code = exact(found["score"]), found["code"]
    assert span_of(found) == (score, score)
    if isinstance(outcome, Fraction | Apart | Overridden):
        assert score == score_of(outcome)
    elif one.exact and not may_stay(one, code):
        assert score == low_ends(one)[code]
    elif not one.is_bound and not may_stay(one, code):
        assert score <= one.ranges.items[code][0] or not one.applies(code)


def same_sums_when_closed(one: Scored, sheet: dict[str, Any], *, undecided: bool) -> None:
    """What the closed items come to, whatever is undecided held against the unit."""
    closed: dict[str, Standing] = dict(one.standings)
    for code, item in sheet_items(sheet).items():
        if item["score"] is None and not isinstance(closed[code], Apart):
            return
        if not isinstance(closed[code], Apart):
            closed[code] = exact(item["score"])
    given = (one.document, closed, one.known, outside_of(one.request))
    least, most = (sheet_of(*given, final=True, held=held) for held in (True, False))
    for word in ("base", "bonus", "total"):
        value = None if sheet[word] is None else exact(sheet[word])
        low, high = getattr(least, word), getattr(most, word)
        assert value == low or (undecided and None not in (value, low, high) and low <= value <= high), word
    if not undecided:
        assert sheet["grade"] == least.grade
