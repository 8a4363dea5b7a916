"""The score sheet as the official table, drawn for a terminal of any width from 40 cells up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich import box
from rich.table import Table
from rich.text import Text

from app.cli.remarks import Remark, Remarks, adjustments, figure, range_text
from app.cli.wrapping import fold
from app.scoring.scheme import Scheme
from app.scoring.sheet import Figure, FigureRange, ItemResult, ScoreSheet, SectionResult

Cells: TypeAlias = dict[str, Text]

LEAST: Final = 40
NARROW: Final = 60
WIDE: Final = 112
VERY_WIDE: Final = 140
GROUND: Final = box.Box("    \n  │ \n ─┼ \n  │ \n ─┼ \n ─┼ \n  │ \n    \n")
"""Lines between columns and below headings, none around: every cell counts where there is little room."""
TONES: Final = {"lost": "red", "open": "yellow", "quiet": "dim", "clause": "dim"}
OPEN: Final = "yellow"
TITLE_SHARE: Final = (3, 8)
"""How much of what the fixed columns leave goes to 计分项目; the rest is for the reasons."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table and its width in cells; the ones that grow have none."""

    name: str
    heading: str
    width: int = 0
    figures: bool = False
    grown: int = 0
    """Its width on a very wide terminal, where that differs."""


COLUMNS: Final = (
    Column("number", "序号", 4),
    Column("section", "基本指标", 8),
    Column("indicator", "具体指标", 8, grown=14),
    Column("title", "计分项目"),
    Column("points", "分值", 4, figures=True),
    Column("score", "考评得分", 8, figures=True),
    Column("remarks", "扣分理由"),
)
"""计分标准 has no column, being as long as all others together; the clause that a deduction rests on stands with it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns there is room for, and how wide each is."""

    widths: dict[str, int]
    roomy: bool

    @classmethod
    def fit(cls, width: int) -> Layout:
        """For a terminal of `width` cells."""
        width = max(width, LEAST)
        roomy = width >= WIDE
        hidden = set() if roomy else {"section"} if width >= NARROW else {"section", "indicator", "points"}
        shown = [column for column in COLUMNS if column.name not in hidden]
        frame = 3 * len(shown) + 1 if roomy else len(shown) - 1
        widths = {each.name: each.grown if each.grown and width >= VERY_WIDE else each.width for each in shown}
        rest = width - frame - sum(widths.values())
        title = rest * TITLE_SHARE[0] // TITLE_SHARE[1]
        return cls(widths | {"title": title, "remarks": rest - title}, roomy)

    def folded(self, column: str, text: str, style: str = "") -> Text:
        """The text in lines that fit the column."""
        return Text("\n".join(fold(text, self.widths[column])), style) if column in self.widths else Text()


def draw_table(sheet: ScoreSheet, scheme: Scheme, width: int) -> Table:
    """Sections with their sums, and their items."""
    layout = Layout.fit(width)
    rows = _Rows(sheet, scheme, layout)
    table = Table(
        box=box.SQUARE if layout.roomy else GROUND,
        show_edge=layout.roomy,
        pad_edge=layout.roomy,
        padding=(0, 1) if layout.roomy else 0,
        border_style="dim",
    )
    for column in COLUMNS:
        if column.name in layout.widths:
            justify = "right" if column.figures else "left"
            table.add_column(column.heading, width=layout.widths[column.name], no_wrap=True, justify=justify)  # type: ignore[arg-type]
    for section in sheet.sections:
        cells = rows.beside(section) if layout.roomy else rows.above(section)
        table.add_row(*(cells.get(name, Text()) for name in layout.widths), end_section=True)
    return table


class _Rows:
    """A section as one row of the table, its items below one another in it."""

    def __init__(self, sheet: ScoreSheet, scheme: Scheme, layout: Layout) -> None:
        self._unused = frozenset(sheet.unused_judgements)
        self._remarks = Remarks(scheme)
        self._layout = layout

    def beside(self, section: SectionResult) -> Cells:
        """The section in a column of its own, as in print."""
        cells = self._joined([self._item(item, bonus=section.bonus) for item in section.items])
        earned = f"得{figure(section.score)}分" if section.score is not None else f"待定\n{range_text(section.range)}"
        said = "".join(f"\n{each}" for each in adjustments(section.adjustments))
        text = f"{section.title}（{figure(section.points)}分）\n{earned}{said}"
        return cells | {"section": self._layout.folded("section", text, "bold")}

    def above(self, section: SectionResult) -> Cells:
        """The section as a line of sums over its items."""
        heading = {
            "indicator": section.title,
            "title": section.title if "indicator" not in self._layout.widths else "小计",
            "points": figure(section.points),
            "score": _score_text(section.score, section.range),
            "remarks": "\n".join(adjustments(section.adjustments)),
        }
        sums = {column: self._layout.folded(column, text, "bold") for column, text in heading.items()}
        return self._joined([sums, *(self._item(item, bonus=section.bonus) for item in section.items)])

    def _joined(self, rows: list[Cells]) -> Cells:
        """Rows below one another, each as high as its highest cell."""
        heights = [max(text.plain.count("\n") for text in row.values()) for row in rows]
        joined: Cells = {}
        for name in self._layout.widths:
            parts = [row.get(name, Text()) for row in rows]
            for part, height in zip(parts, heights, strict=True):
                part.append("\n" * (height - part.plain.count("\n")))
            joined[name] = Text("\n").join(parts)
        return joined

    def _item(self, item: ItemResult, *, bonus: bool) -> Cells:
        fold_in = self._layout.folded
        return {
            "number": fold_in("number", item.number or "－"),
            "indicator": fold_in("indicator", item.indicator),
            "title": fold_in("title", item.title),
            "points": fold_in("points", figure(item.points)),
            "score": fold_in("score", _item_text(item), _style(item, bonus=bonus)),
            "remarks": self._in_lines(self._remarks.of(item, unused=item.code in self._unused)),
        }

    def _in_lines(self, remarks: Iterable[Remark]) -> Text:
        return Text("\n").join(self._layout.folded("remarks", each.text, TONES[each.tone]) for each in remarks)


def _score_text(score: Figure | None, span: FigureRange) -> str:
    return f"待定\n{range_text(span)}" if score is None else figure(score)


def _item_text(item: ItemResult) -> str:
    left_out = item.score is None and item.status == "not_applicable"
    return "不适用" if left_out else _score_text(item.score, item.range)


def _style(item: ItemResult, *, bonus: bool) -> str:
    if item.status == "not_applicable":
        return "dim"
    if item.score is None:
        return OPEN
    if bonus and not item.score:
        return ""
    return "green" if bonus or item.score >= item.points else "red"
