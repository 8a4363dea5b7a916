"""Metrics: who may read them, what they count, and that nobody's code, name or address is among them."""

from __future__ import annotations

import re

import pytest

from tests.accounts.builders import CHEAP
from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.service import serving

METRICS = "/metrics"
HASHING = {f"password_{name}": CHEAP[name] for name in ("memory", "passes", "lanes")}
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")


@pytest.fixture
def service(database_url):
    with serving(database_url, **HASHING) as running:
        yield running


def samples(service):
    """By name and labels."""
    answer = service.get(METRICS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = [SAMPLE.fullmatch(line) for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(found)
    return {(each[1], each[2] or ""): float(each[3]) for each in found}


def labels(method, route, status):
    return f'method="{method}",route="{route}",status="{status}"'


def test_requests_are_counted_by_route_and_status(service):
    service.post(SCHEMES, json=a_scheme())
    for _ in range(3):
        service.post(f"{address()}/score", json=a_request())
    service.post(f"{address()}/score?x=1", json=a_request())
    service.get("/nothing/here")
    service.request("NONSENSE", SCHEMES)
    found = samples(service)
    score = f"{SCHEMES}/{{code}}/versions/{{version}}/score"
    assert found["mea_http_requests_total", labels("POST", SCHEMES, 201)] == 1
    assert found["mea_http_requests_total", labels("POST", score, 200)] == 3
    assert found["mea_http_requests_total", labels("POST", score, 422)] == 1
    assert found["mea_http_requests_total", labels("GET", "other", 404)] == 1
    assert found["mea_http_requests_total", labels("other", SCHEMES, 405)] == 1
    assert found["mea_http_request_seconds_count", f'method="POST",route="{score}"'] == 4
    assert found["mea_http_requests_in_flight", ""] == 1  # the one that asks
    assert found["process_resident_memory_bytes", ""] > 0


def test_each_application_counts_for_itself(service, database_url):
    service.post(SCHEMES, json=a_scheme())
    with serving(database_url) as other:
        assert ("mea_http_requests_total", labels("POST", SCHEMES, 201)) not in samples(other)


def test_refused_log_ins_and_a_busy_database_are_counted(database_url):
    with serving(database_url, patience=1, **HASHING) as service:
        before = samples(service)
        service.post("/api/v1/login", json={"name": "nobody", "password": "x"}, by=None)
        lock = "BEGIN IMMEDIATE" if service.database.engine.dialect.name == "sqlite" else "LOCK TABLE scheme_versions"
        with service.database.engine.connect() as other:
            other.exec_driver_sql(lock)
            assert service.post(SCHEMES, json=a_scheme()).status_code == 503
            other.rollback()
        after = samples(service)
    grown = {key: value - before[key] for key, value in after.items() if value != before.get(key, value)}
    assert grown["mea_log_ins_refused_total", ""] == 1
    assert grown["mea_database_refusals_total", 'type="database_unavailable"'] == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("auditor", 200), ("dashboard", 200), ("chief", 403), ("submitter", 403), (None, 401)],
)
def test_who_reads_them(service, who, status):
    assert service.get(METRICS, by=who).status_code == status


def test_nobodys_code_name_or_secret_is_a_label(service):
    service.post(SCHEMES, json=a_scheme())
    service.get(address())
    service.get(f"/api/v1/accounts/{'admin'}")
    service.get(f"/{service.people.secret('admin')}")
    text = service.get(METRICS).text
    for hidden in ("small", "admin", service.people.secret("admin")[:12]):
        assert hidden not in text
