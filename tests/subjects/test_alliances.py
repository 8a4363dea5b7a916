"""Alliances and dated memberships: what once was true stays."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from app.errors import Conflict, Invalid
from app.subjects.service import alliances
from app.subjects.shapes import NewMembership
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.service import Service
from tests.subjects.builders import (
    ALLIANCES,
    SUBJECTS,
    a_care_home,
    a_membership,
    an_alliance,
    register,
    register_alliance,
)

MEMBERSHIPS = f"{ALLIANCES}/alliance/memberships"
WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "date that does not exist": ({"agreement_filed": "2021-02-29"}, {"/agreement_filed"}),
    "date with a time": ({"plan_filed": "2021-02-28T00:00:00"}, {"/plan_filed"}),
    "date as a number": ({"plan_filed": 20210228}, {"/plan_filed"}),
    "unknown member": ({"leader": "hospital"}, {"/leader"}),
    "memberships that are no list": ({"memberships": {}}, {"/memberships"}),
    "membership that is no object": ({"memberships": ["hospital"]}, {"/memberships/0"}),
    "role not known": ({"memberships": [a_membership(role="boss")]}, {"/memberships/0/role"}),
    "end before start": (
        {"memberships": [a_membership(), a_membership("hospital", start="2020-05-02", end="2020-05-01")]},
        {"/memberships/1/end"},
    ),
    "through itself": ({"memberships": [a_membership(through="care-home")]}, {"/memberships/0/through"}),
    "leader through another": (
        {"memberships": [a_membership("hospital", role="lead", through="health-centre")]},
        {"/memberships/0/through"},
    ),
    "institutions that do not exist": (
        {"memberships": [a_membership("nobody"), a_membership(through="no-one")]},
        {"/memberships/0/institution", "/memberships/1/through"},
    ),
    "member twice on one day": (
        {"memberships": [a_membership(end="2020-06-30"), a_membership(start="2020-06-30")]},
        {"/memberships/1/start"},
    ),
    "too many at once": ({"memberships": [a_membership()] * 201}, {"/memberships"}),
}

WRONG_CHANGES: dict[str, tuple[str, dict[str, Any], int, list[str]]] = {
    "end before start": ("/3/end", {"end": "2020-03-31"}, 422, ["/end"]),
    "no end": ("/3/end", {}, 422, ["/end"]),
    "end is null": ("/3/end", {"end": None}, 422, ["/end"]),
    "no such membership": ("/9/end", {"end": "2021-01-01"}, 404, []),
    "number too large": ("/99999999999999999999/end", {"end": "2021-01-01"}, 422, ["/number"]),
    "overlaps": ("", a_membership(start="2021-01-01"), 422, ["/start"]),
    "overlaps from before": ("", a_membership(start="2019-01-01"), 422, ["/start"]),
    "unknown institution": ("", a_membership("nobody"), 422, ["/institution"]),
}


def test_an_alliance_is_entered_with_its_members(service: Service) -> None:
    register(service)
    made = register_alliance(service)
    assert made["memberships"][2] == {
        "number": 3,
        "institution": "care-home",
        "institution_name": "示例医养结合机构 care-home",
        "role": "participant",
        "through": None,
        "start": "2020-04-01",
        "end": None,
    }
    assert service.get(f"{ALLIANCES}/alliance").json() == made
    [listed] = service.get(ALLIANCES).json()["data"]
    assert listed == {name: value for name, value in made.items() if name != "memberships"}
    assert service.get(f"{SUBJECTS}/alliance").json()["kind"] == "alliance"


def test_each_wrong_body_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    register(service)
    before = row_counts(service)
    for name, (changes, pointers) in WRONG.items():
        with subtests.test(name):
            refused = service.post(ALLIANCES, json=an_alliance(**changes))
            assert refused.status_code == 422, refused.text
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    assert row_counts(service) == before


def test_an_alliance_is_changed_without_touching_its_memberships(service: Service) -> None:
    register(service)
    made = register_alliance(service, plan_filed=None)
    tag = service.get(f"{ALLIANCES}/alliance").headers["ETag"]
    change = {"name": "新名称", "district_code": "330108", "agreement_filed": "2020-03-20", "plan_filed": "2020-05-01"}
    changed = service.put(f"{ALLIANCES}/alliance", json=change, headers={"If-Match": tag})
    assert changed.json() == {**made, **change}
    assert service.put(f"{ALLIANCES}/alliance", json=change, headers={"If-Match": tag}).status_code == 412
    assert service.put(f"{ALLIANCES}/nobody", json=change).status_code == 404
    assert service.put(f"{ALLIANCES}/hospital", json=change).status_code == 404


def test_a_membership_ends_and_another_begins(service: Service) -> None:
    register(service)
    register_alliance(service)
    ended = service.post(f"{MEMBERSHIPS}/3/end", json={"end": "2020-09-30"})
    assert ended.json()["memberships"][2]["end"] == "2020-09-30"
    again = a_membership(start="2020-10-01", through="health-centre")
    added = service.post(MEMBERSHIPS, json=again)
    assert added.status_code == 201
    assert [(each["number"], each["start"], each["end"]) for each in added.json()["memberships"][2:]] == [
        (3, "2020-04-01", "2020-09-30"),
        (4, "2020-10-01", None),
    ]


def test_an_end_that_was_said_stays(service: Service) -> None:
    register(service)
    register_alliance(service)
    assert service.post(f"{MEMBERSHIPS}/3/end", json={"end": "2020-09-30"}).status_code == 200
    again = service.post(f"{MEMBERSHIPS}/3/end", json={"end": "2020-12-31"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/membership_ended")
    assert service.get(f"{ALLIANCES}/alliance").json()["memberships"][2]["end"] == "2020-09-30"


def test_each_wrong_change_of_membership_is_refused_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    register(service)
    before = register_alliance(service)
    for name, (address, body, status, pointers) in WRONG_CHANGES.items():
        with subtests.test(name):
            refused = service.post(MEMBERSHIPS + address, json=body)
            assert refused.status_code == status
            assert [each["pointer"] for each in refused.json().get("errors", [])] == pointers
    assert service.get(f"{ALLIANCES}/alliance").json() == before


def test_one_institution_may_belong_to_two_alliances(service: Service) -> None:
    register(service)
    register_alliance(service)
    assert len(register_alliance(service, "second")["memberships"]) == 3


def test_what_memberships_say_cannot_be_rewritten_by_sql(service: Service) -> None:
    register(service)
    register_alliance(service)
    service.post(f"{MEMBERSHIPS}/3/end", json={"end": "2020-09-30"})
    attacks = [
        "DELETE FROM memberships",
        "UPDATE memberships SET role = 'lead'",
        "UPDATE memberships SET start_day = '2019-01-01', end_day = '2021-01-01' WHERE number = 1",
        "UPDATE memberships SET end_day = '2020-10-31' WHERE number = 3",
        "UPDATE memberships SET end_day = NULL WHERE number = 3",
        "UPDATE memberships SET id = id + 100",
    ]
    on_sqlite = service.database.engine.dialect.name == "sqlite"
    attacks += [] if on_sqlite else ["TRUNCATE memberships"]
    refused_by_the_database(service, *attacks)


def test_two_who_add_the_same_membership_at_once_do_not_both_succeed(service: Service) -> None:
    register(service)
    service.post(ALLIANCES, json=an_alliance())
    new, admin = NewMembership.model_validate(a_membership()), service.people.actor("admin")
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def add() -> None:
        barrier.wait()
        try:
            with service.database.writing() as session:
                alliances.add_membership(session, admin, "alliance", new)
            outcomes.append("added")
        except (Conflict, Invalid):
            outcomes.append("refused")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused", "refused", "refused"]
    assert len(service.get(f"{ALLIANCES}/alliance").json()["memberships"]) == 1


def test_the_number_of_queries_does_not_grow_with_the_members(service: Service) -> None:
    register(service)
    for number in range(20):
        service.post("/api/v1/institutions", json=a_care_home(f"home{number}", 100 + number))
    many = [a_membership(f"home{number}") for number in range(20)]
    counts = {}
    for name, memberships in (("none", []), ("many", many)):
        acts = {
            "create": lambda: service.post(ALLIANCES, json=an_alliance(name, memberships=memberships)),  # noqa: B023
            "read": lambda: service.get(f"{ALLIANCES}/{name}"),  # noqa: B023
            "list": lambda: service.get(ALLIANCES),
            "change": lambda: service.put(f"{ALLIANCES}/{name}", json=_unchanged(name)),  # noqa: B023
            "add": lambda: service.post(f"{ALLIANCES}/{name}/memberships", json=a_membership("hospital")),  # noqa: B023
            "end": lambda: service.post(f"{ALLIANCES}/{name}/memberships/1/end", json={"end": "2021-01-01"}),  # noqa: B023
        }
        counts[name] = {act: _queries(service, run) for act, run in acts.items()}
    assert counts["many"] == {**counts["none"], "create": counts["none"]["create"] + 1}
    assert counts["none"] == {"create": 10, "read": 3, "list": 2, "change": 9, "add": 10, "end": 9}


def _unchanged(name: str) -> dict[str, Any]:
    return {key: value for key, value in an_alliance(name).items() if key != "code"}


def _queries(service: Service, act: Any) -> int:
    with statements(service) as seen:
        answer: httpx.Response = act()
    assert answer.status_code < 300, answer.text
    return len(seen)
