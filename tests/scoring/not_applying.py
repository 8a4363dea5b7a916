"""Rows that apply where one fact holds, for the tests of what counts where they do not."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    a_scheme,
    a_section,
    an_item,
    boolean,
    integer,
    table,
    tally,
)

FIELDS = {
    "yes": boolean(label="设有床位"),
    "no": boolean(label="被投诉"),
    "found": boolean(by="evaluator", label="现场有床位"),
    "count": integer(),
    "rows": table(),
}
FULL, ZERO, MEAN = "full", "zero", "peers_average"
TOTAL, RESCALE, SECTION = ({"leave_out": each} for each in ("total", "rescale", "section"))
PENALTY = tally({"lose": 2, "each": "count"}, start=0, floor="none")


def not_for(policy: Any, when: Any = "yes") -> dict[str, Any]:
    return {"applies_when": when, "otherwise": policy}


def item(rule: Any = 3, policy: Any = FULL, **changes: Any) -> dict[str, Any]:
    """A row of five points that applies where `yes` holds."""
    return an_item(rule, **not_for(policy), **changes)


def other(points: Any = 4, gives: Any = 3) -> dict[str, Any]:
    return an_item(gives, code="other", points=points)


def with_other(policy: Any, **changes: Any) -> dict[str, Any]:
    """Nine points: an item of 5 that need not apply, and 3 of 4 in another section."""
    first = a_section(item(policy=policy, **changes), code="first")
    return a_scheme(first, a_section(other(), code="second"), evidence=FIELDS)
