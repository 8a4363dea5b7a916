"""The contracts of pyproject.toml hold, and each of them notices an offence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFENCES = {
    "floors": ("app/errors.py", "import app.main"),
    "features": ("app/rounds/shapes.py", "import app.rounds.service"),
    "engine": ("app/scoring/periods.py", "import app.scoring.engine"),
    "shapes": ("app/scoring/rules/line.py", "import app.scoring.rules.judged"),
    "pure": ("app/checking/__init__.py", "import random"),
    "sql": ("app/rounds/shapes.py", "import sqlalchemy"),
    "http": ("app/rounds/shapes.py", "from fastapi import Request"),
    "stores": ("app/rounds/service/__init__.py", "import app.subjects.store"),
    "services": ("app/rounds/api.py", "import app.rounds.store"),
    "settings": ("app/rounds/api.py", "import app.config"),
    "cycles": ("app/scoring/fields.py", "import app.scoring.inputs"),
}


def contracts() -> dict[str, str]:
    """The name of each contract by its id."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return {each["id"]: each["name"] for each in listed}


def broken(house: Path) -> set[str]:
    """The contracts that do not hold in a house; a house without offence has none."""
    linter = Path(sys.executable).with_name("lint-imports")
    command = [linter, "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml"]
    environment = os.environ | {"COLUMNS": "500", "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)", told.stdout, re.MULTILINE))
    assert verdicts.keys() == set(contracts().values()), told.stdout + told.stderr
    return {key for key, name in contracts().items() if verdicts[name] == "BROKEN"}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy to offend in."""
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_contract_holds(house: Path) -> None:
    assert broken(house) == set()


def test_every_contract_has_its_offence() -> None:
    assert OFFENCES.keys() == contracts().keys()


@pytest.mark.parametrize("contract", OFFENCES)
def test_offence_is_noticed(house: Path, contract: str) -> None:
    module, line = OFFENCES[contract]
    path = house / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    assert contract in broken(house)


def test_room_without_a_floor_is_noticed(house: Path) -> None:
    (house / "app" / "lobby.py").write_text('"""A room nobody planned."""\n', encoding="utf-8")
    assert broken(house) == {"floors"}
