"""The rows of a sheet by the functions written for its scheme; by their ordinary rules where those have no answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app.scoring.exact import point
from app.scoring.fields import Value
from app.scoring.generated import Deducted, Ending, Generated, Quick, Row, generate
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome, judge, rounded_score, settle, settled_outcome
from app.scoring.program import APPLIES, ItemProgram, Program
from app.scoring.rules.shape import Judging, Line, Open

NOTHING_SAID = Judging()


def quick_rules(program: Program) -> Generated:
    """The functions of a compiled scheme, written when they are first asked for."""
    found = program.recall("quick rules")
    if not isinstance(found, Generated):
        found = generate([_row(item) for item in program.items])
        program.remember("quick rules", found)
    return found


def judge_all(program: Program, inputs: Inputs) -> list[Outcome]:
    """What `items.judge` says of every row, in their order."""
    return [judge_row(program, item, inputs) for item in program.items]


def judge_row(program: Program, item: ItemProgram, inputs: Inputs) -> Outcome:
    """What `items.judge` says of one row."""
    known = item.known(inputs.worked.values)
    if item.gates and item.states(known) != (APPLIES,):
        return judge(program, item, inputs)
    judging = _judging(item, inputs) if item.judgeables else NOTHING_SAID
    quick = quick_rules(program).items[item.item.code](known, judging)
    return judge(program, item, inputs) if quick is None else _outcome(item, known, judging, quick)


def _row(item: ItemProgram) -> Row:
    due = 0 if item.section.bonus else item.item.points
    ending = Ending(due, item.item.points, item.rounding.places, item.rounding.mode)
    return Row(item.item.code, item.ruling, item.workings.facts, ending, partial(ordinary, item))


def ordinary(item: ItemProgram, known: Mapping[str, Value], judging: Judging) -> Quick | None:
    """The row settled by its rule."""
    settled = settle(item, known, judging)
    if isinstance(settled, Open):
        return None
    outcome = settled_outcome(item, known, judging, settled)
    lines = (Deducted(line.points, line.nominal, line.code, line.reason, line.clause) for line in outcome.deductions)
    judged = judging.points is not None and item.ruling.judged(known) is not None
    return Quick(rounded_score(item, settled.value), outcome.surplus, tuple(lines), outcome.level, judged)


def _judging(item: ItemProgram, inputs: Inputs) -> Judging:
    given, stated = inputs.judgements.get(item.item.code), inputs.evidence.stated & item.basis
    return Judging(stated=stated) if given is None else Judging(given.points, given.rationale, stated)


def _outcome(item: ItemProgram, known: dict[str, Value], judging: Judging, quick: Quick) -> Outcome:
    """What the row comes to; a judgement that is not asked for does not count."""
    return Outcome(
        item,
        known,
        judging if quick.judged else Judging(stated=judging.stated),
        "scored",
        quick.score,
        point(quick.score),
        surplus=quick.surplus,
        deductions=tuple(
            Line(line.points, line.nominal, line.code, line.reason, line.clause) for line in quick.deductions
        ),
        level=quick.level,
        judged=quick.judged,
    )
