"""The command `restore`: a backup put into an empty place, and proved there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from app.cli.audit import verify
from app.cli.backup import ATTACHMENTS, DATABASE, HEADS, PRIVATE, PUBLIC
from app.cli.recompute import run as recompute
from app.cli.service import ready
from app.cli.speech import BAD_INPUT, Misused, say
from app.config import Settings
from app.evidence.service.attachments import contents
from app.exchange import copied
from app.exchange.copied import NoCopy, Reading
from app.exchange.copies import Piece
from app.storage import Folder


def restore(settings: Settings, source: Path, target: Path, keys: Sequence[str]) -> int:
    """The exit code: everything is there and sound, or what is not. What was changed since it was copied stays away.

    `keys`: public keys as text by which signed heads are verified; none: the one in the backup.
    """
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise Misused(f"{target} 已存在且不是空文件夹，不会覆盖")
    try:
        with copied.reading(source) as copy:
            changed = _put(copy, target)
    except NoCopy as error:
        say(str(error))
        return BAD_INPUT
    except OSError as error:
        raise Misused(f"不能恢复到 {target}：{error.strerror or error}") from error
    for piece in changed:
        typer.echo(f"{piece.name} 与备份时的摘要不符，已被改动或损坏")
    if changed:
        typer.echo(f"有 {len(changed)} 个文件不符，没有恢复任何内容")
        return BAD_INPUT
    typer.echo(f"已恢复到 {target}：{len(copy.pieces)} 个文件，摘要全部相符")
    return _proved(settings, target, keys)


def _put(copy: Reading, target: Path) -> list[Piece]:
    """All files where they belong, or none and those that are not as they were."""
    if DATABASE not in {each.name for each in copy.pieces}:
        raise NoCopy(f"备份中没有数据库 {DATABASE}")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        changed = [each for each in copy.pieces if not copy.take(each, beside / each.name) or _misnamed(each)]
        if not changed:
            beside.rename(target)
        return changed
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _misnamed(piece: Piece) -> bool:
    """Attachments are called by their digests."""
    last = piece.name.rpartition("/")[2]
    return piece.name.startswith(f"{ATTACHMENTS}/") and len(last) == len(piece.sha256) and last != piece.sha256


def _proved(settings: Settings, target: Path, keys: Sequence[str]) -> int:
    """Audit record and sheets of what was restored, verified as the commands for it do."""
    database = (target / DATABASE).resolve()
    there = replace(
        settings,
        database_url=f"sqlite:///{database}",
        audit_heads=target / HEADS,
        signing_key=target / PRIVATE,
        attachments=target / ATTACHMENTS,
    )
    public = target / PUBLIC
    named = keys or (public.read_text(encoding="ascii", errors="replace").split() if public.is_file() else [])
    typer.echo(f"启用时请设置：\n  MEA_DATABASE_URL={there.database_url}")
    typer.echo(f"  MEA_AUDIT_HEADS={there.audit_heads.resolve()}\n  MEA_ATTACHMENTS={there.attachments.resolve()}")
    return max(verify(there, named), recompute(there, None, None), _attached(there))


def _attached(there: Settings) -> int:
    """Whether every attachment is there that the database speaks of."""
    storage = Folder(there.attachments)
    with ready(there) as database, database.reading() as session:
        lost = [digest for digest in contents(session) if not storage.has(digest)]
    for digest in lost:
        typer.echo(f"缺少附件 {digest}")
    typer.echo(f"缺少附件 {len(lost)} 个" if lost else "附件齐全")
    return BAD_INPUT if lost else 0
