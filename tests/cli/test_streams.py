"""Streams that are closed or full, and a database address that is none: a line in Chinese, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import ROOT, SCHEME, call, request

SCORE = f"{sys.executable} -m app score --scheme {SCHEME} --period 2020-04-01/2021-03-31"


@pytest.mark.parametrize(
    ("command", "code"),
    [("--jsonl <&-", 0), ("--json FILE >/dev/full", 1), ("--json FILE >&-", 1), ("FILE >&- 2>&-", 1)],
)
def test_a_stream_that_is_not_there(tmp_path: Path, command: str, code: int) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(request(), ensure_ascii=False, default=str), encoding="utf-8")
    shell = ["bash", "-c", f"{SCORE} {command.replace('FILE', str(file))}"]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_none() -> None:
    done = call("migrate", MEA_DATABASE_URL="junk")
    assert done.exit_code == 2
    assert "MEA_DATABASE_URL 不是数据库地址" in done.stderr
