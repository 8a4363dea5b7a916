"""A request for every route of the service, as somebody would send it who may."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.rounds.builders import LATER, a_round, a_scheme, evidence
from tests.subjects.builders import a_hospital, a_membership, an_alliance

REASON = {"reason": "核对之后认为有此必要"}
SUBJECT = "/api/v1/rounds/{round}/subjects/{subject}"


@dataclass(frozen=True)
class Asked:
    """What goes with a request; `path` fills what is neither round nor subject."""

    path: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def json(body: Any, **path: Any) -> Asked:
    return Asked(path, {"json": body})


def at(**path: Any) -> Asked:
    return Asked(path)


PROOF = "项目,内容\n甲,乙\n".encode()
DIGEST = hashlib.sha256(PROOF).hexdigest()
VERSION = {"code": "small", "version": "1"}
DRAFT = {"code": "small", "version": "2"}
CHANGE = {"name": "示例中心", "district_code": "330102", "attributes": {}}
PERSON = {"name": "somebody", "display_name": "某人", "roles": ["evaluator"]}
SCORING = {"period": {"start": "2020-04-01", "end": "2021-03-31"}, "evidence": evidence()}
REQUESTS: dict[str, Asked] = {
    "GET /api/v1/schemes": at(),
    "POST /api/v1/schemes": json(a_scheme("3")),
    "GET /api/v1/schemes/{code}/versions/{version}": at(**VERSION),
    "PUT /api/v1/schemes/{code}/versions/{version}": json(a_scheme("2", title="另一标题"), **DRAFT),
    "DELETE /api/v1/schemes/{code}/versions/{version}": at(**{**DRAFT, "version": "4"}),
    "POST /api/v1/schemes/{code}/versions/{version}/publish": at(**{**DRAFT, "version": "5"}),
    "POST /api/v1/schemes/{code}/versions/{version}/retire": at(**{**DRAFT, "version": "6"}),
    "GET /api/v1/schemes/{code}/versions/{version}/evidence-schema": at(**VERSION),
    "POST /api/v1/schemes/{code}/versions/{version}/score": json(SCORING, **VERSION),
    "GET /api/v1/institutions": at(),
    "POST /api/v1/institutions": json(a_hospital("new-hospital", 9)),
    "GET /api/v1/institutions/{code}": at(code="hospital"),
    "PUT /api/v1/institutions/{code}": json(
        {name: value for name, value in a_hospital().items() if name != "code"}, code="hospital"
    ),
    "GET /api/v1/alliances": at(),
    "POST /api/v1/alliances": json(an_alliance("new-alliance")),
    "GET /api/v1/alliances/{code}": at(code="alliance"),
    "PUT /api/v1/alliances/{code}": json({"name": "新名称", "district_code": "330102"}, code="alliance"),
    "POST /api/v1/alliances/{code}/memberships": json(a_membership("care-home", start="2030-01-01"), code="alliance"),
    "POST /api/v1/alliances/{code}/memberships/{number}/end": json({"end": "2031-01-01"}, code="alliance", number=99),
    "GET /api/v1/subjects": at(),
    "POST /api/v1/subjects": json({"code": "new-centre", "kind": "centre", **CHANGE}),
    "GET /api/v1/subjects/{code}": at(code="alliance"),
    "PUT /api/v1/subjects/{code}": json(CHANGE, code="centre"),
    "GET /api/v1/rounds": at(),
    "POST /api/v1/rounds": json(a_round("another")),
    "GET /api/v1/rounds/{round}": at(),
    "POST /api/v1/rounds/{round}/open": at(),
    "POST /api/v1/rounds/{round}/close": at(),
    "POST /api/v1/rounds/{round}/publish": at(),
    "GET /api/v1/rounds/{round}/subjects": at(),
    "POST /api/v1/rounds/{round}/subjects": json({"subjects": ["alliance"]}),
    f"POST {SUBJECT}/waiver": json(REASON),
    "GET /api/v1/rounds/{round}/extensions": at(),
    "POST /api/v1/rounds/{round}/extensions": json({"subject": "alliance", "deadline": LATER, **REASON}),
    "GET /api/v1/rounds/{round}/assignments": at(),
    "POST /api/v1/rounds/{round}/assignments": json({"evaluator": "evaluator2", "subjects": ["alliance"]}),
    f"POST {SUBJECT}/assignments/{{number}}/end": json(REASON, number=99),
    "GET /api/v1/rounds/{round}/scores": at(),
    "GET /api/v1/rounds/{round}/consistency": at(),
    f"GET {SUBJECT}/standing": at(),
    f"GET {SUBJECT}/evidence": at(),
    f"PUT {SUBJECT}/evidence": Asked({}, {"json": evidence(), "headers": {"If-Match": "*"}}),
    f"POST {SUBJECT}/evidence/submit": at(),
    f"POST {SUBJECT}/evidence/withdraw": json(REASON),
    f"POST {SUBJECT}/evidence/return": json(REASON),
    f"GET {SUBJECT}/evidence/revisions": at(),
    f"GET {SUBJECT}/evidence/revisions/{{number}}": at(number=1),
    f"GET {SUBJECT}/evidence/remarks": at(),
    f"GET {SUBJECT}/personal/erasures": at(),
    f"POST {SUBJECT}/personal/erasures": json(REASON),
    f"POST {SUBJECT}/personal/erasures/{{number}}/confirm": at(number=99),
    f"GET {SUBJECT}/attachments": at(),
    f"POST {SUBJECT}/attachments": Asked(
        {}, {"files": {"file": ("证明.csv", PROOF, "text/csv")}, "data": {"item": "dispatch"}}
    ),
    f"GET {SUBJECT}/attachments/{{sha256}}": at(sha256=DIGEST),
    f"HEAD {SUBJECT}/attachments/{{sha256}}": at(sha256=DIGEST),
    f"DELETE {SUBJECT}/attachments/{{sha256}}": Asked({"sha256": DIGEST}, {"params": {"item": "dispatch"}}),
    f"GET {SUBJECT}/assessment": at(),
    f"GET {SUBJECT}/assessment/records": at(),
    f"PUT {SUBJECT}/assessment/judgements/{{item}}": json({"points": 3, "rationale": "随访记录尚完整"}, item="chronic"),
    f"PUT {SUBJECT}/assessment/findings/{{field}}": json({"value": False, "reason": "未见协议"}, field="signed"),
    f"PUT {SUBJECT}/assessment/overrides/{{item}}": json({"points": 1, **REASON}, item="agreement"),
    f"GET {SUBJECT}/assessment/precedents/{{item}}": at(item="chronic"),
    f"POST {SUBJECT}/assessment/propose": at(),
    f"POST {SUBJECT}/assessment/approve": at(),
    f"POST {SUBJECT}/assessment/reopen": json(REASON),
    f"GET {SUBJECT}/assessment/sheets": at(),
    f"GET {SUBJECT}/assessment/sheets/{{number}}": at(number=1),
    f"GET {SUBJECT}/assessment/bundle": at(),
    f"GET {SUBJECT}/objections": at(),
    f"POST {SUBJECT}/objections": json({"items": {"agreement": "协议已经签订，见附件"}}),
    f"POST {SUBJECT}/objections/{{number}}/decision": json({"accepted": False, **REASON}, number=99),
    "GET /api/v1/me": at(),
    "GET /api/v1/me/tasks": at(),
    "PUT /api/v1/me/password": json({"old": "not the old one", "new": "quite another pass phrase"}),
    "POST /api/v1/logout": at(),
    "GET /api/v1/accounts": at(),
    "POST /api/v1/accounts": json(PERSON),
    "GET /api/v1/accounts/{name}": at(name="evaluator2"),
    "PUT /api/v1/accounts/{name}": json({"display_name": "某人", "roles": ["evaluator"]}, name="evaluator2"),
    "POST /api/v1/accounts/{name}/reset": json({"password": "quite another pass phrase"}, name="evaluator2"),
    "POST /api/v1/accounts/{name}/deactivate": at(name="evaluator2"),
    "POST /api/v1/accounts/{name}/reactivate": at(name="evaluator2"),
    "GET /api/v1/tokens": at(),
    "POST /api/v1/tokens": json({"label": "自用", "roles": ["evaluator"], "days": 1}),
    "POST /api/v1/tokens/{number}/revoke": json(REASON, number=99),
    "GET /api/v1/audit": at(),
    "GET /api/v1/audit/verify": at(),
    "GET /metrics": at(),
}
LAST = (
    "POST /api/v1/rounds/{round}/publish",
    "POST /api/v1/accounts/{name}/deactivate",
    "POST /api/v1/logout",
)
"""What changes what others may do: when everything else has been asked."""
