"""What a block of the page leaves out: the head of the document, labels, and the rest of a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.format.blocks import HEAD_MEMBERS, ITEM_MEMBERS, Shown

PERIOD = {"start": "2024-01-01", "end": "2024-12-31"}
HEAD = {
    "scheme": "page",
    "version": "1",
    "title": "一例",
    "subject": "institution",
    "issuer": "甲市",
    "source": {"document": "甲市文件"},
    "effective": {"start": "2023-01-01", "end": "2026-12-31"},
}
NOT_OF_SHEETS = {"check", "criteria", "document", "sections", "tests"}
RATIONALE = "按现场情况评定"


def document_of(shown: Shown) -> dict[str, Any]:
    """The block as a whole scheme document."""
    said = shown.said
    head = {name: said[name] for name in HEAD_MEMBERS & said.keys()}
    if shown.is_sheet:
        others = {name: said[name] for name in said.keys() - HEAD_MEMBERS - NOT_OF_SHEETS}
        sections = [_section(each) for each in said["sections"]]
    else:
        others = {}
        item = _item({"code": "item", **{name: said[name] for name in ITEM_MEMBERS & said.keys()}})
        bonus = {"bonus": True} if said.get("bonus") else {}
        sections = [{"code": "section", "title": "一节", "points": item["points"], "items": [item], **bonus}]
    fields = {name: {code: _labelled(code, each) for code, each in head.get(name, {}).items()} for name in _LABELLED}
    base = {} if "base" in said else {"base": _sum(each["points"] for each in sections if not each.get("bonus"))}
    kept = {name: fields[name] for name in _LABELLED if fields[name] or name == "evidence"}
    return {**HEAD, **base, **head, **kept, **others, "sections": sections}


_LABELLED = ("evidence", "profile")


def _labelled(code: str, field: Mapping[str, Any]) -> dict[str, Any]:
    """A field with its code for a label, unless it has one; the same for the columns of a table."""
    columns = {name: _labelled(name, each) for name, each in field.get("columns", {}).items()}
    return {"label": code, **field, **({"columns": columns} if columns else {})}


def _section(said: Mapping[str, Any]) -> dict[str, Any]:
    items = [_item(each) for each in said["items"]]
    return {"title": said["code"], "points": _sum(each["points"] for each in items), **said, "items": items}


def _sum(numbers: Iterable[Any]) -> Any:
    """The sum; a single one as it stands, which may be a number by profile."""
    listed = list(numbers)
    return listed[0] if len(listed) == 1 else sum(listed)


def _item(said: Mapping[str, Any]) -> dict[str, Any]:
    title = said.get("title", said["code"])
    return {"indicator": "指标", "criteria": title, **said, "title": title}


def request_of(shown: Shown, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the body of a scoring request; what is unknown is not stated, an evaluator's field is a finding."""
    facts = {code: value for code, value in row.get("facts", {}).items() if value != "unknown"}
    fields = shown.said.get("evidence", {})
    found = {code for code in facts if fields.get(code, {}).get("by") == "evaluator"}
    made: dict[str, Any] = {
        "period": row.get("period", PERIOD),
        "evidence": {code: value for code, value in facts.items() if code not in found},
        "findings": {code: {"value": facts[code], "reason": RATIONALE} for code in found},
    }
    judged = row.get("judged", "unknown")
    if judged != "unknown":
        given = judged if isinstance(judged, dict) else {"item": judged}
        made["judgements"] = {code: {"points": points, "rationale": RATIONALE} for code, points in given.items()}
    if "unit" in row:
        made["subject"] = row["unit"]
    made |= {name: row[name] for name in ("previous", "peers", "final") if name in row}
    return made
