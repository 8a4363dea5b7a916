"""A score sheet in the terminal: what was scored, the table, the totals, what would gain most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rich.console import Console, Group
from rich.text import Text

from app.cli.remarks import adjustments, figure, range_text
from app.cli.table import OPEN, draw_table
from app.cli.wrapping import fold
from app.scoring.scheme import Scheme
from app.scoring.sheet import Figure, FigureRange, Improvement, ItemResult, ScoreSheet

STATUS: Final = {"pending": "待定", "complete": "齐全，各项均已计分", "final": "定稿"}
WAITING: Final = {
    "pending_evidence": "待佐证资料",
    "pending_judgement": "待评判",
    "pending_round": "待其他单位或上一批次的数值",
    "undecided": "不属于任何一档",
}
MOST_SHOWN: Final = 5
"""Improvements named below the table, the greatest first."""


def draw(sheet: ScoreSheet, scheme: Scheme, width: int, note: str = "") -> Group:
    """The whole sheet for a terminal of `width` cells; `note` stands above it."""
    above = [*_heading(sheet, scheme, width, note), Text()]
    below = [Text(), *_totals(sheet, width), *_improvements(sheet, width), _names(sheet, width)]
    return Group(*above, draw_table(sheet, scheme, width), *below)


def show(sheet: ScoreSheet, scheme: Scheme, note: str = "") -> None:
    """Draw it on standard output: colours only on a terminal, and not where NO_COLOR is set."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(draw(sheet, scheme, console.width, note))


def _heading(sheet: ScoreSheet, scheme: Scheme, width: int, note: str) -> Iterator[Text]:
    if note:
        yield _lines(note, width, "bold yellow")
    yield _lines(scheme.title, width, "bold")
    named = f"方案 {sheet.scheme.code}@{sheet.scheme.version}"
    yield _lines(f"{named}，考评期 {sheet.period['start']} 至 {sheet.period['end']}", width, "dim")


def _totals(sheet: ScoreSheet, width: int) -> Iterator[Text]:
    base = _sum([section.range for section in sheet.sections if not section.bonus])
    bonus = _sum([section.range for section in sheet.sections if section.bonus])
    parts = [
        f"基本分 {_score(sheet.base, base)} / {figure(sheet.full_marks)}",
        f"加分 {_score(sheet.bonus, bonus)} / {figure(sheet.bonus_limit)}",
        f"总分 {_score(sheet.total, sheet.range)}",
    ]
    if not sheet.bonus_limit:
        del parts[1]
    if sheet.grade is not None:
        parts.append(f"等次 {sheet.grade}")
    yield _lines("　".join(parts), width, "bold")
    for said in adjustments(sheet.adjustments):
        yield _lines(said, width, "")
    yield _lines(
        f"状态：{STATUS[sheet.status]}{_waiting(sheet)}", width, OPEN if sheet.status == "pending" else "green"
    )


def _score(score: Figure | None, span: FigureRange) -> str:
    return f"待定 {range_text(span)}" if score is None else figure(score)


def _sum(ranges: list[FigureRange]) -> FigureRange:
    lows = [each.low for each in ranges]
    highs = [each.high for each in ranges]
    return FigureRange(
        None if None in lows else sum(low for low in lows if low is not None),
        None if None in highs else sum(high for high in highs if high is not None),
    )


def _waiting(sheet: ScoreSheet) -> str:
    count = Counter(item.status for item in _items(sheet) if item.score is None)
    said = "，".join(f"{number}项{WAITING[status]}" for status, number in count.items() if status in WAITING)
    return f"，{said}；待定的分数所列为可能区间" if said else ""


def _improvements(sheet: ScoreSheet, width: int) -> Iterator[Text]:
    found = [(item, item.improvements[0]) for item in _items(sheet) if item.improvements]
    if not found:
        return
    found.sort(key=lambda pair: -pair[1].points)
    more = f"（前{MOST_SHOWN}项）" if len(found) > MOST_SHOWN else ""
    yield _lines(f"可提升之处{more}：", width, "bold")
    for item, improvement in found[:MOST_SHOWN]:
        yield _gain(item, improvement, width)


def _gain(item: ItemResult, improvement: Improvement, width: int) -> Text:
    mark = f"  +{figure(improvement.points)}分  "
    first, *others = fold(f"{item.number or '－'} {item.indicator}：{improvement.text}", width - len(mark) - 1)
    return Text.assemble((mark, "green"), "\n".join([first, *(" " * (len(mark) + 1) + line for line in others)]))


def _names(sheet: ScoreSheet, width: int) -> Text:
    return _lines(f"摘要 {sheet.digest}", width, "dim")


def _items(sheet: ScoreSheet) -> Iterator[ItemResult]:
    return (item for section in sheet.sections for item in section.items)


def _lines(text: str, width: int, style: str) -> Text:
    return Text("\n".join(fold(text, width)), style)
