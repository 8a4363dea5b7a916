"""The laws of the result, each for one request: what the engine says against what the reference interpreter says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from app.scoring.engine import prepare
from tests.reference.completions import scores_after
from tests.reference.interpreter import UNKNOWN, items
from tests.reference.judgements import judgements
from tests.reference.reads import fields_behind, missing_for, policies
from tests.reference.requests import outside_of
from tests.reference.scored import Scored, answered, ends, sheet_items, span_of
from tests.reference.sections import full_marks, score_of
from tests.reference.values import Apart, Overridden, Pending, exact


def same_scores(one: Scored) -> None:
    """What can be scored has the interpreter's score; what cannot says what it waits for."""
    for code, stands in one.standings.items():
        item = sheet_items(one.answer.sheet)[code]
        assert isinstance(stands, Overridden) == (item["status"] == "overridden") == ("override" in item["trace"])
        if isinstance(stands, Overridden):
            assert (exact(item["score"]), span_of(item)) == (stands.score, (stands.score, stands.score))
        elif isinstance(stands, Fraction | Apart):
            score = score_of(stands)
            assert item["status"] == ("scored" if isinstance(stands, Fraction) else "not_applicable")
            assert (item["score"] is None) == (score is None)
            assert score is None or exact(item["score"]) == score
            assert span_of(item) == (score or 0, score or 0)
        elif item["status"] in ("scored", "not_applicable"):
            assert one.is_bound or one.ranges.items[code] == (exact(item["score"] or 0),) * 2
        else:
            assert isinstance(stands, Pending)
            assert item["score"] is None
            assert item["status"] in {f"pending_{reason}" for reason in waits_for(one, code, stands)}


def waits_for(one: Scored, code: str, stands: Pending) -> set[str]:
    """What an open item waits for; where evidence and other units are missing, either may decide it."""
    if stands.reason != "evidence":
        return {stands.reason}
    sources = missing_for(one.document, items(one.document)[code], one.known, outside_of(one.request))
    averaged = "peers_average" in [policy for named, policy in policies(one.document) if named == code]
    item = items(one.document)[code]
    judged = bool(judgements(item["rule"])) and code not in one.case.judged
    return sources | ({"round"} if averaged else set()) | ({"judgement"} if judged else set())


def same_sums(one: Scored) -> None:
    """Sections, base, bonus, total and grade are the interpreter's; what is still open is null, or can only be that."""
    sheet, found = one.answer.sheet, one.interpreted.sheet
    is_open = any(item["status"].startswith("pending") for item in sheet_items(sheet).values())
    assert sheet["status"] == ("pending" if is_open else "complete") or (found.pending and not is_open)
    shown = {code: sheet[code] for code in ("base", "bonus", "total", "grade")}
    expected = {"base": found.base, "bonus": found.bonus, "total": found.total, "grade": found.grade}
    for section in sheet["sections"]:
        shown[section["code"]] = section["score"]
        expected[section["code"]] = found.sections[section["code"]]
    for code, value in shown.items():
        may_wait = code == "grade" or found.vetoes_open
        if expected[code] is UNKNOWN or (found.pending and may_wait):
            assert value is None or _all_possible(one, code) <= {_comparable(value), UNKNOWN}
        else:
            assert _comparable(value) == expected[code], code
    if not found.pending:
        assert 0 <= full_marks(one.document, one.standings) - exact(sheet["full_marks"]) < Fraction(1, 10**6)


