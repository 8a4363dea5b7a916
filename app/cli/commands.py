"""The commands and their options; each loads what it needs when it runs, so that none waits for another's libraries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.speech import Command, Commands, Misused

if TYPE_CHECKING:
    from app.config import Settings

app = typer.Typer(
    cls=Commands,
    help="医养联合体考评：按评价方案计分，说明每一处扣分，提供考评服务。",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

SchemeName = Annotated[
    str, typer.Option("--scheme", metavar="代码@版本", help="方案库中的评价方案，或 .yaml、.json 方案文件")
]
PeriodText = Annotated[
    str | None,
    typer.Option("--period", metavar="开始/结束", help="考评期，首尾两日都含；输入自带 period 的，以输入为准"),
]
EvidenceFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="文件", help="佐证资料，或带 evidence 的请求（JSON 或 YAML）；- 为标准输入", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="输出评分表的 JSON")]
AsLines = Annotated[bool, typer.Option("--jsonl", metavar="", help="从标准输入逐行读取请求，逐行输出评分表或错误")]
AsFinal = Annotated[bool, typer.Option("--final", metavar="", help="定稿：应提供而未提供的资料按可能的最低分计")]


@app.callback()
def root() -> None:
    """Keep the commands apart, were there only one."""


@app.command(cls=Command, help="按评价方案计分：一个文件，或（--jsonl）标准输入的每一行。\n\n输入有误时退出码为 1。")
def score(
    *,
    scheme: SchemeName,
    file: EvidenceFile = None,
    period: PeriodText = None,
    json: AsJson = False,
    jsonl: AsLines = False,
    final: AsFinal = False,
) -> int:
    """Score one file, or every line of standard input."""
    from app.cli.reading import Defaults, period_of
    from app.cli.scoring import score_file, score_stream

    if jsonl == (file is not None):
        raise Misused("请给出一个文件，或用 --jsonl 从标准输入逐行读取，二者取其一")
    if jsonl and json:
        raise Misused("--jsonl 的输出就是 JSON，不与 --json 同用")
    defaults = Defaults(None if period is None else period_of(period), final)
    library = settings().schemes_directory
    if file is None:
        return score_stream(scheme, library, defaults)
    return score_file(scheme, library, file, defaults, as_json=json)


def settings(**changes: object) -> Settings:
    """The settings of this process, with what the command line says otherwise; raises Misused."""
    from dataclasses import replace

    from app.config import Settings

    try:
        return replace(Settings.from_environment(os.environ), **changes)  # type: ignore[arg-type]
    except ValueError as error:
        raise Misused(f"设置有误：{error}") from error


def run() -> None:
    """Start the command line."""
    app()
