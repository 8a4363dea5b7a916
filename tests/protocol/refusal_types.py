"""The types of all refusals, read off the source: what is constructed there, and which statuses that means."""

from __future__ import annotations

import ast
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import app
from app.errors import Invalid, Refused
from app.protocol.problems import STATUSES, InvalidQuery, Unreadable

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))


def kinds() -> dict[str, type[Refused]]:
    """Every class of refusals by its name."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found: dict[str, type[Refused]] = {}
    waiting = [Refused]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return found


def in_source(source: str, known: dict[str, type[Refused]]) -> Iterator[tuple[str, int]]:
    """Types with their statuses; of what is handed on under another name nothing is seen."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield from _of_call(name, node, known)
        elif isinstance(node, ast.keyword) and node.arg == "missing" and isinstance(node.value, ast.Tuple):
            yield from ((text, 404) for text in _text(node.value.elts[:1]))
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "missing":
            yield from ((text, 404) for text in _text(getattr(node.value, "elts", [])[:1]))


def _of_call(name: str, call: ast.Call, known: dict[str, type[Refused]]) -> Iterator[tuple[str, int]]:
    if name == "problem":
        for text in _text(call.args[1:2]):
            yield text, getattr(call.args[0], "value", 400)
    elif name in known:
        kind = known[name]
        if issubclass(kind, Unreadable):
            yield from ((text, call.args[0].value) for text in _text(call.args[1:2]))
        elif issubclass(kind, InvalidQuery):
            yield "invalid_parameters", 422
        elif issubclass(kind, Invalid):
            yield next(_text(call.args[1:2]), "invalid"), 422
        else:
            yield from ((text, _status(kind)) for text in _text(call.args[:1]))


def _status(kind: type[Refused]) -> int:
    return next(status for each, status in STATUSES.items() if issubclass(kind, each))


def _text(nodes: list[Any]) -> Iterator[str]:
    yield from (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def in_sources() -> dict[str, set[int]]:
    """All of them."""
    known, found = kinds(), defaultdict(set)
    for path in SOURCES:
        for type_, status in in_source(path.read_text(encoding="utf-8"), known):
            found[type_].add(status)
    return dict(found)
