"""Improvements: what would bring more points, and that it truly does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    STAYS,
    D,
    a_judgement,
    boolean,
    cases,
    choice,
    day,
    decimal,
    integer,
    judged,
    levels,
    line,
    one_item,
    percent,
    row_of,
    table,
    tally,
    ticks,
)

FIELDS = {
    "yes": boolean(),
    "no": boolean(label="被投诉"),
    "a": integer(label="甲", unit="次"),
    "few": integer(label="丙", unit="次", max=2),
    "rate": percent(label="率"),
    "cost": decimal(label="支出", unit="万元"),
    "state": choice(),
    "ticks": ticks(),
    "day": day(label="备案日期"),
    "trainees": table(columns=STAYS),
    "good": integer(label="满意"),
    "bad": integer(label="不满意"),
}
STAY = {"label": "进修时长", "longest_stay": "trainees", "person": ["name"], "start": "start_date", "end": "end_date"}
MEASURES = {
    "stay": STAY,
    "trainee_count": {"label": "进修人次", "unit": "人次", "count": "trainees"},
    "answers": {"total": {"good": 1, "bad": 1}},
    "share": {"label": "满意度", "unit": "%", "ratio": {"part": "good", "whole": "answers"}},
}


def row(rule: Any, evidence: Any = None, **changes: Any) -> dict[str, Any]:
    request = {"judgements": changes.pop("judgements", {})}
    return row_of(one_item(rule, **{"evidence": FIELDS, "measures": MEASURES, **changes}), evidence, **request)


def texts(*arguments: Any, **changes: Any) -> list[Any]:
    return [(each["points"], each["text"]) for each in row(*arguments, **changes)["improvements"]]


STEPS = levels(({"a": {"at_least": 2}}, 5), ({"a": {"at_least": 1}}, 2))
FULL = "即可得满分，多得"
SHARED = levels(({"share": {"at_least": 80}}, 5), ({"share": {"at_least": 60}}, 3))

FOUND = [
    ("full marks need nothing", STEPS, {"a": 2}, []),
    ("the next case", STEPS, {"a": 1}, [(3, f"甲由1次变为2次，{FULL}3分")]),
    ("every case above", STEPS, {"a": 0}, [(5, f"甲由0次变为2次，{FULL}5分"), (2, "甲由0次变为1次，即可多得2分")]),
    ("yes", levels(("yes", 5)), {"yes": False}, [(5, f"“已签订协议”由“否”变为“是”，{FULL}5分")]),
    (
        "yes, not stated",
        levels(("no", 1), ("yes", 5)),
        {"no": True},
        [(4, f"“被投诉”由“是”变为“否”，且“已签订协议”为“是”，{FULL}4分")],
    ),
    (
        "out of a cut-off",
        levels(("no", 0), ("yes", 5)),
        {"no": True, "yes": True},
        [(5, f"“被投诉”由“是”变为“否”，{FULL}5分")],
    ),
    (
        "a choice",
        levels(({"state": {"is": "done"}}, 5)),
        {"state": "none"},
        [(5, f"状态由“未开展”变为“已完成”，{FULL}5分")],
    ),
    (
        "a tick more",
        levels(({"ticks": {"has": ["done", "begun"]}}, 5)),
        {"ticks": ["done"]},
        [(5, f"已做事项由“已完成”变为“已开展”、“已完成”，{FULL}5分")],
    ),
    (
        "a day",
        levels(({"day": {"at_most": "2020-06-30"}}, 5)),
        {"day": "2020-07-02"},
        [(5, f"备案日期由2020年7月2日变为2020年6月30日，{FULL}5分")],
    ),
    (
        "a stay",
        levels(({"stay": {"more_than": {"months": 2, "days": 0}}}, 5)),
        {"trainees": []},
        [(5, f"进修时长由0个月变为2个月零1天，{FULL}5分")],
    ),
    (
        "a share",
        SHARED,
        {"good": 1, "bad": 1},
        [(5, f"满意度由50%变为80%，{FULL}5分"), (3, "满意度由50%变为60%，即可多得3分")],
    ),
    ("one loss less", tally({"lose": 1, "each": "a"}), {"a": 1}, [(1, f"甲由1次变为0次，{FULL}1分")]),
    (
        "losses, all and one",
        tally({"lose": 1, "each": "a"}),
        {"a": 4},
        [(4, f"甲由4次变为0次，{FULL}4分"), (1, "甲由4次变为3次，即可多得1分")],
    ),
    (
        "behind the floor",
        tally({"lose": 2, "each": "a"}),
        {"a": 5},
        [(5, f"甲由5次变为0次，{FULL}5分")],
    ),
    (
        "gains up to their most",
        tally({"gain": 1, "each": "a", "most": 3}, start=2),
        {"a": 1},
        [(2, f"甲由1次变为3次，{FULL}2分"), (1, "甲由1次变为2次，即可多得1分")],
    ),
    ("no more than can be stated", tally({"gain": 1, "each": "few"}, start=0), {"few": 2}, []),
    (
        "points of a line",
        line("rate", (0, 0), (50, 4), (100, 5)),
        {"rate": 25},
        [(3, f"率由25%变为100%，{FULL}3分"), (2, "率由25%变为50%，即可多得2分")],
    ),
    (
        "an added rule",
        tally({"add": levels(("yes", 3)), "points": 3}, start=2),
        {"yes": False},
        [(3, f"“已签订协议”由“否”变为“是”，{FULL}3分")],
    ),
    (
        "an added rule that does not count",
        tally({"add": 3, "points": 3, "when": "yes"}, start=2),
        {"yes": False},
        [(3, f"“已签订协议”由“否”变为“是”，{FULL}3分")],
    ),
    (
        "an added loss that need not count",
        tally({"add": -3, "points": 0, "when": "no"}),
        {"no": True},
        [(3, f"“被投诉”由“是”变为“否”，{FULL}3分")],
    ),
    ("a number", 3, {}, []),
    ("nothing helps", levels(({"few": {"at_least": 3}}, 5)), {"few": 1}, []),
    ("more, yet not full", levels(("yes", 3)), {"yes": False}, [(3, "“已签订协议”由“否”变为“是”，即可多得3分")]),
]


@pytest.mark.parametrize(("rule", "evidence", "improvements"), cases(FOUND))
def test_what_would_bring_more(rule, evidence, improvements):
    assert texts(rule, evidence) == improvements


def test_changes_as_data():
    rule = levels(({"all": ["yes", {"trainee_count": {"at_least": 1}}]}, 5))
    (found,) = row(rule, {"yes": False, "trainees": []})["improvements"]
    assert found == {
        "points": 5,
        "change": [{"to": 1, "measure": "trainee_count"}, {"to": True, "field": "yes"}],
        "text": f"进修人次由0人次变为1人次，且“已签订协议”由“否”变为“是”，{FULL}5分",
    }


def test_values_of_every_kind_as_data():
    both = [
        {"stay": {"more_than": {"months": 2, "days": 0}}},
        {"day": {"at_most": "2020-06-30"}},
        {"ticks": {"has": ["done"]}},
    ]
    rule = levels(({"all": both}, 5))
    (found,) = row(rule, {"trainees": [], "day": "2020-07-02", "ticks": []})["improvements"]
    assert [each["to"] for each in found["change"]] == ["2020-06-30", {"months": 2, "days": 1}, ["done"]]


def test_pending_row_has_none():
    assert texts(STEPS) == []


def test_four_at_the_most():
    rule = levels(*(({"a": {"at_least": number}}, D("0.5") * number) for number in range(9, 0, -1)))
    found = texts(rule, {"a": 0})
    assert [points for points, _ in found] == [D("4.5"), 4, D("3.5"), 3]


def test_all_losses_together_are_one_change():
    rule = tally({"lose": 1, "when": "no"}, {"lose": 1, "each": "a"}, {"lose": 1, "when": {"not": "yes"}})
    found = texts(rule, {"no": True, "a": 1, "yes": False})
    assert found[0] == (3, f"甲由1次变为0次，且“被投诉”由“是”变为“否”，且“已签订协议”由“否”变为“是”，{FULL}3分")
    assert [points for points, _ in found] == [3, 1, 1, 1]


def test_change_that_brings_nothing_is_left_out():
    rule = tally({"lose": 1, "when": "no"}, {"gain": 1, "each": "few", "most": 0}, floor="none")
    assert texts(rule, {"no": True, "few": 0}) == [(1, f"“被投诉”由“是”变为“否”，{FULL}1分")]


def test_bonus_is_never_full_marks():
    assert texts(STEPS, {"a": 1}, bonus=True) == [(3, "甲由1次变为2次，即可多得3分")]
    assert texts(STEPS, {"a": 2}, bonus=True) == []


# --- around judgements -------------------------------------------------------------------------------------------

CARE = levels(({"state": {"is": "done"}}, 5), ({"state": {"is": "begun"}}, judged(2, 4)), otherwise=0)


def test_judgement_stands_as_given():
    found = texts(CARE, {"state": "begun"}, judgements=a_judgement(3))
    assert found == [(2, f"状态由“已开展”变为“已完成”，{FULL}2分")]


def test_points_of_a_judgement_yet_to_be_given_are_not_promised():
    assert texts(CARE, {"state": "none"}) == [(5, f"状态由“未开展”变为“已完成”，{FULL}5分")]


def test_judgement_beside_a_loss_is_kept():
    rule = tally({"add": judged(-2, 0), "points": 0}, {"lose": 1, "each": "a"})
    found = texts(rule, {"a": 2}, judgements=a_judgement(-1))
    assert found == [(2, "甲由2次变为0次，即可多得2分"), (1, "甲由2次变为1次，即可多得1分")]
