"""Small sheets, and what interpreter and engine say of them."""

from __future__ import annotations

from typing import Any

from tests.reference.page_rules import number
from tests.reference.scored import engine_says, sheet_items
from tests.reference.small import COUNT, YES, interpreter_says, item, scheme, section
from tests.reference.values import UNKNOWN, exact

N = {"n": COUNT, "m": COUNT, "yes": YES}


def shows(code: str, points: Any, of: str = "n", **more: Any) -> dict[str, Any]:
    """An item whose score is a stated count."""
    return item(code, points, {"line": {"of": of, "through": [[0, 0], [1, 1]], "beyond": "extend"}}, **more)


def fixed(code: str, points: Any, gives: Any, **more: Any) -> dict[str, Any]:
    """An item that always gives the same."""
    return item(code, points, gives, **more)


def both_say(document: Any, asked: Any, expected: dict[str, Any]) -> None:
    """Codes of items and sections, `base`, `bonus`, `total`, `grade`, `status` and `full_marks` as expected.

    None stands for what is left out, what is in no band, or for no total; `open` for what is not known yet.
    """
    found = interpreter_says(document, asked)
    by_interpreter = {**found.sheet.sections, **vars(found.sheet)}
    for code, gives in expected.items():
        if code in by_interpreter:
            assert by_interpreter[code] == wanted(gives), code
    shown = engine_says(document, asked)
    by_engine = {section["code"]: section for section in shown["sections"]} | sheet_items(shown)
    for code, gives in expected.items():
        value = by_engine[code]["score"] if code in by_engine else shown[code]
        assert same(value, None if gives == "open" else wanted(gives)), code


def wanted(gives: Any) -> Any:
    """A number, a label, or what is not known."""
    if gives == "open":
        return UNKNOWN
    try:
        return number(gives)
    except (ArithmeticError, TypeError):
        return gives


def same(value: Any, gives: Any) -> bool:
    """Whether a plain value of the sheet is what was wanted."""
    return (value if value is None or isinstance(value, str) else exact(value)) == gives


def not_for(policy: Any) -> dict[str, Any]:
    """Applies where `yes` holds."""
    return {"applies_when": "yes", "otherwise": policy}


def leave_out(word: str) -> dict[str, Any]:
    """The same, left out of something."""
    return not_for({"leave_out": word})


NO, YEA = {"yes": False}, {"yes": True}


def two(policy: Any, **more: Any) -> Any:
    """Ten points of which six are scored, and ten that do not apply to everybody; ten more in another section."""
    return scheme(
        section("one", fixed("a", 10, 6), fixed("b", 10, 9, **not_for(policy)), **more),
        section("other", fixed("c", 10, 3)),
        evidence=N,
    )
