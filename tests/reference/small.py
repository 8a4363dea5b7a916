"""Small whole schemes written by hand, and what both engines say to a request."""

from __future__ import annotations

from typing import Any

from tests.reference.interpreter import Interpreted, interpreted
from tests.reference.page_rules import plain
from tests.reference.profile import resolved
from tests.reference.requests import judged_of, outside_of, overrides_of, period_of, verified
from tests.reference.values import exact, share, written

PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
YES = {"type": "boolean", "label": "已办理"}
COUNT = {"type": "integer", "label": "件数"}
SHARE = {"type": "percent", "label": "比例"}


def item(code: str, points: Any, rule: Any = "full", **more: Any) -> dict[str, Any]:
    """An item; without a rule it gives its points."""
    shown = {"code": code, "indicator": "指标", "title": code, "points": points, "criteria": "得分"}
    return shown | {"rule": points if rule == "full" else rule} | more


def section(code: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A section that its items add up to."""
    points = sum(plain(each["points"]) for each in items) if "points" not in more else more["points"]
    return {"code": code, "title": code, "points": points, "items": list(items)} | more


def scheme(*sections: dict[str, Any], evidence: Any = None, **more: Any) -> dict[str, Any]:
    """A scheme of these sections; text that starts with # is a decimal number."""
    read = plain(list(sections))
    base = sum(exact(each["points"]) * share(each.get("weight", 1)) for each in read if not each.get("bonus"))
    measures = more.pop("measures", {})
    return {
        "scheme": "small",
        "version": "1",
        "title": "一例",
        "kind": "points",
        "subject": "alliance",
        "issuer": "甲市",
        "source": {"document": "甲市文件"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "base": written(base),
        "rounding": {"places": 2, "mode": "half_up"},
        "evidence": plain(evidence or {"yes": YES}),
        "measures": {code: {"label": code, "unit": "次", **plain(measure)} for code, measure in measures.items()},
        "sections": read,
    } | plain(more)


def request(evidence: Any = None, **more: Any) -> dict[str, Any]:
    """A request with this evidence."""
    return {"period": PERIOD, "evidence": plain(evidence or {})} | plain(more)


def interpreter_says(document: Any, asked: dict[str, Any]) -> Interpreted:
    """What the interpreter makes of it."""
    for_unit, lacks = resolved(document, asked.get("subject", {}))
    assert not lacks
    given = (verified(asked), judged_of(asked), period_of(asked), outside_of(asked))
    return interpreted(for_unit, *given, overrides=overrides_of(asked))
