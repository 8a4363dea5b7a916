"""Subjects in rounds: problems of composition are shown, keep the round shut, and can be waived with a reason."""

from __future__ import annotations

from typing import Any

from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import ROUNDS, a_round, a_scheme, open_round, prepare, publish
from tests.service import Service
from tests.subjects.builders import (
    ALLIANCES,
    INSTITUTIONS,
    SUBJECTS,
    a_care_home,
    a_centre,
    a_hospital,
    a_membership,
    an_alliance,
    register_alliance,
)

WAIVER = f"{ROUNDS}/2020/subjects/alliance/waiver"
REASON = {"reason": "原已签订协议，按方案可继续开展"}


def codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer.json()["subjects"][0]["composition_problems"]]


def test_an_alliance_composed_as_the_plan_asks_has_no_problems(service: Service) -> None:
    prepare(service)
    made = service.post(ROUNDS, json=a_round())
    assert made.json()["subjects"] == [
        {
            "subject": "alliance",
            "kind": "alliance",
            "name": "示例联合体 alliance",
            "district_code": "330106",
            "composition_problems": [],
            "waiver": None,
        }
    ]


def test_problems_are_listed_when_the_alliance_enters(service: Service) -> None:
    prepare(service)
    service.post(INSTITUTIONS, json=a_hospital("district-hospital", 8, level="district"))
    service.post(INSTITUTIONS, json=a_care_home("clinic-home", 9, medical_unit="other"))
    members = [a_membership("district-hospital", role="lead"), a_membership("clinic-home")]
    service.post(ALLIANCES, json=an_alliance("wrong", memberships=members, plan_filed=None))
    made = service.post(ROUNDS, json=a_round(subjects=["wrong"]))
    assert codes(made) == ["lead_unfit", "through_centre", "plan_not_filed"]
    problem = made.json()["subjects"][0]["composition_problems"][1]
    assert (problem["pointer"], problem["waived"]) == ("/members/1/through", False)
    assert "社区卫生服务中心" in problem["message"]


def test_members_count_as_of_the_end_of_the_period(service: Service) -> None:
    prepare(service)
    home = f"{ALLIANCES}/alliance/memberships"
    assert service.post(f"{home}/1/end", json={"end": "2021-03-30"}).status_code == 200
    left = service.post(ROUNDS, json=a_round("left"))
    assert codes(left) == ["one_lead"]
    assert service.post(home, json=a_membership("hospital", role="lead", start="2021-03-31")).status_code == 201
    back = service.get(f"{ROUNDS}/left/subjects").json()["data"]
    assert back[0]["composition_problems"] == []
    assert (
        codes(service.post(ROUNDS, json=a_round("before", period={"start": "2020-03-31", "end": "2021-03-30"}))) == []
    )
    early = {"start": "2019-04-01", "end": "2020-03-31"}
    assert codes(service.post(ROUNDS, json=a_round("early", period=early))) == ["one_lead", "no_member"]


