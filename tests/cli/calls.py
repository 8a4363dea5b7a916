"""The command line called in this process or as a process of its own, and requests to call it with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app.cli.commands import app
from app.protocol.strict_yaml import read_yaml

ROOT = Path(__file__).parents[2]
SCHEME = "hangzhou-close-alliance@2020-draft"
SCHEME_FILE = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
PERIOD = "2020-04-01/2021-03-31"
USUAL = ["--scheme", SCHEME, "--period", PERIOD]


def call(*arguments: str | Path, given: bytes | None = None, **environment: str) -> Result:
    """Run a command in this process."""
    environment = {"COLUMNS": "100", "NO_COLOR": "1"} | environment
    return CliRunner().invoke(app, [str(each) for each in arguments], input=given, env=environment)


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start a command as a process of its own, its three streams in our hands."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )


@cache
def document() -> dict[str, Any]:
    """The shipped scheme as plain values."""
    read = read_yaml(SCHEME_FILE.read_bytes())
    assert isinstance(read, dict)
    return read


@cache
def examples() -> dict[str, dict[str, Any]]:
    """The worked examples of the shipped scheme by their names."""
    return {example["name"]: example for example in document()["examples"]}


def request(name: str = "逐项差一线", **changes: Any) -> dict[str, Any]:
    """What an example asks; without its period, which the option gives."""
    example = examples()[name]
    return {key: example[key] for key in ("evidence", "judgements", "findings", "final") if key in example} | changes


def written(value: object) -> bytes:
    """JSON as people write it."""
    return json.dumps(value, ensure_ascii=False, default=_number).encode()


def read(data: bytes | str) -> Any:
    """JSON with every number exact."""
    return json.loads(data, parse_float=Decimal)


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
