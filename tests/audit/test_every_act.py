"""Nothing is changed without an entry: every route that changes something is asked once with success."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from tests.accounts.builders import PASSWORD, an_entrance
from tests.assessments.builders import a_judgement
from tests.assessments.published import ACCEPTED, GROUNDS, OBJECTIONS, ROUND, decided, settled
from tests.attaching import attach
from tests.rounds.builders import LATER, ROUNDS, SCHEMES, a_round, a_scheme, a_stay, evidence, prepare
from tests.service import Service
from tests.subjects.builders import (
    ALLIANCES,
    INSTITUTIONS,
    a_care_home,
    a_hospital,
    a_membership,
    an_alliance,
    register_alliance,
)

API = "/api/v1"
PLACE = f"{ROUND}/subjects/alliance"
REASON = {"reason": "核对之后认为有此必要"}
CENTRE = {"name": "示例中心", "district_code": "330102", "attributes": {}}
CHANGES_NOTHING = {"POST /api/v1/schemes/{code}/versions/{version}/score"}


class Watched(Service):
    """Notes of every request that succeeds and may change something how many entries it left."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self.left: dict[str, set[int]] = {}
        super().__init__(*arguments, **settings)

    def request(self, method: str, path: str, by: str | None = "usual", **arguments: Any) -> httpx.Response:
        before = self._head()
        answer = super().request(method, path, by, **arguments)
        if method not in {"GET", "HEAD"}:
            left = self._head() - before
            if answer.is_success:
                self.left.setdefault(self._route(method, path), set()).add(left)
        return answer

    def _head(self) -> int:
        with self.database.reading() as session:
            return int(session.scalar(text("SELECT sequence FROM audit_head")) or 0)

    def _route(self, method: str, path: str) -> str:
        plain = path.partition("?")[0]
        fitting = [each for each in self.changing() if each[0] == method and each[1].path_regex.fullmatch(plain)]
        return f"{method} {fitting[0][1].path}"

    def changing(self) -> list[tuple[str, APIRoute]]:
        routes = [each for each in self.app.routes if isinstance(each, APIRoute)]
        return [(method, route) for route in routes for method in route.methods if method not in {"GET", "HEAD"}]


@pytest.fixture
def service(database_url: str) -> Iterator[Watched]:
    service = Watched(database_url)
    service.app.state.entrance = an_entrance(service.database)
    yield service
    service.close()


def test_every_route_that_changes_something_leaves_an_entry(service: Watched) -> None:
    registers(service)
    accounts(service)
    an_evaluation(service)
    routes = {f"{method} {route.path}" for method, route in service.changing()}
    assert routes - service.left.keys() == CHANGES_NOTHING
    assert {route: left for route, left in service.left.items() if 0 in left} == {}


