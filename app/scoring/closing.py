"""Closing a sheet: what was not stated is unproven and counts at its low end; what only people can settle refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.scoring.bound import Bound
from app.scoring.exact import Exact
from app.scoring.inputs import Inputs
from app.scoring.items import (
    LEFT_OUT,
    Outcome,
    instead,
    item_range,
    rounded_score,
    settle,
    settled_outcome,
    unknown_spans,
)
from app.scoring.others import Before
from app.scoring.problems import Problem, Problems
from app.scoring.program import Program
from app.scoring.rules.shape import Line, Open, Settled
from app.scoring.wording import found_text, label_text, points_text


def close(program: Program, outcome: Outcome, inputs: Inputs) -> Outcome | Problem:
    """The row as it counts in a final sheet, or why the sheet cannot be final; not where a person set its points."""
    closed = _closed(program, outcome, inputs)
    return outcome if isinstance(closed, Problem) and outcome.program.item.code in inputs.overrides else closed


def _closed(program: Program, outcome: Outcome, inputs: Inputs) -> Outcome | Problem:
    if not outcome.is_open:
        return outcome
    if outcome.status == "undecided":
        said = f"“{outcome.program.item.title}”的情形不属于评价方案的任何一档，不能定稿"
        return Problem((), "undecided", said)
    refused = _others_value(program, outcome, inputs) or _evaluators_field(program, outcome, inputs)
    if refused is not None:
        return refused
    result = settle(outcome.program, outcome.known, outcome.judging)
    if result is Open.JUDGEMENT:
        return _judgement_missing(outcome)
    if isinstance(result, Settled) and _stays(outcome):
        settled = settled_outcome(outcome.program, outcome.known, outcome.judging, result)
        return replace(settled, judged=outcome.judging.points is not None)
    return _unproven(program, outcome)


def _judgement_missing(outcome: Outcome) -> Problem:
    item = outcome.program.item
    return Problem(("judgements", item.code), "judgement_missing", f"“{item.title}”尚待评判，不能定稿")


def _stays(outcome: Outcome) -> bool:
    """A row that might be left out, which has not been shown: it applies."""
    return bool(LEFT_OUT.keys() & set(outcome.program.states(outcome.known)))


def _others_value(program: Program, outcome: Outcome, inputs: Inputs) -> Problem | None:
    """What other rounds or other units have to bring first."""
    title = outcome.program.item.title
    looks = {look.fact.code: look for look in program.workings.looks}
    absent = [code for code in outcome.missing if code in looks and looks[code].is_absent(inputs.given)]
    fixed = [looks[code].fact.label for code in absent if isinstance(looks[code], Before)]
    if fixed:
        said = f"“{title}”要用的{'、'.join(fixed)}尚未提供，不能定稿"
        return Problem(("previous",), "previous_missing", said)
    if absent or outcome.status == "pending_round":
        said = f"“{title}”要与同批次其他单位比较，各单位的数值尚未齐备，不能定稿"
        return Problem(("peers",), "round_open", said)
    return None


def _evaluators_field(program: Program, outcome: Outcome, inputs: Inputs) -> Problem | None:
    for code in outcome.missing:
        field = program.scheme.evidence.get(code)
        if field is not None and field.by == "evaluator" and code not in inputs.evidence.stated:
            return Problem(("findings", code), "finding_missing", f"“{field.label}”尚待评审人员核实填写，不能定稿")
    return None


def _unproven(program: Program, outcome: Outcome) -> Outcome | Problem:
    item, judging = outcome.program, outcome.judging
    closing = replace(outcome, judging=replace(judging, closing=unknown_spans(item, outcome.known)))
    low = item_range(program, closing).low
    if low is None:
        message = f"“{item.item.title}”缺少佐证资料，而按规则扣分没有下限，不能定稿"
        return Problem((), "no_low_end", message)
    reason = f"{_missing_text(program, outcome)}；未予证明，按可能的最低分计"
    if rounded_score(item, low) != low:
        return replace(instead(outcome, low, reason), missing=outcome.missing, status="scored")
    settled = Settled(low, _lines(outcome, low, reason))
    closed = settled_outcome(item, outcome.known, judging, settled)
    return replace(closed, missing=outcome.missing)


def _lines(outcome: Outcome, low: Exact, reason: str) -> tuple[Line, ...]:
    """What was lost already by what is known, and what is lost because the rest is not proved."""
    item = outcome.program
    due: Exact = 0 if item.section.bonus else item.item.points
    high = outcome.range.high if outcome.known else None
    reachable = due if high is None else max(low, min(high, due))
    lines = []
    if reachable < due:
        found = "；".join(found_text(item.workings.facts[code], value) for code, value in sorted(outcome.known.items()))
        said = f"按已提供的资料（{found}）最多得{points_text(reachable, item.unit)}"
        lines.append(Line(due - reachable, due - reachable, f"{item.item.code}.known", said, None))
    if low < reachable:
        lines.append(Line(reachable - low, reachable - low, f"{item.item.code}.unproven", reason, None))
    return tuple(lines)


def _missing_text(program: Program, outcome: Outcome) -> str:
    fields = program.scheme.evidence
    absent = "、".join(f"“{fields[code].label}”" for code in outcome.missing if code in fields)
    facts = outcome.program.workings.facts
    undefined = "、".join(label_text(facts[code]) for code in outcome.missing if code not in fields)
    parts = [f"未提供{absent}" if absent else "", f"所报资料得不出{undefined}" if undefined else ""]
    return "；".join(part for part in parts if part)


def close_conditions(program: Program, inputs: Inputs, undecided: Sequence[Bound]) -> Problems:
    """What only people, other rounds or other units can settle of conditions that stand over the items."""
    facts = {fact.code for when in undecided for fact, _, _ in when.comparisons()}
    return Problems(dict.fromkeys(problem for code in sorted(facts) for problem in _owed(program, inputs, code)))


def _owed(program: Program, inputs: Inputs, code: str) -> Iterator[Problem]:
    workings = program.workings if code in program.workings.facts else program.plan.facts
    for leaf in sorted(workings.leaves[code]):
        label = workings.facts[leaf].label
        for source in workings.sources.get(leaf, (leaf,)):
            field = program.scheme.evidence.get(source)
            if field is not None and field.by == "evaluator" and source not in inputs.evidence.stated:
                said = f"“{field.label}”尚待评审人员核实填写，不能定稿"
                yield Problem(("findings", source), "finding_missing", said)
        look = next((each for each in workings.looks if each.fact.code == leaf), None)
        if look is None or not look.is_absent(inputs.given):
            continue
        if isinstance(look, Before):
            yield Problem(("previous",), "previous_missing", f"{label}尚未提供，不能定稿")
        else:
            yield Problem(("peers",), "round_open", f"{label}要与同批次其他单位比较，各单位的数值尚未齐备，不能定稿")
