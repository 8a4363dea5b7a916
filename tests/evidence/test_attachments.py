"""Attachments through the routes: uploaded while the evidence is written, sealed when it is handed in, downloaded."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.errors import Conflict
from app.evidence.service import attachments
from app.evidence.values import NewFile, Quota
from tests.attaching import PDF, attach
from tests.evidence.naming import FIRST, NAME, OTHER, a_stay, hand_in, named_round, put, stated, stored
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.protocol.forms import FORM, ITEM, a_file, form
from tests.rounds.builders import ITEMS, ROUNDS, open_round, publish
from tests.service import Service
from tests.storage.builders import a_large_png, a_png
from tests.subjects.builders import register, register_alliance

ATTACHMENTS = f"{FIRST}/attachments"
SHA256 = hashlib.sha256(PDF).hexdigest()
FILE = f"{ATTACHMENTS}/{SHA256}"
PNG = a_png()
PNG_FILE = f"{ATTACHMENTS}/{hashlib.sha256(PNG).hexdigest()}"


def listed(service: Service, by: str = "submitter", subject: str = FIRST) -> list[dict[str, Any]]:
    answer = service.get(f"{subject}/attachments", by=by)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["attachments"]
    return found


def items(service: Service, by: str = "submitter") -> list[tuple[str, bool]]:
    return [(each["item"], each["handed_in"]) for each in listed(service, by)]


def contents(service: Service) -> list[str]:
    """Every file in the storage."""
    folder: Path = service.app.state.settings.attachments
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def swept(service: Service) -> int:
    """As at a start a day later."""
    folder: Path = service.app.state.settings.attachments
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 86400,) * 2)
    return attachments.sweep(service.app.state.storage, service.database)


def again(service: Service) -> None:
    taken = service.post(f"{FIRST}/evidence/withdraw", json={"reason": "附件有误，更正"})
    assert taken.status_code == 200


def test_a_file_is_attached_listed_and_downloaded(service: Service) -> None:
    named_round(service)
    made = attach(service, FIRST, "dispatch", name="派出人员.pdf", note="第一页")
    assert made.status_code == 201
    assert made.headers["Location"] == FILE
    body = made.json()
    assert {**body, "added_at": None} == {
        "number": 1,
        "item": "dispatch",
        "sha256": SHA256,
        "size": len(PDF),
        "media_type": "application/pdf",
        "label": "派出人员.pdf",
        "note": "第一页",
        "added_by": "submitter",
        "added_at": None,
        "handed_in": False,
    }
    assert listed(service) == [body]
    got = service.get(FILE)
    assert (got.status_code, got.content, got.headers["Content-Type"]) == (200, PDF, "application/pdf")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"].startswith("sandbox")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    head = service.request("HEAD", FILE)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(PDF)))
    part = service.get(FILE, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, PDF[1:4])
    assert service.get(FILE, headers={"Range": f"bytes={len(PDF)}-"}).status_code == 416
    assert service.get(FILE, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    tag = service.get(ATTACHMENTS).headers["ETag"]
    assert service.get(ATTACHMENTS, headers={"If-None-Match": tag}).status_code == 304


def test_the_same_content_for_the_same_item_is_there_already(service: Service) -> None:
    named_round(service)
    first = attach(service, FIRST, "dispatch")
    before = row_counts(service)
    second = attach(service, FIRST, "dispatch", name="又一次.pdf")
    assert (second.status_code, second.json()) == (200, first.json())
    assert row_counts(service) == before
    other = attach(service, FIRST, "agreement")
    assert (other.status_code, other.json()["number"]) == (201, 2)
    assert contents(service) == [SHA256]


REFUSED = [
    ("an item that is not in the scheme", {"item": "nothing"}, 422, "/item"),
    ("a page", {"content": b"<html></html>"}, 422, "/file"),
    ("a page that calls itself a PDF", {"content": b"<html></html>", "name": "a.pdf"}, 422, "/file"),
    ("nothing", {"content": b""}, 422, "/file"),
    ("half a PDF", {"content": PDF[:40]}, 422, "/file"),
    ("a file that is too large", {"content": a_large_png(20 * 1024 * 1024 + 1)}, 413, None),
]


def test_each_wrong_upload_is_refused_and_leaves_nothing(service: Service, subtests: pytest.Subtests) -> None:
    named_round(service)
    before = row_counts(service)
    for name, changes, status, pointer in REFUSED:
        with subtests.test(name):
            refused = attach(service, FIRST, **{"item": "dispatch"} | changes)
            assert refused.status_code == status, refused.text
            assert pointer is None or [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    assert contents(service) == []
    assert row_counts(service) == before


def test_an_interrupted_upload_leaves_nothing(service: Service) -> None:
    named_round(service)
    before, body = row_counts(service), form(ITEM, a_file(a_large_png(2 * 1024 * 1024)))
    pieces = [{"type": "http.request", "body": body[: len(body) // 2], "more_body": True}, {"type": "http.disconnect"}]
    secret = service.people.secret("submitter")
    headers = [(b"authorization", f"Bearer {secret}".encode()), (b"content-type", FORM["Content-Type"].encode())]
    seen: list[int] = []

    async def receive() -> Any:
        seen.append(len(contents(service)))
        return pieces.pop(0)

    async def send(message: Any) -> None:
        seen.append(message.get("status", 0))

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
    scope |= {"path": ATTACHMENTS, "raw_path": ATTACHMENTS.encode(), "query_string": b"", "root_path": ""}
    scope |= {"headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "state": {}}
    asyncio.run(service.app(scope, receive, send))
    assert seen[:2] == [0, 1]  # half of it had come
    assert contents(service) == []
    assert row_counts(service) == before


def test_there_is_a_quota_of_files_and_of_bytes(service: Service) -> None:
    named_round(service)
    service.app.state.quota = Quota(size=len(PDF) + 400, count=2)
    assert attach(service, FIRST, "dispatch").status_code == 201
    assert attach(service, FIRST, "dispatch", content=a_large_png(500)).status_code == 409
    assert attach(service, FIRST, "dispatch", content=PNG).status_code == 201
    full = attach(service, FIRST, "agreement", content=PNG)
    assert (full.status_code, full.json()["type"]) == (409, "/problems/quota_exceeded")
    assert service.delete(f"{PNG_FILE}?item=dispatch").status_code == 200
    assert attach(service, FIRST, "agreement", content=PNG).status_code == 201


def test_what_was_handed_in_counts_after_it_was_removed(service: Service) -> None:
    named_round(service)
    hand_in(service, stated())
    again(service)
    service.app.state.quota = Quota(size=10**6, count=1)
    assert service.delete(f"{FILE}?item=dispatch").status_code == 200
    assert attach(service, FIRST, "dispatch", content=PNG).status_code == 409


def test_files_come_and_go_while_the_evidence_is_written(service: Service) -> None:
    named_round(service)
    attach(service, FIRST, "dispatch")
    attach(service, FIRST, "agreement")
    gone = service.delete(f"{FILE}?item=agreement")
    assert (gone.status_code, gone.json()["item"]) == (200, "agreement")
    assert service.delete(f"{FILE}?item=agreement").json()["type"] == "/problems/attachment_not_found"
    assert service.delete(FILE).status_code == 422
    assert items(service) == [("dispatch", False)]
    hand_in(service, stated())
    for act in (attach(service, FIRST, "agreement"), service.delete(f"{FILE}?item=dispatch")):
        assert (act.status_code, act.json()["type"]) == (409, "/problems/wrong_state")
    again(service)
    assert service.delete(f"{FILE}?item=dispatch").status_code == 200
    service.post(f"{FIRST.rpartition('/subjects')[0]}/close")
    assert attach(service, FIRST, "dispatch").json()["type"] == "/problems/round_not_open"


def test_handing_in_seals_what_is_there(service: Service) -> None:
    named_round(service)
    put(service, stated())
    attach(service, FIRST, "agreement", content=PNG)
    assert items(service, "evaluator") == []
    hand_in(service, stated())
    assert items(service, "evaluator") == items(service) == [("agreement", True), ("dispatch", True)]
    again(service)
    assert items(service, "evaluator") == []
    assert items(service) == [("agreement", False), ("dispatch", False)]
    assert service.delete(f"{PNG_FILE}?item=agreement").status_code == 200
    attach(service, FIRST, "chronic")
    hand_in(service, stated())
    assert items(service, "chief") == [("dispatch", True), ("chronic", True)]
    assert service.get(PNG_FILE, by="chief").status_code == 200  # it was handed in once


def test_what_comes_for_an_objection_is_handed_in_at_once_and_stays(service: Service) -> None:
    named_round(service)
    hand_in(service, stated())
    done = [f"{FIRST}/assessment/propose", f"{FIRST}/assessment/approve"]
    for step in (*done, f"{ROUNDS}/2020/close"):
        assert service.post(step).status_code == 200
    assert attach(service, FIRST, "agreement", content=PNG).json()["type"] == "/problems/round_not_open"
    assert service.post(f"{ROUNDS}/2020/publish").status_code == 200
    assert attach(service, FIRST, "agreement", content=PNG).status_code == 201
    assert service.delete(f"{PNG_FILE}?item=agreement").status_code == 409
    assert items(service, "evaluator") == items(service) == [("dispatch", True), ("agreement", True)]
    assert service.get(PNG_FILE, by="chief").content == PNG
    assert swept(service) == 0
    why = {"reason": "异议所附材料属实，重新评审"}
    assert service.post(f"{FIRST}/assessment/reopen", json=why).status_code == 200
    assert attach(service, FIRST, "chronic").status_code == 409
    assert service.post(done[0]).status_code == 200
    said = [json.loads(each) for (each,) in stored(service, "SELECT attachments FROM score_sheets ORDER BY id")]
    assert [[each["item"] for each in sheet] for sheet in said] == [["dispatch"], ["dispatch", "agreement"]]


def test_who_reviews_sees_what_is_handed_in_and_others_nothing(service: Service) -> None:
    named_round(service, others=True)
    put(service, stated())
    attach(service, FIRST, "dispatch", name=f"{NAME}的考勤.pdf", note=f"{NAME}的")
    assert service.get(FILE, by="evaluator").status_code == 404
    assert [each["label"] for each in listed(service, "auditor")] == ["附件1.pdf"]
    hand_in(service, stated())
    for by, label, note in (
        ("evaluator", f"{NAME}的考勤.pdf", f"{NAME}的"),
        ("chief", "附件1.pdf", None),
        ("auditor", "附件1.pdf", None),
    ):
        assert [(each["label"], each["note"]) for each in listed(service, by)] == [(label, note)]
        assert service.get(FILE, by=by).content == PDF
    for by in ("evaluator2", "stranger", "dashboard", "admin"):
        for path in (ATTACHMENTS, FILE):
            assert service.get(path, by=by).status_code in {403, 404}
    for by in ("evaluator", "stranger", "chief", "auditor", "admin"):
        assert attach(service, FIRST, "dispatch", by=by).status_code in {403, 404}
        assert service.delete(f"{FILE}?item=dispatch", by=by).status_code in {403, 404}
    assert service.get(f"{OTHER}/attachments/{SHA256}", by="stranger").status_code == 404


def test_a_sheet_says_what_was_handed_in_and_names_nobody(service: Service) -> None:
    named_round(service)
    attach(service, FIRST, "agreement", content=PNG, name=f"{NAME}.png")
    hand_in(service, stated())
    assert service.post(f"{FIRST}/assessment/propose").status_code == 200
    [(said,)] = stored(service, "SELECT attachments FROM score_sheets")
    assert said == (
        f'[{{"item":"agreement","label":"附件1.png","media_type":"image/png","sha256":"{PNG_FILE[-64:]}","size":{len(PNG)}}},'
        f'{{"item":"dispatch","label":"附件2.pdf","media_type":"application/pdf","sha256":"{SHA256}","size":{len(PDF)}}}]'
    )


def test_a_sweep_takes_what_nothing_refers_to_and_was_never_handed_in(service: Service) -> None:
    named_round(service)
    hand_in(service, stated())
    again(service)
    attach(service, FIRST, "agreement", content=PNG)
    assert swept(service) == 0
    service.delete(f"{FILE}?item=dispatch")
    service.delete(f"{PNG_FILE}?item=agreement")
    assert swept(service) == 1
    assert contents(service) == [SHA256]
    assert attach(service, FIRST, "agreement", content=PNG).status_code == 201
    assert service.get(PNG_FILE).content == PNG


def test_a_new_database_takes_nothing_from_a_storage(service: Service) -> None:
    storage = service.app.state.storage
    incoming = storage.begin()
    incoming.write(PDF)
    incoming.finish()
    incoming.keep()
    incoming.drop()
    assert swept(service) == 0
    assert contents(service) == [SHA256]


def test_the_rows_of_attachments_stay(service: Service) -> None:
    named_round(service)
    attach(service, FIRST, "dispatch")
    service.delete(f"{FILE}?item=dispatch")
    attach(service, FIRST, "agreement")
    refused_by_the_database(
        service,
        "DELETE FROM attachments",
        "UPDATE attachments SET sha256 = 'x'",
        "UPDATE attachments SET added_after = 7",
        "UPDATE attachments SET removed_at = NULL, removed_by = NULL, removed_after = NULL",
    )


def test_what_is_refused_late_leaves_nothing(service: Service) -> None:
    named_round(service)
    kept: list[str] = []
    new = NewFile("dispatch", SHA256, len(PDF), "application/pdf", "a.pdf")

    def attached(*, fail: bool) -> None:
        actor = service.people.actor("submitter")
        with service.database.writing() as session:
            where = ("2020", "alliance", new, Quota(10**6, 10), lambda: kept.append(SHA256))
            attachments.add(session, actor, *where)
            if fail:
                raise Conflict("late", "")

    with pytest.raises(Conflict):
        attached(fail=True)
    assert (kept, listed(service)) == ([], [])
    attached(fail=False)
    assert (kept, len(listed(service))) == ([SHA256], 1)


def test_the_number_of_queries_does_not_grow_with_the_files(service: Service) -> None:
    named_round(service)
    hand_in(service, stated())
    again(service)
    counts = []
    for number in range(3):
        content = a_png(width=1, pixels=b"\0" + bytes([number]))
        with statements(service) as seen:
            assert attach(service, FIRST, "agreement", content=content).status_code == 201
        with statements(service) as read:
            assert len(listed(service)) == number + 2
        counts.append((len(seen), len(read)))
    assert counts[0] == counts[1] == counts[2]


# --- proof --------------------------------------------------------------------------------------------------------


def submit(service: Service) -> httpx.Response:
    return service.post(f"{FIRST}/evidence/submit", by="submitter")


def test_evidence_without_its_proof_is_not_taken(service: Service) -> None:
    named_round(service)
    put(service, stated(a_stay()))
    attach(service, FIRST, "agreement")
    refused = submit(service)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/proof_missing")
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/attachments/dispatch", "proof_missing")
    ]
    attach(service, FIRST, "dispatch")
    service.delete(f"{FILE}?item=dispatch")
    assert submit(service).status_code == 422
    attach(service, FIRST, "dispatch", content=PNG)
    assert submit(service).status_code == 200


def test_what_is_not_stated_needs_no_proof(service: Service) -> None:
    named_round(service)
    put(service, {"signed": True, "care": "standard"})
    assert submit(service).status_code == 200


def test_every_item_without_proof_is_told_at_once(service: Service) -> None:
    items_ = [{**each, "attachments": "required"} for each in ITEMS]
    publish(service, sections=[{"code": "work", "title": "工作", "points": 16, "items": items_}])
    register(service)
    register_alliance(service)
    open_round(service)
    put(service, {"signed": True, "staff": []})
    refused = submit(service).json()
    assert [each["pointer"] for each in refused["errors"]] == ["/attachments/agreement", "/attachments/dispatch"]