def done(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def registers(service: Watched) -> None:
    prepare(service)
    register_alliance(service, "second")
    for version, acts in {"2": ("publish", "retire"), "3": ()}.items():
        done(service.post(SCHEMES, json=a_scheme(version)))
        place = f"{SCHEMES}/small/versions/{version}"
        done(service.put(place, json=a_scheme(version, title="另一标题")))
        for act in acts:
            done(service.post(f"{place}/{act}"))
    done(service.delete(f"{SCHEMES}/small/versions/3"))
    hospital = {name: value for name, value in a_hospital().items() if name != "code"}
    done(service.put(f"{INSTITUTIONS}/hospital", json=hospital))
    done(service.put(f"{ALLIANCES}/second", json={"name": "新名称", "district_code": "330102"}))
    later = a_membership("care-home", start="2031-01-01")
    done(service.post(f"{ALLIANCES}/second/memberships/3/end", json={"end": "2030-01-01"}))
    done(service.post(f"{ALLIANCES}/second/memberships", json=later))
    done(service.post(f"{API}/subjects", json={"code": "centre", "kind": "centre", **CENTRE}))
    done(service.put(f"{API}/subjects/centre", json=CENTRE))


def accounts(service: Watched) -> None:
    person = {"name": "somebody", "display_name": "某人", "roles": ["evaluator"], "password": PASSWORD}
    done(service.post(f"{API}/accounts", json=person))
    place = f"{API}/accounts/somebody"
    tag = service.get(place).headers["ETag"]
    said = {"display_name": "某人", "roles": ["evaluator"]}
    done(service.put(place, json=said, headers={"If-Match": tag}))
    asked = {"label": "看板", "roles": ["evaluator"], "days": 1, "account": "somebody"}
    token = done(service.post(f"{API}/tokens", json=asked))
    done(service.post(f"{API}/tokens/{token['number']}/revoke", json=REASON))
    for act in ("deactivate", "reactivate"):
        done(service.post(f"{place}/{act}"))
    done(service.post(f"{place}/reset", json={"password": f"{PASSWORD}-2"}))
    done(service.post(f"{API}/login", by=None, json={"name": "somebody", "password": f"{PASSWORD}-2"}))
    changed = {"old": f"{PASSWORD}-2", "new": f"{PASSWORD}-3"}
    done(service.put(f"{API}/me/password", by=None, json=changed))
    done(service.post(f"{API}/login", by=None, json={"name": "somebody", "password": f"{PASSWORD}-3"}))
    done(service.post(f"{API}/logout", by=None))


def an_evaluation(service: Watched) -> None:
    done(service.post(INSTITUTIONS, json=a_care_home("clinic-home", 4, medical_unit="other")))
    irregular = [a_membership("hospital", role="lead"), a_membership("clinic-home")]
    done(service.post(ALLIANCES, json=an_alliance("third", memberships=irregular)))
    done(service.post(ROUNDS, json=a_round()))
    done(service.post(f"{ROUND}/subjects", json={"subjects": ["third"]}))
    done(service.post(f"{ROUND}/subjects/third/waiver", json=REASON))
    done(service.post(f"{ROUND}/open"))
    service.people.actor("evaluator2")
    done(service.post(f"{PLACE}/assignments/1/end", by="chief", json={**REASON, "replacement": "evaluator2"}))
    done(service.post(f"{ROUND}/assignments", json={"evaluator": "evaluator", "subjects": ["alliance"]}))
    later = LATER.replace("2099", "2100")
    done(service.post(f"{ROUND}/extensions", by="chief", json={"subject": "alliance", "deadline": later, **REASON}))
    hand_in(service)
    for kind, about, said in (
        ("judgements", "chronic", a_judgement()),
        ("findings", "signed", {"value": False, "reason": "未见协议原件"}),
        ("overrides", "agreement", {"points": 4, **REASON}),
    ):
        done(service.put(f"{PLACE}/assessment/{kind}/{about}", json=said))
    done(service.post(f"{ROUND}/close"))
    settled(service)
    done(service.post(f"{PLACE}/assessment/reopen", json=REASON))
    settled(service)
    done(service.post(f"{ROUND}/publish"))
    done(service.post(OBJECTIONS, json=GROUNDS))
    done(decided(service, ACCEPTED))
    done(service.post(f"{PLACE}/personal/erasures", by="admin", json=REASON))
    done(service.post(f"{PLACE}/personal/erasures/1/confirm", by="admin2"))


def hand_in(service: Watched) -> None:
    said = evidence(care="nonstandard", staff=[a_stay()])
    done(service.put(f"{PLACE}/evidence", json=said))
    made = done(attach(service, PLACE, "agreement"))
    done(service.delete(f"{PLACE}/attachments/{made['sha256']}?item=agreement"))
    done(attach(service, PLACE, "dispatch"))
    done(service.post(f"{PLACE}/evidence/submit"))
    done(service.post(f"{PLACE}/evidence/withdraw", json=REASON))
    done(service.post(f"{PLACE}/evidence/submit"))
    done(service.post(f"{PLACE}/evidence/return", json=REASON))
    done(service.post(f"{PLACE}/evidence/submit"))
