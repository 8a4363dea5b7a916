"""The pure core reads no clock and holds no float: its syntax trees are walked (a contract sees only imports)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = [ROOT / "app" / room for room in ("scoring", "checking", "clauses")]
MODULES = sorted(module for room in CORE for module in room.rglob("*.py"))

NAMES = {"float", "complex", "now", "utcnow", "today", "fromtimestamp"}
CALLS = {"open", "print", "input"}
LIBRARIES = {"time", "random", "secrets", "uuid", "logging", "os", "pathlib", "io", "socket", "statistics", "cmath"}


def offences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The lines of a module that have no place in the core, each with what is wrong."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex()):
                yield node.lineno, "a float literal"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield node.lineno, "a true division"
            case ast.Name(id=name) if name in NAMES:
                yield node.lineno, name
            case ast.Attribute(attr=name) if name in NAMES:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield node.lineno, name
            case ast.Import(names=names):
                yield from ((node.lineno, each.name) for each in names if each.name.partition(".")[0] in LIBRARIES)
            case ast.ImportFrom(module=str(module), level=0) if module.partition(".")[0] in LIBRARIES:
                yield node.lineno, module
            case ast.ImportFrom(module="operator", names=names) if any(each.name == "truediv" for each in names):
                yield node.lineno, "a true division"


@pytest.mark.parametrize("module", MODULES, ids=[str(module.relative_to(ROOT)) for module in MODULES])
def test_core_has_neither_float_nor_clock(module: Path) -> None:
    assert list(offences(ast.parse(module.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "source",
    [
        "share = 0.5",
        "share = 1j",
        "share = float(points)",
        "def share(points: float) -> int: ...",
        "share = part / whole",
        "share /= whole",
        "when = datetime.now()",
        "when = date.today()",
        "when = date.fromtimestamp(0)",
        "import time",
        "import os.path",
        "from random import choice",
        "from operator import truediv",
        "from datetime import date\nday = date.today",
        "open('scheme.yaml')",
    ],
)
def test_walk_finds(source: str) -> None:
    assert list(offences(ast.parse(source))) != []


@pytest.mark.parametrize(
    "source",
    [
        "share = Fraction(part, whole)",
        "from datetime import date\nday = date(2020, 4, 1)",
        "steps = gap // every",
        "path = 'a/b'",
        "open = [item for item in items if item.pending]",
        "points = Decimal('0.5')",
        "from app.scoring.periods import Period",
    ],
)
def test_walk_lets_pass(source: str) -> None:
    assert list(offences(ast.parse(source))) == []


def test_there_is_a_core() -> None:
    assert ROOT / "app" / "scoring" / "digest.py" in MODULES
