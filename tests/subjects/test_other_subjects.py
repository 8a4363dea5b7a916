"""Centres, districts and cities; institutions and alliances are found among subjects but entered elsewhere."""

from __future__ import annotations

from tests.flow.watching import filled, row_counts
from tests.service import Service
from tests.subjects.builders import SUBJECTS, a_centre, register, register_alliance


def test_centres_districts_and_cities_are_entered_and_read(service: Service) -> None:
    for kind in ("centre", "district", "city"):
        made = service.post(SUBJECTS, json=a_centre(f"a-{kind}", kind=kind))
        assert made.status_code == 201
        assert service.get(f"{SUBJECTS}/a-{kind}").json() == made.json() == a_centre(f"a-{kind}", kind=kind)


def test_what_has_a_register_of_its_own_is_not_entered_here(service: Service) -> None:
    service.warm("admin")
    before = row_counts(service)
    for kind in ("institution", "alliance", "hospital", None):
        refused = service.post(SUBJECTS, json=a_centre(kind=kind))
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/kind"]
    assert row_counts(service) == before
    assert not filled(service)


def test_subjects_of_all_kinds_are_listed(service: Service) -> None:
    register(service)
    register_alliance(service)
    service.post(SUBJECTS, json=a_centre())
    listed = {row["code"]: row["kind"] for row in service.get(SUBJECTS).json()["data"]}
    assert listed == {
        "alliance": "alliance",
        "care-home": "institution",
        "centre": "centre",
        "health-centre": "institution",
        "hospital": "institution",
    }
    assert [row["code"] for row in service.get(SUBJECTS, params={"kind": "centre"}).json()["data"]] == ["centre"]


def test_a_subject_that_does_not_exist_is_not_found(service: Service) -> None:
    refused = service.get(f"{SUBJECTS}/nobody")
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/subject_not_found")
