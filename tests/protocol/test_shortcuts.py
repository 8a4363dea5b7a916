"""Shortcuts answer as the routes behind them do, and leave to these whatever has to be refused."""

from __future__ import annotations

import pytest

from app.protocol.limits import LARGEST
from tests.assessments.builders import SHEET, SUBJECT, under_review
from tests.flow.watching import statements
from tests.rounds.builders import evidence, open_round
from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.service import serving

HANDED_IN = f"{SUBJECT}/evidence"
EVIDENCE = HANDED_IN.replace("2020", "2021")
SAVED = {"json": evidence(), "headers": {"If-Match": "*"}}
JSON = {"Content-Type": "application/json"}
ELSEWHERE = {**JSON, "Cookie": "mea_session=mea_s_" + "A" * 43, "Origin": "https://elsewhere.example"}


@pytest.fixture
def service(database_url):
    with serving(database_url) as running:
        under_review(running)
        running.post(SCHEMES, json=a_scheme())
        open_round(running, "2021")
        assert running.put(EVIDENCE, json=evidence()).status_code == 200
        yield running


def without_shortcuts(service):
    """The same service with the ordinary routes alone."""
    routes = service.app.router.routes
    routes[:] = [route for route in routes if type(route).__name__ != "Shortcut"]
    service.app.middleware_stack = service.app.build_middleware_stack()


