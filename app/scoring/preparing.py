"""From a document to a program: read, settled for each kind of subject, tied; everything wrong with it at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from app.scoring.catalogue import Cataloguer
from app.scoring.conditions import JOINING_WORDS, bind
from app.scoring.digest import digest
from app.scoring.document import read_part
from app.scoring.facts import PERIOD_ENDS, Workings
from app.scoring.fields import ChoiceField
from app.scoring.measures import Peers, Previous
from app.scoring.overall import Applying, LeaveOut
from app.scoring.plan import plan_of
from app.scoring.problems import Path, Problem, Problems
from app.scoring.profiles import Attributes, Profile, Settling, numbers_by_profile
from app.scoring.program import Asked, Gate, ItemProgram, Program
from app.scoring.rules.shape import Binding, Place
from app.scoring.scheme import Item, Scheme, Section
from app.scoring.tables import TableField

MOST_KINDS = 32
"""Up to so many combinations of attributes are all compiled when a scheme is read; else every key at least once."""
LEAST_KINDS = 8
MOST_TRIED = 128
MOST_TIED = 4000
"""Rows tied for all kinds together; of a very large table fewer kinds are tried."""


def prepare(document: object) -> Program | Problems:
    """Read and compile a scheme document (plain data), for every kind of subject; everything wrong with it at once."""
    written = read_part(Scheme, document)
    if isinstance(written, Problems):
        return written
    plain: dict[str, object] = document  # type: ignore[assignment]
    unfit_keys = tuple(_unfit_keys(written))
    compiler = _Compiler(written, plain, digest(plain), Profile.asked_by(written), Settling(written), unfit_keys)
    return compiler.compile({}) if not compiler.profile.keys else compiler.compile_kinds()


@dataclass(frozen=True, slots=True)
class _Compiler:
    """One document, compiled for one kind of subject after the other."""

    written: Scheme
    document: dict[str, object]
    digest: str
    profile: Profile
    settling: Settling
    unfit_keys: tuple[Problem, ...]
    workings: dict[int, tuple[object, Workings]] = field(default_factory=dict)
    items: dict[tuple[int, ...], tuple[object, ItemProgram]] = field(default_factory=dict)
    """What has been tied already, by the parts of the document it was tied from: what does not differ is tied once."""

    def compile_kinds(self) -> Program | Problems:
        """The program of a kind of subject that fits, with all that were tried; a fault that none can do without."""
        compiled = {key: self.compile(dict(key)) for key in self._kinds()}
        good = [each for each in compiled.values() if isinstance(each, Program)]
        wrong = dict.fromkeys(problem for each in compiled.values() if isinstance(each, Problems) for problem in each)
        faults = [problem for problem in wrong if problem.path[:1] != ("subject",)]
        if faults or not good:
            said = "没有一类考评对象能在 values 中取到所有的数值"
            return Problems(faults or [Problem(("profile",), "profile_never_fits", said)])
        kinds: dict[Hashable, Program | Problems] = dict(compiled.items())
        return replace(good[0], compile=self.compile, tried=tuple(good), _kinds=kinds)

    def _kinds(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Every combination of attributes where they are few, else as many as it takes to try every key."""
        named = [[(code, key) for key in (*keys, "")] for code, keys in sorted(self.profile.keys.items())]
        if math.prod(len(each) for each in named) <= MOST_KINDS:
            yield from itertools.product(*named)
            return
        rows = sum(len(section.items) for section in self.written.sections)
        wanted = max(MOST_KINDS, *(len(each) for each in named))
        for at in range(min(MOST_TRIED, wanted, max(LEAST_KINDS, MOST_TIED // rows))):
            yield tuple(each[(at + at // len(each)) % len(each)] for each in named)

    def compile(self, attributes: Attributes) -> Program | Problems:
        """With the numbers of one kind of subject."""
        problems: list[Problem] = []
        scheme: Scheme = self.settling.settled(attributes, problems)
        if problems:
            return Problems(problem.under("subject") for problem in problems)
        workings = self._tie_facts(scheme, problems)
        items = tuple(
            self._tie_item((scheme, section, item), workings, ("sections", at, "items", number), problems)
            for at, section in enumerate(scheme.sections)
            for number, item in enumerate(section.items)
        )
        plan = plan_of(scheme, workings.facts, problems)
        problems += _repeated(scheme)
        problems += _reserved(scheme)
        problems += _unfit(scheme)
        problems += self.unfit_keys
        if problems:
            return Problems(problems)
        by_code = {each.item.code: each for each in items}
        kept: tuple[dict[Hashable, object], ...] = tuple({} for _ in items)
        named = (scheme, self.document, self.digest, workings, items, plan, _asked(scheme, items), by_code)
        return Program(*named, kept, self.profile)

    def _tie_facts(self, scheme: Scheme, problems: list[Problem]) -> Workings:
        key = id(scheme.measures)
        if key not in self.workings:
            found = Cataloguer(scheme.evidence, scheme.measures, problems, scheme.profile).tie()
            self.workings[key] = (scheme.measures, found)
        return self.workings[key][1]

    def _tie_item(
        self, named: tuple[Scheme, Section, Item], workings: Workings, path: Path, problems: list[Problem]
    ) -> ItemProgram:
        _, section, item = named
        parts = (item, section.applies_when, section.otherwise, workings)
        key = tuple(id(part) for part in parts)
        if key not in self.items:
            self.items[key] = (parts, _tie_item(named, workings, path, problems))
        return self.items[key][1]


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


def _unfit(scheme: Scheme) -> Iterator[Problem]:
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


def _unfit_keys(written: Scheme) -> Iterator[Problem]:
    """Keys by an attribute that the document declares have to be values it can have."""
    for each in numbers_by_profile(written):
        declared = written.profile.get(each.by)
        if isinstance(declared, ChoiceField):
            for key in each.values:
                if key not in declared.choices:
                    said = f"“{declared.label}”没有 {key} 这一选项"
                    yield Problem(("profile", each.by), "key_unfit", said)
