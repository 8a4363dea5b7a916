"""The commands and their options; each loads what it needs when it runs, so that none waits for another's libraries."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli import proofs
from app.cli.chosen import settings
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
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="个数", help="与 --jsonl 同用的进程数，不给时为 1；输出不变")
]
MOST_WORKERS: Final = 64
Port = Annotated[
    int | None,
    typer.Option("--port", metavar="端口", min=0, max=65535, help="监听的端口，不给时用设置 MEA_PORT 或 8000"),
]
DemoDirectory = Annotated[Path, typer.Option("--directory", metavar="目录", help="存放演示数据库的目录")]
AndServe = Annotated[bool, typer.Option("--serve", metavar="", help="随后启动服务")]
PublicKeys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="公钥", help="核对签名的公钥，可给多个；不给时用设置 MEA_SIGNING_KEY 的密钥"),
]
AccountName = Annotated[str, typer.Argument(metavar="登录名", help="小写字母、数字和 . _ -")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role", metavar="角色", help="admin、chief、evaluator 可并有；submitter、dashboard、auditor 只能单独担任"
    ),
]
InstitutionCode = Annotated[
    str | None, typer.Option("--institution", metavar="代码", help="所属机构", show_default=False)
]
SubjectCodes = Annotated[
    list[str] | None,
    typer.Option("--subject", metavar="代码", help="填报人员所代表的考评对象，可多次给出", show_default=False),
]
PersonName = Annotated[
    str | None, typer.Option("--display-name", metavar="姓名", help="姓名或用途，不给时为登录名", show_default=False)
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", metavar="", help="从标准输入读取密码，不在终端上询问")]
Days = Annotated[int, typer.Option("--days", metavar="天数", help="有效天数，至多 400")]
Label = Annotated[str, typer.Option("--label", metavar="用途", help="令牌的用途")]
OnLoopback = Annotated[bool, typer.Option("--loopback", metavar="", help="只在本机有效")]
Unpublished = Annotated[bool, typer.Option("--unpublished", metavar="", help="看板令牌也能读取未公布的结果")]
SchemeArgument = Annotated[str, typer.Argument(metavar="代码@版本", help="方案库中的评价方案，或方案文件")]

schemes = typer.Typer(cls=Commands, help="评价方案：列出、显示、载入数据库。", no_args_is_help=True)
app.add_typer(schemes, name="schemes")
audit = typer.Typer(cls=Commands, help="审计记录：核对，为链头签名。", no_args_is_help=True)
app.add_typer(audit, name="audit")
keys = typer.Typer(cls=Commands, help="签名密钥：生成，显示公钥。", no_args_is_help=True)
app.add_typer(keys, name="keys")
accounts = typer.Typer(cls=Commands, help="账户：建立、列出、重设密码、停用，建立令牌。", no_args_is_help=True)
app.add_typer(accounts, name="accounts")


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
    workers: Workers = None,
    final: AsFinal = False,
) -> int:
    """Score one file, or every line of standard input."""
    from app.cli.reading import Defaults, period_of
    from app.cli.scoring import score_file, score_stream

    if jsonl == (file is not None):
        raise Misused("请给出一个文件，或用 --jsonl 从标准输入逐行读取，二者取其一")
    if jsonl and json:
        raise Misused("--jsonl 的输出就是 JSON，不与 --json 同用")
    if workers is not None and not jsonl:
        raise Misused("--workers 只与 --jsonl 同用")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise Misused(f"用法有误：选项 --workers 应为 1 至 {MOST_WORKERS} 的整数")
    defaults = Defaults(None if period is None else period_of(period), final)
    library = settings().schemes_directory
    if file is None:
        return score_stream(scheme, library, defaults, workers or 1)
    return score_file(scheme, library, file, defaults, as_json=json)


@app.command(cls=Command, help="启动服务：只监听 127.0.0.1，接口文档在 /docs。")
def serve(*, port: Port = None) -> None:
    """Serve until asked to stop."""
    from app.cli import service

    service.serve(settings_with_port(port))


@app.command(cls=Command, help="重新建立演示数据（虚构的示例市，两个批次），显示一张评分表；--serve 随后启动服务。")
def demo(*, directory: DemoDirectory = Path("var/demonstration"), serve: AndServe = False, port: Port = None) -> None:
    """Build the demonstration city, show it, serve it."""
    from app.cli import service
    from app.cli.demo import demonstrate

    with_port = settings_with_port(port)
    if serve:
        service.claim_port(with_port)
    serving = demonstrate(directory, with_port)
    if serve:
        service.serve(serving)


@app.command(cls=Command, help="把数据库的表更新到本版本。")
def migrate() -> None:
    """Bring the tables to this release."""
    from app.cli.service import migrated

    with migrated(settings()):
        typer.echo("数据库的表已是本版本")


@schemes.command("list", cls=Command, help="列出方案库（目录）中的评价方案。")
def list_schemes() -> int:
    """Every scheme on disk."""
    from app.cli.schemes import show_library

    return show_library(settings().schemes_directory)


@schemes.command("show", cls=Command, help="显示一个评价方案：各项计分标准和释义口径。")
def show_scheme(*, scheme: SchemeArgument, json: AsJson = False) -> int:
    """One scheme in full."""
    from app.cli.schemes import show_scheme as show

    return show(scheme, settings().schemes_directory, as_json=json)


@schemes.command("check", cls=Command, help="核对一个评价方案：分值合计、最低分、例题；有问题时退出码为 1。")
def check_scheme(*, scheme: SchemeArgument) -> int:
    """Say everything that keeps a scheme from being published."""
    from app.cli.schemes import check_scheme as check

    return check(scheme, settings().schemes_directory)


@schemes.command("schema", cls=Command, help="输出评价方案文件的 JSON Schema。")
def show_schema() -> int:
    """Print what `docs/scheme.schema.json` publishes."""
    from app.cli.schemes import show_schema as show

    return show()


@schemes.command("load", cls=Command, help="把方案库中的评价方案载入数据库并发布；已载入的不变。")
def load_schemes() -> None:
    """Publish what the library holds and the database lacks."""
    from app.access import CONSOLE
    from app.cli.service import ready
    from app.schemes.service import load_library

    chosen = settings()
    with ready(chosen) as database, database.writing() as session:
        loaded = load_library(session, CONSOLE, chosen.schemes_directory)
    for version in loaded:
        typer.echo(f"已发布 {version.code}@{version.version} {version.title}")
    if not loaded:
        typer.echo("方案库中的评价方案都已载入")


@audit.command("verify", cls=Command, help="核对全部审计记录，并与数据库以外的签名链头对照；有问题时退出码为 1。")
def verify_audit(*, key: PublicKeys = None) -> int:
    """Say everything that is wrong with the record."""
    from app.cli.audit import verify

    return verify(settings(), key or [])


@audit.command("head", cls=Command, help="为当前链头签名，写入数据库以外的文件（设置 MEA_AUDIT_HEADS）。")
def sign_audit_head() -> None:
    """Vouch for the record as it is now."""
    from app.cli.audit import sign_head

    sign_head(settings())


@keys.command("show", cls=Command, help="显示签名密钥（设置 MEA_SIGNING_KEY）的公钥，供核对存证包和链头的人使用。")
def show_key() -> None:
    """Print the public half."""
    from app.cli.audit import show_key as show

    show(settings())


@keys.command("create", cls=Command, help="生成签名密钥（设置 MEA_SIGNING_KEY），显示其公钥；已有密钥时不覆盖。")
def create_key() -> None:
    """Make the key that signs."""
    from app.cli.audit import create_key as create

    create(settings())


@accounts.command("create", cls=Command, help="建立账户；在终端上询问密码，没有默认密码。")
def create_account(
    *,
    name: AccountName,
    role: Roles,
    institution: InstitutionCode = None,
    subject: SubjectCodes = None,
    display_name: PersonName = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account, the first administrator above all."""
    from app.cli.accounts import create

    said = {"name": name, "display_name": display_name or name, "roles": role, "institution": institution}
    create(settings(), {**said, "subjects": subject or []}, password_stdin=password_stdin)


