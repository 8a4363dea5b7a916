"""What is measured is real: submissions that differ, rows that say what the table says, tables that come out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.library import load_scheme
from app.protocol.strict_json import read_json
from app.scoring.engine import read_inputs
from app.scoring.inputs import Inputs
from app.scoring.program import Program
from bench.peers.rows import rows_of
from bench.peers.submissions import submissions

ROOT = Path(__file__).resolve().parents[2]
SCHEME = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
FEW = {"BENCH_SUBMISSIONS": "20", "BENCH_ROUNDS": "2", "BENCH_FEW_LINES": "20", "BENCH_MANY_LINES": "40"}


def test_no_two_submissions_are_the_same_and_all_are_complete() -> None:
    program = load_scheme(SCHEME)
    assert isinstance(program, Program)
    bodies = submissions(300, seed=7)
    assert len(set(bodies)) == len(bodies)
    for body in bodies:
        inputs = read_inputs(program, read_json(body))
        assert isinstance(inputs, Inputs)
        assert all(item.reads <= inputs.worked.values.keys() for item in program.items)


def test_the_same_seed_gives_the_same_submissions() -> None:
    assert submissions(3, seed=1) == submissions(3, seed=1) != submissions(3, seed=2)


def test_every_row_but_the_sum_has_its_cases() -> None:
    program = load_scheme(SCHEME)
    assert isinstance(program, Program)
    rows = rows_of(program.document)
    assert [item.item.code for item in program.items if item.item.code not in rows] == ["research"]
    assert all(not cases[-1].conditions for cases in rows.values())


@pytest.mark.parametrize("script", ["engine", pytest.param("lines", marks=pytest.mark.soak)])
def test_the_tables_come_out(script: str) -> None:
    if script == "engine":
        pytest.importorskip("zen", reason="the peers are installed by `make bench`")
        pytest.importorskip("datalogic_py", reason="the peers are installed by `make bench`")
    ran = subprocess.run(
        [sys.executable, f"bench/{script}.py"],
        cwd=ROOT,
        env=os.environ | FEW,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert " ÷ " in ran.stdout
