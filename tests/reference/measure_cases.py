"""A scheme whose one item shows a measure, and what interpreter and engine say of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.page_rules import number
from tests.reference.scored import engine_says, sheet_items
from tests.reference.small import COUNT, SHARE, interpreter_says, item, scheme, section
from tests.reference.values import UNKNOWN, exact, rounded

PLACES = 6
U = UNKNOWN
KINDS = {"type": "choice", "label": "类别", "choices": {"a": "甲", "b": "乙", "c": "丙"}, "required": False}
NUMBER = {"type": "decimal", "label": "数值", "required": False}
TABLE = {
    "type": "table",
    "label": "清单",
    "columns": {
        "date": {"type": "date", "label": "日期", "required": False},
        "until": {"type": "date", "label": "到期", "required": False},
        "kind": KINDS,
        "name": {"type": "text", "label": "名称", "required": False},
        "year": {"type": "integer", "label": "年度", "required": False},
        "flag": {"type": "boolean", "label": "相关", "required": False},
        "v": NUMBER,
        "w": NUMBER,
    },
}
EVIDENCE = {
    "t": TABLE,
    "ways": KINDS | {"label": "做法", "multiple": True},
    "n": COUNT,
    "m": COUNT | {"max": 5},
    "p": SHARE,
    "q": SHARE,
    "d": {"type": "decimal", "label": "数额"},
    "from": {"type": "date", "label": "开始"},
    "to": {"type": "date", "label": "结束"},
}


def rows(columns: str, *cells: tuple[Any, ...]) -> dict[str, Any]:
    """A table of these columns; a None is a cell without a value."""
    names = columns.split()
    return {"t": [{name: cell for name, cell in zip(names, row, strict=True) if cell is not None} for row in cells]}


def only_rule(*more_of: str, **measures: Any) -> Any:
    """A scheme whose one item shows the measure `x`, whatever it is."""
    rule = {"line": {"of": "x", "through": [[0, 0], [1, 1]], "beyond": "extend"}}
    used = {code: EVIDENCE[code] for code in EVIDENCE if code in str(measures) or code in more_of}
    return scheme(
        section("only", item("item", 5, rule)),
        evidence=used,
        measures=measures,
        rounding={"places": PLACES, "mode": "half_up"},
    )


def both_say(document: Any, asked: Any, gives: Any) -> None:
    """The interpreter gives the value exactly, the engine as the item's score; what is unknown leaves it open."""
    found = interpreter_says(document, asked)
    shown = sheet_items(engine_says_after(document, asked, found.known["x"], gives))["item"]
    if gives is UNKNOWN:
        assert shown["score"] is None
        assert shown["status"].startswith("pending")
    else:
        assert exact(shown["score"]) == rounded(value_of(gives), PLACES, "half_up")


def engine_says_after(document: Any, asked: Any, found: Any, gives: Any) -> Any:
    """First what the interpreter finds, then the engine's sheet."""
    assert found == (gives if gives is UNKNOWN else value_of(gives))
    return engine_says(document, asked)


def value_of(written: Any) -> Fraction:
    """`7/3`, a whole number, or a decimal as text."""
    return Fraction(written) if isinstance(written, str) and "/" in written else number(written)
