"""A round of two alliances whose evidence names people and institutions."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import text

from tests.attaching import attach
from tests.remembering import remembered
from tests.rounds.builders import FIELDS, ROUNDS, STAY, open_round, publish
from tests.service import Service
from tests.subjects.builders import a_care_home, a_health_centre, a_hospital, a_membership, register_alliance

FIRST = f"{ROUNDS}/2020/subjects/alliance"
OTHER = f"{ROUNDS}/2020/subjects/another"
NAME = "欧阳致远"
SECOND = "司徒清扬"
WITH_PLACES: dict[str, Any] = {
    "staff": FIELDS["staff"]
    | {"columns": STAY | {"institution": {"type": "text", "label": "派往机构", "required": False}}},
    "lectures": {
        "type": "table",
        "label": "讲座",
        "columns": {"title": {"type": "text", "label": "题目"}, "date": {"type": "date", "label": "日期"}},
    },
    "contact": {"type": "text", "label": "联系人", "personal": True, "max_length": 8},
    "experts": {
        "type": "table",
        "label": "专家评分",
        "by": "evaluator",
        "columns": {
            "name": {"type": "text", "label": "专家", "personal": True},
            "mark": {"type": "integer", "label": "分"},
        },
    },
}


def a_stay(name: str = NAME, start: str = "2020-05-01", end: str = "2020-05-31", **changes: Any) -> dict[str, Any]:
    return {"name": name, "start_date": start, "end_date": end, **changes}


def stated(*staff: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Everything in order, with these people sent."""
    return {"signed": True, "care": "standard", "staff": list(staff) or [a_stay()], **changes}


@remembered
def named_round(service: Service, *, others: bool = False) -> None:
    """A round that takes evidence of one alliance, or of two that different hospitals lead."""
    publish(service, evidence=FIELDS | WITH_PLACES)
    for body in (a_hospital(), a_hospital("elsewhere", 4), a_health_centre(), a_care_home()):
        assert service.post("/api/v1/institutions", json=body).status_code == 201
    register_alliance(service)
    if others:
        memberships = [a_membership("elsewhere", role="lead"), a_membership("health-centre", role="base")]
        body = {"code": "another", "name": "另一示例联合体", "district_code": "330106", "memberships": memberships}
        filed = {"agreement_filed": "2020-03-20", "plan_filed": "2020-03-21"}
        assert service.post("/api/v1/alliances", json=body | filed).status_code == 201
    open_round(service, subjects=["alliance", "another"] if others else ["alliance"])


def put(service: Service, body: Any, subject: str = FIRST, by: str = "submitter", seen: str = "*") -> httpx.Response:
    """Evidence saved whatever was there."""
    first = service.get(f"{subject}/evidence", by=by).status_code == 404
    return service.put(f"{subject}/evidence", json=body, by=by, headers={} if first else {"If-Match": seen})


def hand_in(service: Service, body: Any, subject: str = FIRST, by: str = "submitter") -> None:
    """Evidence saved, proved and handed in."""
    saved = put(service, body, subject, by)
    assert saved.status_code == 200, saved.text
    assert attach(service, subject, "dispatch", by=by).status_code in {200, 201}
    done = service.post(f"{subject}/evidence/submit", by=by)
    assert done.status_code == 200, done.text


def evidence_of(service: Service, by: str, subject: str = FIRST) -> dict[str, Any]:
    answer = service.get(f"{subject}/evidence", by=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["evidence"]
    return found


def names_in(evidence: dict[str, Any]) -> list[str]:
    return [row["name"] for row in evidence["staff"]]


def stored(service: Service, query: str) -> list[Any]:
    """Rows as they are in the database."""
    with service.database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def digests(service: Service) -> list[Any]:
    """Everything that says what something was: it never changes."""
    found = [
        stored(service, "SELECT id, digest, content FROM evidence_revisions ORDER BY id"),
        stored(service, "SELECT id, digest, inputs_digest, inputs, content, attachments FROM score_sheets ORDER BY id"),
        stored(service, "SELECT id, content FROM findings ORDER BY id"),
    ]
    return [
        [tuple(bytes(each) if isinstance(each, memoryview) else each for each in row) for row in rows] for rows in found
    ]
