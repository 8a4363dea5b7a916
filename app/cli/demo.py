"""The command `demo`: a fresh demonstration city in a database of its own, shown by one sheet and the rankings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from app.access import CONSOLE, Actor
from app.assessments.service import scores, sheets
from app.cli.remarks import range_text
from app.cli.service import migrated
from app.cli.sheet import STATUS, show
from app.cli.speech import Misused
from app.config import Settings
from app.db import Database
from app.demonstration.build import ROUNDS, SHOWN_SUBJECT, Held, build
from app.demonstration.people import CHIEF, tokens_of_each_role
from app.rounds.service import entries, standing
from app.schemes import service as schemes
from app.storage import Folder

FILE: Final = "demonstration.sqlite3"
HEADS: Final = "audit-heads.jsonl"
KEY: Final = "signing.key"
TOKENS: Final = "tokens.env"
ATTACHMENTS: Final = "attachments"
STATES: Final = {"not_started": "未填报"} | {str(each): said for each, said in standing.WORDS.items()}
EVERYBODY: Final = 100


def demonstrate(directory: Path, settings: Settings) -> Settings:
    """Build the city anew in `directory` and show it; returns the settings that serve it."""
    path = directory / FILE
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", HEADS):
            (directory / name).unlink(missing_ok=True)
    except OSError as error:
        raise Misused(f"不能在 {directory} 中建立演示数据：{error.strerror}") from error
    settings = replace(
        settings,
        database_url=f"sqlite:///{path}",
        audit_heads=directory / HEADS,
        signing_key=directory / KEY,
        attachments=directory / ATTACHMENTS,
    )
    with migrated(settings) as database:
        with database.writing() as session:
            schemes.load_library(session, CONSOLE, settings.schemes_directory)
            people = build(session, Folder(settings.attachments))
            secrets = tokens_of_each_role(session)
        _show(database, people.actors[CHIEF])
        _hand_out(directory / TOKENS, secrets)
    typer.echo(f"演示数据已建立：{path}")
    return settings


def _hand_out(path: Path, secrets: Mapping[str, str]) -> None:
    """One token a role, printed and in a file that a shell can read; they open nothing from another machine."""
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=_owners_alone) as file:
        file.writelines(f"{role.upper()}={secret}\n" for role, secret in secrets.items())
    typer.echo("\n演示令牌（只在本机有效，请求头 Authorization: Bearer …）：")
    for role, secret in secrets.items():
        typer.echo(f"  {role:<10} {secret}")
    typer.echo(f"也在 {path} 中，可用 . {path} 读入")


def _owners_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _show(database: Database, chief: Actor) -> None:
    with database.reading() as session:
        place = entries.locate(session, chief, "read_assessment", ROUNDS[0].code, SHOWN_SUBJECT.code)
        first = place.round
        sheet = sheets.official(session, place)
        scheme = schemes.program(session, first.scheme, first.version).scheme
    show(sheet, scheme, f"{SHOWN_SUBJECT.lead}紧密医养联合体，{ROUNDS[0].title}")
    for held in ROUNDS:
        with database.reading() as session:
            found = scores.scores(session, chief, held.code, scores.Filter(), None, EVERYBODY)
        _rank(held, found)


def _rank(held: Held, found: Sequence[scores.Score]) -> None:
    table = Table(
        title=f"\n{held.title}，批次 {held.code}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for heading in ("名次", "联合体", "代码", "总分", "状态"):
        table.add_column(heading, justify="right" if heading in {"名次", "总分"} else "left", no_wrap=True)
    for score in found:
        result = score.result
        rank = "－" if score.rank is None else str(score.rank)
        total = "－" if result is None else range_text(result.range)
        state = STATES[score.state] if result is None else STATUS[result.status].partition("，")[0]
        table.add_row(rank, score.subject.name, score.subject.code, total, state)
    Console(highlight=False, markup=False, emoji=False).print(table)
