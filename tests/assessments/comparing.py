"""A scheme that asks for the subject's level, for the round before and for the other alliances; rounds of it."""

from __future__ import annotations

from typing import Any

from tests.remembering import remembered
from tests.rounds.builders import LATER, ROUNDS, SCHEMES
from tests.service import Service
from tests.subjects.builders import ALLIANCES, INSTITUTIONS, a_hospital, a_membership, an_alliance

CODE = "comparing"
PERIODS = {year: {"start": f"{year}-01-01", "end": f"{year}-12-31"} for year in (2022, 2023, 2024)}


def levels(*cases: tuple[Any, Any]) -> dict[str, Any]:
    """Points and conditions, and 0 for the rest."""
    return {"levels": [*({"points": points, "when": when} for points, when in cases), {"points": 0}]}


def item(code: str, title: str, criteria: str, rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "indicator": title,
        "title": title,
        "points": 10,
        "criteria": criteria,
        "rule": rule,
        **more,
    }


ITEMS = [
    item(
        "volume",
        "门诊人次",
        "三级100人次以上、二级50人次以上得10分，否则不得分",
        levels((10, {"visits": {"at_least": {"by": "level", "values": {"三级": 100, "二级": 50}}}})),
    ),
    item("growth", "比上年增加", "比上年增加得10分，否则不得分", levels((10, {"growth": {"more_than": 0}}))),
    item("place", "名次", "第一名得10分，第二名得6分", levels((10, {"place": {"is": 1}}), (6, {"place": {"is": 2}}))),
    item(
        "births",
        "分娩",
        "分娩10人次以上得10分，否则不得分；无产科的得平均分",
        levels((10, {"births": {"at_least": 10}})),
        applies_when="obstetrics",
        otherwise="peers_average",
    ),
]
MEASURES = {
    "before": {"label": "上年门诊人次", "unit": "人次", "previous": "visits", "otherwise": 0},
    "growth": {"label": "增加人次", "unit": "人次", "total": {"visits": 1, "before": -1}},
    "place": {"label": "名次", "unit": "名", "peers": "visits", "as": "rank", "better": "more"},
}


def a_scheme(version: str = "1", **changes: Any) -> dict[str, Any]:
    return {
        "scheme": CODE,
        "version": version,
        "title": "比较",
        "subject": "alliance",
        "issuer": "示例",
        "source": {"document": "示例"},
        "effective": {"start": "2020-01-01", "end": "2030-12-31"},
        "base": 40,
        "evidence": {
            "visits": {"type": "integer", "label": "门诊人次", "unit": "人次"},
            "obstetrics": {"type": "boolean", "label": "设有产科"},
            "births": {"type": "integer", "label": "分娩人次", "unit": "人次"},
        },
        "measures": MEASURES,
        "sections": [{"code": "work", "title": "工作", "points": 40, "items": ITEMS}],
        **changes,
    }


def evidence(visits: int | None = 100, births: int | None = 12) -> dict[str, Any]:
    """`births`: None where there is no obstetrics."""
    return {
        **({} if visits is None else {"visits": visits}),
        "obstetrics": births is not None,
        **({} if births is None else {"births": births}),
    }


@remembered
def prepare(service: Service, *codes: str, level: str | None = "三级", **changes: Any) -> None:
    """The scheme published, and alliances."""
    drafted = service.post(SCHEMES, json=a_scheme(**changes))
    assert drafted.status_code == 201, drafted.text
    published = service.post(f"{SCHEMES}/{CODE}/versions/1/publish")
    assert published.status_code == 200, published.text
    assert service.post(INSTITUTIONS, json=a_hospital()).status_code == 201
    for code in codes:
        register(service, code, **({} if level is None else {"level": level}))


def register(service: Service, code: str, **attributes: Any) -> None:
    """An alliance with these attributes, which the hospital leads."""
    leads = [a_membership("hospital", role="lead")]
    made = service.post(ALLIANCES, json=an_alliance(code, attributes=attributes, memberships=leads))
    assert made.status_code == 201, made.text


def draft_round(service: Service, year: int, *codes: str, code: str | None = None, version: str = "1") -> str:
    """A round of a year; its address."""
    name = code or str(year)
    body = {
        "code": name,
        "title": f"{year} 年度",
        "scheme": {"code": CODE, "version": version},
        "period": PERIODS[year],
        "deadline": LATER,
        "subjects": list(codes),
    }
    made = service.post(ROUNDS, json=body)
    assert made.status_code == 201, made.text
    return f"{ROUNDS}/{name}"


def open_round(service: Service, year: int, *codes: str, **more: Any) -> str:
    address = draft_round(service, year, *codes, **more)
    opened = service.post(f"{address}/open")
    assert opened.status_code == 200, opened.text
    return address


def submit(service: Service, address: str, code: str, **changes: Any) -> None:
    place = f"{address}/subjects/{code}/evidence"
    saved = service.put(place, json=evidence(**changes))
    assert saved.status_code == 200, saved.text
    assert service.post(f"{place}/submit").status_code == 200


def sheet(service: Service, address: str, code: str, by: str = "usual", **query: Any) -> dict[str, Any]:
    answer = service.get(f"{address}/subjects/{code}/assessment", by=by, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(service: Service, address: str, code: str, **query: Any) -> dict[str, tuple[Any, str]]:
    """Score and status by item."""
    [section] = sheet(service, address, code, **query)["sections"]
    return {each["code"]: (each["score"], each["status"]) for each in section["items"]}
