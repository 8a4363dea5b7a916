"""The table in the terminal: whole at every width, honest about what is pending, coloured only where that is wanted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from app.cli.sheet import draw
from app.scoring.engine import Program, prepare, read_inputs, score
from app.scoring.sheet import ItemResult, ScoreSheet
from tests.cli.calls import document, examples, request

PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
PARTLY = "填报了一部分：已能确定的计分，其余给出可能区间"
LOST = "逐项差一线"
WIDTHS = (40, 59, 60, 80, 100, 111, 112, 120, 160, 200)


@cache
def program() -> Program:
    compiled = prepare(document())
    assert isinstance(compiled, Program)
    return compiled


def a_sheet(name: str, **changes: Any) -> ScoreSheet:
    inputs = read_inputs(program(), {"period": examples()[name]["period"], **request(name, **changes)})
    sheet = score(program(), inputs)  # type: ignore[arg-type]
    assert isinstance(sheet, ScoreSheet), inputs
    return sheet


def drawn(sheet: ScoreSheet, width: int, **console: Any) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, markup=False, emoji=False, **console).print(
        draw(sheet, program().scheme, width, console.pop("note", ""))
    )
    return file.getvalue()


def items(sheet: ScoreSheet) -> Iterator[ItemResult]:
    return (item for section in sheet.sections for item in section.items)


def words(text: str) -> str:
    """What is said, without blanks, lines and breaks."""
    return re.sub(r"[\s│┼─┌┬┐├┤└┴┘]", "", text)


def columns(text: str, heading: str) -> str:
    """All text of one column of a table."""
    lines = text.splitlines()
    top = next(number for number, line in enumerate(lines) if heading in line)
    cells = [re.split("│", line) for line in lines[top:] if "│" in line]
    place = next(at for at, cell in enumerate(cells[0]) if cell.strip() == heading)
    return words("".join(cell[place] for cell in cells))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", sorted(examples()))
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    widths = [cell_len(line) for line in drawn(a_sheet(name), width).splitlines()]
    assert max(widths) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_are_aligned(width: int) -> None:
    lines = [line for line in drawn(a_sheet(LOST), width).splitlines() if re.search("[│┼├┌└]", line)]
    assert {cell_len(line) for line in lines} == {width}
    rules = [[cell_len(line[:at]) for at, sign in enumerate(line) if sign in "│┼┬┴"] for line in lines]
    inner = [[at for at in each if 0 < at < width - 1] for each in rules]
    assert all(each == inner[0] for each in inner)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_item_is_there_with_its_reasons(width: int) -> None:
    sheet = a_sheet(LOST)
    text = drawn(sheet, width)
    titles, reasons = columns(text, "计分项目"), columns(text, "扣分理由")
    for item in items(sheet):
        assert words(item.title) in titles
        for deduction in item.deductions:
            assert f"扣{deduction.points}分：" in reasons
            assert words(deduction.reason).partition("。依据计分标准")[0] in reasons
            assert words(deduction.clause or "") in reasons
        for record in item.trace.records:
            assert record.counted or f"第{record.row}行：{words(record.reason or '')}" in reasons


@pytest.mark.parametrize("width", [80, 120, 200])
def test_columns_of_the_official_table(width: int) -> None:
    text = drawn(a_sheet(LOST), width)
    heading = next(line for line in text.splitlines() if "考评得分" in line)
    wanted = ["序号", "基本指标", "具体指标", "计分项目", "分值", "考评得分", "扣分理由"]
    shown = [cell.strip() for cell in heading.strip("│").split("│")]
    assert shown == ([each for each in wanted if each != "基本指标"] if width == 80 else wanted)


@pytest.mark.parametrize("width", [80, 120])
def test_sums_of_the_sections(width: int) -> None:
    text = words(drawn(a_sheet(LOST), width))
    said = ["工作组织小计163", "工作举措小计4319"] if width == 80 else ["（16分）", "得3分", "（43分）", "得19分"]
    assert [each for each in said if each not in text] == []
    assert "基本分40/100加分0/6总分40" in text
    assert "状态：齐全，各项均已计分" in text


def test_what_is_pending_is_said_with_its_range() -> None:
    sheet = a_sheet(PARTLY)
    text = drawn(sheet, 120)
    assert "基本分 待定 26～75 / 100　加分 待定 1.5～6 / 6　总分 待定 27.5～81" in text
    assert "状态：待定，11项待佐证资料，1项待评判；待定的分数所列为可能区间" in text
    scores, reasons = columns(text, "考评得分"), columns(text, "扣分理由")
    for item in items(sheet):
        if item.score is None:
            assert f"待定{item.range.low}～{item.range.high}" in scores
    assert "待佐证资料：年度工作计划由双方协商制定、年度工作计划目标任务明确具体" in reasons
    assert "待评判" in reasons
    assert "所报资料得不出满意度" in reasons


def test_final_sheet_says_so() -> None:
    text = drawn(a_sheet("填报了一部分，考评终结，缺的按未举证取最低分"), 120)
    assert "状态：定稿" in text
    assert "未予证明，按可能的最低分计" in words(text)


def test_judgement_that_was_not_used_is_named() -> None:
    sheet = a_sheet("满分的联合体，基本分100分，加分6分")
    judgements = request()["judgements"] | {"chronic_care": {"points": 3, "rationale": "查阅病历"}}
    unused = a_sheet("满分的联合体，基本分100分，加分6分", judgements=judgements)
    assert "已有的评判未被采用" not in words(drawn(sheet, 120))
    assert "已有的评判未被采用" in words(drawn(unused, 120))


def test_note_stands_above() -> None:
    console = Console(file=io.StringIO(), width=80)
    console.print(draw(a_sheet(LOST), program().scheme, 80, "演示数据"))
    assert console.file.getvalue().startswith("演示数据")  # type: ignore[attr-defined]


def test_greatest_gains_are_named() -> None:
    text = words(drawn(a_sheet(LOST), 120))
    best = max(items(a_sheet(LOST)), key=lambda item: item.improvements[0].points if item.improvements else 0)
    assert f"+{best.improvements[0].points}分{best.number}{best.indicator}：{words(best.improvements[0].text)}" in text


def test_colours_only_on_a_terminal() -> None:
    sheet = a_sheet(PARTLY)
    assert "\x1b" not in drawn(sheet, 100)
    coloured = drawn(sheet, 100, force_terminal=True, color_system="standard")
    assert {"\x1b[31m", "\x1b[32m", "\x1b[33m"} <= set(re.findall("\x1b\\[3[0-9]m", coloured))
    plain = drawn(sheet, 100, force_terminal=True, no_color=True)
    assert re.findall("\x1b\\[(?:[0-9;]*;)?[34][0-9]", plain) == []
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == drawn(sheet, 100)
