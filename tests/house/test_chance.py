"""Generated cases are the same in every CI run, whichever process has a test and whatever ran before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import hashlib
from hypothesis import given, strategies

def test_{0}():
    drawn = hashlib.sha256()

    @given(strategies.lists(strategies.integers() | strategies.text()))
    def draw(values):
        drawn.update(repr(values).encode())

    {1}
    draw()
    print("drawn:", drawn.hexdigest())
"""


def drawn(folder: Path, *options: str) -> set[str]:
    command = ["-m", "pytest", "-q", "-rP", "-p", "tests.conftest", "--rootdir", folder, "-c", ROOT / "pyproject.toml"]
    done = subprocess.run(
        [sys.executable, *command, *options, folder],
        cwd=ROOT,
        env=os.environ | {"CI": "true", "REQUIRE_POSTGRES": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {line for line in done.stdout.splitlines() if line.startswith("drawn: ")}


def test_what_others_load_changes_nothing(tmp_path: Path) -> None:
    """Hypothesis borrows values from loaded modules of the project."""
    for name, first in {"a": "pass", "b": "import app.cli.commands, app.main"}.items():
        (tmp_path / f"test_{name}.py").write_text(SUITE.format("same", first), encoding="utf-8")
    assert len(drawn(tmp_path)) == 1
