"""Sizes, names and places of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "tests", "alembic", "bench")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in SOURCES]

MODULE_LINES = 400
FUNCTION_LINES = 50
NOBODYS_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc", "shared"}
MIGRATION = re.compile(r"\d{4}-\d{2}-\d{2}-\d{4}_[a-z0-9_]+\.py")


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    """Functions with more lines than anybody reads, their docstrings included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def commits(source: str) -> Iterator[int]:
    """The lines that end a transaction."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def nobodys_name(path: Path) -> bool:
    """Whether a module is named after nothing of the domain."""
    return bool(NOBODYS_NAMES & set(path.with_suffix("").name.split("_"))) or path.parent.name in NOBODYS_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_module_can_be_read(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    assert list(long_functions(source)) == []
    assert not nobodys_name(path)


def test_only_the_database_commits() -> None:
    guilty = {
        path.relative_to(ROOT) for path in SOURCES if path.is_relative_to(ROOT / "app") and any(commits(_of(path)))
    }
    assert guilty <= {Path("app/db/sessions.py")}


def test_migrations_do_not_shadow_the_library() -> None:
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_migrations_are_named_by_date() -> None:
    names = [path.name for path in (ROOT / "alembic" / "versions").glob("*.py")]
    assert [name for name in names if not MIGRATION.fullmatch(name)] == []


def test_every_package_of_the_service_is_one() -> None:
    folders = {path.parent for path in SOURCES if path.is_relative_to(ROOT / "app")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_long_function_is_found() -> None:
    assert list(long_functions("def score():\n" + "    pass\n" * FUNCTION_LINES)) == [("score", FUNCTION_LINES + 1)]
    assert list(long_functions("def score():\n" + "    pass\n" * (FUNCTION_LINES - 1))) == []


def test_commit_is_found() -> None:
    assert list(commits("with session:\n    session.commit()\n")) == [2]
    assert list(commits("commit = 1\nsession.flush()\n")) == []


@pytest.mark.parametrize("name", ["utils.py", "date_helpers.py", "common.py", "round_manager.py", "utils/dates.py"])
def test_name_of_nobody_is_found(name: str) -> None:
    assert nobodys_name(Path("app") / name)


@pytest.mark.parametrize("name", ["periods.py", "database.py", "baseline.py", "rounds/store.py"])
def test_name_of_somebody_is_not(name: str) -> None:
    assert not nobodys_name(Path("app") / name)


def _of(path: Path) -> str:
    return path.read_text(encoding="utf-8")
