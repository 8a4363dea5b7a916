"""`score --jsonl`: an answer for every line, in order, at once, in memory that does not grow."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.lines import MOST_ERRORS, MOST_SAID
from app.cli.reading import lines_of
from app.protocol.limits import LARGEST
from app.scoring.problems import Problems
from tests.cli.calls import SCHEME, USUAL, call, read, request, start, written

LINES = ["score", *USUAL, "--jsonl"]
EMPTY = b'{"evidence": {}}'
MEMORY = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
ROOM = 24 * 1024
"""Kibibytes that a long run may take beyond a short one: far less than what it reads or writes."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


def answers(data: bytes | str) -> list[dict[str, Any]]:
    return [read(line) for line in data.splitlines()]


def given(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


# --- what is answered -------------------------------------------------------------------------------------------------


def test_one_sheet_a_line_in_order() -> None:
    requests = [{"evidence": {"downward_referrals": number}} for number in (0, 3, 1)]
    done = call(*LINES, given=given(*map(written, requests)))
    found = [each["sections"][1]["items"][2]["trace"]["fields"] for each in answers(done.stdout_bytes)]
    assert (done.exit_code, done.stderr) == (0, "")
    assert found == [{"downward_referrals": 0}, {"downward_referrals": 3}, {"downward_referrals": 1}]


def test_line_is_the_sheet_that_a_file_gives(tmp_path: Path) -> None:
    asked = request("核实意见：更正填报值，剔除记录")
    file = tmp_path / "one.json"
    file.write_bytes(written(asked))
    one = call("score", *USUAL, "--json", file).stdout_bytes
    assert call(*LINES, given=given(written(asked))).stdout_bytes == one


def test_bad_lines_are_answered_in_their_place() -> None:
    bad = b'{"evidence": {"quality_system": 1, "a": 0}}'
    done = call(*LINES, given=given(EMPTY, b"{", EMPTY, bad, EMPTY))
    first, broken, third, wrong, last = answers(done.stdout_bytes)
    assert done.exit_code == 1
    assert first == third == last
    assert first["status"] == "pending"
    assert broken["line"] == 2
    assert [each["code"] for each in broken["errors"]] == ["not_json"]
    assert wrong["line"] == 4
    assert {(each["pointer"], each["code"]) for each in wrong["errors"]} == {
        ("/evidence/quality_system", "boolean_type"),
        ("/evidence/a", "unknown_field"),
    }
    assert all(each["message"] for each in wrong["errors"])
    assert re.search("^第 2 行 整行：", done.stderr, re.MULTILINE)
    assert re.search("^第 4 行 /evidence/.*（共 2 处）$", done.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        (b"", "", "empty"),
        (b"   ", "", "empty"),
        (b"{}", "/evidence", "missing"),
        (b"[]", "", "object_type"),
        (b"null", "", "object_type"),
        (b'{"quality_system": true}', "/quality_system", "unknown_member"),
        (b"\xff{}", "", "not_utf8"),
        (b'{"evidence": {"a\\ud800": 1}}', "/evidence", "lone_surrogate"),
        (b'{"evidence": {"downward_referrals": 1e400}}', "/evidence/downward_referrals", "too_many_digits"),
        (b"[" * 40 + b"]" * 40, "", "too_deep"),
        (b'{"evidence": {}, "period": {"start": "2021-02-29", "end": "2021-03-01"}}', "/period/start", "date_value"),
        (b'{"evidence": {}, "final": "yes"}', "/final", "boolean_type"),
        (b'{"evidence": {}, "x": "' + b"x" * LARGEST + b'"}', "", "too_large"),
    ],
)
def test_bad_line(line: bytes, pointer: str, code: str) -> None:
    done = call(*LINES, given=given(EMPTY, line, EMPTY))
    first, bad, last = answers(done.stdout_bytes)
    assert (done.exit_code, bad["line"], first) == (1, 2, last)
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in bad["errors"]}


def test_options_fill_in_what_a_line_leaves_out() -> None:
    own = {"start": "2021-04-01", "end": "2022-03-31"}
    lines = given(EMPTY, written({"evidence": {}, "period": own, "final": False}))
    done = call(*LINES, "--final", given=lines)
    assert [(each["period"]["start"], each["status"]) for each in answers(done.stdout_bytes)] == [
        ("2020-04-01", "final"),
        ("2021-04-01", "pending"),
    ]


