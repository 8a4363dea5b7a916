"""Rows worked out before: what a row comes to depends on nothing but the facts it reads and what people gave for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter

from app.scoring.facts import Values
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


class _Key:
    """What tells one outcome of an item from another: the facts from which all it reads is worked out, and the rest."""

    __slots__ = ("basis", "code", "codes", "is_asked", "item", "read")

    def __init__(self, item: ItemProgram) -> None:
        worked_out = {each.fact.code for each in item.workings.derived}
        self.item = item
        self.code = item.item.code
        self.codes = tuple(code for code in item.order if code not in worked_out)
        self.read: Callable[[Values], Hashable] = itemgetter(*self.codes) if self.codes else _nothing
        self.basis = sorted(item.basis)
        self.is_asked = bool(item.judgeables or item.gates)

    def of(self, inputs: Inputs) -> Hashable:
        """The key for one submission."""
        values = inputs.worked.values
        try:
            known = self.read(values)
        except KeyError:
            known = tuple(map(values.get, self.codes))
        return (known, self._given(inputs)) if self.is_asked else known

    def _given(self, inputs: Inputs) -> Hashable:
        """What else a row may depend on: a judgement and its basis, the scores of other units."""
        values, tables = inputs.evidence.values, inputs.evidence.tables
        stated = tuple([code in values or code in tables for code in self.basis])
        return inputs.judgements.get(self.code), stated, tuple(inputs.scores.get(self.code, ()))


def _nothing(_: Values) -> Hashable:
    return ()


def judge_rows(program: Program, inputs: Inputs) -> list[KeptRow]:
    """Every row of the table, in order."""
    rows: list[KeptRow] = []
    for key, kept in zip(_keys(program), program.kept, strict=True):
        named = key.of(inputs)
        row = kept.get(named)
        if not isinstance(row, KeptRow):
            row = KeptRow(judge_row(program, key.item, inputs))
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[named] = row
        rows.append(row)
    return rows


def _keys(program: Program) -> list[_Key]:
    keys = program.recall(_Key)
    if not isinstance(keys, list):
        keys = [_Key(item) for item in program.items]
        program.remember(_Key, keys)
    return keys
