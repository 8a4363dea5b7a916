"""A scheme compiled: every rule tied to its facts, once per digest; it never changes afterwards."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from app.scoring.catalogue import Cataloguer
from app.scoring.conditions import JOINING_WORDS
from app.scoring.digest import digest
from app.scoring.document import read_part
from app.scoring.facts import Workings
from app.scoring.fields import Field, Value, described
from app.scoring.problems import Path, Problem, Problems
from app.scoring.rules.shape import Binding, Judgeable, Place, Ruling
from app.scoring.scheme import Item, Scheme, Section
from app.scoring.tables import TableField

MOST_REMEMBERED = 4000


@dataclass(frozen=True, slots=True)
class ItemProgram:
    """A row of the table, ready to be run."""

    item: Item
    section: Section
    ruling: Ruling
    reads: frozenset[str]
    workings: Workings
    tables: tuple[str, ...]
    judgeables: tuple[Judgeable, ...]

    def known(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The facts that matter to it, as far as they are known."""
        return {code: values[code] for code in self.workings.facts if code in values}

    @property
    def weight(self) -> int:
        """How much there is to look at each time the rule is asked: its marks."""
        return sum(1 for _ in self.ruling.marks())

    @property
    def basis(self) -> frozenset[str]:
        """Fields that a judgement rests on."""
        return frozenset(code for each in self.judgeables for code in each.basis)


@dataclass(frozen=True, slots=True)
class Program:
    """What a scheme document comes to."""

    scheme: Scheme
    document: dict[str, object]
    digest: str
    workings: Workings
    items: tuple[ItemProgram, ...]
    _remembered: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    def recall(self, key: Hashable) -> object:
        """What was worked out for the same facts before, None if nothing was."""
        return self._remembered.get(key)

    def remember(self, key: Hashable, result: object) -> None:
        """Keep a result, a bounded number of them."""
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = result

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
    """Read and compile a scheme document (plain data); everything wrong with it at once."""
    scheme = read_part(Scheme, document)
    if isinstance(scheme, Problems):
        return scheme
    problems: list[Problem] = []
    workings = Cataloguer(scheme.evidence, scheme.measures, problems).tie()
    items = tuple(
        _tie_item((scheme, section, item), workings, ("sections", at, "items", number), problems)
        for at, section in enumerate(scheme.sections)
        for number, item in enumerate(section.items)
    )
    problems += _repeated(scheme)
    problems += _reserved(scheme)
    problems += _examples_unfit(scheme, {each.item.code for each in items})
    if problems:
        return Problems(problems)
    plain: dict[str, object] = document  # type: ignore[assignment]
    return Program(scheme, plain, digest(plain), workings, items)


def _tie_item(
    named: tuple[Scheme, Section, Item], workings: Workings, path: Path, problems: list[Problem]
) -> ItemProgram:
    scheme, section, item = named
    binding = Binding(workings.facts, item.points, frozenset(scheme.evidence), item.criteria)
    ruling = item.rule.bind(binding, Place(item.code, None), (*path, "rule"))
    problems += binding.problems
    reads = ruling.reads
    judgeables = tuple(ruling.judgeables())
    used = {table for code in reads for table in workings.tables.get(code, ())}
    used |= {code for each in judgeables for code in each.basis if isinstance(scheme.evidence.get(code), TableField)}
    tables = tuple(sorted(used))
    return ItemProgram(item, section, ruling, reads, workings.only(reads), tables, judgeables)


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
    places += [("measures", code) for code in scheme.measures]
    places += [
        ("evidence", code, "columns", column)
        for code, field in scheme.evidence.items()
        if isinstance(field, TableField)
        for column in field.columns
    ]
    return [
        Problem(path, "code_reserved", f"{path[-1]} 是条件中的连接词，不能用作代码")
        for path in places
        if path[-1] in JOINING_WORDS
    ]


def _examples_unfit(scheme: Scheme, items: set[str]) -> list[Problem]:
    return [
        Problem(("examples", number, "expect", "items", code), "item_unknown", f"没有代码为 {code} 的计分项目")
        for number, example in enumerate(scheme.examples)
        for code in example.expect.items
        if code not in items
    ]