def test_line_without_any_period_is_bad() -> None:
    done = call("score", "--scheme", SCHEME, "--jsonl", given=given(EMPTY))
    assert done.exit_code == 1
    assert [each["pointer"] for each in answers(done.stdout_bytes)[0]["errors"]] == ["/period"]


def test_nothing_asked_nothing_answered() -> None:
    done = call(*LINES, given=b"")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_last_line_needs_no_end_and_ends_may_be_windows() -> None:
    done = call(*LINES, given=EMPTY + b"\r\n" + EMPTY)
    first, last = answers(done.stdout_bytes)
    assert (done.exit_code, first["status"], first) == (0, "pending", last)


def test_what_is_said_of_bad_lines_has_an_end() -> None:
    done = call(*LINES, given=b"{\n" * (MOST_SAID + 5))
    assert len(answers(done.stdout_bytes)) == MOST_SAID + 5
    assert len(done.stderr.splitlines()) == MOST_SAID + 1
    assert f"共 {MOST_SAID + 5} 行有误" in done.stderr


def test_errors_of_a_line_have_an_end() -> None:
    bad = written({"evidence": {f"field_{number}": 1 for number in range(MOST_ERRORS + 50)}})
    assert len(answers(call(*LINES, given=given(bad)).stdout_bytes)[0]["errors"]) == MOST_ERRORS


@pytest.mark.parametrize("size", [LARGEST - 1, LARGEST, LARGEST + 1, 3 * LARGEST + 7])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_lines_are_bounded(size: int, end: bytes) -> None:
    source = io.BytesIO(b"first\n" + b"x" * size + end)
    first, long = lines_of(source)
    assert first == b"first"
    assert long == b"x" * size if size <= LARGEST else isinstance(long, Problems)


# --- how it runs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    process = start(*LINES)
    with contextlib.ExitStack() as streams:
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            streams.callback(stream.close)
        yield process
        process.kill()
        process.wait()


def test_answer_comes_before_the_next_line_is_sent(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    for line, status in ((EMPTY, "pending"), (b"{", None), (EMPTY, "pending")):
        running.stdin.write(line + b"\n")
        running.stdin.flush()
        assert read(running.stdout.readline()).get("status") == status
    running.stdin.close()
    assert running.wait(10) == 1


def test_reader_that_leaves_ends_it_quietly(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdin.write(EMPTY + b"\n")
    running.stdin.flush()
    assert running.stdout.readline()
    running.stdout.close()
    running.stdin.write(given(EMPTY, EMPTY, EMPTY))
    running.stdin.flush()
    assert (running.wait(10), running.stderr.read()) == (0, b"")


@needs_proc
def test_memory_does_not_grow_with_the_lines(running: subprocess.Popen[bytes]) -> None:
    assert most_memory(running, some_lines(20_000), at=2_000) < ROOM


@needs_proc
@pytest.mark.soak
def test_memory_does_not_grow_with_very_many_lines(running: subprocess.Popen[bytes]) -> None:
    whole = request("满分的联合体，基本分100分，加分6分")
    lines = (written({**whole, "evidence": whole["evidence"] | varied(number)}) for number in range(100_000))
    assert most_memory(running, lines, at=10_000) < ROOM


def varied(number: int) -> dict[str, Any]:
    """Evidence that no other line has."""
    answered = {"group": "patient", "satisfied": number, "neutral": number % 97, "dissatisfied": number % 13}
    return {"downward_referrals": number, "satisfaction_survey": [answered]}


def some_lines(count: int) -> Iterator[bytes]:
    """One line in ten is scored, the others are read, found wrong and answered."""
    padding = "佐" * 300
    for number in range(count):
        evidence = {"downward_referrals": number} if number % 10 == 0 else {"no_such_field": f"{padding}{number}"}
        yield json.dumps({"evidence": evidence}).encode()


def most_memory(process: subprocess.Popen[bytes], lines: Iterable[bytes], at: int) -> int:
    """How far the most memory ever used grows, in KiB, from the answer number `at` to the last."""
    assert process.stdin is not None
    assert process.stdout is not None
    feeding = process.stdin

    def feed() -> None:
        for line in lines:
            feeding.write(line + b"\n")
        feeding.write(b"last\n")
        feeding.flush()

    feeder = threading.Thread(target=feed)
    feeder.start()
    early = 0
    for number, answer in enumerate(process.stdout, start=1):
        if number == at:
            early = peak(process.pid)
        if b'"not_json"' in answer:
            break
    feeder.join()
    return peak(process.pid) - early


def peak(pid: int) -> int:
    found = MEMORY.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1])
