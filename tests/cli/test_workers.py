"""`score --jsonl --workers`: what one process answers, answered by several, and none of them left over."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.chunks import MOST_BYTES, MOST_LINES, Chunks
from app.cli.reading import lines_of
from app.protocol.limits import LARGEST
from app.scoring.problems import Problems
from tests.cli.calls import SCHEME, call, request, start, written
from tests.cli.test_lines import EMPTY, LINES, ROOM, most_memory, needs_proc, read, some_lines

WORKERS = [*LINES, "--workers", "2"]


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start(*(arguments or WORKERS))
    with process:
        try:
            yield process
        finally:
            process.kill()


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8")
    return [int(child) for child in children.split()]


def all_gone(workers: list[int], seconds: float = 5) -> bool:
    """Whether none of the processes runs any more; one that nobody has fetched yet (Z) does not run."""
    until = time.monotonic() + seconds
    while any(runs(worker) for worker in workers):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ask(process: subprocess.Popen[bytes], *lines: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(b"".join(line + b"\n" for line in lines))
    process.stdin.flush()


def answer(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


# --- what is answered -------------------------------------------------------------------------------------------------


def many_lines() -> bytes:
    asked = [written({"evidence": {"downward_referrals": number}}) for number in range(MOST_LINES + 8)]
    odd = [b"", b"{", b'{"evidence": {"x": ' + b"1" * (LARGEST + 9) + b"}}", b'{"evidence": {"a": 1}}', b"\xff"]
    odd += [written(request("核实意见：更正填报值，剔除记录"))] * 5 + [b"{"] * 25 + [EMPTY + b"\r"]
    return b"\n".join([*asked, *odd, *asked, EMPTY])


def test_bytes_words_and_exit_code_are_those_of_one_process() -> None:
    lines = many_lines()
    found = []
    for arguments in (LINES, WORKERS, [*LINES, "--workers", "3"]):
        with running(*arguments) as process:
            out, err = process.communicate(lines)
            found.append((process.returncode, out, err))
    assert found[0][0] == 1
    assert "共 30 行有误" in found[0][2].decode()
    assert found == [found[0]] * 3


def test_one_worker_is_the_usual_way() -> None:
    assert call(*LINES, "--workers", "1", given=EMPTY).stdout_bytes == call(*LINES, given=EMPTY).stdout_bytes


def test_nothing_asked_nothing_answered() -> None:
    with running() as process:
        assert process.communicate(b"") == (b"", b"")
        assert process.returncode == 0


def test_answer_comes_before_the_next_line_is_sent() -> None:
    with running() as process:
        for line, status in ((EMPTY, "pending"), (b"{", None), (EMPTY, "pending")):
            ask(process, line)
            assert read(answer(process)).get("status") == status
        process.stdin.close()
        assert process.wait(10) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*LINES, "--workers", "0"], "--workers 应为 1 至 64 的整数"),
        ([*LINES, "--workers", "65"], "--workers 应为 1 至 64 的整数"),
        ([*LINES, "--workers", "two"], "--workers 应为1 至 64 的整数"),
        (["score", "--scheme", SCHEME, "--workers", "2", "file"], "--workers 只与 --jsonl 同用"),
    ],
)
def test_misuse(arguments: list[str], said: str) -> None:
    done = call(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


# --- how it ends ------------------------------------------------------------------------------------------------------


@needs_proc
def test_reader_that_leaves_ends_it_quietly() -> None:
    with running() as process:
        ask(process, EMPTY)
        assert answer(process)
        workers = workers_of(process)
        process.stdout.close()
        ask(process, EMPTY, EMPTY, EMPTY)
        assert (process.wait(10), process.stderr.read()) == (0, b"")
        assert len(workers) == 2
        assert all_gone(workers)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What is started in the background of a shell ignores interrupts, and so does what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@needs_proc
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("busy", [False, True])
def test_interrupt_ends_it_as_without_workers(*, busy: bool) -> None:
    with running() as process:
        ask(process, EMPTY)
        assert answer(process)
        workers = workers_of(process)
        if busy:
            ask(process, *[EMPTY] * 200)
        for each in (process.pid, *workers):  # what a terminal does
            os.kill(each, signal.SIGINT)
        process.stdin.close()
        process.stdout.close()
        assert (process.wait(10), process.stderr.read()) == (130, b"")
        assert all_gone(workers)


@needs_proc
def test_worker_that_dies_is_an_error_and_no_hang() -> None:
    with running() as process:
        ask(process, EMPTY, b"{", EMPTY)
        assert all(answer(process) for _ in range(3))
        workers = workers_of(process)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            ask(process, EMPTY)
        assert process.wait(10) == 1
        said = process.stderr.read().decode().splitlines()
        assert said[1:] == ["一个计分进程意外结束（信号 9），自第 4 行起没有结果"]
        assert all_gone(workers)


@needs_proc
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_one_who_asks(sign: signal.Signals) -> None:
    with running() as process:
        ask(process, EMPTY)
        assert answer(process)
        workers = workers_of(process)
        process.send_signal(sign)
        assert process.wait(10) == -sign
        assert all_gone(workers)


@needs_proc
def test_memory_does_not_grow_with_the_lines() -> None:
    with running() as process:
        assert most_memory(process, some_lines(6_000), at=2_000) < ROOM


# --- chunks -----------------------------------------------------------------------------------------------------------


class Pieces(io.RawIOBase):
    """A stream that gives what it has in pieces of its own sizes."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = [piece for piece in pieces if piece]

    def read1(self, _: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def chunks_of(pieces: list[bytes]) -> Iterator[tuple[int, bytes]]:
    chunks = Chunks(Pieces(pieces))  # type: ignore[arg-type]
    while True:
        chunk = chunks.take()
        if chunk is not None:
            yield chunk
        elif chunks.ended:
            return
        else:
            chunks.read()


@given(st.lists(st.sampled_from([b"a", b"\n", b"bc\nd", b"\r\n", b"\n\n", b"x" * 50 + b"\n"]), max_size=90))
def test_chunks_are_the_lines_in_their_order(pieces: list[bytes]) -> None:
    number, whole = 1, b""
    for first, lines in chunks_of(pieces):
        assert first == number
        assert 0 < lines.count(b"\n") <= MOST_LINES or not lines.endswith(b"\n")
        number, whole = number + lines.count(b"\n"), whole + lines
    assert whole == b"".join(pieces)


@pytest.mark.parametrize("size", [LARGEST - 1, LARGEST, LARGEST + 1, LARGEST + 2, 2 * LARGEST + 7])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_of_a_long_line_no_more_is_kept_than_shows_it(size: int, end: bytes) -> None:
    data = b"first\n" + b"x" * size + end + (b"last" if end else b"")
    pieces = [data[at : at + MOST_BYTES] for at in range(0, len(data), MOST_BYTES)]
    chunks = list(chunks_of(pieces))
    found = [line for _, lines in chunks for line in lines_of(io.BytesIO(lines))]
    expected = list(lines_of(io.BytesIO(data)))
    assert [isinstance(line, Problems) for line in found] == [isinstance(line, Problems) for line in expected]
    assert found == expected
    assert max(len(lines) for _, lines in chunks) <= LARGEST + 2 + MOST_BYTES


def test_chunk_stays_small_where_lines_are_long() -> None:
    lines = [b"x" * 20_000 + b"\n"] * 10
    assert [len(chunk) for _, chunk in chunks_of([b"".join(lines)])] == [60_003, 60_003, 60_003, 20_001]
