"""Typer, speaking Chinese: help, usage errors, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

import typer

# Typer carries Click inside and gives these no public name; the lock pins its version.
from typer._click.core import Command as ClickCommand
from typer._click.core import Context
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup, TyperOption

from app.errors import Invalid, Refused
from app.protocol.limits import printable
from app.scoring.problems import Problems

PROGRAM: Final = "python -m app"
BAD_INPUT: Final = 1
MISUSED: Final = 2
PANELS: Final = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "REQUIRED_LONG_STRING": "（必填）",
    "DEFAULT_STRING": "（默认 {}）",
}
USAGE: Final = {"Usage: ": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 …"}
LIMITS: Final = {"port": "0 至 65535 的整数", "workers": "1 至 64 的整数"}
"""What the values of options can be, where Typer checks it."""


def say(line: str) -> None:
    """A line for the person at the keyboard, apart from what the command gives out."""
    typer.echo(printable(line), err=True)


def shown(text: str) -> str:
    """As one line: what comes from anybody's file neither starts another nor steers the terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def refuse(what: str, problems: Problems) -> int:
    """The exit code, after saying what is wrong, every problem with its place."""
    say(f"{what}：" if problems else what)
    for problem in problems:
        say(f"  {problem.pointer or '（整体）'}：{problem.message} [{problem.code}]")
    return BAD_INPUT


class Misused(Exception):
    """What was asked for cannot be meant; the command ends with 2."""


class _Chinese(ClickCommand):
    """The words of help."""

    def get_usage(self, ctx: Context) -> str:
        text = super().get_usage(ctx)
        for english, chinese in USAGE.items():
            text = text.replace(english, chinese)
        return text

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help, option.metavar = "显示这段说明", ""
        return option

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        from typer import rich_utils

        for name, title in PANELS.items():
            setattr(rich_utils, name, title)
        super().format_help(ctx, formatter)


class Command(_Chinese, TyperCommand):
    """A command with its help in Chinese."""


class Commands(_Chinese, TyperGroup):
    """Commands that answer misuse in Chinese and end with the exit code that a command returns."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 -- Typer's signature
    ) -> Any:  # noqa: ANN401 -- Typer's signature
        del prog_name, standalone_mode  # it has one name, and answers itself
        try:
            code = super().main(
                args=args,
                prog_name=PROGRAM,
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except NoArgsIsHelpError:
            sys.exit(MISUSED)
        except Misused as error:
            say(str(error))
            sys.exit(MISUSED)
        except Refused as refused:
            sys.exit(refuse(refused.detail, refused.problems if isinstance(refused, Invalid) else Problems()))
        except UsageError as error:
            where = f"；用法见 {error.ctx.command_path} --help" if error.ctx is not None else ""
            say(f"用法有误：{sentence(error)}{where}")
            sys.exit(MISUSED)
        sys.exit(code or 0)


def sentence(error: UsageError) -> str:
    """What was wrong with the command line."""
    if isinstance(error, MissingParameter):
        return f"缺少{_name(error)}"
    if isinstance(error, NoSuchOption):
        near = f"，是否要用 {'、'.join(sorted(error.possibilities))}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, BadOptionUsage):
        wrong = "应带取值" if "requires" in error.message else "不带取值"
        return f"选项 {error.option_name} {wrong}"
    if isinstance(error, BadParameter):
        limits = LIMITS.get(error.param.name or "" if error.param else "")
        return f"{_name(error)} 应为{limits}" if limits else f"{_name(error)} 的取值不合要求"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.split(chr(39))[1]}"
    return "缺少命令" if error.message.startswith("Missing command") else "多出了不认识的参数"


def _name(error: BadParameter) -> str:
    if error.param is None:
        return "参数"
    if error.param.param_type_name == "argument":
        return f"参数 {error.param.metavar}"
    return f"选项 {error.param.opts[0]}"
