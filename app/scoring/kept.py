"""Rows worked out before: what a row comes to depends on nothing but the facts it reads and what people gave for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter

from app.scoring.facts import Values
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome
from app.scoring.program import ItemProgram, Program
from app.scoring.quick import judge_row
from app.scoring.sheet import WiredItem, WiredRecords

MOST_KEPT = 200
"""Rows kept of one item; then it starts anew."""
MOST_KEPT_OF_A_KIND = 6
"""The same for each of the many kinds of subject that a scheme with numbers by profile may have."""


class KeptRow:
    """A row with everything the sheet says of it but its records, and as it was told last, with those it then had."""

    __slots__ = ("line", "outcome", "told")

    def __init__(self, outcome: Outcome) -> None:
        """The line is written when it is first asked for."""
        self.outcome = outcome
        self.line: WiredItem | None = None
        self.told: tuple[WiredRecords, WiredItem] | None = None


class _Shelf:
    """The rows kept of one item, by what tells them from one another: the facts they are worked out from, and the rest.

    An item whose rows hardly ever come again keeps none that has not been asked for twice.
    """

    __slots__ = (
        "asked_once",
        "basis",
        "code",
        "codes",
        "hits",
        "is_asked",
        "is_choosy",
        "item",
        "kept",
        "most",
        "read",
    )

    def __init__(self, item: ItemProgram, kept: dict[Hashable, object], most: int) -> None:
        worked_out = {each.fact.code for each in item.workings.derived}
        self.item = item
        self.code = item.item.code
        self.codes = tuple(code for code in item.order if code not in worked_out)
        self.read: Callable[[Values], Hashable] = itemgetter(*self.codes) if self.codes else _nothing
        self.basis = sorted(item.basis)
        self.is_asked = bool(item.judgeables or item.gates)
        self.kept = kept
        self.most = most
        self.hits = 0
        self.is_choosy = False
        self.asked_once: set[Hashable] = set()

    def row(self, program: Program, inputs: Inputs) -> KeptRow:
        """The row of one submission."""
        values = inputs.worked.values
        try:
            key = self.read(values)
        except KeyError:
            key = tuple(map(values.get, self.codes))
        if self.is_asked:
            key = (key, self._given(inputs))
        found = self.kept.get(key)
        if isinstance(found, KeptRow):
            self.hits += 1
            return found
        row = KeptRow(judge_row(program, self.item, inputs))
        self._keep(key, row)
        return row

    def _keep(self, key: Hashable, row: KeptRow) -> None:
        if self.is_choosy and key not in self.asked_once:
            if len(self.asked_once) >= self.most:
                self.asked_once.clear()
            self.asked_once.add(key)
            return
        if len(self.kept) >= self.most:
            self.is_choosy, self.hits = self.hits < self.most, 0
            self.kept.clear()
        self.kept[key] = row

    def _given(self, inputs: Inputs) -> Hashable:
        """What else a row may depend on: a judgement and its basis, the scores of other units."""
        values, tables = inputs.evidence.values, inputs.evidence.tables
        stated = tuple([code in values or code in tables for code in self.basis])
        return inputs.judgements.get(self.code), stated, tuple(inputs.scores.get(self.code, ()))


def _nothing(_: Values) -> Hashable:
    return ()


def judge_rows(program: Program, inputs: Inputs) -> list[KeptRow]:
    """Every row of the table, in order."""
    return [shelf.row(program, inputs) for shelf in _shelves(program)]


def _shelves(program: Program) -> list[_Shelf]:
    shelves = program.recall(_Shelf)
    if not isinstance(shelves, list):
        most = MOST_KEPT_OF_A_KIND if program.profile.keys else MOST_KEPT
        shelves = [_Shelf(item, kept, most) for item, kept in zip(program.items, program.kept, strict=True)]
        program.remember(_Shelf, shelves)
    return shelves
