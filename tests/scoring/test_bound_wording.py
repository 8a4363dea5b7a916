"""What conditions have to say: what was found, and what was asked."""

from __future__ import annotations

from datetime import date

import pytest

from app.scoring.bound import All, Among, AnyOf, Bare, Compare, Not, Some
from app.scoring.exact import Range
from app.scoring.periods import StayLength
from tests.builders import F, a_fact, cases

COUNT = a_fact("count", label="派出人次", unit="人次")
RATE = a_fact("rate", label="满意度", unit="%")
SIGNED = a_fact("signed", "boolean")
STATE = a_fact("state", "choice")
DONE = a_fact("done", "choices")
DAY = a_fact("day", "date", label="备案日期")
STAY = a_fact("stay", "stay")
NAME = a_fact("name", "text", label="单位")
FACTS = {
    "count": 1,
    "rate": F("79.5"),
    "signed": False,
    "state": "begun",
    "done": frozenset({"done"}),
    "day": date(2020, 4, 2),
    "stay": StayLength(1, 3),
    "name": "甲院",
}
SPRING = date(2020, 4, 1)
TWO = StayLength(2, 0)

COMPARED = [
    # condition: because it does not hold, because it holds
    ("count at least", COUNT, "at_least", 2, "派出人次为1人次，要求不少于2人次", "派出人次为1人次，不少于2人次"),
    ("count more than", COUNT, "more_than", 2, "派出人次为1人次，要求多于2人次", "派出人次为1人次，多于2人次"),
    ("count at most", COUNT, "at_most", 0, "派出人次为1人次，要求不超过0人次", "派出人次为1人次，不超过0人次"),
    ("count less than", COUNT, "less_than", 1, "派出人次为1人次，要求少于1人次", "派出人次为1人次，少于1人次"),
    ("count is", COUNT, "is", 2, "派出人次为1人次，要求为2人次", "派出人次为1人次"),
    ("count in", COUNT, "in", (2, 4), "派出人次为1人次，要求为2人次或4人次", "派出人次为1人次"),
    ("rate at least", RATE, "at_least", 80, "满意度为79.5%，要求不低于80%", "满意度为79.5%，不低于80%"),
    ("rate more than", RATE, "more_than", 80, "满意度为79.5%，要求高于80%", "满意度为79.5%，高于80%"),
    ("rate at most", RATE, "at_most", 60, "满意度为79.5%，要求不超过60%", "满意度为79.5%，不超过60%"),
    ("rate less than", RATE, "less_than", 60, "满意度为79.5%，要求低于60%", "满意度为79.5%，低于60%"),
    ("signed", SIGNED, "is", True, "“已签订协议”为“否”，要求为“是”", "“已签订协议”为“否”"),
    ("state is", STATE, "is", "done", "状态为“已开展”，要求为“已完成”", "状态为“已开展”"),
    ("state in", STATE, "in", ("done", "none"), "状态为“已开展”，要求为“已完成”或“未开展”", "状态为“已开展”"),
    ("ticks", DONE, "has", ("begun", "none"), "已做事项为“已完成”，要求包括“已开展”、“未开展”", "已做事项为“已完成”"),
    (
        "day at least",
        DAY,
        "at_least",
        SPRING,
        "备案日期为2020年4月2日，要求不早于2020年4月1日",
        "备案日期为2020年4月2日，不早于2020年4月1日",
    ),
    (
        "day more than",
        DAY,
        "more_than",
        SPRING,
        "备案日期为2020年4月2日，要求晚于2020年4月1日",
        "备案日期为2020年4月2日，晚于2020年4月1日",
    ),
    (
        "day at most",
        DAY,
        "at_most",
        SPRING,
        "备案日期为2020年4月2日，要求不晚于2020年4月1日",
        "备案日期为2020年4月2日，不晚于2020年4月1日",
    ),
    (
        "day less than",
        DAY,
        "less_than",
        SPRING,
        "备案日期为2020年4月2日，要求早于2020年4月1日",
        "备案日期为2020年4月2日，早于2020年4月1日",
    ),
    (
        "stay more than",
        STAY,
        "more_than",
        TWO,
        "进修时长为1个月零3天，要求超过2个月",
        "进修时长为1个月零3天，超过2个月",
    ),
    (
        "stay at least",
        STAY,
        "at_least",
        TWO,
        "进修时长为1个月零3天，要求不少于2个月",
        "进修时长为1个月零3天，不少于2个月",
    ),
    ("text", NAME, "is", "乙院", "单位为“甲院”，要求为“乙院”", "单位为“甲院”"),
]


@pytest.mark.parametrize(("fact", "word", "constant", "missed", "held"), cases(COMPARED))
def test_why_a_comparison_does_not_hold_or_does(fact, word, constant, missed, held):
    condition = Compare(fact, word, constant)
    assert condition.because(FACTS, holds=False) == [missed]
    assert condition.because(FACTS, holds=True) == [held]


@pytest.mark.parametrize("seen", [None, Range(0, 3), Among((1, 2))], ids=["absent", "range", "several"])
def test_unknown_is_said_to_be_unknown(seen):
    condition = Compare(SIGNED, "is", constant=True)
    assert condition.because({"signed": seen}, holds=False) == ["“已签订协议”未知"]


YES = Compare(COUNT, "at_least", 1)
NO = Compare(COUNT, "at_least", 2)
SAYS_YES = "派出人次为1人次，不少于1人次"
SAYS_NO = "派出人次为1人次，要求不少于2人次"
UNSIGNED = "“已签订协议”为“否”"

JOINED = [
    ("a bare fact", Bare(SIGNED), False, [UNSIGNED]),
    ("all: what does not hold", All((YES, NO, Bare(SIGNED))), False, [SAYS_NO, UNSIGNED]),
    ("all: everything", All((YES, Not(Bare(SIGNED)))), True, [SAYS_YES, UNSIGNED]),
    ("any: what holds", AnyOf((NO, YES)), True, [SAYS_YES]),
    ("any: nothing does", AnyOf((NO, Bare(SIGNED))), False, [SAYS_NO, UNSIGNED]),
    ("said once", AnyOf((NO, NO)), False, [SAYS_NO]),
    ("not: what was not to hold", Not(YES), False, [SAYS_YES]),
    ("not: what is missing", Not(NO), True, [SAYS_NO]),
    ("some: too few", Some((YES, NO, Bare(SIGNED)), 2), False, ["3项中有1项符合，要求至少2项", SAYS_NO, UNSIGNED]),
    ("some: enough", Some((YES, NO), 1), True, ["2项中有1项符合", SAYS_YES]),
    ("not some: too many", Not(Some((YES, NO), 1)), False, ["2项中有1项符合", SAYS_YES]),
]


@pytest.mark.parametrize(("condition", "holds", "reasons"), cases(JOINED))
def test_joined_conditions_name_the_parts_that_decide(condition, holds, reasons):
    assert condition.test(FACTS) is holds
    assert condition.because(FACTS, holds=holds) == reasons
