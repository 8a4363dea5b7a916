"""The lock is complete and names no registry; the targets people are told of exist; the contracts cover every room."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements.lock"
COMPLETE = ROOT / "requirements-dev.lock"
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)
ADDRESS = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links|-[if] ")


def unhashed(lock: str) -> list[str]:
    """Pins without a hash."""
    entries = re.split(r"^(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", lock), flags=re.MULTILINE)
    return [entry.split()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry]


def configuration() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [RUNTIME, COMPLETE], ids=["runtime", "complete"])
def test_lock_is_hashed_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert unhashed(text) == []
    assert ADDRESS.findall(text) == []
    assert len(PIN.findall(text)) > 20


def test_complete_lock_holds_the_runtime_lock() -> None:
    runtime, complete = (dict(PIN.findall(lock.read_text(encoding="utf-8"))) for lock in (RUNTIME, COMPLETE))
    assert runtime.items() <= complete.items()


def test_what_the_project_asks_for_is_locked() -> None:
    asked = [re.split(r"[^A-Za-z0-9_.-]", each)[0].lower() for each in configuration()["project"]["dependencies"]]
    assert set(asked) <= set(dict(PIN.findall(RUNTIME.read_text(encoding="utf-8"))))


def test_bad_lock_is_found() -> None:
    assert unhashed("fastapi==1.0 \\\n    --hash=sha256:00\nhttpx==2.0\n    # via fastapi\n") == ["httpx==2.0"]
    assert ADDRESS.findall("--index-url https://registry.example/simple\nfastapi==1.0") != []


@pytest.mark.parametrize("target", ["env", "run", "test", "coverage", "check", "fix", "bench", "soak", "clean", "help"])
def test_target_exists(target: str) -> None:
    dry = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert dry.returncode == 0, dry.stderr


@pytest.mark.parametrize("target", ["test", "coverage", "soak"])
def test_tests_are_spread_over_as_many_processes_as_asked(target: str) -> None:
    dry = subprocess.run(["make", "-n", target, "WORKERS=3"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert " -n 3 " in dry.stdout


def test_help_names_every_target_people_use() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"env", "run", "test", "check", "fix", "bench", "soak"} <= set(re.findall(r"make (\w+) ", shown))


def test_ci_runs_the_suite_on_both_engines_and_the_checks() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "REQUIRE_POSTGRES=1" in script
    assert script.index("\nmake test\n") < script.index("\nmake check\n")
    assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=False).returncode == 0


def test_every_opt_out_of_the_linter_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.isort]")]
    bare = [line for line in section.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line) and "#" not in line]
    assert bare == []


def walled(contract: str, option: str) -> set[str]:
    contracts = configuration()["tool"]["importlinter"]["contracts"]
    return {name.removeprefix("app.") for each in contracts if each["id"] == contract for name in each[option]}


def test_every_feature_has_its_walls() -> None:
    rooms = (ROOT / "app").iterdir()
    features = {room.name for room in rooms if any(room.glob("api*")) or any(room.glob("store*"))}
    assert features <= walled("features", "containers")


def test_every_room_of_the_core_is_pure_by_contract() -> None:
    core = {room for room in ("scoring", "checking", "clauses") if (ROOT / "app" / room / "__init__.py").is_file()}
    assert core <= walled("pure", "source_modules")
