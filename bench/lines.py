"""What `score --jsonl` does with many lines: lines a second and memory at two lengths, and two processes against one.

Every line is another submission; start-up, measured with a single line, is taken off. The answers of two processes have
to be those of one, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peers.submissions import submissions

ROOT: Final = Path(__file__).resolve().parents[1]
FEW: Final = int(os.environ.get("BENCH_FEW_LINES", "2000"))
MANY: Final = int(os.environ.get("BENCH_MANY_LINES", "16000"))
COMMAND: Final = (sys.executable, "-m", "app", "score", "--scheme", "hangzhou-close-alliance@2020-draft", "--jsonl")


@dataclass(frozen=True)
class Run:
    """One run over a file of lines."""

    lines: int
    seconds: float
    worked: float
    megabytes: float
    answers: str

    def speed(self, start: Run) -> float:
        """Lines a second, start-up aside."""
        return self.lines / (self.seconds - start.seconds)

    def effort(self, start: Run) -> float:
        """Microseconds of processor time a line, of all processes together, start-up aside."""
        return (self.worked - start.worked) / self.lines * 1e6


def main() -> None:
    """Score few lines and many, with one process and with two."""
    with tempfile.TemporaryDirectory() as folder:
        files = {count: _written(Path(folder) / f"{count}.jsonl", count) for count in (1, FEW, MANY)}
        starts = {workers: min((_run(files[1], 1, workers) for _ in range(3)), key=_quickest) for workers in (1, 2)}
        few, many = (_run(files[count], count, 1) for count in (FEW, MANY))
        few_by_two, many_by_two = (_run(files[count], count, 2) for count in (FEW, MANY))
    assert few.answers == few_by_two.answers
    assert many.answers == many_by_two.answers
    print(f"{'':<24}{'lines/s':>10}{'µs/line':>10}{'MB':>8}   (processor time of all processes, memory of the largest)")
    for name, run, start in (
        ("one process", few, starts[1]),
        ("one process", many, starts[1]),
        ("two processes", few_by_two, starts[2]),
        ("two processes", many_by_two, starts[2]),
    ):
        print(f"{name:<16}{run.lines:>8}{run.speed(start):>10.0f}{run.effort(start):>10.0f}{run.megabytes:>8.1f}")
    print()
    by_line = many.effort(starts[1]) / few.effort(starts[1])
    print(f"{'processor time a line, many lines ÷ few':<52}{by_line:9.2f}   near 1: linear")
    print(f"{'memory at many lines ÷ at few':<52}{many.megabytes / few.megabytes:9.2f}   near 1: flat")
    by_two = many_by_two.speed(starts[2]) / many.speed(starts[1])
    print(f"{'two processes ÷ one, many lines':<52}{by_two:9.2f}   at most 2")


def _written(path: Path, count: int) -> Path:
    """A few at a time: a process is counted with the memory of the one that starts it, so this one stays small."""
    with path.open("wb") as lines:
        for first in range(0, count, 250):
            lines.writelines(body + b"\n" for body in submissions(min(250, count - first), seed=count + first))
    return path


def _quickest(run: Run) -> float:
    return run.seconds


def _run(file: Path, lines: int, workers: int) -> Run:
    """The command as a user calls it; its answers are hashed as they come."""
    asked = [*COMMAND, *(("--workers", str(workers)) if workers > 1 else ())]
    seen, answered = hashlib.sha256(), 0
    start = time.perf_counter()
    with file.open("rb") as given, subprocess.Popen(asked, cwd=ROOT, stdin=given, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        for answer in process.stdout:
            seen.update(answer)
            answered += 1
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    assert (process.returncode, answered) == (0, lines)
    return Run(lines, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, seen.hexdigest())


if __name__ == "__main__":
    main()
