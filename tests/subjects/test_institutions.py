"""Institutions through the API: entered, read, listed, changed, and each refusal with nothing stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.watching import filled, row_counts, statements
from tests.service import Service
from tests.subjects.builders import (
    INSTITUTIONS,
    SUBJECTS,
    a_care_home,
    a_health_centre,
    a_hospital,
    credit_code,
    register,
)

WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown member": ({"beds": 40}, {"/beds"}),
    "number for text": ({"name": 7}, {"/name"}),
    "boolean for text": ({"code": True}, {"/code"}),
    "empty name": ({"name": ""}, {"/name"}),
    "padded name": ({"name": " 医院"}, {"/name"}),
    "name of two lines": ({"name": "医\n院"}, {"/name"}),
    "name too long": ({"name": "院" * 201}, {"/name"}),
    "code with a slash": ({"code": "a/b"}, {"/code"}),
    "code that is Chinese": ({"code": "医院"}, {"/code"}),
    "code that ends with a point": ({"code": "a."}, {"/code"}),
    "code too long": ({"code": "a" * 65}, {"/code"}),
    "kind not known": ({"kind": "clinic"}, {"/kind"}),
    "level not known": ({"level": "best"}, {"/level"}),
    "hospital without a level": ({"level": None}, {"/level"}),
    "hospital with a medical unit": ({"medical_unit": "other"}, {"/medical_unit"}),
    "health centre with a level": ({"kind": "community_health_centre"}, {"/level"}),
    "care home without a medical unit": ({"kind": "elderly_care", "level": None}, {"/medical_unit"}),
    "wrong check sign": ({"credit_code": credit_code(1)[:-1] + "Y"}, {"/credit_code"}),
    "credit code in small letters": ({"credit_code": "91110000600037341l"}, {"/credit_code"}),
    "credit code as a number": ({"credit_code": 123456789012345678 // 1000}, {"/credit_code"}),
    "district as a number": ({"district_code": 330106}, {"/district_code"}),
    "district that cannot be": ({"district_code": "990106"}, {"/district_code"}),
    "everything at once": (
        {"name": "", "kind": "hospital", "level": None, "credit_code": "x", "district_code": "1", "beds": 1},
        {"/name", "/level", "/credit_code", "/district_code", "/beds"},
    ),
}
UNREADABLE: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"{", 400),
    "member twice": (b'{"code": "a", "code": "b"}', 400),
    "NaN": (b'{"code": NaN}', 400),
    "half of a surrogate pair": (b'{"name": "\\ud800"}', 400),
    "NUL": (b'{"name": "a\\u0000b"}', 422),
    "2^63": (b'{"name": 9223372036854775808}', 422),
    "1e400": (b'{"name": 1e400}', 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "nothing": (b"", 400),
}


def test_an_institution_is_entered_read_and_listed(service: Service) -> None:
    made = service.post(INSTITUTIONS, json=a_hospital())
    assert made.status_code == 201
    assert made.headers["Location"] == f"{INSTITUTIONS}/hospital"
    assert made.json() == {**a_hospital(), "medical_unit": None, "attributes": {}}
    read = service.get(f"{INSTITUTIONS}/hospital")
    assert (read.status_code, read.json()) == (200, made.json())
    assert read.headers["ETag"] == made.headers["ETag"]
    assert service.get(INSTITUTIONS).json() == {"data": [made.json()], "next_cursor": None}


def test_an_institution_is_a_subject_too(service: Service) -> None:
    service.post(INSTITUTIONS, json=a_care_home())
    assert service.get(f"{SUBJECTS}/care-home").json() == {
        "code": "care-home",
        "kind": "institution",
        "name": "示例医养结合机构 care-home",
        "district_code": "330106",
        "attributes": {},
    }


def test_each_wrong_body_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    service.warm("admin")
    before = row_counts(service)
    for name, (changes, pointers) in WRONG.items():
        with subtests.test(name):
            refused = service.post(INSTITUTIONS, json=a_hospital(**changes))
            assert refused.status_code == 422
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
            assert all(max(each["message"]) >= "\u4e00" for each in refused.json()["errors"])
    assert row_counts(service) == before
    assert not filled(service)


def test_what_cannot_be_read_is_refused_and_nothing_stored(service: Service, subtests: pytest.Subtests) -> None:
    service.warm("admin")
    before = row_counts(service)
    for name, (content, status) in UNREADABLE.items():
        with subtests.test(name):
            refused = service.post(INSTITUTIONS, content=content, headers={"Content-Type": "application/json"})
            assert refused.status_code == status, refused.text
            assert refused.headers["Content-Type"] == "application/problem+json"
    assert row_counts(service) == before
    assert not filled(service)


def test_codes_are_unique_over_all_kinds_and_credit_codes_among_institutions(service: Service) -> None:
    register(service)
    before = row_counts(service)
    taken = service.post(INSTITUTIONS, json=a_hospital("hospital", 9))
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/code_taken")
    twice = service.post(INSTITUTIONS, json=a_hospital("other", 1))
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/credit_code_taken")
    assert "hospital" in twice.json()["detail"]
    assert row_counts(service) == before


def test_an_institution_is_changed_as_a_whole(service: Service) -> None:
    register(service)
    change = a_care_home(medical_unit="other", name="新名称", district_code="330108")
    del change["code"]
    changed = service.put(f"{INSTITUTIONS}/care-home", json=change)
    assert changed.status_code == 200
    assert changed.json() == {"code": "care-home", "level": None, "attributes": {}, **change}
    assert service.get(f"{INSTITUTIONS}/care-home").json() == changed.json()
    assert service.get(f"{SUBJECTS}/care-home").json()["name"] == "新名称"


def test_a_change_is_refused_when_another_state_was_read(service: Service) -> None:
    register(service)
    address = f"{INSTITUTIONS}/care-home"
    seen = service.get(address).headers["ETag"]
    change = {name: value for name, value in a_care_home(name="甲").items() if name != "code"}
    assert service.put(address, json=change, headers={"If-Match": seen}).status_code == 200
    stale = service.put(address, json={**change, "name": "乙"}, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
    assert service.get(address).json()["name"] == "甲"


def test_a_change_keeps_credit_codes_apart_and_asks_for_an_institution(service: Service) -> None:
    register(service)
    change = {name: value for name, value in a_care_home().items() if name != "code"}
    taken = service.put(f"{INSTITUTIONS}/care-home", json={**change, "credit_code": credit_code(1)})
    assert taken.json()["type"] == "/problems/credit_code_taken"
    assert service.put(f"{INSTITUTIONS}/nobody", json=change).status_code == 404
    renamed = service.put(f"{INSTITUTIONS}/care-home", json=a_care_home())
    assert [each["pointer"] for each in renamed.json()["errors"]] == ["/code"]


def test_what_was_read_and_has_not_changed_is_not_sent_again(service: Service) -> None:
    register(service)
    tag = service.get(f"{INSTITUTIONS}/hospital").headers["ETag"]
    again = service.get(f"{INSTITUTIONS}/hospital", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_lists_are_filtered_and_paged_by_code(service: Service) -> None:
    for number in range(5):
        service.post(INSTITUTIONS, json=a_hospital(f"H{number}", number + 10, district_code="330102"))
    service.post(INSTITUTIONS, json=a_health_centre("a-centre", 20, district_code="330106"))
    pages = []
    cursor = ""
    while cursor is not None:
        answer = service.get(INSTITUTIONS, params={"limit": 2, "kind": "hospital", "cursor": cursor}).json()
        pages.append([row["code"] for row in answer["data"]])
        cursor = answer["next_cursor"]
    assert pages == [["H0", "H1"], ["H2", "H3"], ["H4"]]
    codes = [row["code"] for row in service.get(INSTITUTIONS).json()["data"]]
    assert codes == sorted(codes)
    assert [row["code"] for row in service.get(INSTITUTIONS, params={"district": "330106"}).json()["data"]] == [
        "a-centre"
    ]
    assert service.get(INSTITUTIONS, params={"district": "3301"}).json()["data"][0]["code"] == "H0"


def test_parameters_that_mean_nothing_are_refused(service: Service, subtests: pytest.Subtests) -> None:
    for query in (
        "limit=0",
        "limit=201",
        "limit=1.5",
        "kind=x",
        "district=%25",
        "sort=name",
        "limit=1&limit=2",
        "cursor=x",
    ):
        with subtests.test(query):
            refused = service.get(f"{INSTITUTIONS}?{query}")
            assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid_parameters")


def test_the_number_of_queries_is_fixed(service: Service) -> None:
    register(service)
    change = {name: value for name, value in a_care_home(name="甲").items() if name != "code"}
    counts = {}
    for name, act in {
        "create": lambda: service.post(INSTITUTIONS, json=a_hospital("second", 44)),
        "read": lambda: service.get(f"{INSTITUTIONS}/hospital"),
        "list": lambda: service.get(INSTITUTIONS),
        "change": lambda: service.put(f"{INSTITUTIONS}/care-home", json=change),
        "subject": lambda: service.get(f"{SUBJECTS}/hospital"),
        "subjects": lambda: service.get(SUBJECTS),
    }.items():
        with statements(service) as seen:
            assert act().status_code < 300
        counts[name] = len(seen)
    assert counts == {"create": 9, "read": 2, "list": 2, "change": 9, "subject": 2, "subjects": 2}
