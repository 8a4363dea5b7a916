"""The sheet over the items' standings: sections, base, bonus, vetoes, total, grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.conditions import truth
from tests.reference.outside import NOTHING, Outside
from tests.reference.sections import Cap, Caps, base_score, is_bonus, score_of, section_score, total_of, whole_of
from tests.reference.sheet_facts import SheetFacts
from tests.reference.standings import rounded_by
from tests.reference.values import UNKNOWN, Document, Facts, Standing, exact

Standings = Mapping[str, Standing]


@dataclass(frozen=True)
class Sheet:
    """Each sum is a number or UNKNOWN; a total is None where too little is left; a grade is None in a gap."""

    sections: dict[str, Any]
    base: Any
    bonus: Any
    total: Any
    grade: Any
    facts: dict[str, Any]
    pending: bool = False
    vetoes_open: bool = False


def sheet_of(
    document: Document,
    standings: Standings,
    known: Facts,
    outside: Outside = NOTHING,
    *,
    final: bool = False,
    held: bool = True,
) -> Sheet:
    """Add up once without vetoes, decide those, add up again with what they leave.

    In a final sheet a veto that nobody can decide is held against the unit (or not, where it cannot come true), and a
    level that nobody can decide is not reached.
    """
    before = _added_up(document, standings, {}, known, outside)
    holding, open_effects = _decided(document, known | before.facts)
    if final:
        holding, open_effects = holding + (open_effects if held else []), []
    after = _added_up(document, standings, _caps(holding), known, outside)
    total = after.total
    if total is not None and any({"score", "total", "total_times"} & effect.keys() for effect in open_effects):
        total = UNKNOWN
    elif isinstance(total, Fraction):
        most = tuple(exact(effect["total"]) for effect in holding if "total" in effect)
        times = tuple(exact(effect["total_times"]) for effect in holding if "total_times" in effect)
        total = Cap(most, times).of(total, document["rounding"])
    sums = {"base": after.base, "bonus": after.bonus, "total": UNKNOWN if total is None else total}
    facts = SheetFacts(document, standings, _caps(holding), after.sections, sums, outside, known).all()
    grade = _grade(document, holding, known | facts, final=final)
    if open_effects:
        grade = UNKNOWN
    if total is None:
        grade = None
    return Sheet(
        after.sections,
        after.base,
        after.bonus,
        total,
        grade,
        facts,
        pending=UNKNOWN in (after.base, after.bonus, total, grade, *after.sections.values())
        or any(score_of(standing) is UNKNOWN for standing in standings.values())
        or bool(open_effects),
        vetoes_open=bool(open_effects),
    )


def _added_up(document: Document, standings: Standings, caps: Caps, known: Facts, outside: Outside) -> Sheet:
    """Base sections, base, then the bonus sections, which may look at the base, then the total."""
    sections: dict[str, Any] = {section["code"]: UNKNOWN for section in document["sections"]}
    base_sections = [section for section in document["sections"] if not is_bonus(section)]
    bonus_sections = [section for section in document["sections"] if is_bonus(section)]
    for section in base_sections:
        sections[section["code"]] = section_score(document, section, standings, caps, counts=True)
    whole = whole_of(document, standings)
    base = base_score(document, [sections[section["code"]] for section in base_sections], whole)
    so_far = known | SheetFacts(document, standings, caps, sections, {"base": base}, outside, known).all()
    for section in bonus_sections:
        counts = truth(section["counts_when"], so_far) if "counts_when" in section else True
        sections[section["code"]] = section_score(document, section, standings, caps, counts)
    bonus = total_of([sections[section["code"]] for section in bonus_sections])
    total = None if _too_little_left(document, standings) else total_of([base, bonus])
    if isinstance(total, Fraction):
        total = _limited(document.get("total", {}), total)
    rounding = document["rounding"].get("total")
    if isinstance(total, Fraction) and rounding is not None:
        total = rounded_by(rounding, total)
    sums = {"base": base, "bonus": bonus, "total": UNKNOWN if total is None else total}
    facts = SheetFacts(document, standings, caps, sections, sums, outside, known).all()
    return Sheet(sections, base, bonus, total, None, facts)


def _limited(limits: dict[str, Any], total: Fraction) -> Fraction:
    """At most `most`, then at least `floor`."""
    if "most" in limits:
        total = min(total, exact(limits["most"]))
    return max(total, exact(limits["floor"])) if "floor" in limits else total


def _too_little_left(document: Document, standings: Standings) -> bool:
    """Whether fewer sections have something left than the scheme asks for, or nothing that could be rescaled."""
    left = [
        section
        for section in document["sections"]
        if any(score_of(standings[item["code"]]) is not None for item in section["items"])
    ]
    whole = whole_of(document, standings)
    return len(left) < document.get("sections_left", 0) or (whole.rescale > 0 and whole.rest == 0)


def _effects(veto: dict[str, Any]) -> list[dict[str, Any]]:
    effect = veto["effect"]
    return effect if isinstance(effect, list) else [effect]


def _decided(document: Document, known: Facts) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The effects of the vetoes that hold, and of those that cannot be decided yet."""
    holding, still_open = [], []
    for veto in document.get("vetoes", ()):
        holds = truth(veto["when"], known)
        if holds is None:
            still_open += _effects(veto)
        elif holds:
            holding += _effects(veto)
    return holding, still_open


def _caps(effects: list[dict[str, Any]]) -> dict[str, Cap]:
    """What vetoes leave of each item or section."""
    caps: dict[str, Cap] = {}
    for effect in effects:
        for code in effect.get("score", ()):
            cap = caps.get(code, Cap())
            most = (*cap.most, exact(effect["is"])) if "is" in effect else cap.most
            times = (*cap.times, exact(effect["times"])) if "times" in effect else cap.times
            caps[code] = Cap(most, times)
    return caps


def _grade(document: Document, effects: list[dict[str, Any]], known: Facts, *, final: bool) -> Any:
    """The first level that holds; the worst of it and of what vetoes say; None in a gap, UNKNOWN while undecided."""
    levels = document.get("grade", {}).get("levels", [])
    labels = [level["label"] for level in levels]
    computed: Any = None
    for level in levels:
        holds = truth(level["when"], known) if "when" in level else True
        if holds is None and not final:
            return UNKNOWN
        if holds:
            computed = level["label"]
            break
    said = [effect["grade"] for effect in effects if "grade" in effect]
    at_most = [effect["grade_at_most"] for effect in effects if "grade_at_most" in effect]
    if computed is not None:
        moved = [labels.index(computed) - effect["grade_by"] for effect in effects if "grade_by" in effect]
        if moved:
            computed = labels[min(max(*moved, 0), len(labels) - 1)]
        return max([computed, *said, *at_most], key=labels.index)
    return max([*said, *at_most], key=labels.index) if said else None
