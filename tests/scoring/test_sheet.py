"""The sheet: it refuses sums that do not add up, and is sealed with a digest of everything else in it."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import rfc8785

from app.scoring.sheet import (
    Adjustment,
    Deduction,
    DoesNotAddUp,
    FigureRange,
    ItemResult,
    SchemeName,
    ScoreSheet,
    SectionResult,
    Trace,
)
from tests.builders import D, boolean, cases, levels, one_item, sheet_of

TRACE = Trace(measures={}, fields={}, level=None, judgement=None, missing=[], records=[])


def lost(*points: Any) -> list[Deduction]:
    return [Deduction(each, each, "item.term_1", "扣分", None) for each in points]


def a_row(score: Any = 3, points: Any = 5, **changes: Any) -> ItemResult:
    usual = {
        "code": "item",
        "number": None,
        "indicator": "指标",
        "title": "项目",
        "criteria": "得5分",
        "status": "scored",
    }
    found = {"range": FigureRange(score, score), "surplus": 0, "improvements": [], "trace": TRACE}
    return ItemResult(**{**usual, **found, "score": score, "points": points, "deductions": [], **changes})


def a_part(*rows: ItemResult, score: Any = 3, **changes: Any) -> SectionResult:
    usual = {"code": "section", "title": "一节", "points": 5, "bonus": False, "adjustments": []}
    return SectionResult(
        **{**usual, "score": score, "range": FigureRange(score, score), "items": list(rows), **changes}
    )


def a_sheet(*parts: SectionResult, total: Any = 3, base: Any = 3, bonus: Any = 0, **changes: Any) -> ScoreSheet:
    usual = {"scheme": SchemeName("small", "1", "sha256:0"), "engine": "1", "period": {}, "inputs_digest": "sha256:1"}
    marks = {"status": "complete", "full_marks": 5, "bonus_limit": 0, "grade": None, "adjustments": []}
    found = {"total": total, "base": base, "bonus": bonus, "range": FigureRange(total, total), "unused_judgements": []}
    return ScoreSheet(**{**usual, **marks, **found, "sections": list(parts), **changes})


def sealed(sheet: ScoreSheet) -> ScoreSheet:
    parts = [
        (msgspec.structs.replace(each, items=[]), [item.wired() for item in each.items]) for each in sheet.sections
    ]
    frame = msgspec.structs.replace(sheet, sections=[])
    return frame.sealed([section.framed().with_items(items) for section, items in parts])


ROWS = [
    ("lost points", a_row(3, deductions=lost(2)), False),
    ("lost in parts", a_row(D("3.5"), deductions=lost(1, D("0.5"))), False),
    ("full", a_row(5), False),
    ("above the points", a_row(7), False),
    ("below 0", a_row(-2, deductions=lost(7)), False),
    ("open", a_row(None), False),
    ("a bonus shows what it earned", a_row(3), True),
    ("a bonus below 0", a_row(-2, deductions=lost(2)), True),
]


@pytest.mark.parametrize(("row", "bonus"), cases(ROWS))
def test_row_that_adds_up(row, bonus):
    row.check(bonus=bonus)


WRONG_ROWS = [
    ("nothing deducted", a_row(3), False, "item: 0 deducted instead of 2"),
    ("too much", a_row(3, deductions=lost(2, D("0.1"))), False, "item: 2.1 deducted instead of 2"),
    ("too little", a_row(3, deductions=lost(1)), False, "item: 1 deducted instead of 2"),
    ("full with deductions", a_row(5, deductions=lost(1)), False, "item: 1 deducted instead of 0"),
    ("above with deductions", a_row(7, deductions=lost(2)), False, "item: 2 deducted instead of 0"),
    ("open with deductions", a_row(None, deductions=lost(5)), False, "item: 5 deducted instead of 0"),
    ("a bonus that lost what it did not earn", a_row(3, deductions=lost(2)), True, "item: 2 deducted instead of 0"),
    ("a bonus below 0 without a reason", a_row(-2), True, "item: 0 deducted instead of 2"),
]


@pytest.mark.parametrize(("row", "bonus", "said"), cases(WRONG_ROWS))
def test_row_that_does_not_add_up(row, bonus, said):
    with pytest.raises(DoesNotAddUp, match=f"^{said}$"):
        row.check(bonus=bonus)


THREE, OPEN = a_row(3, deductions=lost(2)), a_row(None)
TAKEN, UNSAID = Adjustment("most", -2, "最多计1分"), Adjustment("veto", None, "尚不能判定")
WRONG_PARTS = [
    ("more than its rows", a_part(THREE, score=4), "section: items give 3, the section says 4"),
    ("two rows counted as one", a_part(THREE, THREE, score=3), "section: items give 6, the section says 3"),
    ("settled, but an open row", a_part(OPEN, score=3), "section: items give 0, the section says 3"),
    ("an adjustment of its own", a_part(THREE, adjustments=[TAKEN]), "section: items give 1, the section says 3"),
]


@pytest.mark.parametrize(("part", "said"), cases(WRONG_PARTS))
def test_section_that_does_not_add_up(part, said):
    with pytest.raises(DoesNotAddUp, match=f"^{said}$"):
        part.check()
    with pytest.raises(DoesNotAddUp):
        sealed(a_sheet(part, total=part.score, base=part.score))


BASE, BONUS = a_part(THREE), a_part(a_row(1, 2), score=1, bonus=True)
WRONG_SHEETS = [
    ("base", a_sheet(BASE, BONUS, base=2, bonus=1, total=4), "base: the parts give 3 and 0, the sheet says 2"),
    ("bonus", a_sheet(BASE, BONUS, base=3, bonus=2, total=4), "bonus: the parts give 1 and 0, the sheet says 2"),
    ("total", a_sheet(BASE, BONUS, base=3, bonus=1, total=3), "total: the parts give 4 and 0, the sheet says 3"),
    ("total, nothing else", a_sheet(BASE, total=5), "total: the parts give 3 and 0, the sheet says 5"),
    (
        "an open part",
        a_sheet(a_part(OPEN, score=None), BONUS, base=None, bonus=1, total=1),
        "total: the parts give None and 0, the sheet says 1",
    ),
]


@pytest.mark.parametrize(("sheet", "said"), cases(WRONG_SHEETS))
def test_sheet_that_does_not_add_up(sheet, said):
    with pytest.raises(DoesNotAddUp, match=f"^{said}$"):
        sealed(sheet)


def test_sheet_that_adds_up():
    sheet = a_sheet(BASE, BONUS, base=3, bonus=1, total=4)
    assert msgspec.structs.replace(sealed(sheet), digest=msgspec.UNSET) == sheet
    sealed(a_sheet(a_part(OPEN, score=None), BONUS, base=None, bonus=1, total=None))


# --- the digest --------------------------------------------------------------------------------------------------


def test_digest_is_over_everything_else():
    found = sealed(a_sheet(BASE))
    assert str(found.digest).startswith("sha256:")
    assert sealed(msgspec.structs.replace(found, digest=msgspec.UNSET)) == found
    assert sealed(a_sheet(BASE, unused_judgements=["x"])).digest != found.digest
    assert sealed(a_sheet(BASE, engine="2")).digest != found.digest


def as_floats(data: Any) -> Any:
    return json.loads(json.dumps(data, default=float))


def test_digest_is_that_of_an_independent_library():
    rule = levels(("signed", 5), otherwise=D("2.5"))
    plain = sheet_of(one_item(rule, evidence={"signed": boolean(label="签订“协议”\n")}), {"signed": False})
    digest = plain.pop("digest")
    assert digest == "sha256:" + hashlib.sha256(rfc8785.dumps(as_floats(plain))).hexdigest()
    assert plain["sections"][0]["items"][0]["deductions"][0]["points"] == Decimal("2.5")


def test_sheet_as_it_is_sent():
    sent = sealed(a_sheet(BASE)).to_bytes()
    assert sent == sealed(a_sheet(BASE)).to_bytes()
    assert "一节".encode() in sent
    assert b'"score":3' in sent
    assert b"\\u" not in sent