def _comparable(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else exact(value)


def _all_possible(one: Scored, code: str) -> set[Any]:
    """What a sum comes to over all completions."""
    sheets = [sheet for ends in one.completions for sheet in ends.sheets]
    return {sheet.sections[code] if code in sheet.sections else getattr(sheet, code) for sheet in sheets}


def adjustments_add_up(one: Scored) -> None:
    """A section is its items and its adjustments, the base the sections and what is rescaled, the total the rest."""
    sheet = one.answer.sheet
    for section in sheet["sections"]:
        if section["score"] is not None:
            assert exact(section["score"]) == _sum(section["items"]) + _adjusted(section["adjustments"])
    rescaled = [each for each in sheet["adjustments"] if each["kind"] == "leave_out"]
    others = [each for each in sheet["adjustments"] if each["kind"] != "leave_out"]
    if sheet["base"] is not None:
        base = [section for section in sheet["sections"] if not section["bonus"]]
        assert exact(sheet["base"]) == _sum(base) + _adjusted(rescaled)
    if sheet["total"] is not None:
        assert exact(sheet["total"]) == exact(sheet["base"]) + exact(sheet["bonus"]) + _adjusted(others)
    for each in sheet["adjustments"]:
        assert each["reason"]


def _sum(parts: list[dict[str, Any]]) -> Fraction:
    return sum((exact(part["score"] or 0) for part in parts), Fraction(0))


def _adjusted(adjustments: list[dict[str, Any]]) -> Fraction:
    return sum((exact(each["points"] or 0) for each in adjustments), Fraction(0))


def true_ranges(one: Scored) -> None:
    """Every completion lies in the range; where all completions are known, both ends are reached."""
    if one.is_bound:
        return
    sheet, far, near = one.answer.sheet, one.ranges, one.near
    shown = sheet_items(sheet)
    parts = [(item, far.items[code], near.items[code], [code]) for code, item in shown.items() if one.applies(code)]
    for section in sheet["sections"]:
        code, own = section["code"], [item["code"] for item in section["items"]]
        parts.append((section, far.sections[code], near.sections[code], own))
    for part, all_of_it, nearby, codes in [*parts, (sheet, far.total, near.total, list(shown))]:
        if all_of_it is None or nearby is None:
            continue
        low, high = span_of(part)
        assert low is None or low <= all_of_it[0]
        assert high is None or all_of_it[1] <= high
        if one.exact and (one.plain or part in shown.values()) and not one.pulled_apart(codes):
            assert (low, high) == ends(all_of_it, nearby)


def reasons_add_up(one: Scored) -> None:
    """Law 2: score + deductions = points; above the points a surplus and no deductions; a bonus only loses below 0."""
    for section in one.answer.sheet["sections"]:
        for item in section["items"]:
            if item["score"] is None:
                continue
            score, points = exact(item["score"]), exact(item["points"])
            lost = sum((exact(line["points"]) for line in item["deductions"]), Fraction(0))
            if section["bonus"]:
                assert lost == max(-score, Fraction(0))
            else:
                assert (score + lost, exact(item["surplus"])) == (max(points, score), max(score - points, Fraction(0)))
            for line in item["deductions"]:
                assert 0 <= exact(line["points"]) <= exact(line["nominal"]) > 0
                assert line["reason"]


def computed_stays(one: Scored) -> None:
    """An overridden item still says what it comes to without that; no other item is any different."""
    if not one.request["overrides"]:
        return
    before = sheet_items(one.without_overrides.answer.sheet)
    for code, item in sheet_items(one.answer.sheet).items():
        if code in one.request["overrides"]:
            given = {**one.request["overrides"][code], "computed": computed_of(before[code])}
            assert item["trace"] == {**before[code]["trace"], "override": given}
            assert not item["improvements"]
            assert [line["code"] for line in item["deductions"]] in ([], [f"{code}.override"])
        else:
            assert item == before[code]


def computed_of(item: dict[str, Any]) -> dict[str, Any]:
    """What an override keeps of an item."""
    return {name: item[name] for name in ("score", "status", "range", "deductions", "surplus")}


def true_improvements(one: Scored) -> None:
    """Every change that a sheet proposes, made, gains exactly the promised points."""
    for code, item in sheet_items(one.answer.sheet).items():
        if isinstance(one.standings[code], Pending):
            continue
        for improvement in item["improvements"]:
            if _moves_among_others(one, [each["field"] for each in improvement["change"] if "field" in each]):
                continue
            changes = {each.get("field", each.get("measure")): each["to"] for each in improvement["change"]}
            changed = {name: _as_fact(value) for name, value in changes.items()}
            possible = scores_after(one.case, items(one.document)[code], changed)
            assert len(possible) == 1, (code, improvement, possible)
            (after,) = possible
            assert after - exact(item["score"]) == exact(improvement["points"]) > 0
            for name, value in changes.items():
                assert _can_be_stated(one.document["evidence"].get(name), value), (name, value)


def _moves_among_others(one: Scored, fields: list[str]) -> bool:
    """Whether a place among all units would change too, which no sheet can know: their values include its own."""
    placed = [measure["peers"] for measure in one.document["measures"].values() if "peers" in measure]
    return any(fields_behind(one.document, code) & set(fields) for code in placed)


def _as_fact(value: Any) -> Any:
    return (value["months"], value["days"]) if isinstance(value, dict) else value


def _can_be_stated(field: dict[str, Any] | None, value: Any) -> bool:
    """Whether a field can have this value (a measure can have any)."""
    if field is None:
        return True
    kind = field["type"]
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "choice":
        ticked = value if field.get("multiple") else [value]
        return isinstance(ticked, list) and set(ticked) <= set(field["choices"])
    limits = {"percent": (0, 100), "integer": (field.get("min", 0), field.get("max"))}
    low, high = limits.get(kind, (field.get("min"), field.get("max")))
    whole = kind != "integer" or exact(value).denominator == 1
    return whole and (low is None or low <= value) and (high is None or value <= high)


def same_bytes(one: Scored) -> None:
    """Law 1, as far as one engine goes: the same request to a program prepared anew, the same bytes."""
    assert answered(prepare(one.written), one.request).data == one.answer.data


LAWS = [same_scores, same_sums, adjustments_add_up, true_ranges, reasons_add_up, true_improvements, computed_stays]