REQUESTS = {
    "a sheet": ("GET", SHEET, {}),
    "the same as the official one": ("GET", f"{SHEET}?view=official", {}),
    "what is known": ("GET", SHEET, {"headers": {"If-None-Match": "*"}}),
    "of nobody": ("GET", SHEET.replace("alliance", "nobody"), {}),
    "of no round": ("GET", SHEET.replace("2020", "1999"), {}),
    "of no code": ("GET", SHEET.replace("2020", "-2020"), {}),
    "of a code that is too long": ("GET", SHEET.replace("2020", "2" * 65), {}),
    "of a code in other signs": ("GET", SHEET.replace("2020", "2020年"), {}),
    "a query that is not known": ("GET", f"{SHEET}?of=me", {}),
    "a view that is not known": ("GET", f"{SHEET}?view=", {}),
    "head": ("HEAD", SHEET, {}),
    "another method": ("DELETE", SHEET, {}),
    "options": ("OPTIONS", SHEET, {}),
    "scored": ("POST", f"{address()}/score", {"json": a_request()}),
    "scored with a query": ("POST", f"{address()}/score?final=true", {"json": a_request()}),
    "not scored": ("POST", f"{address()}/score", {"json": {}}),
    "no body": ("POST", f"{address()}/score", {}),
    "another type": ("POST", f"{address()}/score", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
    "another charset": (
        "POST",
        f"{address()}/score",
        {"content": b"{}", "headers": {"Content-Type": "application/json; charset=GBK"}},
    ),
    "broken": ("POST", f"{address()}/score", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    "no such version": ("POST", f"{address('9')}/score", {"json": a_request()}),
    "not a post": ("PUT", f"{address()}/score", {"json": a_request()}),
    "saved": ("PUT", EVIDENCE, SAVED),
    "saved without the tag": ("PUT", EVIDENCE, {"json": evidence(), "by": "submitter"}),
    "saved by what is stale": ("PUT", EVIDENCE, {"json": evidence(), "headers": {"If-Match": '"sha256:0"'}}),
    "saved in another form": ("PUT", EVIDENCE, {**SAVED, "json": {"signed": 1, "nothing": 2}}),
    "saved as a list": ("PUT", EVIDENCE, {**SAVED, "json": []}),
    "saved and broken": ("PUT", EVIDENCE, {"content": b"{", "headers": JSON}),
    "saved when handed in": ("PUT", HANDED_IN, SAVED),
    "saved for nobody": ("PUT", EVIDENCE.replace("alliance", "nobody"), SAVED),
    "saved by a stranger": ("PUT", EVIDENCE, {**SAVED, "by": None}),
    "broken by a stranger": ("PUT", EVIDENCE, {"content": b"{", "headers": JSON, "by": None}),
    "saved by one who never does": ("PUT", EVIDENCE, {**SAVED, "by": "chief"}),
    "saved from a page elsewhere": ("PUT", EVIDENCE, {**SAVED, "by": None, "headers": ELSEWHERE}),
    "too much": ("PUT", EVIDENCE, {"content": b" " * (LARGEST + 1), "headers": JSON}),
    "broken by one who scores nothing": (
        "POST",
        f"{address()}/score",
        {"content": b"{", "headers": JSON, "by": "dashboard"},
    ),
    "broken by a chief": ("PUT", EVIDENCE, {"content": b"{", "headers": JSON, "by": "chief"}),
    "broken by one who never does": ("PUT", EVIDENCE, {"content": b"{", "headers": JSON, "by": "auditor"}),
    "an address that goes on": ("GET", f"{SHEET}/", {}),
}


def seen(service, method, path, arguments):
    answer = service.request(method, path, **arguments)
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, headers, answer.content


def test_they_answer_as_the_routes_behind_them(service, subtests):
    short = {name: seen(service, *asked) for name, asked in REQUESTS.items()}
    without_shortcuts(service)
    for name, asked in REQUESTS.items():
        with subtests.test(name):
            assert short[name] == seen(service, *asked)
    assert {status for status, _, _ in short.values()} == {
        200,
        304,
        400,
        401,
        403,
        404,
        405,
        409,
        412,
        413,
        415,
        422,
        428,
    }


def test_they_are_not_documented_twice(service):
    paths = service.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if ":code" in path]
    assert "get" in paths["/api/v1/rounds/{round}/subjects/{subject}/assessment"]


def test_a_published_scheme_scores_without_the_database_and_a_draft_after_one_look(service):
    counts = []
    for _ in range(3):
        with statements(service) as asked:
            assert service.post(f"{address()}/score", json=a_request()).status_code == 200
        counts.append(len(asked))
    assert counts[1:] == [2, 2]  # who asks, and the draft
    assert service.post(f"{address()}/publish").status_code == 200
    for _ in range(2):
        with statements(service) as asked:
            assert service.post(f"{address()}/score", json=a_request()).status_code == 200
    assert len(asked) == 1  # who asks


def test_a_draft_that_another_process_changed_scores_as_it_is_now(service, database_url):
    with serving(database_url) as other:
        first = other.post(f"{address()}/score", json=a_request()).json()
        changed = {**a_scheme(), "title": "改过的评价表"}
        assert service.put(address(), json=changed).status_code == 200
        second = other.post(f"{address()}/score", json=a_request()).json()
    assert first["scheme"]["digest"] != second["scheme"]["digest"]


def test_saving_leaves_the_same_either_way(service):
    """A revision, an entry in the record, the answer."""
    found = []
    for care in ("nonstandard", "none"):
        before = len(service.get("/api/v1/audit", by="auditor").json()["data"])
        saved = service.put(EVIDENCE, json=evidence(care=care))
        read = service.get(EVIDENCE)
        assert read.headers["ETag"] == saved.headers["ETag"]
        stored = read.json()
        assert {name: stored[name] for name in saved.json()} == saved.json()
        assert stored["evidence"]["care"] == care
        entries = service.get("/api/v1/audit", by="auditor").json()["data"]
        assert len(entries) == before + 1
        found.append(
            (saved.status_code, stored["revision"], entries[0]["act"], sorted(saved.headers), set(saved.json()))
        )
        without_shortcuts(service)
    (status, revision, *others), second = found
    assert (status, revision) == (200, 2)
    assert second == (200, 3, *others)


def test_nothing_is_read_of_what_a_stranger_sends(service):
    pulled = []

    async def content():
        pulled.append(1)
        yield b"{}"

    for by in (None, "stranger"):
        answer = service.put(EVIDENCE, content=content(), headers=JSON, by=by)
        assert (answer.status_code, pulled) == ((401, []) if by is None else (404, [1]))


def test_one_who_is_shut_out_hears_so_whatever_the_body(service):
    assert service.put(EVIDENCE, **SAVED).status_code == 200
    broken = {"content": b"{", "headers": JSON}
    assert service.put(EVIDENCE, **broken).status_code == 400
    shut = service.post("/api/v1/accounts/submitter/deactivate")
    assert shut.status_code == 200
    for asked in (SAVED, broken):
        assert service.put(EVIDENCE, **asked).status_code == 401
