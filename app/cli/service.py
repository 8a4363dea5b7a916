"""The database and the service, as the command line starts them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import typer

from app.cli.speech import Misused
from app.config import Settings
from app.db import Database, migrate


@contextmanager
def migrated(settings: Settings) -> Iterator[Database]:
    """The database, its tables brought to this release."""
    with _opened(settings) as database:
        if not database.at_head():
            migrate(settings.database_url)
        yield database


@contextmanager
def ready(settings: Settings) -> Iterator[Database]:
    """The database, whose tables are those of this release; raises Misused when they are not."""
    with _opened(settings) as database:
        if not database.at_head():
            raise Misused("数据库的表不是本版本的，请先执行 python -m app migrate")
        yield database


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    try:
        database = Database(settings)
    except (ValueError, OSError) as error:
        raise Misused(f"数据库设置有误：{error}") from error
    with closing(database):
        yield database


def claim_port(settings: Settings) -> None:
    """Refuse a port on which somebody else listens, before anything is built for it; raises Misused."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Misused(f"不能监听 {settings.host}:{settings.port}：端口已被占用，或无权使用") from error


def serve(settings: Settings) -> None:
    """Serve until asked to stop."""
    from app.main import serve as run

    claim_port(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    typer.echo(f"服务地址 {address}，接口文档 {address}/docs；按 Ctrl+C 停止")
    run(settings)
