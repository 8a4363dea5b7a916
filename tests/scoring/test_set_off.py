"""Additions are set off against deductions, the last first; what is set off in full is no deduction any more."""

from tests.builders import boolean, integer, line, lines_of, one_item, row_of, tally

FIELDS = {"a": integer(label="甲", unit="次"), "bad": boolean(label="有投诉"), "worse": boolean(label="有事故")}


def test_a_line_that_is_set_off_in_full_is_gone():
    more_than_due = {"add": line("a", (0, 0), (1, 3)), "points": 2}
    rule = tally(more_than_due, {"lose": 3, "when": "worse"}, {"lose": 1, "when": "bad"}, start=3)
    row = row_of(one_item(rule, evidence=FIELDS), {"a": 1, "bad": True, "worse": True})
    assert (row["points"], row["score"]) == (5, 2)
    assert lines_of(row) == [(3, "“有事故”为“是”")]
