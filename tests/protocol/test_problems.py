"""Refusals that no room makes: wrong addresses, methods, parameters, and our own faults."""

from __future__ import annotations

import json
import logging

import pytest

from app.protocol.problems import STATUSES, TITLES
from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.service import serving
from tests.subjects.builders import INSTITUTIONS, a_hospital

LINE = {"at", "request", "method", "route", "status", "actor", "refused", "microseconds"}
MEMBERS = {"type", "title", "status", "detail"}


@pytest.fixture
def service(database_url):
    with serving(database_url) as running:
        yield running


def refusal(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert MEMBERS <= set(body) <= MEMBERS | {"errors"}
    assert (body["status"], body["title"]) == (answer.status_code, TITLES[answer.status_code])
    assert body["type"].startswith("/problems/")
    return answer.status_code, body["type"].removeprefix("/problems/")


def test_every_refusal_has_a_title():
    assert set(STATUSES.values()) <= set(TITLES)


NOWHERE = ["/", "/nothing", "/api/v1", "/api/v1/schemes/", "/api/v1/schemes/x", "/%00", "/api/v1/%ff", "/redoc"]
METHODS = [
    ("PATCH", address(), "DELETE, GET, PUT"),
    ("DELETE", SCHEMES, "GET, POST"),
    ("GET", address() + "/score", "POST"),
    ("POST", "/healthz", "GET"),
    ("TRACE", SCHEMES, "GET, POST"),
    ("NONSENSE", SCHEMES, "GET, POST"),
]
ODD = ["%00", "a%00b", "a%0ab", "-a", "..a", "a" * 65, "%E5%8C%BB", "a%20b", "%F0%9F%98%80", "a;b", "%ff", "%ED%A0%80"]
QUERIES = {
    "nothing=1": [("/nothing", "unknown_parameter")],
    "limit=1&x=": [("/x", "unknown_parameter")],
    "b=1&a=1": [("/a", "unknown_parameter"), ("/b", "unknown_parameter")],
    "limit=1&limit=2": [("/limit", "repeated_parameter")],
    "limit=0": [("/limit", "greater_than_equal")],
    "limit=201": [("/limit", "less_than_equal")],
    "limit=x&status=y": [("/limit", "int_parsing"), ("/status", "literal_error")],
    "limit=1.5": [("/limit", "int_parsing")],
    "limit=" + "9" * 5000: [("/limit", "int_parsing_size")],
    "limit=%00": [("/limit", "int_parsing")],
    "code=%00": [("/code", "string_pattern_mismatch")],
    "code=%ff": [("/code", "string_pattern_mismatch")],
    "cursor=x": [("/cursor", "bad_cursor")],
    "cursor=" + "A" * 501: [("/cursor", "string_too_long")],
    "%00=%ff": [("/\0", "unknown_parameter")],
}


def test_no_such_address(service, subtests):
    for path in NOWHERE:
        with subtests.test(path):
            assert refusal(service.get(path)) == (404, "no_such_address")


def test_a_method_that_is_not_offered_names_those_that_are(service, subtests):
    for method, path, allowed in METHODS:
        with subtests.test(method, path=path):
            answer = service.request(method, path)
            assert refusal(answer) == (405, "method_not_allowed")
            assert answer.headers["allow"] == allowed


def test_codes_that_cannot_be(service, subtests):
    expected = {(422, "invalid_parameters"), (404, "no_such_address"), (404, "scheme_not_found")}
    for code in ODD:
        for path in (address("1", code), address(code), address(code) + "/score"):
            with subtests.test(path):
                method = "POST" if path.endswith("score") else "GET"
                assert refusal(service.request(method, path, json=a_request())) in expected


def test_wrong_query_parameters(service, subtests):
    for query, errors in QUERIES.items():
        with subtests.test(query[:20]):
            answer = service.get(f"{SCHEMES}?{query}")
            assert refusal(answer) == (422, "invalid_parameters")
            listed = answer.json()["errors"]
            assert [(error["pointer"], error["code"]) for error in listed] == errors
            assert all(error["in"] == "query" and error["message"] for error in listed)


def test_parameters_where_none_is_read(service):
    for path in ("/healthz?x=1", "/readyz?x", address() + "?view=all"):
        assert refusal(service.get(path)) == (422, "invalid_parameters")


def test_our_own_faults_leave_without_a_word(service, monkeypatch, caplog):
    def fail(self):
        raise ZeroDivisionError(f"the secret of the house, {'kept'}")

    service.post(SCHEMES, json=a_scheme())
    monkeypatch.setattr(type(service.database), "at_head", fail)
    answer = service.get("/readyz")
    assert refusal(answer) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["x-request-id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "in fail" in caplog.text
    assert "the secret of the house, kept" not in caplog.text


REFUSING = "ALTER TABLE institutions ADD COLUMN refused TEXT CHECK (kind <> 'hospital')"


def test_what_a_database_says_of_a_row_is_not_logged(service, caplog):
    """PostgreSQL tells the whole row that failed a check, whatever stood in it."""
    institution = a_hospital()
    with service.database.engine.begin() as connection:
        connection.exec_driver_sql(REFUSING)
    try:
        answer = service.post(INSTITUTIONS, json=institution)
    finally:
        with service.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE institutions DROP COLUMN refused")
    assert refusal(answer) == (500, "internal")
    assert "sqlalchemy.exc.IntegrityError" in caplog.text
    assert "[23514]" in caplog.text or "[SQLITE_CONSTRAINT_CHECK]" in caplog.text
    assert "app/subjects/store/institutions.py" in caplog.text
    for hidden in (institution["credit_code"], "Failing row", "INSERT INTO"):
        assert hidden not in caplog.text, hidden


def test_every_answer_carries_its_number_and_is_not_sniffed(service):
    for path in ("/healthz", "/nothing", SCHEMES):
        headers = service.get(path).headers
        assert len(headers["x-request-id"]) == 16
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"]
    assert service.get("/healthz").headers["x-request-id"] != service.get("/healthz").headers["x-request-id"]
    given = {"X-Request-ID": "abc-DEF_12345"}
    assert service.get("/healthz", headers=given).headers["x-request-id"] == given["X-Request-ID"]
    for bad in ("short", "a" * 65, "with space", "<script>"):
        assert service.get("/healthz", headers={"X-Request-ID": bad}).headers["x-request-id"] != bad


def test_one_line_a_request_without_names_or_bodies(service, caplog):
    caplog.set_level(logging.INFO, logger="app.requests")
    service.post(SCHEMES, json=a_scheme())
    service.post(address() + "/score?secret=1", json=a_request())
    lines = [json.loads(record.message) for record in caplog.records if record.name == "app.requests"]
    assert [(line["method"], line["route"], line["status"], line["actor"], line["refused"]) for line in lines] == [
        ("POST", SCHEMES, 201, "admin", None),
        ("POST", f"{SCHEMES}/{{code}}/versions/{{version}}/score", 422, None, "invalid_parameters"),
    ]
    assert all(line.keys() == LINE for line in lines)
    assert all(isinstance(line["microseconds"], int) and line["request"] for line in lines)
    assert "张三" not in caplog.text
    assert "secret" not in caplog.text
