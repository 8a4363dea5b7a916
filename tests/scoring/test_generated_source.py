"""What stands in generated source: our own words, literals of the document's texts, names out of a table; no more."""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.cli.library import load_scheme
from app.scoring.bound import Never
from app.scoring.engine import read_inputs
from app.scoring.generated.asked import test as asked
from app.scoring.generated.source import Body, Names, Uncovered
from app.scoring.inputs import Inputs
from app.scoring.program import Program
from app.scoring.quick import ordinary, quick_rules
from app.scoring.rules.shape import Judging
from tests.builders import (
    a_request,
    a_scheme,
    a_section,
    an_item,
    boolean,
    choice,
    compiled,
    decimal,
    integer,
    levels,
    line,
    one_item,
    tally,
)

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "\\'",
    "{x}",
    "{{}}",
    "%s",
    "a\nb",
    "\r",
    "\u2028",
    "K0",
    "');raise SystemExit#",
    "\\N{DIGIT ONE}",
    "r0 = None",
    "甲\\",
    "}{",
    "#",
    "\u202e",
    "\x7f",
    "0 = 1",
]
WORDS = {"Deducted", "Fraction", "KeyError", "NOTHING", "Quick", "Tail", "Unsettled", "finish", "min", "score_ratio"}
WORDS |= {"shown", "shown_ratio", "str", "value_text", "int", "judged", "lines", "lost", "more", "up", "js", "j", "v"}
ATTRIBUTES = {"append", "as_integer_ratio", "because", "get", "join", "loss", "points", "rationale", "reason", "score"}
ATTRIBUTES |= {"shortfall", "stated", "__class__"}


def hostile(word: str) -> Any:
    """Every text of a document that can get near the source."""
    fields = {
        "yes": boolean(label=word),
        "state": choice(label=word, choices={"done": word, "none": word + "2"}),
        "count": integer(label=word, unit=word),
        "cost": decimal(label=word, unit=word),
    }
    first = {"when": {"cost": {"at_least": 8}}, "points": 5, "reason": word}
    second = {"when": {"all": ["yes", {"cost": {"at_least": 6}}]}, "points": 4, "reason": word}
    losses = tally(
        {"lose": 1, "each": "count", "most": 1, "reason": word}, {"lose": 1, "when": {"not": "yes"}}, floor="none"
    )
    rest = levels(({"state": {"is": "done"}}, losses), otherwise=line("cost", (0, 0), (10, 5)))
    rule = {"levels": [first, second, {"rule": rest, "reason": word}]}
    return one_item(rule, evidence=fields)


@pytest.mark.parametrize("word", HOSTILE)
def test_texts_of_a_document_stay_texts(word: str) -> None:
    program = compiled(hostile(f"甲{word}乙"))
    (item,) = program.items
    for yes, state, count, cost in product((True, False), ("done", "none"), (0, 1, 3), (1, 7, 9)):
        inputs = read_inputs(program, a_request({"yes": yes, "state": state, "count": count, "cost": cost}))
        assert isinstance(inputs, Inputs)
        quick = quick_rules(program).items["item"](inputs.worked.values, Judging())
        assert quick == ordinary(item, inputs.worked.values, Judging()) is not None
    assert names_in(quick_rules(program).source) <= WORDS


def names_in(source: str) -> set[str]:
    """Every name but those that are numbered."""
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return {name for name in names if not re.fullmatch(r"[Kabdfnprstw]\d+|[sxyz]", name)}


def test_the_hangzhou_table_needs_no_other_words() -> None:
    program = load_scheme(ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml")
    assert isinstance(program, Program)
    tree = ast.parse(quick_rules(program).source)
    assert names_in(quick_rules(program).source) <= WORDS
    assert {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} <= ATTRIBUTES
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Div)]


def test_a_scheme_is_written_once() -> None:
    program = compiled(one_item(5))
    assert quick_rules(program) is quick_rules(program)


def test_what_has_no_words_is_left_out() -> None:
    with pytest.raises(Uncovered):
        asked(Never(), Body(Names(), "r0"))


def nested(depth: int) -> Any:
    condition: Any = {"count": {"at_least": 8}}
    for _ in range(depth):
        condition = {"not": {"any": [condition, "yes"]}}
    return condition


def test_a_row_that_is_nested_too_deep_is_left_to_its_rule_alone() -> None:
    fields = {"yes": boolean(), "count": decimal()}
    rows = [an_item(levels((nested(depth), 5)), code=f"item_{depth}") for depth in (2, 100)]
    written = quick_rules(compiled(a_scheme(a_section(*rows), evidence=fields)))
    shallow, deep = written.sheet({"yes": False, "count": 9}, {})
    assert (shallow is not None and shallow.score, deep) == (5, None)
