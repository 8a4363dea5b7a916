"""A small scheme with composition rules, rounds of it, and evidence for it; right unless changed."""

from __future__ import annotations

from typing import Any

from tests.remembering import remembered
from tests.service import Service
from tests.subjects.builders import register, register_alliance

ROUNDS = "/api/v1/rounds"
SCHEMES = "/api/v1/schemes"
LATER = "2099-12-31T17:00:00+08:00"
PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
STAY = {"name": {"type": "text", "label": "姓名", "personal": True}} | {
    code: {"type": "date", "label": label} for code, label in (("start_date", "开始日期"), ("end_date", "结束日期"))
}
FIELDS: dict[str, Any] = {
    "signed": {"type": "boolean", "label": "是否签订协议"},
    "care": {
        "type": "choice",
        "label": "慢病管理",
        "choices": {"standard": "规范开展", "nonstandard": "开展但欠规范", "none": "未开展"},
    },
    "staff": {"type": "table", "label": "派出人员名单", "columns": STAY},
}
ITEMS: list[dict[str, Any]] = [
    {
        "code": "agreement",
        "number": "1",
        "indicator": "协议签订",
        "title": "协议签订",
        "points": 5,
        "criteria": "签订协议得5分，否则不得分",
        "rule": {"levels": [{"points": 5, "when": "signed"}, {"points": 0}]},
    },
    {
        "code": "chronic",
        "indicator": "慢病管理",
        "title": "慢病管理",
        "points": 6,
        "criteria": "规范开展得6分；开展但欠规范，酌情得2~5分；未开展不得分",
        "rule": {
            "levels": [
                {"points": 6, "when": {"care": {"is": "standard"}}},
                {"rule": {"judged": {"from": 2, "to": 5, "step": 1}}, "when": {"care": {"is": "nonstandard"}}},
                {"points": 0},
            ]
        },
        "readings": [
            {"about": "酌情", "question": "如何给分", "chosen": "由评审人员按整分评判", "basis": "原文只给出范围2~5分"}
        ],
    },
    {
        "code": "dispatch",
        "number": "2",
        "indicator": "派出人员",
        "title": "派出人次",
        "points": 5,
        "criteria": "派出2人次，得5分，1人次，得2分，否则不得分",
        "attachments": "required",
        "rule": {
            "levels": [
                {"points": 5, "when": {"dispatched": {"at_least": 2}}},
                {"points": 2, "when": {"dispatched": {"at_least": 1}}},
                {"points": 0},
            ]
        },
    },
]
COMPOSITION: dict[str, Any] = {
    "lead": {"kind": "hospital", "level": "municipal"},
    "members": [
        {"kind": "community_health_centre", "joins": ["lead"]},
        {
            "kind": "elderly_care",
            "medical_unit": ["nursing_home", "hospital"],
            "joins": ["lead", "community_health_centre"],
        },
        {"kind": "elderly_care", "medical_unit": ["other"], "joins": ["community_health_centre"]},
    ],
    "filings": ["agreement", "plan"],
    "basis": "实施方案和协议书需及时报市卫生健康委备案。",
}


def a_stay(**changes: Any) -> dict[str, Any]:
    return {"name": "甲", "start_date": "2020-05-01", "end_date": "2020-05-31", **changes}


def evidence(**changes: Any) -> dict[str, Any]:
    """Everything in order: 5 + 6 + 5."""
    return {"signed": True, "care": "standard", "staff": [a_stay(), a_stay(name="乙")], **changes}


def an_example(
    name: str, total: int | None, judgements: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    expected = {} if total is None else {"total": total}
    return {
        "name": name,
        "period": PERIOD,
        "evidence": evidence(**changes),
        "judgements": judgements or {},
        "expect": expected,
    }


def a_scheme(version: str = "1", **changes: Any) -> dict[str, Any]:
    judged = {"chronic": {"points": 3, "rationale": "部分档案缺失"}}
    return {
        "scheme": "small",
        "version": version,
        "title": "示例评价表",
        "subject": "alliance",
        "issuer": "示例",
        "source": {"document": "示例"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "period_months": 12,
        "base": 16,
        "evidence": FIELDS,
        "measures": {"dispatched": {"label": "派出人次", "unit": "人次", "count": "staff", "during": "period"}},
        "sections": [{"code": "work", "title": "工作", "points": 16, "items": ITEMS}],
        "composition": COMPOSITION,
        "examples": [
            an_example("满分", 16),
            an_example("欠规范", 10, judged, care="nonstandard", staff=[a_stay()]),
            an_example("无", 0, signed=False, care="none", staff=[]),
        ],
        **changes,
    }


def publish(service: Service, **changes: Any) -> None:
    """A published version."""
    document = a_scheme(**changes)
    drafted = service.post(SCHEMES, json=document)
    assert drafted.status_code == 201, drafted.text
    published = service.post(f"{SCHEMES}/{document['scheme']}/versions/{document['version']}/publish")
    assert published.status_code == 200, published.text


def a_round(code: str = "2020", **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "title": f"{code} 年度考评",
        "scheme": {"code": "small", "version": "1"},
        "period": PERIOD,
        "deadline": LATER,
        "subjects": ["alliance"],
        **changes,
    }


@remembered
def prepare(service: Service) -> None:
    """A published scheme and an alliance composed as it asks."""
    publish(service)
    register(service)
    register_alliance(service)


def open_round(service: Service, code: str = "2020", **changes: Any) -> None:
    """A round that takes evidence."""
    made = service.post(ROUNDS, json=a_round(code, **changes))
    assert made.status_code == 201, made.text
    opened = service.post(f"{ROUNDS}/{code}/open")
    assert opened.status_code == 200, opened.text