def test_a_round_with_problems_is_opened_only_after_a_waiver(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second", plan_filed=None)
    service.post(ROUNDS, json=a_round(subjects=["alliance", "second"]))
    refused = service.post(f"{ROUNDS}/2020/open")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/composition_problems")
    assert "second" in refused.json()["detail"]
    waived = service.post(f"{ROUNDS}/2020/subjects/second/waiver", json=REASON)
    assert waived.status_code == 201
    assert waived.json()["waiver"]["reason"] == REASON["reason"]
    assert [each["waived"] for each in waived.json()["composition_problems"]] == [True]
    assert service.post(f"{ROUNDS}/2020/open").status_code == 200


def test_a_waiver_does_not_cover_problems_that_come_later(service: Service) -> None:
    prepare(service)
    change = {name: value for name, value in an_alliance(plan_filed=None).items() if name != "code"}
    service.put(f"{ALLIANCES}/alliance", json=change)
    service.post(ROUNDS, json=a_round())
    assert service.post(WAIVER, json=REASON).status_code == 201
    service.put(f"{ALLIANCES}/alliance", json={**change, "agreement_filed": None})
    assert service.post(f"{ROUNDS}/2020/open").status_code == 409
    assert service.post(WAIVER, json={"reason": "补充说明如下"}).status_code == 201
    assert service.post(f"{ROUNDS}/2020/open").status_code == 200


def test_a_waiver_needs_a_reason_and_a_problem(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    before = row_counts(service)
    for body in ({}, {"reason": None}, {"reason": "无"}, {"reason": "    "}, {"reason": "四个字啊", "by": "me"}):
        assert service.post(WAIVER, json=body).status_code == 422
    nothing = service.post(WAIVER, json=REASON)
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/problems/nothing_to_waive")
    assert service.post(f"{ROUNDS}/2020/subjects/nobody/waiver", json=REASON).status_code == 404
    assert row_counts(service) == before


def test_subjects_enter_until_the_round_is_opened(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second")
    register_alliance(service, "third")
    service.post(ROUNDS, json=a_round())
    entered = service.post(f"{ROUNDS}/2020/subjects", json={"subjects": ["third", "second"]})
    assert entered.status_code == 201
    assert [each["subject"] for each in entered.json()["subjects"]] == ["third", "second"]
    listed = service.get(f"{ROUNDS}/2020/subjects", params={"limit": 2}).json()
    assert [each["subject"] for each in listed["data"]] == ["alliance", "third"]
    rest = service.get(f"{ROUNDS}/2020/subjects", params={"limit": 2, "cursor": listed["next_cursor"]}).json()
    assert ([each["subject"] for each in rest["data"]], rest["next_cursor"]) == (["second"], None)
    service.post(f"{ROUNDS}/2020/open")
    late = service.post(f"{ROUNDS}/2020/subjects", json={"subjects": ["second"]})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/round_not_draft")


def test_entrants_that_do_not_fit_keep_all_out(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second")
    service.post(SUBJECTS, json=a_centre())
    service.post(ROUNDS, json=a_round())
    before = row_counts(service)
    refused = service.post(f"{ROUNDS}/2020/subjects", json={"subjects": ["second", "alliance", "centre", "nobody"]})
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/subjects/1", "subject_entered"),
        ("/subjects/2", "subject_kind"),
        ("/subjects/3", "subject_not_found"),
    ]
    assert service.post(f"{ROUNDS}/2020/subjects", json={"subjects": []}).status_code == 422
    assert row_counts(service) == before


def test_a_scheme_without_composition_rules_or_for_another_kind_asks_nothing(service: Service) -> None:
    prepare(service)
    document = a_scheme()
    without = {name: value for name, value in document.items() if name not in {"composition", "subject", "version"}}
    assert without["scheme"] == "small"
    publish(service, version="centres", subject="centre", composition=None)
    service.post(SUBJECTS, json=a_centre())
    named = {"code": "small", "version": "centres"}
    made = service.post(ROUNDS, json=a_round(scheme=named, subjects=["centre"]))
    assert made.json()["subjects"][0]["composition_problems"] == []
    assert service.post(f"{ROUNDS}/2020/open").status_code == 200


def test_waivers_cannot_be_rewritten_by_sql(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second", plan_filed=None)
    service.post(ROUNDS, json=a_round(subjects=["second"]))
    service.post(f"{ROUNDS}/2020/subjects/second/waiver", json=REASON)
    refused_by_the_database(service, "UPDATE composition_waivers SET reason = 'x'", "DELETE FROM composition_waivers")


def test_the_number_of_queries_is_fixed(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second")
    register_alliance(service, "third", plan_filed=None)
    service.post(ROUNDS, json=a_round())
    with statements(service) as entering:
        service.post(f"{ROUNDS}/2020/subjects", json={"subjects": ["third", "second"]})
    with statements(service) as waiving:
        assert service.post(f"{ROUNDS}/2020/subjects/third/waiver", json=REASON).status_code == 201
    assert (len(entering), len(waiving)) == (16, 13)


def test_an_opened_round_stays_open_when_the_alliance_changes(service: Service) -> None:
    prepare(service)
    open_round(service)
    change = {name: value for name, value in an_alliance(plan_filed=None).items() if name != "code"}
    service.put(f"{ALLIANCES}/alliance", json=change)
    assert service.get(f"{ROUNDS}/2020").json()["state"] == "open"
    [entry] = service.get(f"{ROUNDS}/2020/subjects").json()["data"]
    assert [each["code"] for each in entry["composition_problems"]] == ["plan_not_filed"]
