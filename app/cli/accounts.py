"""The commands `accounts`: the first administrator, and what an administrator does when nobody can log in."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from typing import Final

import typer

from app.access import CONSOLE
from app.accounts.service import accounts, tokens
from app.accounts.service.passwords import Hasher
from app.accounts.shapes import NewAccount, NewToken, PasswordReset
from app.accounts.values import Account, in_order
from app.cli.service import ready
from app.cli.speech import Misused
from app.config import Settings
from app.db import Database
from app.protocol.shapes import read_as

AT_ONCE: Final = 200


def create(settings: Settings, said: dict[str, object], *, password_stdin: bool) -> None:
    """Make an account with a password that is asked for."""
    new = read_as(NewAccount, said)
    with ready(settings) as database:
        new = read_as(NewAccount, {**said, "password": asked_password(from_stdin=password_stdin)})
        assert new.password is not None  # noqa: S101 -- just asked for
        password_hash = hasher(settings).hash(new.password)
        with database.writing() as session:
            made = accounts.create(session, CONSOLE, new, password_hash)
    typer.echo(f"已建立账户 {_described(made)}")


def show_all(settings: Settings) -> None:
    """Every account, without the names of people."""
    with ready(settings) as database:
        for account in _all(database):
            typer.echo(_described(account))


def reset(settings: Settings, name: str, *, password_stdin: bool) -> None:
    """Give an account another password that is asked for."""
    with ready(settings) as database:
        with database.reading() as session:
            accounts.read(session, CONSOLE, name)
        password = read_as(PasswordReset, {"password": asked_password(from_stdin=password_stdin)}).password
        accounts.refuse_unfit(password, name)
        password_hash = hasher(settings).hash(password)
        with database.writing() as session:
            accounts.reset(session, CONSOLE, name, password_hash)
    typer.echo(f"已重设 {name} 的密码，其会话和令牌已全部结束")


def deactivate(settings: Settings, name: str) -> None:
    """Shut an account."""
    with ready(settings) as database, database.writing() as session:
        accounts.deactivate(session, CONSOLE, name)
    typer.echo(f"已停用 {name}，其会话和令牌已全部结束")


def make_token(settings: Settings, said: dict[str, object]) -> None:
    """Make a token and give out its secret, this once."""
    new = read_as(NewToken, said)
    with ready(settings) as database, database.writing() as session:
        made = tokens.create(session, CONSOLE, new)
    typer.echo(made.secret)


def asked_password(*, from_stdin: bool) -> str:
    """The password, typed twice without being seen, or the first line of standard input; raises Misused."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Misused("没有可以输入密码的终端；要从标准输入读取密码，请加 --password-stdin")
    first, second = (getpass.getpass(prompt) for prompt in ("密码：", "再输入一遍："))
    if first != second:
        raise Misused("两次输入的密码不一致")
    return first


def hasher(settings: Settings) -> Hasher:
    """What hashes passwords as the settings have it."""
    return Hasher(
        memory=settings.password_memory,
        passes=settings.password_passes,
        lanes=settings.password_lanes,
        at_once=settings.password_checks,
        patience=settings.patience,
    )


def _all(database: Database) -> Iterator[Account]:
    after = ""
    while rows := _page(database, after):
        yield from rows
        after = rows[-1].name


def _page(database: Database, after: str) -> Sequence[Account]:
    with database.reading() as session:
        return accounts.page(session, CONSOLE, after, AT_ONCE)


def _described(account: Account) -> str:
    parts = [account.name, "、".join(in_order(account.roles))]
    if account.institution is not None:
        parts.append(f"机构 {account.institution}")
    if account.subjects:
        parts.append(f"考评对象 {'、'.join(sorted(account.subjects))}")
    if not account.active:
        parts.append("已停用")
    return "  ".join(parts)
