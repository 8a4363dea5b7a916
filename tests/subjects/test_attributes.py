"""Attributes of subjects: taken with every kind, read back as they are, changed as a whole, refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.flow.watching import row_counts
from tests.service import Service
from tests.subjects.builders import (
    ALLIANCES,
    INSTITUTIONS,
    SUBJECTS,
    a_centre,
    a_hospital,
    an_alliance,
)

GIVEN = {"level": "三级", "beds": 1200, "rate": 2.5, "teaching": True, "kind": "综合医院"}
KINDS = {
    "alliance": (ALLIANCES, an_alliance),
    "institution": (INSTITUTIONS, a_hospital),
    "centre": (SUBJECTS, a_centre),
}


def changed(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a change says: all but what cannot be said anew."""
    fixed = {"code", "kind"} if body["code"] == "centre" else {"code"}
    return {name: value for name, value in {**body, **changes}.items() if name not in fixed}


@pytest.mark.parametrize(("address", "build"), KINDS.values(), ids=list(KINDS))
def test_they_are_entered_read_and_changed(service: Service, address: str, build: Any) -> None:
    body = build(attributes=GIVEN)
    place = f"{address}/{body['code']}"
    made = service.post(address, json=body)
    assert (made.status_code, made.json()["attributes"]) == (201, GIVEN)
    read = service.get(place)
    assert read.content == made.content
    assert service.get(f"{SUBJECTS}/{body['code']}").json()["attributes"] == GIVEN
    assert service.get(address).json()["data"][0]["attributes"] == GIVEN
    tag = {"If-Match": read.headers["ETag"]}
    other = service.put(place, json=changed(body, attributes={"level": "二级"}), headers=tag)
    assert (other.status_code, other.json()["attributes"]) == (200, {"level": "二级"})
    assert service.put(place, json=changed(body), headers=tag).status_code == 412
    assert service.put(place, json=changed(build()), headers={"If-Match": other.headers["ETag"]}).status_code == 200
    assert service.get(place).json()["attributes"] == {}


def test_the_same_attributes_in_another_order_are_the_same(service: Service) -> None:
    service.post(ALLIANCES, json=an_alliance(attributes=GIVEN))
    tag = service.get(f"{ALLIANCES}/alliance").headers["ETag"]
    content = json.dumps({**changed(an_alliance()), "attributes": dict(reversed(GIVEN.items()))})
    content = content.replace("1200", "1.2e3").replace("2.5", "2.50")
    again = service.put(f"{ALLIANCES}/alliance", content=content, headers={"Content-Type": "application/json"})
    assert (again.status_code, again.headers["ETag"]) == (200, tag)
    assert b'"beds":1200,' in again.content


REFUSED: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "/attributes", "object_type"),
    "null": (None, "/attributes", "object_type"),
    "a value that is null": ({"level": None}, "/attributes/level", "attribute_type"),
    "a value that is a list": ({"level": ["三级"]}, "/attributes/level", "attribute_type"),
    "a value that is an object": ({"level": {}}, "/attributes/level", "attribute_type"),
    "an empty text": ({"level": ""}, "/attributes/level", "attribute_length"),
    "a text that is too long": ({"level": "长" * 201}, "/attributes/level", "attribute_length"),
    "a text that begins with a blank": ({"level": " 三级"}, "/attributes/level", "text_blank"),
    "a text of two lines": ({"level": "三\n级"}, "/attributes/level", "text_blank"),
    "what every subject has": ({"district_code": "330106"}, "/attributes", "attribute_reserved"),
    "a name": ({"name": "甲"}, "/attributes", "attribute_reserved"),
    "a number that is too long": ({"beds": 10**15}, "/attributes/beds", "too_many_digits"),
    "more than fifty": ({f"a{number}": number for number in range(51)}, "/attributes", "too_many_attributes"),
}


def test_what_is_no_attribute_is_refused(service: Service, subtests: pytest.Subtests) -> None:
    before = row_counts(service)
    for name, (attributes, pointer, code) in REFUSED.items():
        for address, build in KINDS.values():
            with subtests.test(name, address=address):
                refused = service.post(address, json=build(attributes=attributes))
                assert refused.status_code == 422
                assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert row_counts(service) == before


@pytest.mark.parametrize("name", ["级别", "1", "bed-count", "", "a" * 65, "a.b"])
def test_names_are_codes_as_schemes_have_them(service: Service, name: str) -> None:
    refused = service.post(SUBJECTS, json=a_centre(attributes={name: 1}))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("/attributes")


def test_only_subjects_without_a_register_are_changed_as_subjects(service: Service) -> None:
    service.post(ALLIANCES, json=an_alliance())
    body = {"name": "示例", "district_code": "330106"}
    for code, expected in (("alliance", "registered_elsewhere"), ("nobody", "subject_not_found")):
        refused = service.put(f"{SUBJECTS}/{code}", json=body)
        assert refused.json()["type"] == f"/problems/{expected}"
