"""The last lines of a run say on which engines it was, and a run without PostgreSQL fails where one is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_on_every_engine(database_engine, number):
    pass

def test_without_a_database():
    pass
"""
NOWHERE = "postgresql+psycopg://postgres@127.0.0.1:1/postgres"


def run(folder: Path, *options: str, required: str) -> tuple[int, list[str]]:
    """How a small suite ends where no PostgreSQL answers, and what it says of databases."""
    (folder / "test_small.py").write_text(SUITE, encoding="utf-8")
    command = ["-m", "pytest", "-p", "tests.conftest", "--rootdir", folder, "-c", ROOT / "pyproject.toml", *options]
    done = subprocess.run(
        [sys.executable, *command, folder],
        cwd=ROOT,
        env=os.environ | {"TEST_POSTGRES_URL": NOWHERE, "REQUIRE_POSTGRES": required, "NO_COLOR": "1", "CI": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "4 passed, 3 skipped" in done.stdout, done.stdout + done.stderr
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("databases: ")]


def test_run_without_a_required_engine_fails_and_says_so(tmp_path: Path) -> None:
    """Two workers run the tests; the process that started them hears of all."""
    code, (ran, skipped, lacking) = run(tmp_path, "-n", "2", required="1")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert ran.startswith("databases: SQLite 3.")
    assert ran.endswith(", 3 tests")
    assert "PostgreSQL is not reachable, 3 tests ran on SQLite alone" in skipped
    assert "no test ran on PostgreSQL" in lacking


def test_run_without_an_engine_that_nobody_requires_passes(tmp_path: Path) -> None:
    """One process runs them, as somebody does who looks for a fault."""
    code, said = run(tmp_path, "-p", "no:xdist", required="")
    assert (code, len(said)) == (pytest.ExitCode.OK, 2)
