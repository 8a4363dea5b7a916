"""Rows worked out before: what a row comes to depends on nothing but the facts it reads and what people gave for it."""

from __future__ import annotations

from collections.abc import Hashable

from app.scoring.inputs import Inputs
from app.scoring.items import Outcome
from app.scoring.program import ItemProgram, Program
from app.scoring.quick import judge_row
from app.scoring.sheet import WiredItem

MOST_KEPT = 200
"""Rows kept of one item; then it starts anew."""


class KeptRow:
    """A row with everything the sheet says of it but its records."""

    __slots__ = ("line", "outcome")

    def __init__(self, outcome: Outcome) -> None:
        """The line is written when it is first asked for."""
        self.outcome = outcome
        self.line: WiredItem | None = None


def judge_rows(program: Program, inputs: Inputs) -> list[KeptRow]:
    """Every row of the table, in order."""
    values = inputs.worked.values
    rows: list[KeptRow] = []
    for item, kept in zip(program.items, program.kept, strict=True):
        key: Hashable = tuple(map(values.get, item.order))
        if item.judgeables or item.gates:
            key = (key, *_given(item, inputs))
        row = kept.get(key)
        if not isinstance(row, KeptRow):
            row = KeptRow(judge_row(program, item, inputs))
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = row
        rows.append(row)
    return rows


def _given(item: ItemProgram, inputs: Inputs) -> tuple[Hashable, ...]:
    """What else a row may depend on: a judgement and its basis, the scores of other units."""
    code = item.item.code
    return inputs.judgements.get(code), inputs.evidence.stated & item.basis, tuple(inputs.scores.get(code, ()))
