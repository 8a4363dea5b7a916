"""`accounts` of the command line: passwords are asked for or come on standard input, secrets go out once."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from app.accounts.service.passwords import Hasher
from app.accounts.store.tables import AccountRow, TokenRow
from app.db import Database
from tests.accounts.aging import column
from tests.accounts.builders import CHEAP, PASSWORD, PERSON, an_entrance, enter, make, shown
from tests.cli.calls import ROOT, call
from tests.cli.test_usage import ENGLISH

Call = Callable[..., tuple[int, str, str]]
OTHER = "another-horse-battery"
TAKE_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
CHEAPLY = {"MEA_PASSWORD_MEMORY": "8", "MEA_PASSWORD_PASSES": "1", "MEA_PASSWORD_LANES": "1"}


@pytest.fixture
def accounts(database_url: str) -> Call:
    """Run one of the commands with this standard input; its exit code and what it gave out and said."""

    def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
        done = call("accounts", *arguments, given=given.encode(), MEA_DATABASE_URL=database_url, **CHEAPLY)
        return done.exit_code, done.stdout, done.stderr

    return run


def created(accounts: Call, name: str = "root1", *options: str) -> tuple[int, str, str]:
    return accounts("create", name, "--password-stdin", *(options or ("--role", "admin")), given=PASSWORD + "\n")


def test_the_first_administrator_is_made_and_logs_in(database: Database, accounts: Call) -> None:
    assert created(accounts) == (0, "已建立账户 root1  admin\n", "")
    assert enter(an_entrance(database), "root1").account.roles == {"admin"}
    [kept] = column(database, AccountRow, "password_hash")
    assert not Hasher(**CHEAP).is_outdated(kept)


def test_accounts_are_listed_without_the_names_of_people(database: Database, accounts: Call) -> None:
    created(accounts, "root1", "--role", "chief", "--role", "admin")
    created(accounts, "a", "--role", "submitter", "--institution", "b", "--subject", "d", "--subject", "c")
    make(database, "board", "dashboard", display_name=PERSON)
    assert accounts("deactivate", "board") == (0, "已停用 board，其会话和令牌已全部结束\n", "")
    assert accounts("list") == (
        0,
        "a  submitter  机构 b  考评对象 c、d\nboard  dashboard  已停用\nroot1  admin、chief\n",
        "",
    )


def test_the_name_of_the_person_is_an_option(database: Database, accounts: Call) -> None:
    created(accounts, "root1", "--role", "admin", "--display-name", PERSON)
    created(accounts, "root2")
    assert column(database, AccountRow, "display_name") == [PERSON, "root2"]


def test_a_password_is_reset_and_everything_ends(database: Database, accounts: Call) -> None:
    created(accounts)
    session = enter(an_entrance(database), "root1").secret
    code, said, _ = accounts("reset", "root1", "--password-stdin", given=OTHER + "\r\n")
    assert (code, said) == (0, "已重设 root1 的密码，其会话和令牌已全部结束\n")
    assert shown(database, session) is None
    enter(an_entrance(database), "root1", OTHER)


def test_a_token_is_given_out_alone_and_once(database: Database, accounts: Call) -> None:
    created(accounts)
    code, secret, said = accounts("token", "root1", "--role", "admin", "--days", "30", "--loopback")
    assert (code, said) == (0, "")
    assert re.fullmatch(r"mea_t_[A-Za-z0-9_-]{43}\n", secret)
    assert shown(database, secret.strip(), local=True) is not None
    assert shown(database, secret.strip(), local=False) is None
    assert column(database, TokenRow, "label") == ["命令行建立"]


def test_a_token_of_a_dashboard_has_its_options(database: Database, accounts: Call) -> None:
    created(accounts, "board", "--role", "dashboard")
    options = ("--role", "dashboard", "--days", "1", "--label", "看板", "--unpublished")
    _, secret, _ = accounts("token", "board", *options)
    identified = shown(database, secret.strip(), local=False)
    assert identified is not None
    assert identified.actor.unpublished
    assert column(database, TokenRow, "label") == ["看板"]


REFUSED = {
    "a name that is taken": (("create", "root1", "--role", "admin", "--password-stdin"), "登录名 root1 已被使用"),
    "a bad name": (("create", "Root", "--role", "admin", "--password-stdin"), "/name："),
    "roles apart": (("create", "a", "--role", "admin", "--role", "auditor", "--password-stdin"), "roles_apart"),
    "an unknown role": (("create", "a", "--role", "root", "--password-stdin"), "/roles/0："),
    "a submitter bound to nothing": (("create", "a", "--role", "submitter", "--password-stdin"), "submitter_unbound"),
    "nobody to reset": (("reset", "nobody", "--password-stdin"), "没有登录名为 nobody 的账户"),
    "nobody to shut": (("deactivate", "nobody"), "没有登录名为 nobody 的账户"),
    "the last administrator": (("deactivate", "root1"), "最后一个有效的管理员"),
    "a token for nobody": (("token", "nobody", "--role", "admin", "--days", "1"), "没有登录名为 nobody 的账户"),
    "a token that is too wide": (("token", "root1", "--role", "chief", "--days", "1"), "role_not_held"),
    "a token that lasts too long": (("token", "root1", "--role", "admin", "--days", "401"), "/days："),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_ends_with_1(accounts: Call, case: str) -> None:
    created(accounts)
    arguments, why = REFUSED[case]
    code, out, said = accounts(*arguments, given=OTHER + "\n")
    assert (code, out) == (1, "")
    assert why in said


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "password_short"),
        ("short\n", "password_short"),
        ("root1-root1\n", "password_short"),
        ("Admin12345678\n", "password_trivial"),
    ],
)
def test_a_password_that_is_no_good_is_refused(database: Database, accounts: Call, given: str, problem: str) -> None:
    code, out, said = accounts("create", "root1", "--role", "admin", "--password-stdin", given=given)
    assert (code, out) == (1, "")
    assert problem in said
    assert column(database, AccountRow, "id") == []


def test_a_password_that_is_the_name_is_refused_at_a_reset_too(accounts: Call) -> None:
    created(accounts)
    code, _, said = accounts("reset", "root1", "--password-stdin", given="root1root1root1\n")
    assert code == 1
    assert "password_name" in said


@pytest.mark.parametrize("command", [("create", "root2", "--role", "admin"), ("reset", "root1")])
def test_without_a_terminal_the_password_has_to_come_on_standard_input(
    accounts: Call, command: tuple[str, ...]
) -> None:
    created(accounts)
    code, out, said = accounts(*command, given=OTHER + "\n" + OTHER + "\n")
    assert (code, out) == (2, "")
    assert "--password-stdin" in said


@pytest.mark.parametrize(
    ("second", "code", "said"), [(PASSWORD, 0, "已建立账户 root1"), (OTHER, 2, "两次输入的密码不一致")]
)
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_seen(
    database_url: str, second: str, code: int, said: str
) -> None:
    status, seen = _on_a_terminal(database_url, PASSWORD, second)
    assert status == code
    assert seen.index("密码：") < seen.index("再输入一遍：") < seen.index(said)
    assert PASSWORD not in seen
    assert OTHER not in seen


def _on_a_terminal(database_url: str, *typed: str) -> tuple[int, str]:
    """The exit code of `accounts create root1`, and what the screen showed."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE_THE_TERMINAL, "-m", "app", "accounts", "create", "root1", "--role", "admin"],
        cwd=ROOT,
        env=os.environ | CHEAPLY | {"MEA_DATABASE_URL": database_url, "PYTHONUTF8": "1"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    for prompt, line in zip(("密码：", "再输入一遍："), typed, strict=True):
        while prompt.encode() not in seen:
            seen += os.read(screen, 1024)
        os.write(screen, f"{line}\n".encode())
    with suppress(OSError):  # the other side has gone
        while data := os.read(screen, 1024):
            seen += data
    os.close(screen)
    return process.wait(), seen.decode()


@pytest.mark.parametrize("command", [[], ["create"], ["list"], ["reset"], ["deactivate"], ["token"]])
def test_help_is_chinese(command: list[str]) -> None:
    done = call("accounts", *command, "--help", COLUMNS="200")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.lstrip().startswith("用法：python -m app accounts")
    assert ENGLISH.findall(re.sub(r"--\w+", "", done.stdout)) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create"], "缺少参数 登录名"),
        (["create", "a"], "缺少选项 --role"),
        (["token", "a", "--role", "admin"], "缺少选项 --days"),
        (["token", "a", "--role", "admin", "--days", "x"], "选项 --days 的取值不合要求"),
    ],
)
def test_misuse_ends_with_2(arguments: list[str], said: str) -> None:
    done = call("accounts", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
