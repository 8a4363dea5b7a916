"""The command `backup`: everything that an SQLite service keeps, in one state, while it serves."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from app import signing
from app.cli.speech import Misused, say
from app.config import Settings
from app.db import copy_database, database_file
from app.exchange import copies
from app.exchange.copies import Writing

DATABASE: Final = "assessment.sqlite3"
HEADS: Final = "audit-heads.jsonl"
PUBLIC: Final = "signing.pub"
PRIVATE: Final = "signing.key"
ATTACHMENTS: Final = "attachments"
UNDER_WAY: Final = "incoming"
"""Of the attachments: what is still being uploaded."""


def backup(settings: Settings, target: Path, *, with_key: bool) -> None:
    """Heads, database, attachments, in this order.

    A head that is signed later speaks of entries that the copy would not have; content that comes later does no harm.
    """
    database = database_file(settings.database_url)
    if database is None:
        raise Misused("只有 SQLite 数据库由此命令备份；PostgreSQL 请用 pg_dump，步骤见 docs/deploy.md")
    if not database.is_file():
        raise Misused(f"没有数据库文件 {database}")
    if target.exists():
        raise Misused(f"{target} 已存在，不会覆盖")
    try:
        with copies.writing(target) as copy:
            _fill(copy, settings, database, with_key=with_key)
    except OSError as error:
        raise Misused(f"备份未完成，没有留下文件：{error.strerror or error}") from error
    held = sum(1 for each in copy.pieces if each.name.startswith(f"{ATTACHMENTS}/"))
    typer.echo(f"已备份到 {target}：数据库、附件 {held} 个，共 {sum(each.size for each in copy.pieces)} 字节")
    if with_key:
        say("备份中含有签名私钥，请像私钥一样保管")


def _fill(copy: Writing, settings: Settings, database: Path, *, with_key: bool) -> None:
    heads = _whole_lines(settings.audit_heads)
    if heads is not None:
        copy.add(HEADS, io.BytesIO(heads), len(heads))
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".backup.") as folder:
        copied = Path(folder) / DATABASE
        copy_database(database, copied, settings.patience)
        _add(copy, DATABASE, copied)
    for name, path in _contents(settings.attachments):
        found = _add(copy, name, path)
        if found is not None and _is_digest(path.name) and found != path.name:
            say(f"附件 {path} 的内容与其摘要不符，已损坏；照原样备份")
    public = signing.public_key(settings.signing_key)
    if public is not None:
        copy.add(PUBLIC, io.BytesIO(f"{public}\n".encode()), len(public) + 1)
    if with_key:
        signing.load(settings.signing_key)
        _add(copy, PRIVATE, settings.signing_key)
    copy.finish({"made_at": datetime.now(UTC).isoformat(timespec="seconds")})


def _add(copy: Writing, name: str, path: Path) -> str | None:
    """The digest of a file, which is in the copy from now on; None where it has gone meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        return copy.add(name, file, size).sha256


def _is_digest(name: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", name) is not None


def _whole_lines(path: Path) -> bytes | None:
    """The file of signed heads as far as it is whole; None where there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return data[: data.rfind(b"\n") + 1]


def _contents(folder: Path) -> Iterator[tuple[str, Path]]:
    """What is attached, with its name in the copy; not what is still coming in."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        if not path.is_file() or path.is_symlink() or inside.parts[0] == UNDER_WAY:
            continue
        name = f"{ATTACHMENTS}/{inside.as_posix()}"
        if copies.is_name(name):
            yield name, path
        else:
            say(f"{path} 不是附件，未备份")
