"""The command `recompute`: every sheet scored again from what was frozen, and every difference said."""

from __future__ import annotations

from pathlib import Path

import typer

from app.assessments.service.recomputing import Recomputed, recompute
from app.cli.service import ready
from app.cli.speech import BAD_INPUT, Misused, shown
from app.config import Settings
from app.db import Database
from app.exchange.rescoring import ENGINE_DIFFERS
from app.scoring.engine import ENGINE


def run(settings: Settings, round_code: str | None, out: Path | None) -> int:
    """The exit code, after a line for each difference; both sheets of each go into the folder `out`."""
    if out is not None:
        folder(out)
    with ready(settings) as database:
        return recomputed(database, round_code, out)


def recomputed(database: Database, round_code: str | None = None, out: Path | None = None) -> int:
    """The same on an open database."""
    total = wrong = others = 0
    with database.reading() as session:
        for each in recompute(session, round_code):
            total += 1
            others += each.by_another and each.sound
            if not each.sound:
                wrong += 1
                _say(each, out)
    older = f"（其中 {others} 份由其他版本的引擎计分，结果相同）" if others else ""
    typer.echo(f"已按定稿时的依据重新计分 {total} 份评分表{older}，引擎 {ENGINE}；{_verdict(wrong)}")
    return BAD_INPUT if wrong else 0


def _verdict(wrong: int) -> str:
    return f"{wrong} 份不一致" if wrong else "全部一致"


def _say(each: Recomputed, out: Path | None) -> None:
    place = f"批次 {each.round}，考评对象 {each.subject}，第 {each.number} 份评分表"
    for fault in each.result.faults:
        typer.echo(f"{place}：{fault.message} [{fault.code}]")
    if out is not None or any(fault.code == ENGINE_DIFFERS for fault in each.result.faults):
        show_both(f"{each.round}.{each.subject}.{each.number}", each.stored, each.result.made, out)


def show_both(name: str, stored: bytes, made: bytes | None, out: Path | None) -> None:
    """The sheet that was kept and the one that this engine gives: into a folder, or on the screen."""
    sheets = {"stored": ("原评分表", stored), "recomputed": ("重新计分", made)}
    for kind, (said, sheet) in sheets.items():
        if out is None:
            typer.echo(f"  {said}：{'（没有评分表）' if sheet is None else shown(sheet.decode(errors='replace'))}")
        elif sheet is not None:
            (out / f"{name}.{kind}.json").write_bytes(sheet)


def folder(out: Path) -> Path:
    """The folder, made where there is none; raises Misused."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misused(f"不能建立文件夹 {out}：{error.strerror}") from error
    return out
