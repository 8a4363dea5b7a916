"""A scheme compiled: every rule tied to its facts, once per digest and profile; it never changes afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from app.scoring.bound import Bound, Facts
from app.scoring.catalogue import Cataloguer
from app.scoring.conditions import JOINING_WORDS, bind
from app.scoring.digest import digest
from app.scoring.document import read_part
from app.scoring.exact import Exact
from app.scoring.facts import PERIOD_ENDS, Workings
from app.scoring.fields import ChoiceField, Field, Value, described
from app.scoring.measures import Peers, Previous
from app.scoring.overall import Applying, ItemRounding, LeaveOut
from app.scoring.plan import SheetPlan, plan_of
from app.scoring.problems import Path, Problem, Problems
from app.scoring.profiles import Attributes, Profile, numbers_by_profile, settled
from app.scoring.rules.shape import Binding, Judgeable, Place, Ruling
from app.scoring.scheme import Item, Scheme, Section
from app.scoring.tables import TableField

MOST_REMEMBERED = 4000
WAYS_OUT = ("total", "rescale", "section")
State: TypeAlias = str | Exact
"""That a row applies, or what it counts where it does not: a word, or points."""
APPLIES = "applies"
MOST_KINDS = 32
"""Combinations of attributes that are compiled when a scheme is read."""


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
    written: Scheme | None = None
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
        if not self.profile.keys or self.written is None:
            return self
        key = tuple(sorted(attributes.items()))
        found = self._kinds.get(key)
        if found is None:
            found = _compiled(self.written, attributes, self.document, self.digest)
            if isinstance(found, Program):
                found = replace(found, profile=self.profile)
            self._kinds[key] = found
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
        """This program, or one for each kind of subject that has been compiled."""
        return tuple(each for each in self._kinds.values() if isinstance(each, Program)) or (self,)

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


def prepare(document: object) -> Program | Problems:
    """Read and compile a scheme document (plain data), for every kind of subject; everything wrong with it at once."""
    written = read_part(Scheme, document)
    if isinstance(written, Problems):
        return written
    plain: dict[str, object] = document  # type: ignore[assignment]
    profile = Profile.asked_by(written)
    named = digest(plain)
    if not profile.keys:
        return _compiled(written, {}, plain, named)
    compiled = {key: _compiled(written, dict(key), plain, named) for key in _kinds(profile)}
    good = [each for each in compiled.values() if isinstance(each, Program)]
    wrong = dict.fromkeys(problem for each in compiled.values() if isinstance(each, Problems) for problem in each)
    faults = [problem for problem in wrong if problem.path[:1] != ("subject",)]
    if faults or not good:
        said = "没有一类考评对象能在 values 中取到所有的数值"
        return Problems(faults or [Problem(("profile",), "profile_never_fits", said)])
    kinds: dict[Hashable, Program | Problems] = {
        key: replace(each, profile=profile) if isinstance(each, Program) else each for key, each in compiled.items()
    }
    return replace(good[0], profile=profile, written=written, _kinds=kinds)


def _kinds(profile: Profile) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every combination of attributes where they are few, else so many different ones."""
    named = [[(code, key) for key in (*keys, "")] for code, keys in sorted(profile.keys.items())]
    count = 1
    for each in named:
        count *= len(each)
    if count <= MOST_KINDS:
        yield from itertools.product(*named)
        return
    for at in range(MOST_KINDS):
        yield tuple(each[(at + at // len(each)) % len(each)] for each in named)


def _compiled(written: Scheme, attributes: Attributes, document: dict[str, object], named: str) -> Program | Problems:
    problems: list[Problem] = []
    scheme = settled(written, attributes, problems)
    if problems:
        return Problems(problem.under("subject") for problem in problems)
    workings = Cataloguer(scheme.evidence, scheme.measures, problems, scheme.profile).tie()
    items = tuple(
        _tie_item((scheme, section, item), workings, ("sections", at, "items", number), problems)
        for at, section in enumerate(scheme.sections)
        for number, item in enumerate(section.items)
    )
    plan = plan_of(scheme, workings.facts, problems)
    problems += _repeated(scheme)
    problems += _reserved(scheme)
    problems += _unfit(scheme, written)
    if problems:
        return Problems(problems)
    by_code = {each.item.code: each for each in items}
    return Program(
        scheme, document, named, workings, items, plan, _asked(scheme, items), by_code, tuple({} for _ in items)
    )


def _asked(scheme: Scheme, items: tuple[ItemProgram, ...]) -> Asked:
    measures = [*scheme.measures.values(), *scheme.sheet_facts.values()]
    return Asked(
        frozenset(each.previous for each in measures if isinstance(each, Previous)),
        frozenset(each.peers for each in measures if isinstance(each, Peers)),
        frozenset(each.item.code for each in items if any(gate.otherwise == "peers_average" for gate in each.gates)),
    )


def _tie_item(
    named: tuple[Scheme, Section, Item], workings: Workings, path: Path, problems: list[Problem]
) -> ItemProgram:
    scheme, section, item = named
    binding = Binding(workings.facts, item.points, frozenset(scheme.evidence), item.criteria)
    ruling = item.rule.bind(binding, Place(item.code, None, unit=scheme.unit), (*path, "rule"))
    gates = [gate for part, where in ((section, path[:2]), (item, path)) for gate in _gates(part, binding, where)]
    problems += binding.problems
    asked = {fact.code for gate in gates for fact, _, _ in gate.when.comparisons()}
    reads = ruling.reads | asked
    judgeables = tuple(ruling.judgeables())
    used = {
        source for code in reads for leaf in workings.leaves.get(code, ()) for source in workings.sources.get(leaf, ())
    }
    used |= {code for each in judgeables for code in each.basis}
    tables = sorted(code for code in used if isinstance(scheme.evidence.get(code), TableField))
    rounding = item.rounding or scheme.rounding
    only = workings.only(reads)
    order = tuple(only.facts)
    folds = tuple((table, tuple(code for code in sorted(order) if only.table(code) == table)) for table in tables)
    return ItemProgram(
        item, section, scheme.unit, ruling, reads, only, folds, judgeables, rounding, tuple(gates), order
    )


def _gates(part: Applying, binding: Binding, path: Path) -> Iterator[Gate]:
    if part.applies_when is not None and part.otherwise is not None:
        otherwise = part.otherwise
        when = bind(part.applies_when, binding.facts, (*path, "applies_when"), binding.problems)
        yield Gate(when, otherwise.leave_out if isinstance(otherwise, LeaveOut) else otherwise)


def _repeated(scheme: Scheme) -> list[Problem]:
    problems: list[Problem] = []
    sections: set[str] = set()
    items: set[str] = set()
    for at, section in enumerate(scheme.sections):
        if section.code in sections:
            problems.append(Problem(("sections", at, "code"), "code_repeated", f"代码 {section.code} 重复"))
        sections.add(section.code)
        for number, item in enumerate(section.items):
            if item.code in items:
                path = ("sections", at, "items", number, "code")
                problems.append(Problem(path, "code_repeated", f"代码 {item.code} 重复"))
            items.add(item.code)
    return problems


def _reserved(scheme: Scheme) -> list[Problem]:
    """Codes that a condition would read as a joining word."""
    places: list[Path] = [("evidence", code) for code in scheme.evidence]
    places += [("profile", code) for code in scheme.profile]
    places += [("sheet_facts", code) for code in scheme.sheet_facts]
    places += [("measures", code) for code in scheme.measures]
    places += [
        ("evidence", code, "columns", column)
        for code, field in scheme.evidence.items()
        if isinstance(field, TableField)
        for column in field.columns
    ]
    return [
        Problem(path, "code_reserved", f"{path[-1]} 已有规定含义，不能用作代码")
        for path in places
        if path[-1] in JOINING_WORDS or path[-1] in PERIOD_ENDS
    ]


def _unfit(scheme: Scheme, written: Scheme) -> Iterator[Problem]:
    """Codes that name nothing, or name two things."""
    items = {item.code for section in scheme.sections for item in section.items}
    sections = {section.code for section in scheme.sections}
    for number, example in enumerate(scheme.examples):
        for code in example.expect.items:
            if code not in items:
                yield Problem(
                    ("examples", number, "expect", "items", code), "item_unknown", f"没有代码为 {code} 的计分项目"
                )
        for code in example.expect.sections:
            if code not in sections:
                path: Path = ("examples", number, "expect", "sections", code)
                yield Problem(path, "section_unknown", f"没有代码为 {code} 的基本指标")
    for code in scheme.profile:
        if code in scheme.evidence:
            yield Problem(("profile", code), "code_repeated", f"{code} 已是佐证字段的代码")
    yield from _unfit_keys(written)


def _unfit_keys(written: Scheme) -> Iterator[Problem]:
    """Keys by an attribute that the document declares have to be values it can have."""
    for each in numbers_by_profile(written):
        declared = written.profile.get(each.by)
        if isinstance(declared, ChoiceField):
            for key in each.values:
                if key not in declared.choices:
                    said = f"“{declared.label}”没有 {key} 这一选项"
                    yield Problem(("profile", each.by), "key_unfit", said)
