"""A scheme compiled: every rule tied to its facts, once per digest and profile; it never changes afterwards."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.scoring.bound import Bound, Facts
from app.scoring.exact import Exact, Range, exact, point, rounded
from app.scoring.facts import Workings
from app.scoring.fields import Field, Value, described
from app.scoring.overall import ItemRounding
from app.scoring.plan import SheetPlan
from app.scoring.problems import Problems
from app.scoring.profiles import Attributes, Profile
from app.scoring.ranges import Axis, Box, affordable_parts, axis, find_range
from app.scoring.rules.shape import Judgeable, Judging, Ruling
from app.scoring.scheme import Item, Scheme, Section

MOST_REMEMBERED = 4000
WAYS_OUT = ("total", "rescale", "section")
State: TypeAlias = str | Exact
"""That a row applies, or what it counts where it does not: a word, or points."""
APPLIES = "applies"
MOST_KINDS_KEPT = 64
"""Kinds of subject whose programs are kept."""


@dataclass(frozen=True, slots=True)
class Gate:
    """When an item applies, and what it counts where it does not."""

    when: Bound
    otherwise: State


@dataclass(frozen=True, slots=True)
class ItemProgram:
    """A row of the table, ready to be run."""

    item: Item
    section: Section
    unit: str
    ruling: Ruling
    reads: frozenset[str]
    workings: Workings
    tables: tuple[tuple[str, tuple[str, ...]], ...]
    """The tables it rests on, each with the folds that go over it."""
    judgeables: tuple[Judgeable, ...]
    rounding: ItemRounding
    gates: tuple[Gate, ...]
    order: tuple[str, ...]
    """The facts that matter to it."""

    def known(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The facts that matter to it, as far as they are known."""
        return {code: values[code] for code in self.order if code in values}

    def states(self, seen: Facts) -> tuple[State, ...]:
        """Whether the row applies, or what it counts where it does not; several while that is not known."""
        states: dict[State, None] = {}
        for gate in self.gates:
            answer = gate.when.test(seen)
            if answer is not True:
                states[gate.otherwise] = None
            if answer is False:
                return tuple(states)
        return (*states, APPLIES)

    def marks(self) -> Iterator[tuple[str, object]]:
        """Fact and value wherever something changes."""
        for gate in self.gates:
            for fact, _, constant in gate.when.comparisons():
                yield fact.code, constant
        for each in self.workings.derived:
            yield from each.marks()
        yield from self.ruling.marks()

    @property
    def weight(self) -> int:
        """How much there is to look at each time the rule is asked: its marks."""
        return sum(1 for _ in self.marks())

    @property
    def basis(self) -> frozenset[str]:
        """Fields that a judgement rests on."""
        return frozenset(code for each in self.judgeables for code in each.basis)

    def reach(self) -> Range:
        """The least and the most it can ever come to: nothing, its points, what its rule and its gates can give."""
        ordinary = Range(0, self.item.points)
        for gate in self.gates:
            ordinary = ordinary if isinstance(gate.otherwise, str) else ordinary.union(point(gate.otherwise))

        def bound(box: Box) -> Range:
            ruled = self.ruling.over(self.workings.seen({}, box), Judging())
            return (
                ordinary
                if ruled is None
                else ordinary.union(Range(self._rounded(ruled.low), self._rounded(ruled.high)))
            )

        return find_range(bound, axes_of([self], {}), affordable_parts(self.weight))

    def _rounded(self, end: Exact | None) -> Exact | None:
        return None if end is None else rounded(exact(end), self.rounding.places, self.rounding.mode)


def axes_of(items: Sequence[ItemProgram], known: Mapping[str, Value]) -> list[Axis]:
    """The unknowns behind some rows, each with the marks that the rules set on it."""
    marks: dict[str, list[object]] = {}
    facts = {}
    for item in items:
        for code, mark in item.marks():
            marks.setdefault(code, []).append(mark)
        for leaf in item.workings.unknown_leaves(item.reads, known):
            facts[leaf] = item.workings.facts[leaf]
    return [axis(fact, marks.get(code, ())) for code, fact in sorted(facts.items())]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scheme asks of other rounds and units: codes of numbers, and of items whose scores it compares with."""

    previous: frozenset[str]
    peers: frozenset[str]
    peer_scores: frozenset[str]


@dataclass(frozen=True, slots=True)
class Program:
    """What a scheme document comes to; where it has numbers by profile, for one kind of subject."""

    scheme: Scheme
    document: dict[str, object]
    digest: str
    workings: Workings
    items: tuple[ItemProgram, ...]
    plan: SheetPlan
    asked: Asked
    by_code: Mapping[str, ItemProgram]
    kept: tuple[dict[Hashable, object], ...] = field(default=(), compare=False, repr=False)
    """For each item rows worked out before, by the facts they rest on."""
    profile: Profile = field(default_factory=Profile)
    compile: Callable[[Attributes], Program | Problems] | None = field(default=None, compare=False, repr=False)
    """Compiles the scheme for another kind of subject, where it has numbers by profile."""
    tried: tuple[Program, ...] = field(default=(), compare=False, repr=False)
    """The programs of the kinds of subject that were tried when it was prepared."""
    _kinds: dict[Hashable, Program | Problems] = field(default_factory=dict, compare=False, repr=False)
    _remembered: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    def recall(self, key: Hashable) -> object:
        """What was worked out for the same facts before, None if nothing was."""
        return self._remembered.get(key)

    def remember(self, key: Hashable, result: object) -> None:
        """Keep a result, a bounded number of them."""
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = result

    def of(self, attributes: Attributes) -> Program | Problems:
        """The same scheme with the numbers of one kind of subject; compiled once."""
        if self.compile is None:
            return self
        key = tuple(sorted(attributes.items()))
        found = self._kinds.get(key)
        if found is None:
            found = self.compile(attributes)
            if len(self._kinds) >= MOST_KINDS_KEPT:
                self._kinds.clear()
            self._kinds[key] = found
        return found

    def reach(self, item: ItemProgram) -> Range:
        """The least and the most that one of its rows can ever come to, remembered."""
        key = ("reach", item.item.code)
        found = self.recall(key)
        if not isinstance(found, Range):
            found = item.reach()
            self.remember(key, found)
        return found

    @property
    def adds_up_plainly(self) -> bool:
        """Whether the sheet is nothing but sums, as long as every item applies."""
        scheme = self.scheme
        limited = scheme.sections_left is not None or scheme.rounding.total is not None or self.plan.limits_total
        leaves_out = any(gate.otherwise in WAYS_OUT for each in self.items for gate in each.gates)
        return self.plan.is_plain and not limited and not leaves_out

    @property
    def kinds(self) -> tuple[Program, ...]:
        """This program, or one for each kind of subject that was tried when the scheme was prepared."""
        return self.tried or (self,)

    def evidence_schema(self) -> dict[str, object]:
        """The JSON Schema (2020-12) of the evidence that submitters state."""
        fields: Mapping[str, Field] = self.scheme.evidence
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.scheme.title}：佐证资料",
            "type": "object",
            "additionalProperties": False,
            "properties": {code: described(each) for code, each in fields.items() if each.by == "submitter"},
        }
