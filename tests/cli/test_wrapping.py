"""Text in columns: nothing is lost, nothing is too wide, signs stay where they belong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.cli.wrapping import CLOSING, OPENING, fold

TEXTS = st.text(alphabet="医养结合机构，。；（）“”、 0123456789.%/-abz\n《》～", max_size=80)


@given(TEXTS, st.integers(6, 60))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = fold(text, width)
    assert max(map(cell_len, lines)) <= width
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


@given(TEXTS.filter(lambda text: not re.search(rf"[{OPENING}{CLOSING}/-]{{2}}|[!-~]{{8}}", text)), st.integers(20, 60))
def test_signs_stay_with_their_words(text: str, width: int) -> None:
    for line, following in zip(lines := fold(text, width), lines[1:], strict=False):
        if "\n" not in text:
            assert not line.endswith(tuple(OPENING))
            assert not following.startswith(tuple(CLOSING))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("派出人次为1人次，要求不少于2人次", 18, ["派出人次为1人次，", "要求不少于2人次"]),
        ("满意度为79.996%，低于80%", 16, ["满意度为", "79.996%，低于80%"]),
        ("不属于“未开展”", 7, ["不属于", "“未开", "展”"]),
        ("诊疗-康复-长护", 11, ["诊疗-康复-", "长护"]),
        ("2020-04-01至2021-03-31", 12, ["2020-04-01至", "2021-03-31"]),
        ("甲\n乙", 10, ["甲", "乙"]),
        ("", 10, [""]),
        ("一二三", 3, ["一", "二", "三"]),
        ("abcdefgh", 6, ["abcdef", "gh"]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    assert fold(text, width) == lines
