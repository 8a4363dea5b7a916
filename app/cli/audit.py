"""The commands `audit` and `keys`: verify the record, sign its head, make the key that signs."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from app import signing
from app.audit import service
from app.audit.values import Report
from app.cli.service import ready
from app.cli.speech import BAD_INPUT, Misused, say
from app.config import Settings


def create_key(settings: Settings) -> None:
    """Make the key, and say its public half."""
    key = signing.create(settings.signing_key)
    typer.echo(f"签名密钥已写入 {settings.signing_key}，请妥善备份，不要外传")
    typer.echo(f"公钥 {key.public}")
    typer.echo(f"编号 {key.id}")


def show_key(settings: Settings) -> None:
    """Print the public half of the key, and nothing else."""
    typer.echo(signing.load(settings.signing_key).public)


def sign_head(settings: Settings) -> None:
    """Append the present head to the file of signed heads."""
    key = signing.load(settings.signing_key)
    with ready(settings) as database:
        head = service.sign_head(database, settings.audit_heads, key)
    typer.echo(f"已将链头签名写入 {settings.audit_heads}：序号 {head.sequence}，散列 {head.hash}，密钥 {head.key}")


def verify(settings: Settings, public: Sequence[str]) -> int:
    """The exit code, after everything that is wrong with the record; `public`: keys as text, else that of the file."""
    wrong = [each for each in public if not signing.is_public(each)]
    if wrong:
        raise Misused(f"{wrong[0]} 不是公钥：应为 python -m app keys create 给出的文字")
    own = signing.public_key(settings.signing_key)
    keys = public or ([] if own is None else [own])
    with ready(settings) as database:
        heads = service.read_heads(settings.audit_heads)  # before the session sees anything
        with database.reading() as session:
            return _told(service.verify(session, heads, keys))


def _told(report: Report) -> int:
    counted = f"已核对审计记录 {report.entries} 条、签名链头 {report.heads} 个"
    if report.entries and not report.heads:
        say("没有可核对的签名链头：尾部若被整体改写，无从发现")
    if report.sound:
        typer.echo(f"{counted}，未发现问题")
        return 0
    typer.echo(f"{counted}，发现问题：")
    for problem in report.problems:
        typer.echo(f"  {problem.message} [{problem.code}]")
    return BAD_INPUT
