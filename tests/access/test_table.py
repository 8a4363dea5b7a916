"""The whole table of who may do what, over HTTP with real credentials, for one's own subject and for another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.access import RULES
from tests.access.page import COLUMNS, Row, rows
from tests.access.requests import LAST, PROOF, REQUESTS, SUBJECT
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS, a_round, evidence, publish
from tests.rounds.builders import a_scheme as scheme
from tests.service import Service, serving
from tests.subjects.builders import a_hospital, a_membership, an_alliance, register, register_alliance

WHO = {
    "admin": ("admin", "alliance"),
    "chief": ("chief", "alliance"),
    "assigned": ("evaluator", "alliance"),
    "other evaluator": ("evaluator", "other"),
    "own": ("submitter", "alliance"),
    "other submitter": ("submitter", "other"),
    "dashboard": ("dashboard", "alliance"),
    "auditor": ("auditor", "alliance"),
}
"""Who plays a column, and on which subject."""
STATES = {"reviewed": (True, False), "published": (True, True), "draft": (False, False)}
"""By round: whether it is opened, and published."""
HIDING = {"round_not_found", "subject_not_in_round", "scheme_not_found"}
REFUSING = {"forbidden", "conflict_of_interest"}
UNKNOWN = "mea_t_" + "A" * 43
PUBLIC = {"POST /api/v1/login", "GET /healthz", "GET /readyz", "GET /problems/{type}"}


@dataclass(frozen=True)
class Case:
    """One route, asked by one column in one round."""

    route: str
    act: str
    column: str
    round: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.column}: {self.route} ({self.round})"


@pytest.fixture
def service(database_url: str, tmp_path: Any) -> Iterator[Service]:
    with serving(database_url, attachments=tmp_path / "attachments", signing_key=tmp_path / "key") as running:
        yield running


def routes(service: Service) -> dict[str, tuple[str, ...]]:
    """The acts of every route that is in the OpenAPI document."""
    document = service.get("/openapi.json", by=None).json()
    listed = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    found = {
        f"{method} {route.path}": getattr(route, "acts", ())
        for route in service.app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert listed == found.keys() - {"GET /docs"}
    return {route: acts for route, acts in found.items() if route in listed}


def test_the_page_says_what_the_code_says() -> None:
    assert {act: row.rules for act, row in rows().items()} == RULES


def test_every_route_has_a_row_and_every_row_its_routes(service: Service) -> None:
    known = routes(service)
    assert {route for route, acts in known.items() if not acts} == PUBLIC
    said = {route: act for act, row in rows().items() for route in row.routes}
    assert {route for route, acts in known.items() if acts} == {route.partition("?")[0] for route in said}
    for route, act in said.items():
        assert act in known[route.partition("?")[0]], route
    assert [act for act, row in rows().items() if not row.routes] == ["read_drafts", "read_names"]
    assert REQUESTS.keys() == {route for route, acts in known.items() if acts}


def test_the_whole_table(service: Service, subtests: pytest.Subtests) -> None:
    prepare(service)
    cases = list(every_case())
    assert len(cases) > 700
    refused = [case for case in cases if case.expected != "yes"]
    allowed = [case for case in cases if case.expected == "yes"]
    for case in (*refused, *sorted(allowed, key=lambda case: case.route.partition("?")[0] in LAST)):
        with subtests.test(case.name):
            assert heard(service, case) == case.expected


def test_nobody_is_told_anything_without_a_credential(service: Service, subtests: pytest.Subtests) -> None:
    prepare(service)
    for route in REQUESTS:
        with subtests.test(route):
            answer = send(service, route, "reviewed", "alliance", None, {})
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for header in (
        {"Authorization": f"Bearer {UNKNOWN}"},
        {"X-API-Key": UNKNOWN},
        {"Cookie": f"mea_session={UNKNOWN}"},
    ):
        assert service.get("/api/v1/me", by=None, headers=header).status_code == 401


def test_names_are_for_those_who_write_them_and_those_who_review_them(service: Service) -> None:
    prepare(service)
    row = dict(zip(COLUMNS, rows()["read_names"].rules, strict=True))
    for column in ("chief", "assigned", "own", "auditor"):
        by, subject = WHO[column]
        read = service.get(f"{ROUNDS}/reviewed/subjects/{subject}/evidence", by=by).json()
        names = {each["name"] for each in read["evidence"]["staff"]}
        assert (names == {"甲", "乙"}) == (row[column] == "yes"), column
        assert (names & {"甲", "乙"} == set()) == (row[column] != "yes"), column


def test_drafts_of_schemes_are_not_there_for_those_outside(service: Service) -> None:
    prepare(service)
    for rule, column in zip(rows()["read_drafts"].rules, COLUMNS, strict=True):
        answer = service.get("/api/v1/schemes/small/versions/2", by=WHO[column][0])
        assert answer.status_code == (200 if rule == "yes" else 404)


def every_case() -> Iterator[Case]:
    for row in rows().values():
        for route in row.routes:
            for round_ in rounds_of(route):
                yield from _of_round(row, route, round_)


def rounds_of(route: str) -> tuple[str, ...]:
    """Where a route is asked; nothing is attached in a round that was never opened, and HEAD does not say so."""
    if "{round}" not in route:
        return ("published",)
    return ("reviewed", "published") if route.startswith("HEAD") else tuple(STATES)


def _of_round(row: Row, route: str, round_: str) -> Iterator[Case]:
    opened, published = STATES[round_]
    here = {"opened": opened, "published": published, "published 403": published, "yes": True}
    for column, rule in zip(COLUMNS, row.rules, strict=True):
        known = dict(zip(COLUMNS, rows()["read_rounds"].rules, strict=True))[column]
        if _never(route, column):
            expected = "403"  # said before anything is looked at
        elif "{round}" in route and not here[known]:
            expected = "404"
        elif here.get(rule, False):
            expected = "yes"
        else:
            expected = "403" if rule in {"403", "published 403"} or (rule == "404" and published) else "404"
        yield Case(route, row.act, column, round_, expected)


def _never(route: str, column: str) -> bool:
    """Whether nothing that the route may stand for is ever allowed to the one who plays this column."""
    plain = route.partition("?")[0]
    same = [row for row in rows().values() if any(each.partition("?")[0] == plain for each in row.routes)]
    own = [place for place in COLUMNS if WHO[place][0] == WHO[column][0]]
    return all(dict(zip(COLUMNS, row.rules, strict=True))[place] == "403" for row in same for place in own)


def heard(service: Service, case: Case) -> str:
    by, subject = WHO[case.column]
    answer = send(service, case.route, case.round, subject, by, {})
    if case.route.startswith("HEAD"):
        return {403: "403", 404: "404", 200: "yes"}[answer.status_code]
    kind = answer.json().get("type", "") if "problem" in answer.headers.get("content-type", "") else ""
    said = kind.removeprefix("/problems/")
    assert answer.status_code not in {401, 405, 500}, answer.text
    return "403" if said in REFUSING else "404" if said in HIDING else "yes"


def send(service: Service, route: str, round_: str, subject: str, by: str | None, headers: dict[str, str]) -> Any:
    plain, _, query = route.partition("?")
    method, _, template = plain.partition(" ")
    asked = REQUESTS[plain]
    subject = subject if template.startswith(SUBJECT) else "alliance"
    path = template.format(**{"round": round_, "subject": subject, **asked.path})
    more = {**asked.more, "headers": {**asked.more.get("headers", {}), **headers}}
    return service.request(method, f"{path}?{query}" if query else path, by=by, **more)


@remembered
def prepare(service: Service) -> None:
    """A round under review, one that is published and one not opened yet, with two alliances in each."""
    publish(service)
    for version in ("2", "4", "5"):
        service.post("/api/v1/schemes", json=scheme(version))
    publish(service, version="6")
    register(service)
    register_alliance(service)
    service.post("/api/v1/institutions", json=a_hospital("other-hospital", 7))
    others = [a_membership("other-hospital", role="lead"), a_membership("care-home")]
    made = service.post("/api/v1/alliances", json=an_alliance("other", memberships=others))
    assert made.status_code == 201, made.text
    centre = {"code": "centre", "kind": "centre", "name": "示例中心", "district_code": "330102"}
    service.post("/api/v1/subjects", json=centre)
    service.people.actor("other-submitter", roles=("submitter",), institution="other-hospital")
    for code in STATES:
        made = service.post(ROUNDS, json=a_round(code, subjects=["alliance", "other"]))
        assert made.status_code == 201, made.text
        if code != "draft":
            assert service.post(f"{ROUNDS}/{code}/open").status_code == 200
            hand_in(service, code)
    settle(service, "published")
    # of the round under review one evaluator has one alliance alone
    assert (
        service.post(f"{ROUNDS}/reviewed/subjects/other/assignments/1/end", json={"reason": "另有安排"}).status_code
        == 200
    )
    assert (
        service.post(f"{ROUNDS}/published/subjects/other/assignments/1/end", json={"reason": "另有安排"}).status_code
        == 200
    )


def hand_in(service: Service, code: str) -> None:
    for subject, by in (("alliance", "submitter"), ("other", "other-submitter")):
        place = f"{ROUNDS}/{code}/subjects/{subject}"
        assert service.put(f"{place}/evidence", by=by, json=evidence()).status_code == 200
        files = {"file": ("证明.csv", PROOF, "text/csv")}
        assert service.post(f"{place}/attachments", by=by, files=files, data={"item": "dispatch"}).status_code == 201
        assert service.post(f"{place}/evidence/submit", by=by).status_code == 200


def settle(service: Service, code: str) -> None:
    assert service.post(f"{ROUNDS}/{code}/close").status_code == 200
    for subject in ("alliance", "other"):
        place = f"{ROUNDS}/{code}/subjects/{subject}/assessment"
        assert service.post(f"{place}/propose").status_code == 200
        assert service.post(f"{place}/approve").status_code == 200
    assert service.post(f"{ROUNDS}/{code}/publish").status_code == 200
