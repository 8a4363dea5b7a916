"""Pages as their readers use them: the commands in them, run one after the other in one shell, and what they answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"docker |echo .*> \.env$")
"""What is left out: no engine runs containers here."""
MARK = "\x1e"
SECONDS = 240


@dataclass(frozen=True)
class Block:
    """A fenced block and where it stands."""

    language: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Step:
    """Commands, and the answer that stands right below them."""

    commands: str
    answer: str | None


def blocks(page: str) -> list[Block]:
    return [Block(found[1], found[2], found.start(), found.end()) for found in FENCE.finditer(page)]


def steps(page: str) -> list[Step]:
    """The commands of a page that can be run, each with its answer."""
    found = blocks(page)
    answers = {each.start: each.text for each in found if each.language != "sh"}
    return [
        Step(each.text, answers.get(each.end + 1))
        for each in found
        if each.language == "sh" and not all(NOT_RUN.match(line) for line in each.text.splitlines())
    ]


def answers(shown: str, given: str) -> bool:
    """Whether a page shows what was answered; `…` stands for anything that it leaves out."""
    parts = [re.escape(part) for part in shown.strip().split("…")]
    return (
        re.fullmatch(".*?".join(parts), "\n".join(map(str.rstrip, given.strip().splitlines())), re.DOTALL) is not None
    )


def mirror(folder: Path) -> None:
    """A folder that looks like the checkout, and takes what the commands write."""
    for name in ("app", "alembic", "alembic.ini", "docs", "scoring_schemes"):
        (folder / name).symlink_to(ROOT / name)
    activate = folder / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    activate.write_text(f'PATH="{Path(sys.executable).parent}:$PATH"\n', encoding="utf-8")


def environment() -> dict[str, str]:
    """A terminal of a hundred cells, no settings, and no proxy between a machine and itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEA_")}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    return {**kept, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}


def run(commands: list[str], folder: Path) -> list[tuple[str, int]]:
    """What each answered on standard output, and how it ended; one shell runs them all."""
    script = "".join(f"{each}\nprintf '{MARK}%s{MARK}' \"$?\"\n" for each in commands)
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    parts = done.stdout.split(MARK)
    assert len(parts) == 2 * len(commands) + 1, done.stderr
    assert not done.stderr, done.stderr
    return [(parts[place], int(parts[place + 1])) for place in range(0, len(parts) - 1, 2)]
