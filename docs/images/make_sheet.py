"""The picture of a scored sheet in the README: `PYTHONPATH=. .venv/bin/python docs/images/make_sheet.py`.

Rich can draw itself as SVG, but squeezes Chinese into half its width and joins no lines; so what it puts on the
terminal is placed here cell by cell.
"""  # noqa: INP001 -- a script

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from app.cli.sheet import draw
from app.config import ROOT
from app.demonstration.build import SHOWN_SUBJECT
from app.demonstration.stories import IN_2020, SHOWN
from app.protocol.strict_yaml import read_yaml
from app.scoring.engine import Program, prepare, read_inputs, score
from app.scoring.inputs import Inputs
from app.scoring.sheet import ScoreSheet

PICTURE: Final = Path(__file__).with_name("sheet.svg")
SCHEME: Final = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
COMMAND: Final = "$ make run"
CELLS: Final = 142
NAMESPACE: Final = "http://www.w3.org/2000/svg"
CELL, LINE, SIZE, WIDE, MARGIN = 9, 22, 15, 17, 18
"""Pixels: the width of a cell, the height of a line, of letters and of Chinese, the paper around."""
INK: Final = {"red": "#b3261e", "green": "#116329", "yellow": "#8a5a00"}
DIM: Final = "#6e7781"
PLAIN: Final = "#1f2328"
ARMS: Final = dict(
    zip("─│┼├┤┬┴┌┐└┘", ("lr", "ud", "lrud", "rud", "lud", "lrd", "lru", "rd", "ld", "ru", "lu"), strict=True)
)
"""Where each sign of a table's lines goes: left, right, up, down."""
FONTS: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def shown_sheet() -> tuple[Program, ScoreSheet]:
    """The sheet that `make run` shows: the demonstration's third alliance in its first round."""
    story = IN_2020[SHOWN]
    request = {
        "period": {"start": "2020-04-01", "end": "2021-03-31"},
        "subject": {"code": SHOWN_SUBJECT.code, "kind": "alliance"},
        "evidence": story.evidence(SHOWN_SUBJECT, 2020),
        "judgements": story.judgements,
        "final": True,
        "findings": story.findings,
    }
    program = prepare(read_yaml(SCHEME.read_bytes()))
    assert isinstance(program, Program)  # noqa: S101 -- the library holds sound schemes
    inputs = read_inputs(program, request)
    assert isinstance(inputs, Inputs)  # noqa: S101 -- as the demonstration does
    sheet = score(program, inputs)
    assert isinstance(sheet, ScoreSheet)  # noqa: S101
    return program, sheet


def lines_on_terminal() -> list[list[Segment]]:
    """The lines as they stand on a terminal of so many cells."""
    program, sheet = shown_sheet()
    console = Console(width=CELLS, color_system="standard", force_terminal=True, legacy_windows=False)
    note = f"{SHOWN_SUBJECT.lead}紧密医养联合体，2020年度试点工作考评（演示数据）"
    return console.render_lines(draw(sheet, program.scheme, CELLS, note), pad=False)


def picture(lines: list[list[Segment]]) -> str:
    """The SVG."""
    width, height = CELLS * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="#fff" stroke="#d0d7de"/>',
            f'<g transform="translate({MARGIN} {MARGIN})">',
            f'<path d="{" ".join(_strokes(lines))}" stroke="#c4cad1" fill="none"/>',
            f'<g font-family="{FONTS}" font-size="{SIZE}" fill="{PLAIN}" xml:space="preserve">',
            *(text for row, line in enumerate(lines) for text in _texts(row, line)),
            "</g>\n</g>\n</svg>\n",
        ]
    )


def _texts(row: int, line: Iterable[Segment]) -> Iterator[str]:
    """Words of one width of letter and one style, each stretched to the cells it has."""
    place = 0
    for text, style, _control in line:
        for (width, drawn), letters in groupby(text, lambda sign: (cell_len(sign), sign not in ARMS and sign != " ")):
            word = "".join(letters)
            if drawn:
                at = f'x="{place * CELL}" y="{row * LINE + SIZE + 1}" textLength="{cell_len(word) * CELL}"'
                size = f' font-size="{WIDE}" lengthAdjust="spacingAndGlyphs"' if width > 1 else ""
                yield f"<text {at}{size}{_ink(style)}>{escape(word)}</text>"
            place += cell_len(word)


def _ink(style: Style | None) -> str:
    if style is None:
        return ""
    colour = INK.get(style.color.name) if style.color else DIM if style.dim else None
    return (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if style.bold else "")


def _strokes(lines: list[list[Segment]]) -> Iterator[str]:
    """The lines of the table, each drawn once and through."""
    across: dict[int, list[tuple[int, int]]] = defaultdict(list)
    down: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, line in enumerate(lines):
        place = 0
        for sign in "".join(segment.text for segment in line):
            x, y = place * CELL + CELL // 2, row * LINE + LINE // 2
            arms = ARMS.get(sign, "")
            if "l" in arms or "r" in arms:
                across[y].append((x - CELL // 2 if "l" in arms else x, x - CELL // 2 + CELL if "r" in arms else x))
            if "u" in arms or "d" in arms:
                down[x].append((y - LINE // 2 if "u" in arms else y, y + LINE // 2 if "d" in arms else y))
            place += cell_len(sign)
    yield from (f"M{start} {y}.5H{end}" for y, parts in across.items() for start, end in _joined(parts))
    yield from (f"M{x}.5 {start}V{end}" for x, parts in down.items() for start, end in _joined(parts))


def _joined(parts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = parts[0]
    for here, there in parts[1:]:
        if here > end:
            yield start, end
            start = here
        end = there
    yield start, end


if __name__ == "__main__":
    PICTURE.write_text(picture(lines_on_terminal()), encoding="utf-8")
