"""The steps of an evaluation, twenty times at once each: handed in, proposed, approved, attached."""

from __future__ import annotations

from tests.evidence.naming import attach
from tests.receipts.deliveries import at_once, keyed, kind, receipts, replays, same
from tests.rounds.builders import ROUNDS, evidence, open_round, prepare

SUBJECT = f"{ROUNDS}/2020/subjects/alliance"
ONCE = [False] + [True] * 19


def saved(service):
    """A draft with the proof that is asked for."""
    prepare(service)
    open_round(service)
    assert service.put(f"{SUBJECT}/evidence", json=evidence()).status_code == 200
    assert attach(service, SUBJECT, "dispatch").status_code == 201


def acts(service):
    return [each["act"] for each in service.get(f"{SUBJECT}/standing").json()["moves"]]


def test_twenty_at_once_hand_in_propose_and_approve_once(service):
    saved(service)
    handed = at_once(service, 20, f"{SUBJECT}/evidence/submit", "submitter", headers=keyed("a"))
    proposed = at_once(service, 20, f"{SUBJECT}/assessment/propose", "evaluator", headers=keyed("b"))
    approved = at_once(service, 20, f"{SUBJECT}/assessment/approve", "chief", headers=keyed("c"))
    for answers in (handed, proposed, approved):
        assert answers[0].status_code == 200, answers[0].text
        assert same(answers)
        assert replays(answers) == ONCE
    assert [each.json()["state"] for each in (handed[0], proposed[0], approved[0])] == [
        "submitted",
        "proposed",
        "final",
    ]
    assert acts(service) == ["submit", "propose", "approve"]
    assert kind(service.post(f"{SUBJECT}/assessment/propose", headers=keyed("d"))) == (409, "wrong_state")


def an_upload(name="证明.csv", content=b"a,b\n1,2\n"):
    return {"files": {"file": (name, content, "text/csv")}, "data": {"item": "agreement"}}


def test_twenty_at_once_attach_once_though_each_has_a_boundary_of_its_own(service):
    saved(service)
    answers = at_once(service, 20, f"{SUBJECT}/attachments", "submitter", **an_upload())
    assert len({each.request.headers["content-type"] for each in answers}) == 20
    assert answers[0].status_code == 201
    assert same(answers)
    assert replays(answers) == ONCE
    listed = service.get(f"{SUBJECT}/attachments", by="submitter").json()["attachments"]
    assert len(listed) == 2


def test_another_file_name_or_content_under_the_key_is_refused(service):
    saved(service)
    at_once(service, 1, f"{SUBJECT}/attachments", "submitter", **an_upload())
    for change in (an_upload("其他.csv"), an_upload(content=b"a,b\n3,4\n")):
        [refused] = at_once(service, 1, f"{SUBJECT}/attachments", "submitter", **change)
        assert kind(refused) == (422, "key_reused")
    [refused] = at_once(
        service, 1, f"{SUBJECT}/attachments", "submitter", headers=keyed("b"), **an_upload(content=b"\0" * 9)
    )
    assert refused.status_code == 422
    assert len(receipts(service)) == 1
