"""The command `grants`: what the role that serves may do to each table on PostgreSQL."""

from __future__ import annotations

import typer

from app.cli.service import ready
from app.cli.speech import Misused
from app.config import Settings
from app.db.grants import ROLE, grant, statements


def show(role: str) -> None:
    """The statements, for whoever runs them."""
    _refuse_odd(role)
    for statement in statements(role):
        typer.echo(f"{statement};")


def apply(settings: Settings, role: str) -> None:
    """Run them, as the owner of the tables."""
    _refuse_odd(role)
    with ready(settings) as database:
        grant(database, role)
    typer.echo(f"角色 {role} 已获得服务所需的权限，别无其他")


def _refuse_odd(role: str) -> None:
    if ROLE.fullmatch(role) is None:
        raise Misused(f"{role} 不是角色名：应为小写字母、数字、_ 和 -，以字母或 _ 开头，至多 63 个字符")
