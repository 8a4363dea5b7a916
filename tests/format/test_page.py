"""The page on the format: every example in it is a scheme, and gives what stands beside it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from app.checking import check
from app.scoring.engine import prepare, score_request
from app.scoring.problems import Problems
from app.scoring.program import Program
from tests.format.blocks import DESIGN, MORE, PAGE, Shown, faults, shown_in, shown_on
from tests.format.dressing import document_of, request_of

EXAMPLES = [*shown_on(PAGE), *shown_on(DESIGN), *shown_on(MORE)]
ROWS = [
    pytest.param(shown, row, id=f"{shown}, row {number}")
    for shown in EXAMPLES
    for number, row in enumerate(shown.rows, 1)
]
SUMS = ("total", "base", "bonus", "full_marks", "bonus_limit", "grade", "status")


def program_of(shown: Shown) -> Program:
    program = prepare(document_of(shown))
    assert not isinstance(program, Problems), list(program)
    return program


def answer(shown: Shown, row: dict[str, Any]) -> Any:
    """The sheet for a row, or the codes of the problems that refuse it."""
    sheet = score_request(program_of(shown), request_of(shown, row))
    if isinstance(sheet, Problems):
        return [problem.code for problem in sheet]
    return json.loads(sheet.to_bytes(), parse_float=Decimal)


def became(part: dict[str, Any]) -> Any:
    """The score of an item, section or sheet; the range where there is none yet."""
    if part.get("status") == "not_applicable" and part["score"] is None:
        return "left out"
    score = part["score"] if "score" in part else part["total"]
    return [part["range"]["low"], part["range"]["high"]] if score is None else score


def parts_of(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The sections and items of a sheet by their codes."""
    sections = {section["code"]: section for section in sheet["sections"]}
    return sections | {item["code"]: item for section in sheet["sections"] for item in section["items"]}


def sheet_gives(sheet: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What a sheet says to each thing that a row asks of it: its own sums, or a section or item by its code."""
    parts = parts_of(sheet)
    said: dict[str, Any] = {name: sheet[name] for name in SUMS if name in wanted}
    if "total" in wanted and sheet["total"] is None and wanted["total"] is not None:
        said["total"] = became(sheet)
    return said | {code: became(parts[code]) for code in wanted if code not in SUMS}


@pytest.mark.parametrize("shown", EXAMPLES, ids=str)
def test_block_says_what_it_gives(shown: Shown) -> None:
    assert faults(shown) == []


@pytest.mark.parametrize("shown", EXAMPLES, ids=str)
def test_block_is_a_scheme_that_may_be_published_unless_it_says_otherwise(shown: Shown) -> None:
    program = prepare(document_of(shown))
    if isinstance(program, Problems):
        assert [problem.code for problem in program] == shown.said.get("document"), list(program)
    else:
        assert [problem.code for problem in check(program)] == shown.said.get("check", [])


@pytest.mark.parametrize(("shown", "row"), ROWS)
def test_row_gives_what_the_page_says(shown: Shown, row: dict[str, Any]) -> None:
    given = answer(shown, row)
    if row["gives"] == "refused":
        assert given == [row["because"]]
        return
    assert isinstance(given, dict), given
    if isinstance(row["gives"], dict):
        assert sheet_gives(given, row["gives"]) == row["gives"]
        return
    item = parts_of(given)["item"]
    assert became(item) == row["gives"]
    assert asked_of(item, row) == {name: row[name] for name in ASKED if name in row}


ASKED = ("status", "deductions", "nominal", "reasons", "surplus", "missing")


def asked_of(item: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """What the result of an item says to each thing that a row asks of it besides the score."""
    said = {
        "status": item["status"],
        "deductions": [each["points"] for each in item["deductions"]],
        "nominal": [each["nominal"] for each in item["deductions"]],
        "reasons": [each["reason"] for each in item["deductions"]],
        "surplus": item["surplus"],
        "missing": item["trace"]["missing"],
    }
    return {name: said[name] for name in ASKED if name in row}


def test_page_has_its_examples() -> None:
    on_page = shown_on(PAGE)
    assert len(on_page) >= 130
    assert sum(len(shown.rows) for shown in on_page) >= 360


def test_no_block_of_the_page_escapes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(shown_on(PAGE))


def test_chapter_of_clauses_has_two_rows_for_each() -> None:
    text = PAGE.read_text(encoding="utf-8")
    start, end = (text.index(f"\n## {heading}\n") for heading in ("Clauses and their rules", "Ten hard clauses"))
    clauses = shown_in(text[start:end])
    assert len(clauses) >= 40
    assert [str(shown) for shown in clauses if "criteria" not in shown.said or len(shown.rows) < 2] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```yaml\ntitle: 甲\npoints: 1\nrule: 1\n```\n", ["it has no test row"]),
        ("```yaml\ntitle: 甲\npoint: 1\ntests: [{gives: 1}]\n```\n", ["point is no member of a block"]),
        (
            "```yaml\nrule: 1\ntests: [{fact: {}}]\n```\n",
            ["fact is no member of row 1", "row 1 says nothing that it gives"],
        ),
    ],
)
def test_block_that_shows_nothing_is_found(text: str, found: list[str]) -> None:
    (shown,) = shown_in(text)
    assert faults(shown) == found
