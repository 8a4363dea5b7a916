"""Overrides as they are handed in, and fields for rows that wait for one of every kind."""

from __future__ import annotations

from typing import Any

from tests.builders import boolean, integer

REASON = "专家组复核认定"


def over(points: Any, code: str = "item", reason: str = REASON) -> dict[str, Any]:
    return {code: {"points": points, "reason": reason}}


def computed(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row["trace"]["override"]["computed"]
    return found


FIELDS = {
    "count": integer(),
    "few": integer(max=9),
    "signed": boolean(label="签订协议"),
    "faults": integer(label="检查发现问题", by="evaluator"),
}
