"""The commands by which results, records and copies are proved, and their options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.chosen import settings
from app.cli.speech import Command, Misused

RoundCode = Annotated[str | None, typer.Option("--round", metavar="批次", help="只重新计算这个批次")]
AllRounds = Annotated[bool, typer.Option("--all", metavar="", help="重新计算全部批次")]
SheetsFolder = Annotated[
    Path | None, typer.Option("--out", metavar="目录", help="把评分表写入此目录：原来的，和重新计分的")
]
BundleFile = Annotated[Path, typer.Argument(metavar="存证包", help="从服务下载的 .zip 文件")]
TrustedKeys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="公钥", help="签名应出自其一的公钥，可给多个；不给时只与存证包自带的公钥核对"),
]
BackupTarget = Annotated[Path, typer.Argument(metavar="去处", help="不存在的文件夹，或以 .tar 结尾的文件")]
BackupSource = Annotated[Path, typer.Argument(metavar="备份", help="backup 写出的文件夹或 .tar 文件")]
EmptyFolder = Annotated[Path, typer.Argument(metavar="目录", help="恢复到此文件夹：不存在，或是空的")]
Attachments = Annotated[
    Path | None, typer.Option("--attachments", metavar="目录", help="存放附件的文件夹，不给时用设置 MEA_ATTACHMENTS")
]
WithKey = Annotated[bool, typer.Option("--with-key", metavar="", help="连同签名私钥一并备份")]
HeadKeys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="公钥", help="核对签名链头的公钥，可给多个；不给时用备份中的公钥"),
]
RoleName = Annotated[str, typer.Argument(metavar="角色", help="服务连接 PostgreSQL 所用的角色，不是表的所有者")]
Apply = Annotated[bool, typer.Option("--apply", metavar="", help="以 MEA_DATABASE_URL 的角色（表的所有者）执行")]


def recompute(*, every: AllRounds = False, round_code: RoundCode = None, out: SheetsFolder = None) -> int:
    """Score again what was frozen, and say every difference."""
    from app.cli.recompute import run

    if every == (round_code is not None):
        raise Misused("请给出 --all 或 --round，二者取其一")
    return run(settings(), round_code, out)


def verify(*, bundle: BundleFile, key: TrustedKeys = None, out: SheetsFolder = None) -> int:
    """Say everything that does not fit in a bundle."""
    from app.cli.verify import verify as check

    return check(bundle, key or [], out)


def backup(*, target: BackupTarget, attachments: Attachments = None, with_key: WithKey = False) -> None:
    """Copy everything in one state."""
    from app.cli.backup import backup as copy

    chosen = settings() if attachments is None else settings(attachments=attachments)
    copy(chosen, target, with_key=with_key)


def restore(*, source: BackupSource, target: EmptyFolder, key: HeadKeys = None) -> int:
    """Put a copy into an empty place, and prove it there."""
    from app.cli.restore import restore as put

    return put(settings(), source, target, key or [])


def grants(*, role: RoleName, apply: Apply = False) -> None:
    """Show or give the rights of the role that serves."""
    from app.cli import grants as rights

    if apply:
        rights.apply(settings(), role)
    else:
        rights.show(role)


HELP: Final[Mapping[Callable[..., int | None], str]] = {
    recompute: "按定稿时冻结的依据重新计分，与保存的评分表逐字节比较；不一致时退出码为 1。",
    verify: "离线核对存证包：形式、摘要、签名，并重新计分；有不符之处时逐一列出，退出码为 1。",
    backup: "备份 SQLite 数据库、签名链头、附件和公钥；服务运行时也可进行，不覆盖已有文件。",
    restore: "把备份恢复到空文件夹，核对每个文件的摘要，再核对审计记录并重新计分。",
    grants: "显示（--apply 则执行）SQL：服务所用的 PostgreSQL 角色对各表恰好所需的权限。",
}


def register(app: typer.Typer) -> None:
    """Have these commands among those of the program."""
    for command, said in HELP.items():
        app.command(command.__name__, cls=Command, help=said)(command)
