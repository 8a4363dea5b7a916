"""The command `recompute`: every sheet scored again from what was frozen, and every difference said."""

from __future__ import annotations

from pathlib import Path

import typer

from app.assessments.service.recomputing import Recomputed, recompute
from app.cli.service import ready
from app.cli.speech import BAD_INPUT, Misused
from app.config import Settings
from app.db import Database
from app.exchange.rescoring import ENGINE_DIFFERS
from app.scoring.engine import ENGINE


def run(settings: Settings, round_code: str | None, out: Path | None) -> int:
    """The exit code, after a line for each difference; both sheets of each go into the folder `out`."""
    if out is not None:
        _make(out)
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
    sheets = {"stored": each.stored, "recomputed": each.result.made}
    if out is not None:
        for name, sheet in sheets.items():
            if sheet is not None:
                (out / f"{each.round}.{each.subject}.{each.number}.{name}.json").write_bytes(sheet)
    elif any(fault.code == ENGINE_DIFFERS for fault in each.result.faults):
        for name, sheet in sheets.items():
            shown = "（没有评分表）" if sheet is None else sheet.decode(errors="replace")
            typer.echo(f"  {'原评分表' if name == 'stored' else '重新计分'}：{shown}")


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misused(f"不能建立文件夹 {out}：{error.strerror}") from error
