"""The whole log of a service that people work with: one line a request, without names, secrets, bodies and queries."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

from tests.accounts.builders import CHEAP, PASSWORD, PERSON
from tests.protocol.test_problems import LINE
from tests.receipts.deliveries import KEY, keyed
from tests.rounds.builders import ROUNDS, a_stay, evidence, open_round, prepare
from tests.server import running, shown_by
from tests.service import serving
from tests.subjects.builders import INSTITUTIONS, a_hospital

API = "/api/v1"
HASHING = {f"MEA_PASSWORD_{name.upper()}": str(CHEAP[name]) for name in ("memory", "passes", "lanes")}
OTHER = "another-horse-battery"
ACCOUNT = {"name": "li.wei", "display_name": PERSON, "roles": ["evaluator"], "password": PASSWORD}
EVIDENCE = f"{ROUNDS}/2020/subjects/alliance/evidence"


def work(client, people):
    """What comes by in a day: log-ins, accounts, tokens, evidence with names, mistakes."""
    admin, submitter = people["admin"], people["submitter"]
    client.post(f"{API}/accounts", json=ACCOUNT, headers=admin)
    client.post(f"{API}/accounts", json=ACCOUNT | {"password": PERSON}, headers=admin)
    client.post(f"{API}/login", json={"name": "li.wei", "password": OTHER})
    entered = client.post(f"{API}/login", json={"name": "li.wei", "password": PASSWORD}, headers=keyed())
    made = client.post(f"{API}/tokens", json={"label": "看板", "roles": ["evaluator"], "days": 1}).json()["secret"]
    client.get(f"{API}/me", headers={"Authorization": f"Bearer {made}"})
    client.get(f"{API}/me", headers={"X-API-Key": made[:-1] + "x"})
    client.get(f"{API}/me?token={made}")
    client.get(f"{API}/tokens/{made}")
    client.put(f"{API}/me/password", json={"old": PASSWORD, "new": OTHER})
    client.put(EVIDENCE, json=evidence(staff=[a_stay(person=PERSON)]), headers=submitter)
    client.put(EVIDENCE, content=f'{{"staff": [{{"person": "{PERSON}"'.encode(), headers=submitter)
    client.get(f"{INSTITUTIONS}/{PERSON}", headers=admin)
    client.get(f"{INSTITUTIONS}?district={PERSON}", headers=admin)
    client.post(f"{API}/logout")
    return made, entered.headers["set-cookie"].split(";")[0].partition("=")[2]


def test_the_log_of_a_day(database_url):
    with serving(database_url) as service:
        prepare(service)
        open_round(service)
    people = {name: shown_by(database_url, name) for name in ("admin", "submitter")}
    with running(database_url, **HASHING) as (client, process):
        secrets = work(client, people)
    lines = [json.loads(line) for line in process.log.splitlines() if line.startswith("{")]
    assert len(lines) >= 16
    assert all(line.keys() == LINE for line in lines)
    assert {"li.wei", "admin", "submitter", None} == {line["actor"] for line in lines}
    assert {"login_refused", "unauthenticated", "invalid_parameters", "invalid"} <= {line["refused"] for line in lines}
    assert "Traceback" not in process.log
    shown = [header["Authorization"].removeprefix("Bearer ") for header in people.values()]
    for hidden in (PERSON, PASSWORD, OTHER, KEY, *secrets, *shown, *(each[:14] for each in secrets), "测试"):
        assert hidden not in process.log, hidden


def test_what_is_in_flight_is_answered_before_the_service_ends(database_url):
    """A request waits for a lock; the service is asked to stop; the lock is let go."""
    with serving(database_url) as service, running(database_url, "admin") as (client, process):
        lock = "BEGIN IMMEDIATE" if database_url.startswith("sqlite") else "LOCK TABLE institutions"
        with ThreadPoolExecutor(1) as threads, service.database.engine.connect() as other:
            other.exec_driver_sql(lock)
            waiting = threads.submit(client.post, INSTITUTIONS, json=a_hospital())
            time.sleep(0.5)
            process.terminate()
            time.sleep(0.5)
            assert process.poll() is None
            other.rollback()
            assert waiting.result().status_code == 201
        assert process.wait(10) in {0, -15}
        assert service.get(f"{INSTITUTIONS}/hospital").status_code == 200
    assert "Application shutdown complete" in process.log
