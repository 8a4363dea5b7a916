"""A table with one column of each kind, and folds over it, for the tests of rows."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    boolean,
    choice,
    day,
    decimal,
    integer,
    measured,
    table,
    text,
    ticks,
    verdicts_of,
)

LEVELS = choice(label="级别", choices={"city": "市级", "district": "区级"}, required=False)
COLUMNS = {
    "level": LEVELS,
    "name": text(label="名称", required=False),
    "worth": decimal(label="金额", required=False),
    "count": integer(label="人次", required=False),
    "whole": integer(label="总数", required=False),
    "won": boolean(label="获奖", required=False),
    "several": ticks(required=False),
    "date": day(required=False),
    "until": day(label="截止日期", required=False),
}
FIELDS = {"rows": table(columns=COLUMNS)}


def value_of(measure: Any, *rows: dict[str, Any], **around: Any) -> Any:
    """None while it is unknown."""
    return measured(FIELDS, {"m": measure}, {"rows": list(rows)}, **around).get("m")


def said_of(measure: Any, *rows: dict[str, Any]) -> list[str | None]:
    return verdicts_of(FIELDS, measure, {"rows": list(rows)})


def counts(*numbers: Any) -> list[dict[str, Any]]:
    return [{"count": number} for number in numbers]


def sum_of(value: Any = "count", **members: Any) -> dict[str, Any]:
    return {"sum": "rows", "value": value, **members}


def average(value: Any = "count", **members: Any) -> dict[str, Any]:
    return {"average": "rows", "value": value, **members}


def prize(name: str, count: int, level: str = "city", **more: Any) -> dict[str, Any]:
    return {"name": name, "count": count, "level": level, **more}


A3, A5, A5_LATER, B2 = prize("甲", 3), prize("甲", 5), prize("甲", 5, date="2020-06-01"), prize("乙", 2)
SAME = "与第{}行的名称相同，只计一次"


def each_at_most(per: Any, most: Any, **members: Any) -> dict[str, Any]:
    return sum_of(each_at_most={"per": per, "most": most}, **members)


SHARE = {"part": "count", "whole": "whole"}
BY_LEVEL = {"by": "level", "values": {"city": 3, "district": 1}}
SKIP = {"missing": "skip"}
THIRD, HALF, NONE = {"count": 1, "whole": 3}, {"count": 1, "whole": 2}, {"count": 1, "whole": 0}
