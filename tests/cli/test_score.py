"""`score` on one file: the sheet or the problems, and the exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.scoring.engine import Program, prepare, read_inputs, score
from app.scoring.sheet import ScoreSheet
from tests.cli.calls import PERIOD, ROOT, SCHEME, SCHEME_FILE, USUAL, call, document, read, request, start, written

PLAIN_PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
OTHER_PERIOD = {"start": "2021-04-01", "end": "2022-03-31"}
PENDING = "只等待一处评判"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "evidence.json"


def sheet_of(asked: dict[str, Any]) -> bytes:
    program = prepare(document())
    assert isinstance(program, Program)
    inputs = read_inputs(program, {"period": PLAIN_PERIOD, **asked})
    sheet = score(program, inputs)  # type: ignore[arg-type]
    assert isinstance(sheet, ScoreSheet), inputs
    return sheet.to_bytes()


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_json_is_the_sheet_byte_for_byte(file: Path) -> None:
    file.write_bytes(written(request()))
    done = call("score", *USUAL, "--json", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout_bytes == sheet_of(request()) + b"\n"


def test_table_is_what_is_shown_otherwise(file: Path) -> None:
    file.write_bytes(written(request()))
    done = call("score", *USUAL, file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "基本分 40 / 100" in done.stdout


def test_own_judgements_and_findings_count(file: Path) -> None:
    asked = request("核实意见：更正填报值，剔除记录")
    file.write_bytes(written(asked))
    assert call("score", *USUAL, "--json", file).stdout_bytes == sheet_of(asked) + b"\n"


# --- what goes in -----------------------------------------------------------------------------------------------------


def test_evidence_alone_is_enough(file: Path) -> None:
    file.write_bytes(written(request()["evidence"]))
    done = call("score", *USUAL, "--json", file)
    assert done.stdout_bytes == sheet_of({"evidence": request()["evidence"]}) + b"\n"


def test_standard_input_is_a_file_too() -> None:
    done = call("score", *USUAL, "--json", "-", given=written(request()))
    assert done.stdout_bytes == sheet_of(request()) + b"\n"


def test_yaml_is_read_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text("downward_referrals: 3\nquality_system: true\n", encoding="utf-8")
    done = call("score", *USUAL, "--json", file)
    assert done.stdout_bytes == sheet_of({"evidence": {"downward_referrals": 3, "quality_system": True}}) + b"\n"


def test_scheme_can_be_a_file(file: Path) -> None:
    file.write_bytes(written(request()))
    done = call("score", "--scheme", SCHEME_FILE, "--period", PERIOD, "--json", file)
    assert done.stdout_bytes == sheet_of(request()) + b"\n"


def test_period_of_the_file_goes_before_the_option(file: Path) -> None:
    file.write_bytes(written(request(period=OTHER_PERIOD)))
    assert read(call("score", *USUAL, "--json", file).stdout)["period"] == OTHER_PERIOD


def test_period_of_the_file_is_enough(file: Path) -> None:
    file.write_bytes(written(request(period=PLAIN_PERIOD)))
    assert call("score", "--scheme", SCHEME, "--json", file).stdout_bytes == sheet_of(request()) + b"\n"


def test_final_closes_the_sheet(file: Path) -> None:
    file.write_bytes(b"{}")
    done = call("score", *USUAL, "--final", "--json", file)
    sheet = read(done.stdout)
    assert (done.exit_code, sheet["status"], sheet["total"]) == (0, "final", 0)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_bad_evidence_ends_with_1_and_every_problem(file: Path) -> None:
    file.write_bytes(written({"evidence": {"quality_system": 1, "no_such_field": True}}))
    done = call("score", *USUAL, file)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "  /evidence/quality_system：应为 true 或 false [boolean_type]" in done.stderr
    assert "  /evidence/no_such_field：" in done.stderr


def test_pointers_lead_into_the_file_as_it_is(file: Path) -> None:
    file.write_bytes(written({"quality_system": 1}))
    assert "  /quality_system：" in call("score", *USUAL, file).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "内容为空"),
        (b"{", "不是合法的 JSON"),
        (b"[]", "应为对象"),
        (b'{"evidence": {}, "evidence": {}}', "成员重复"),
        (b'{"evidence": {"downward_referrals": NaN}}', "不是合法的 JSON 数字"),
        (b"\xff", "不是合法的 UTF-8"),
        (b'{"evidence": {"a": "' + b"x" * 2**20 + b'"}}', "1 MiB"),
        (b'{"evidence": {}, "period": {"start": "2021-02-29", "end": "2021-03-01"}}', "/period/start"),
        (b'{"evidence": {}, "final": 1}', "/final"),
        (b'{"evidence": {"\\ud800": 1}}', "代理字符"),
    ],
    ids=["empty", "broken", "list", "twice", "nan", "bytes", "large", "day", "final", "surrogate"],
)
def test_bad_file_ends_with_1(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    done = call("score", *USUAL, file)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


def test_what_cannot_be_final_ends_with_1(file: Path) -> None:
    file.write_bytes(written(request(PENDING)))
    done = call("score", *USUAL, "--final", file)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "/judgements/service_volume" in done.stderr


def test_bad_scheme_ends_with_1(tmp_path: Path, file: Path) -> None:
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text("scheme: a\nversion: '1'\n", encoding="utf-8")
    file.write_bytes(b"{}")
    done = call("score", "--scheme", scheme, "--period", PERIOD, file)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "  /sections：" in done.stderr


def test_terminal_without_chinese_is_no_reason_to_stop(file: Path) -> None:
    file.write_bytes(b"{}")
    process = start("score", *USUAL, file, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    out, said = process.communicate()
    assert (process.returncode, said) == (0, b"")
    assert b"hangzhou-close-alliance@2020-draft" in out


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_neither_web_framework_nor_database_is_loaded(file: Path) -> None:
    file.write_bytes(b"{}")
    script = """
import sys
from app.cli.commands import run
try:
    run()
except SystemExit as end:
    assert not end.code
print(*(sys.modules.keys() & {"fastapi", "starlette", "sqlalchemy", "alembic", "uvicorn", "asyncio"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "score", *USUAL, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "")
