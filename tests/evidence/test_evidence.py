"""Evidence through the API: drafts as revisions, submission, and each refusal with nothing stored."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.assessments.service import handing
from app.errors import Conflict, Stale
from app.evidence import service as evidence_service
from app.evidence.values import Revision
from app.scoring.digest import digest
from tests.attaching import attach
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import ROUNDS, a_round, a_stay, evidence, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

SUBJECT = f"{ROUNDS}/2020/subjects/alliance"
PLACE = f"{SUBJECT}/evidence"
WRONG: dict[str, tuple[Any, set[str]]] = {
    "a list": ([], {""}),
    "null": (None, {""}),
    "unknown field": ({"beds": 3}, {"/beds"}),
    "number for a boolean": ({"signed": 1}, {"/signed"}),
    "text for a boolean": ({"signed": "true"}, {"/signed"}),
    "null for a boolean": ({"signed": None}, {"/signed"}),
    "choice not known": ({"care": "good"}, {"/care"}),
    "table that is no list": ({"staff": {}}, {"/staff"}),
    "row that is no object": ({"staff": [3]}, {"/staff/0"}),
    "row without a column": ({"staff": [{"name": "甲", "start_date": "2020-05-01"}]}, {"/staff/0/end_date"}),
    "column not known": ({"staff": [a_stay(grade=1)]}, {"/staff/0/grade"}),
    "date that does not exist": ({"staff": [a_stay(), a_stay(start_date="2020-02-30")]}, {"/staff/1/start_date"}),
    "end before start": ({"staff": [a_stay(end_date="2020-04-30")]}, {"/staff/0/end_date"}),
    "everything at once": (
        {"signed": 0, "care": 1, "staff": [a_stay(name=""), a_stay(name=5)], "a/b~c": 1},
        {"/signed", "/care", "/staff/0/name", "/staff/1/name", "/a~1b~0c"},
    ),
    "too many rows": ({"staff": [{}] * 5001}, {"/staff"}),
}
UNREADABLE: dict[str, tuple[bytes, str, int]] = {
    "member twice": (b'{"signed": true, "signed": false}', "application/json", 400),
    "NaN": (b'{"signed": NaN}', "application/json", 400),
    "lone surrogate": (b'{"care": "\\udfff"}', "application/json", 400),
    "NUL": (b'{"staff": [{"name": "\\u0000"}]}', "application/json", 422),
    "2^63": (b'{"signed": 9223372036854775808}', "application/json", 422),
    "1e400": (b'{"signed": 1e400}', "application/json", 422),
    "depth 33": (b'{"staff": ' + b"[" * 32 + b"]" * 32 + b"}", "application/json", 400),
    "too large": (b'{"care": "' + b"a" * 1024 * 1024 + b'"}', "application/json", 413),
    "a form": (b"signed=true", "application/x-www-form-urlencoded", 415),
}


def test_a_draft_is_saved_and_read(service: Service) -> None:
    prepare(service)
    open_round(service)
    assert service.get(PLACE).json()["type"] == "/problems/revision_not_found"
    saved = service.put(PLACE, json=evidence())
    assert saved.status_code == 200
    body = saved.json()
    assert (body["revision"], body["state"], body["submitted_at"]) == (1, "draft", None)
    kept = service.get(PLACE, by="auditor").json()["evidence"]
    assert body["digest"] == digest(kept), "of what is kept, with tokens in place of names"
    assert without_names(kept) == without_names(evidence())
    assert saved.headers["ETag"] == f'"{digest(evidence())}/1"', "of what is read"
    read = service.get(PLACE)
    assert read.json() == {**body, "evidence": evidence()}
    assert read.headers["ETag"] == saved.headers["ETag"]
    assert service.get(PLACE, headers={"If-None-Match": saved.headers["ETag"]}).status_code == 304


def test_each_wrong_evidence_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    prepare(service)
    open_round(service)
    before = row_counts(service)
    for name, (body, pointers) in WRONG.items():
        with subtests.test(name):
            refused = service.put(PLACE, content=json.dumps(body), headers={"Content-Type": "application/json"})
            assert refused.status_code == 422, refused.text
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    for name, (content, kind, status) in UNREADABLE.items():
        with subtests.test(name):
            refused = service.put(PLACE, content=content, headers={"Content-Type": kind})
            assert refused.status_code == status, refused.text
    assert row_counts(service) == before


def test_every_change_is_a_revision_and_saving_the_same_again_is_none(service: Service) -> None:
    prepare(service)
    open_round(service)
    first, second = {"signed": True}, {"signed": False}
    numbers = [service.put(PLACE, json=body).json()["revision"] for body in (first, first, second, first)]
    assert numbers == [1, 1, 2, 3]
    listed = service.get(f"{PLACE}/revisions").json()
    assert [(each["revision"], each["digest"]) for each in listed["data"]] == [
        (3, digest(first)),
        (2, digest(second)),
        (1, digest(first)),
    ]
    assert service.get(f"{PLACE}/revisions/2").json()["evidence"] == second
    assert service.get(f"{PLACE}/revisions/4").status_code == 404
    page = service.get(f"{PLACE}/revisions", params={"limit": 2}).json()
    rest = service.get(f"{PLACE}/revisions", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [each["revision"] for each in page["data"] + rest["data"]] == [3, 2, 1]


def test_a_cursor_that_no_page_gave_is_refused_or_leads_nowhere(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json={})
    for number in (0, -1, 2**31, 2**62, -(2**62)):
        cursor = base64.urlsafe_b64encode(json.dumps([number]).encode()).decode().rstrip("=")
        for path in (f"{PLACE}/revisions", f"{ROUNDS}/2020/subjects"):
            assert service.get(path, params={"cursor": cursor}).status_code in {200, 422}


def test_numbers_are_kept_exactly_and_written_one_way(service: Service) -> None:
    prepare(service)
    open_round(service)
    content = b'{"staff":[],"signed":true }'
    headers = {"Content-Type": "application/json"}
    assert service.put(PLACE, content=content, headers=headers).json()["digest"] == digest(
        {"signed": True, "staff": []}
    )
    assert b'"evidence":{"signed":true,"staff":[]}' in service.get(PLACE).content


def test_a_draft_is_refused_when_another_revision_was_read(service: Service) -> None:
    prepare(service)
    open_round(service)
    none_yet = service.put(PLACE, json={}, headers={"If-Match": "*"})
    assert (none_yet.status_code, none_yet.json()["type"]) == (412, "/problems/stale")
    seen = service.put(PLACE, json={"signed": True}).headers["ETag"]
    assert service.put(PLACE, json={"signed": False}, headers={"If-Match": seen}).status_code == 200
    stale = service.put(PLACE, json={"care": "none"}, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
    assert service.post(f"{PLACE}/submit", headers={"If-Match": seen}).status_code == 412
    assert service.get(PLACE).json()["evidence"] == {"signed": False}


def test_submitting_seals_the_latest_revision(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json={"signed": True})
    draft = service.put(PLACE, json=evidence())
    sealed = service.post(f"{PLACE}/submit")
    assert sealed.status_code == 200
    body = sealed.json()
    assert body == {"state": "submitted", "revision": 2, "sheet": None, "deadline": "2099-12-31T09:00:00Z"}
    assert sealed.headers["ETag"] != draft.headers["ETag"]
    read = service.get(PLACE, headers={"If-None-Match": draft.headers["ETag"]})
    [move] = service.get(f"{SUBJECT}/standing").json()["moves"]
    assert (read.status_code, read.json()["submitted_at"]) == (200, move["at"])
    assert (move["act"], move["state"], move["by"], move["revision"]) == ("submit", "submitted", "submitter", 2)
    states = [each["state"] for each in service.get(f"{PLACE}/revisions").json()["data"]]
    assert states == ["submitted", "draft"]


def test_what_was_submitted_stays(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json=evidence())
    service.post(f"{PLACE}/submit")
    before = row_counts(service)
    for act in (service.put(PLACE, json={}), service.put(PLACE, json=evidence()), service.post(f"{PLACE}/submit")):
        assert (act.status_code, act.json()["type"]) == (409, "/problems/wrong_state")
    assert row_counts(service) == before


def test_evidence_is_taken_only_while_the_round_is_open(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    unknown = service.put(PLACE, json=evidence())
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/round_not_found")
    service.post(f"{ROUNDS}/2020/open")
    assert service.post(f"{PLACE}/submit").json()["type"] == "/problems/nothing_to_submit"
    service.put(PLACE, json=evidence())
    service.post(f"{ROUNDS}/2020/close")
    assert service.put(PLACE, json={}).json()["type"] == "/problems/round_not_open"
    assert service.post(f"{PLACE}/submit").json()["type"] == "/problems/round_not_open"
    assert service.get(PLACE).json()["evidence"] == evidence()


def test_nothing_is_submitted_after_the_deadline_of_the_databases_clock(service: Service) -> None:
    prepare(service)
    deadline = datetime.now(UTC) + timedelta(seconds=1.5)
    open_round(service, deadline=deadline.isoformat())
    assert service.put(PLACE, json=evidence()).status_code == 200
    time.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds()) + 0.05)
    late = service.post(f"{PLACE}/submit")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/deadline_passed")
    assert row_counts(service)["assessment_moves"] == 0


def test_rounds_and_subjects_that_do_not_meet_are_not_found(service: Service) -> None:
    prepare(service)
    open_round(service)
    register_alliance(service, "outside")
    for address in ("2020/subjects/outside", "2020/subjects/nobody", "1999/subjects/alliance"):
        for path in ("", "/revisions", "/revisions/1"):
            assert service.get(f"{ROUNDS}/{address}/evidence{path}").status_code == 404
        assert service.put(f"{ROUNDS}/{address}/evidence", json={}).status_code == 404
        assert service.post(f"{ROUNDS}/{address}/evidence/submit").status_code == 404


def test_revisions_and_submissions_cannot_be_rewritten_by_sql(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json=evidence())
    service.post(f"{PLACE}/submit")
    attacks = [
        "DELETE FROM assessment_moves",
        "UPDATE assessment_moves SET moved_at = moved_at",
        "UPDATE assessment_moves SET revision = 2",
        "DELETE FROM evidence_revisions",
        "UPDATE evidence_revisions SET number = number",
        "UPDATE evidence_revisions SET digest = 'sha256:0'",
    ]
    columns = "id, entry_id, number, digest, content, saved_at"
    replaced = f"SELECT {columns.replace('digest', repr('x'))} FROM evidence_revisions"  # noqa: S608
    if service.database.engine.dialect.name == "sqlite":
        attacks.append(f"INSERT OR REPLACE INTO evidence_revisions ({columns}) {replaced}")
        attacks.append("UPDATE OR REPLACE evidence_revisions SET id = 7")
    else:
        attacks += ["TRUNCATE evidence_revisions CASCADE", "TRUNCATE assessment_moves"]
        attacks.append("SET session_replication_role = replica; DELETE FROM assessment_moves")
    refused_by_the_database(service, *attacks)


def test_two_who_save_at_once_lose_nothing(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.people.actor("submitter")
    outcomes = at_once(8, lambda number: save(service, {"signed": True, "staff": [a_stay(name=f"人{number}")]}))
    assert outcomes == ["done"] * 8
    listed = service.get(f"{PLACE}/revisions").json()["data"]
    assert [each["revision"] for each in listed] == list(range(8, 0, -1))
    assert len({each["digest"] for each in listed}) == 8


def test_of_two_who_read_the_same_revision_one_wins(service: Service) -> None:
    prepare(service)
    open_round(service)
    mark = service.put(PLACE, json={}).headers["ETag"].strip('"')

    def seen(present: Revision | None) -> None:
        if present is None or present.mark != mark:
            raise Stale("stale", "")

    outcomes = at_once(6, lambda number: save(service, {"staff": [a_stay(name=f"人{number}")]}, seen))
    assert sorted(outcomes) == ["Stale"] * 5 + ["done"]
    assert service.get(PLACE).json()["revision"] == 2


def test_submitting_at_once_seals_once(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json=evidence())
    assert attach(service, SUBJECT, "dispatch").status_code == 201
    outcomes = at_once(6, lambda _: submit(service))
    assert sorted(outcomes) == ["Conflict"] * 5 + ["done"]
    assert row_counts(service)["assessment_moves"] == 1


def test_the_number_of_queries_does_not_grow_with_the_revisions(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(PLACE, json={})
    locks = 1 if service.database.engine.dialect.name == "postgresql" else 0
    counts = []
    for _ in range(3):
        acts = {
            "save": lambda: service.put(PLACE, json={"staff": [a_stay(name=f"人{time.monotonic_ns()}")]}),
            "read": lambda: service.get(PLACE),
            "revisions": lambda: service.get(f"{PLACE}/revisions"),
            "revision": lambda: service.get(f"{PLACE}/revisions/1"),
        }
        counts.append({name: queries(service, act) for name, act in acts.items()})
    assert counts[1:] == counts[:-1]
    assert counts[0] == {"save": 10 + locks, "read": 5, "revisions": 4, "revision": 4}
    assert attach(service, SUBJECT, "dispatch").status_code == 201
    assert queries(service, lambda: service.post(f"{PLACE}/submit")) == 13 + locks


def test_the_largest_evidence_is_taken(service: Service) -> None:
    prepare(service)
    open_round(service)
    rows = [a_stay(name=f"人{number}") for number in range(5000)]
    saved = service.put(PLACE, content=json.dumps({"staff": rows}), headers={"Content-Type": "application/json"})
    assert saved.status_code == 200
    assert len(service.get(PLACE).json()["evidence"]["staff"]) == 5000


def without_names(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "staff": [{**row, "name": ""} for row in said["staff"]]}


def save(service: Service, body: dict[str, Any], seen: Any = lambda _: None) -> None:
    submitter = service.people.actor("submitter")
    with service.database.writing() as session:
        evidence_service.save(session, submitter, "2020", "alliance", body, seen)


def submit(service: Service) -> None:
    submitter = service.people.actor("submitter")
    with service.database.writing() as session:
        handing.submit(session, submitter, "2020", "alliance", lambda _: None)


def queries(service: Service, act: Any) -> int:
    with statements(service) as seen:
        assert act().status_code == 200
    return len(seen)


def at_once(times: int, act: Any) -> list[str]:
    """What became of acts that begin together."""
    outcomes: list[str] = []
    barrier = threading.Barrier(times)

    def run(number: int) -> None:
        barrier.wait()
        try:
            act(number)
            outcomes.append("done")
        except (Conflict, Stale) as refused:
            outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
