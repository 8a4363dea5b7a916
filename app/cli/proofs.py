"""The commands by which results, records and copies are proved, and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.chosen import settings
from app.cli.speech import Command, Misused

RoundCode = Annotated[str | None, typer.Option("--round", metavar="批次", help="只重新计算这个批次")]
AllRounds = Annotated[bool, typer.Option("--all", metavar="", help="重新计算全部批次")]
SheetsFolder = Annotated[
    Path | None, typer.Option("--out", metavar="目录", help="把不一致的评分表写入此目录：原来的，和重新计算的")
]


def register(app: typer.Typer) -> None:
    """Have these commands among those of the program."""
    app.command(
        "recompute", cls=Command, help="按定稿时冻结的依据重新计分，与保存的评分表逐字节比较；不一致时退出码为 1。"
    )(recompute)


def recompute(*, every: AllRounds = False, round_code: RoundCode = None, out: SheetsFolder = None) -> int:
    """Score again what was frozen, and say every difference."""
    from app.cli.recompute import run

    if every == (round_code is not None):
        raise Misused("请给出 --all 或 --round，二者取其一")
    return run(settings(), round_code, out)
