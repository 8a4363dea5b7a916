"""What is kept from one sheet to the next: it changes no byte, and it never grows without end."""

from __future__ import annotations

import pytest

from app.scoring import improvements, kept, records, report
from tests.builders import (
    a_scheme,
    a_section,
    an_item,
    boolean,
    choice,
    compiled,
    integer,
    judged,
    levels,
    row_of,
    rows_of,
    sheet_of,
    table,
    tally,
)

FIELDS = {"signed": boolean(), "count": integer()}


def a_small_scheme(**changes):
    rows = (an_item(levels(("signed", 5)), code="signed"), an_item(tally({"lose": 1, "each": "count"}), code="count"))
    return a_scheme(a_section(*rows), **{"evidence": FIELDS, **changes})


def test_sheets_are_the_same_however_little_is_kept(monkeypatch):
    stated = [{"signed": count % 2 == 0, "count": count % 7} for count in range(30)]
    generous = compiled(a_small_scheme())
    expected = [sheet_of(generous, each) for each in stated]
    for name, most in ((kept, "MOST_KEPT"), (report, "MOST_KEPT"), (improvements, "MOST_FOUND")):
        monkeypatch.setattr(name, most, 2)
    sparing = compiled(a_small_scheme())
    assert [sheet_of(sparing, each) for each in stated] == expected
    assert all(len(frames) <= 2 for frames in report._standing(sparing).frames)
    assert all(len(rows) <= 2 for rows in sparing.kept)


def test_rows_that_hardly_ever_come_again_are_kept_once_they_do(monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    program = compiled(a_small_scheme())
    for count in range(4):
        sheet_of(program, {"signed": True, "count": count})
    _, shelf = kept._shelves(program)
    assert shelf.is_choosy
    sheet_of(program, {"signed": True, "count": 9})
    assert list(program.kept[1]) == [3]
    for _ in range(2):
        sheet_of(program, {"signed": True, "count": 9})
    assert list(program.kept[1]) == [3, 9]
    for count in range(10, 20):
        sheet_of(program, {"signed": True, "count": count})
        assert len(shelf.asked_once) <= 3


def test_nothing_is_kept_where_more_suggests_itself_than_is_tried(monkeypatch):
    monkeypatch.setattr(improvements, "affordable_parts", lambda _: 1)
    program = compiled(a_small_scheme())
    item = rows_of(sheet_of(program, {"signed": True, "count": 2}))["count"]
    assert [each["change"] for each in item["improvements"]] == [[{"to": 0, "field": "count"}]]
    assert program.recall((improvements._Ground, "count")).found == {}


VISITS = {"columns": {"state": choice()}}
TABLES = {"visits": table(**VISITS), "calls": table(**VISITS)}


def traced(program, evidence, **changes):
    """The records behind the judged row over both tables."""
    trace = row_of(program, evidence, **changes)["trace"]
    return [(each["field"], each["row"], each["counted"]) for each in trace["records"]]


@pytest.mark.parametrize("rows", [2, records.MOST_ROWS + 1])
def test_rows_of_several_tables_stand_one_table_after_the_other(rows):
    program = compiled(a_scheme(a_section(an_item(judged(basis=["visits", "calls"]))), evidence=TABLES))
    evidence = {"visits": [{"state": "done"}], "calls": [{"state": "done"}] * rows}
    expected = [*(("calls", number, True) for number in range(1, rows + 1)), ("visits", 1, True)]
    assert traced(program, evidence) == traced(program, evidence) == expected
    struck = {"visits": {"rows": {"1": {"accepted": False, "reason": "无签到表"}}}}
    assert traced(program, evidence, findings=struck) == [*expected[:-1], ("visits", 1, False)]
    assert traced(program, evidence) == expected