@accounts.command("list", cls=Command, help="列出所有账户：登录名、角色、机构和考评对象，不含姓名。")
def list_accounts() -> None:
    """Every account."""
    from app.cli.accounts import show_all

    show_all(settings())


@accounts.command("reset", cls=Command, help="重设密码；该账户的会话和令牌全部结束。")
def reset_account(*, name: AccountName, password_stdin: FromStdin = False) -> None:
    """Another password."""
    from app.cli.accounts import reset

    reset(settings(), name, password_stdin=password_stdin)


@accounts.command("deactivate", cls=Command, help="停用账户；该账户的会话和令牌全部结束。")
def deactivate_account(*, name: AccountName) -> None:
    """Shut an account."""
    from app.cli.accounts import deactivate

    deactivate(settings(), name)


@accounts.command("token", cls=Command, help="为账户建立令牌，只此一次显示。")
def make_token(
    *,
    name: AccountName,
    role: Roles,
    days: Days,
    label: Label = "命令行建立",
    loopback: OnLoopback = False,
    unpublished: Unpublished = False,
) -> None:
    """A token for a program."""
    from app.cli.accounts import make_token as make

    said = {"account": name, "roles": role, "days": days, "label": label}
    make(settings(), {**said, "loopback": loopback, "unpublished": unpublished})


proofs.register(app)


def settings_with_port(port: int | None) -> Settings:
    """The settings, with another port where one is given."""
    return settings() if port is None else settings(port=port)


def run() -> None:
    """Start the command line; a sign that the terminal cannot show becomes a question mark and stops nothing.

    A stream that is closed reads as empty and takes nothing: the exit code is 1, and a full disk says so.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 -- as long as the process lives
    if sys.stdout is None:
        sys.exit(1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except OSError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"无法读写：{error.strerror}\n")
        sys.exit(1)
