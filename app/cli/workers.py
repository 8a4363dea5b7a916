"""Lines scored by several processes: a chunk at a time to whoever is free, the answers in the order of the lines."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

import msgspec

from app.cli.chunks import Chunk, Chunks
from app.cli.library import load_scheme
from app.cli.lines import MOST_SAID, BadLines, answers
from app.cli.reading import Defaults
from app.scoring.engine import Program
from app.scoring.problems import Problems

HELD: Final = 2
"""Chunks for each worker that may be under way or wait for an earlier one."""
PROMPTLY: Final = 2
"""Seconds that a process whose work is done may take to end."""

FORKS: Final = "fork" in multiprocessing.get_all_start_methods()
"""Whether a process begins with everything that is loaded here; otherwise it loads the scheme itself."""

Loader: TypeAlias = Callable[[], Program | Problems]


class WorkerLost(Exception):
    """A process ended before its work was done."""


class Result(NamedTuple):
    """What a chunk came to: how many were bad, what is said of the first of those, and the answers."""

    bad: int
    said: list[str]
    written: bytes


@dataclass(eq=False)
class Worker:
    """One process, and the place among all chunks of the one it is at."""

    process: BaseProcess
    line: Connection
    place: int = 0
    busy: bool = False

    def give(self, chunk: Chunk, place: int) -> None:
        """A chunk to work on; it has none."""
        self.place, self.busy = place, True
        try:
            self.line.send_bytes(chunk.first.to_bytes(8) + chunk.lines)
        except OSError:
            raise self.lost() from None

    def take(self) -> tuple[int, Result]:
        """The place of its chunk, and what it made of it."""
        try:
            bad, said = msgspec.msgpack.decode(self.line.recv_bytes(), type=tuple[int, list[str]])
            result = Result(bad, said, self.line.recv_bytes())
        except (EOFError, OSError):
            raise self.lost() from None
        self.busy = False
        return self.place, result

    def lost(self) -> WorkerLost:
        """How it ended, to be said."""
        self.process.join(PROMPTLY)
        code = self.process.exitcode
        how = f"信号 {-code}" if code is not None and code < 0 else f"退出码 {code}"
        return WorkerLost(f"一个计分进程意外结束（{how}）")


def loader(program: Program, path: Path) -> Loader:
    """How a process comes by the scheme."""
    return (lambda: program) if FORKS else partial(load_scheme, path)


def score_with_workers(count: int, load: Loader, defaults: Defaults, source: BinaryIO, target: BinaryIO) -> int:
    """Answer every line; returns how many were bad. Raises WorkerLost; no process outlives the call."""
    with _started(count, load, defaults) as workers:
        bad = BadLines()
        for result in Round(workers, Chunks(source)).results():
            bad.add(result.said, result.bad)
            target.write(result.written)
            target.flush()
        return bad.close()


@dataclass
class Round:
    """Chunks given out, results collected; a result waits until all before it were passed on."""

    workers: list[Worker]
    chunks: Chunks
    passed: int = 0
    firsts: deque[int] = field(default_factory=deque)
    """The first line of each chunk that was given out and not passed on."""
    waiting: dict[int, Result] = field(default_factory=dict)

    def results(self) -> Iterator[Result]:
        """The results in the order of the chunks."""
        while True:
            try:
                done = self._in_order()
                self._give_out()
                yield from done
                busy: dict[object, Worker] = {each.line: each for each in self.workers if each.busy}
                if not busy and self.chunks.ended:
                    return
                self._wait(busy, reading=not self.chunks.ended and len(busy) < len(self.workers) and self._has_room())
            except WorkerLost as lost:
                raise WorkerLost(f"{lost}，自第 {self.firsts[0]} 行起没有结果") from None

    def _in_order(self) -> list[Result]:
        """What can be passed on."""
        done: list[Result] = []
        while self.passed in self.waiting:
            done.append(self.waiting.pop(self.passed))
            self.firsts.popleft()
            self.passed += 1
        return done

    def _has_room(self) -> bool:
        return len(self.firsts) < HELD * len(self.workers)

    def _give_out(self) -> None:
        for worker in self.workers:
            chunk = self.chunks.take() if not worker.busy and self._has_room() else None
            if chunk is not None:
                self.firsts.append(chunk.first)
                worker.give(chunk, self.passed + len(self.firsts) - 1)

    def _wait(self, busy: dict[object, Worker], *, reading: bool) -> None:
        """Until somebody is done, or there is more to read."""
        handle = self.chunks.handle
        if reading and handle is None:
            self.chunks.read()
            return
        for ready in wait([*busy, handle] if reading else busy):  # type: ignore[list-item,arg-type]
            worker = busy.get(ready)
            if worker is None:
                self.chunks.read()
            else:
                place, result = worker.take()
                self.waiting[place] = result


@contextlib.contextmanager
def _started(count: int, load: Loader, defaults: Defaults) -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    try:
        with _interrupts_held():
            for _ in range(count):
                workers.append(_start(load, defaults, [each.line for each in workers]))
        yield workers
    finally:
        for worker in workers:
            worker.line.close()
            worker.process.kill()
        for worker in workers:
            worker.process.join()


def _start(load: Loader, defaults: Defaults, lines: list[Connection]) -> Worker:
    context = multiprocessing.get_context("fork") if FORKS else multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    inherited = [*lines, ours] if FORKS else []
    process = context.Process(target=work, args=(theirs, load, defaults, inherited), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until all processes run, each of which leaves it to this one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def work(line: Connection, load: Loader, defaults: Defaults, inherited: list[Connection]) -> None:
    """What a process does: answer chunks until there are no more, or nobody is left who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:  # held by two, a line would never seem to be let go
        other.close()
    program = load()
    if isinstance(program, Problems):  # the file was another one a moment ago
        return
    with contextlib.suppress(EOFError, OSError):
        while True:
            data = line.recv_bytes()
            first, lines = int.from_bytes(data[:8]), io.BytesIO(data[8:])
            answered = list(answers(program, defaults, lines, first))
            said = [answer.said for answer in answered if answer.said is not None]
            line.send_bytes(msgspec.msgpack.encode((len(said), said[:MOST_SAID])))
            line.send_bytes(b"".join(answer.written for answer in answered))
