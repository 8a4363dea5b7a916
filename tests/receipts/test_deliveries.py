"""One effect and one answer for each key, however often and however fast the same is delivered."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from app.receipts import service as receipts_service
from tests.receipts.deliveries import KEY, REPLAYED, age, at_once, keyed, kind, receipts, replays, same
from tests.schemes.examples import SCHEMES, a_scheme, address
from tests.subjects.builders import ALLIANCES, INSTITUTIONS, a_care_home, a_hospital, a_membership, an_alliance

MOMENT = timedelta(milliseconds=1)
DAY = timedelta(hours=24)


def listed(service):
    return [each["code"] for each in service.get(INSTITUTIONS).json()["data"]]


def test_the_same_again_has_no_effect_and_the_same_answer(service):
    first = service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    assert (first.status_code, first.headers.get(REPLAYED)) == (201, None)
    second = service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    assert same([first, second])
    assert (second.status_code, second.headers[REPLAYED]) == (201, "true")
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert second.headers["location"] == f"{INSTITUTIONS}/hospital"
    assert len(receipts(service)) == 1
    audit = service.get("/api/v1/audit?thing=institutions/").json()["data"]
    assert [each["act"] for each in audit] == ["enter_institution"]


def test_without_a_key_nothing_is_kept(service):
    assert service.post(INSTITUTIONS, json=a_hospital()).status_code == 201
    assert kind(service.post(INSTITUTIONS, json=a_hospital()))[0] == 409
    assert receipts(service) == []


def test_twenty_at_once_have_one_effect_and_one_answer(service):
    answers = at_once(service, 20, INSTITUTIONS, json=a_hospital())
    assert same(answers)
    assert answers[0].status_code == 201
    assert replays(answers) == [False] + [True] * 19
    assert listed(service) == ["hospital"]


def test_twenty_at_once_move_something_once(service):
    service.post(SCHEMES, json=a_scheme())
    answers = at_once(service, 20, address() + "/publish")
    assert same(answers)
    assert replays(answers) == [False] + [True] * 19
    assert kind(service.post(address() + "/publish", headers=keyed("another"))) == (409, "scheme_published")


def test_many_keys_at_once_do_not_wait_for_each_others_threads(service):
    """More deliveries than threads, each of which has to come back for its turn."""
    headers = {"Authorization": f"Bearer {service.people.secret('admin')}"}

    async def deliver():
        posts = [
            service._client.post(
                INSTITUTIONS, json=a_hospital(f"h{n % 10}", n % 10), headers=headers | keyed(f"key-{n % 10}")
            )
            for n in range(40)
        ]
        posts += [
            service._client.post(INSTITUTIONS, json=a_hospital(f"p{n}", 100 + n), headers=headers) for n in range(10)
        ]
        return await asyncio.gather(*posts)

    answers = service._runner.run(deliver())
    assert {each.status_code for each in answers} == {201}, [each.text for each in answers if each.status_code != 201]
    assert sum(each.headers.get(REPLAYED) == "true" for each in answers) == 30
    assert len(listed(service)) == 20
    assert service.app.state.deliveries._turns == {}


@pytest.mark.parametrize(
    "change",
    [
        {"json": a_hospital(name="另一医院")},
        {"content": json.dumps(a_hospital(), indent=1).encode(), "headers": {"Content-Type": "application/json"}},
    ],
)
def test_another_body_under_the_key_is_refused(service, change):
    service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    headers = keyed() | change.get("headers", {})
    refused = service.post(INSTITUTIONS, **{**change, "headers": headers})
    assert kind(refused) == (422, "key_reused")
    [error] = refused.json()["errors"]
    assert (error["in"], error["pointer"], error["code"]) == ("header", "/Idempotency-Key", "key_reused")
    assert listed(service) == ["hospital"]


def test_another_address_under_the_key_is_refused(service):
    service.post(SCHEMES, json=a_scheme())
    service.post(SCHEMES, json=a_scheme("2"))
    assert service.post(address() + "/publish", headers=keyed()).status_code == 200
    assert kind(service.post(address("2") + "/publish", headers=keyed())) == (422, "key_reused")
    assert kind(service.post(address() + "/publish", headers=keyed(), content=b"{}")) == (422, "key_reused")
    assert service.post(address("2") + "/publish").status_code == 200


def test_a_key_is_ones_own(service):
    first = service.post(SCHEMES, json=a_scheme(), headers=keyed())
    other = service.post(SCHEMES, json=a_scheme(), headers=keyed(), by="admin2")
    assert (first.status_code, kind(other)) == (201, (409, "scheme_version_exists"))


def test_what_was_refused_is_tried_again(service):
    membership = a_membership()
    service.post(INSTITUTIONS, json=a_hospital())
    service.post(ALLIANCES, json=an_alliance(memberships=[]))
    path = f"{ALLIANCES}/alliance/memberships"
    refused = service.post(path, json=membership, headers=keyed())
    assert refused.status_code in {409, 422}
    assert receipts(service) == []
    service.post(INSTITUTIONS, json=a_care_home())
    assert service.post(path, json=membership, headers=keyed()).status_code == 201
    assert service.post(path, json=membership, headers=keyed()).headers[REPLAYED] == "true"


def test_a_body_that_cannot_be_read_uses_no_key(service):
    bad = service.post(INSTITUTIONS, content=b"{", headers=keyed(**{"Content-Type": "application/json"}))
    assert bad.status_code == 400
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed()).status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 65, "a\tb", "é", "\x7f"])
def test_keys_that_cannot_be(service, key):
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    refused = service.post(INSTITUTIONS, json=a_hospital(), headers=headers)
    assert kind(refused) == (422, "invalid_parameters")
    assert [(each["in"], each["pointer"]) for each in refused.json()["errors"]] == [("header", "/Idempotency-Key")]
    assert listed(service) == []


def test_a_key_given_twice_is_refused(service):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "a")]
    assert kind(service.post(INSTITUTIONS, json=a_hospital(), headers=headers)) == (422, "invalid_parameters")


@pytest.mark.parametrize("key", ["1", " ~", '"quoted"', "a" * 64])
def test_keys_that_can_be(service, key):
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed(key)).status_code == 201
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed(key)).headers[REPLAYED] == "true"


def test_who_may_not_do_it_hears_so_whatever_the_key(service):
    service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed(), by=None).status_code == 401
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed(), by="chief").status_code == 403


def test_a_key_says_nothing_where_nothing_is_made(service):
    service.post(SCHEMES, json=a_scheme())
    service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    assert service.get(INSTITUTIONS, headers=keyed()).status_code == 200
    change = {name: value for name, value in a_hospital(name="改名").items() if name != "code"}
    assert service.put(f"{INSTITUTIONS}/hospital", json=change, headers=keyed()).status_code == 200


def test_neither_key_nor_body_is_kept_as_it_is(service):
    service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    [row] = receipts(service)
    assert KEY not in {row.key, row.request}
    assert len(row.key) == len(row.request) == 64
    assert (row.status, row.secret) == (201, False)


def test_receipts_last_a_day(service):
    service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    age(service, DAY - timedelta(minutes=1))
    assert service.post(INSTITUTIONS, json=a_hospital(), headers=keyed()).headers[REPLAYED] == "true"
    age(service, timedelta(minutes=1))
    assert kind(service.post(INSTITUTIONS, json=a_hospital(), headers=keyed()))[0] == 409
    again = service.post(INSTITUTIONS, json=a_care_home(), headers=keyed())
    assert (again.status_code, again.headers.get(REPLAYED)) == (201, None)
    assert len(receipts(service)) == 1


def test_old_ones_are_swept_out_by_new_ones_whosever_they_are(service, monkeypatch):
    for number in range(5):
        service.post(INSTITUTIONS, json=a_hospital(f"h{number}", number), headers=keyed(f"key-{number}"))
    age(service, DAY + MOMENT)
    monkeypatch.setattr(receipts_service, "MOST_AT_ONCE", 2)
    assert len(receipts(service)) == 5
    service.post(SCHEMES, json=a_scheme(), headers=keyed("new"), by="admin2")
    assert len(receipts(service)) == 4
    assert receipts_service.purge(service.database) == 3
    assert len(receipts(service)) == 1
