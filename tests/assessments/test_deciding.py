"""What comes of objections: decided by others, once, with a new sheet beside the old one."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from app.assessments.service import deciding
from app.assessments.shapes import ObjectionDecision
from app.errors import Conflict, Forbidden
from tests.assessments.builders import SCORES, SHEET, SUBJECT, a_finding, a_judgement, submit
from tests.assessments.published import (
    ACCEPTED,
    GROUNDS,
    HIGHER,
    OBJECTIONS,
    REJECTED,
    REVIEW,
    ROUND,
    decided,
    done,
    objected,
    pointers,
    published,
    refusal,
    reviewed,
    settled,
)
from tests.flow.watching import row_counts
from tests.rounds.builders import open_round, prepare
from tests.service import Service

NO_DECISION: dict[str, tuple[Any, set[str]]] = {
    "nothing": ({}, {"/accepted", "/reason"}),
    "a number for yes": ({"accepted": 1, "reason": "材料属实，予以更正"}, {"/accepted"}),
    "no reason": ({"accepted": False, "reason": "无"}, {"/reason"}),
    "accepted and nothing corrected": ({"accepted": True, "reason": "材料属实，予以更正"}, {""}),
    "rejected and corrected": ({**REJECTED, "judgements": HIGHER}, {"/judgements"}),
    "rejected and reviewed": ({**REJECTED, "review": True}, {"/review"}),
    "reviewed and corrected": (
        {**REVIEW, "judgements": HIGHER, "findings": {"signed": {}}},
        {"/judgements", "/findings"},
    ),
    "what is recorded already": ({**ACCEPTED, "judgements": {"chronic": a_judgement()}}, {""}),
    "points out of range": (
        {**ACCEPTED, "judgements": {"chronic": a_judgement(points=6)}},
        {"/judgements/chronic/points"},
    ),
    "unknown item and field": (
        {**ACCEPTED, "judgements": {"beds": a_judgement()}, "findings": {"beds": a_finding(value=1)}},
        {"/judgements/beds", "/findings/beds"},
    ),
    "all corrections at once": (
        {
            **ACCEPTED,
            "judgements": {"chronic": {"points": "5", "rationale": "好"}},
            "findings": {"signed": {"value": True}},
            "overrides": {"dispatch": {"points": None, "reason": "不再调整该项分数"}, "agreement": {"points": 4}},
        },
        {
            "/judgements/chronic/points",
            "/judgements/chronic/rationale",
            "/findings/signed",
            "/overrides/dispatch",
            "/overrides/agreement/reason",
        },
    ),
    "lifting without a reason": (
        {**ACCEPTED, "overrides": {"dispatch": {"points": None}}},
        {"/overrides/dispatch/reason"},
    ),
    "points below nought": (
        {**ACCEPTED, "judgements": {"chronic": a_judgement(points=-10)}},
        {"/judgements/chronic/points"},
    ),
}


def test_a_rejected_objection_leaves_the_result_as_it_is(service: Service) -> None:
    objected(service)
    answer = decided(service, REJECTED)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["assessment"], told["after"]) == ("rejected", "published", None)
    assert told["decision"]["reason"] == REJECTED["reason"]
    assert (told["decision"]["decided_by"], told["decision"]["review"]) == ("chief2", False)
    assert service.get(f"{SUBJECT}/standing").json()["state"] == "published"
    assert row_counts(service)["score_sheets"] == 1
    [seen] = service.get(OBJECTIONS, by="submitter").json()["objections"]
    assert (seen["state"], seen["decision"]["decided_by"]) == ("rejected", "")


def test_an_accepted_objection_makes_a_sheet_that_another_chief_approves(service: Service) -> None:
    objected(service)
    told = decided(service, ACCEPTED).json()
    assert (told["state"], told["assessment"], told["after_published"]) == ("accepted", "proposed", False)
    assert told["before"] == {"sheet": 1, "total": 11, "base": 11, "bonus": 0, "items": {"chronic": 4}}
    assert told["after"] == {"sheet": 2, "total": 12, "base": 12, "bonus": 0, "items": {"chronic": 5}}
    for who in ("submitter", "dashboard", "admin"):
        assert service.get(SHEET, by=who).json()["total"] == 11
        assert [each["total"] for each in service.get(SCORES, by=who).json()["data"]] == [11]
    [seen] = service.get(OBJECTIONS, by="submitter").json()["objections"]
    assert (seen["state"], seen["after"], seen["after_published"]) == ("accepted", None, False)
    assert refusal(service.post(f"{SHEET}/approve", by="chief2")) == (403, "four_eyes")
    done(service.post(f"{SHEET}/approve", by="chief"))
    assert service.get(f"{SUBJECT}/standing").json()["state"] == "published"
    [seen] = service.get(OBJECTIONS, by="submitter").json()["objections"]
    assert (seen["after"], seen["after_published"]) == (told["after"], True)
    assert service.get(SHEET, by="submitter").json()["total"] == 12
    assert [each["number"] for each in service.get(f"{SHEET}/sheets").json()["sheets"]] == [1, 2]


def test_the_steps_of_an_accepted_objection_are_moves_and_on_record(service: Service) -> None:
    objected(service)
    done(decided(service, ACCEPTED))
    moves = service.get(f"{SUBJECT}/standing").json()["moves"]
    assert [(each["act"], each["by"], each["sheet"]) for each in moves[-2:]] == [
        ("accept_objection", "chief2", 1),
        ("propose", "chief2", 2),
    ]
    audited = service.get("/api/v1/audit?limit=10", by="auditor").json()["data"]
    acts = [(each["act"], each["actor"], each["thing"].removeprefix("rounds/2020/subjects/")) for each in audited]
    assert acts[:5] == [
        ("decide_objection", "chief2", "alliance/objections/1"),
        ("propose", "chief2", "alliance"),
        ("judge", "chief2", "alliance/chronic"),
        ("accept_objection", "chief2", "alliance"),
        ("object", "submitter", "alliance/objections/1"),
    ]


def test_without_four_eyes_the_decision_publishes_the_new_result(service: Service) -> None:
    objected(service, four_eyes=False)
    told = decided(service, ACCEPTED).json()
    assert (told["assessment"], told["after_published"], told["after"]["total"]) == ("published", True, 12)
    assert service.get(SHEET, by="submitter").json()["total"] == 12
    assert service.get(SCORES, by="dashboard").json()["data"][0]["total"] == 12


def test_every_kind_of_correction_is_recorded_by_the_one_who_decides(service: Service) -> None:
    objected(service)
    corrections = {
        "judgements": HIGHER,
        "findings": {"signed": a_finding(value=False)},
        "overrides": {"dispatch": {"points": 5, "reason": "另有一人次经核实派出"}},
    }
    told = decided(service, {**ACCEPTED, **corrections}).json()
    assert (told["after"]["total"], told["after"]["items"]) == (10, {"chronic": 5})
    found = service.get(f"{SHEET}/records").json()
    for kind in corrections:
        assert found[kind][-1]["recorded_by"] == "chief2"
    assert [each["number"] for each in found["judgements"]] == [1, 2]


def test_an_override_is_taken_back_by_a_decision(service: Service) -> None:
    reviewed(service)
    override = {"points": 5, "reason": "另有一人次经核实派出"}
    done(service.put(f"{SHEET}/overrides/dispatch", json=override))
    service.post(f"{ROUND}/close")
    settled(service)
    service.post(f"{ROUND}/publish")
    done(service.post(OBJECTIONS, json={"items": {"dispatch": "多计了派出人次，请予核减"}}), 201)
    lifted = {"overrides": {"dispatch": {"points": None, "reason": "该人次不能证明"}}}
    told = decided(service, {"accepted": True, "reason": "核减多计的人次", **lifted}).json()
    assert (told["before"]["items"], told["after"]["items"]) == ({"dispatch": 5}, {"dispatch": 2})


def test_each_wrong_decision_is_refused_with_all_its_problems_and_nothing_stored(
    service: Service, subtests: pytest.Subtests
) -> None:
    objected(service)
    service.people.actor("chief2")
    before = row_counts(service)
    for name, (body, expected) in NO_DECISION.items():
        with subtests.test(name):
            assert pointers(decided(service, body)) == expected
    assert row_counts(service) == before
    assert decided(service, {"accepted": True, "reason": "材料属实"}).json()["type"] == "/problems/nothing_corrected"


def test_corrections_that_leave_something_open_or_contradict_a_record_are_refused_whole(service: Service) -> None:
    prepare(service)
    open_round(service)
    submit(service)
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=6)))
    done(service.post(f"{ROUND}/close"))
    settled(service)
    done(service.post(f"{ROUND}/publish"))
    done(service.post(OBJECTIONS, json={"items": {"dispatch": "派出人次统计有误"}}), 201)
    worse = {"accepted": True, "reason": "另有情况一并更正", "findings": {"care": a_finding(value="nonstandard")}}
    service.people.actor("chief2")
    before = row_counts(service)
    refused = decided(service, worse)
    assert pointers(refused) == {""}
    assert "/judgements/chronic/points" in refused.json()["errors"][0]["message"]
    unproven = {
        "accepted": True,
        "reason": "另有情况一并更正",
        "findings": {"care": {"value": None, "reason": "无从核实"}},
    }
    assert decided(service, unproven).status_code == 422
    assert row_counts(service) == before
    told = decided(service, {**worse, "judgements": HIGHER}).json()
    assert (told["before"]["total"], told["after"]["total"]) == (16, 15)


def test_a_new_sheet_that_still_waits_for_a_judgement_is_refused(service: Service) -> None:
    prepare(service)
    open_round(service)
    submit(service)
    done(service.post(f"{ROUND}/close"))
    settled(service)
    done(service.post(f"{ROUND}/publish"))
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    worse = {"accepted": True, "reason": "另有情况一并更正", "findings": {"care": a_finding(value="nonstandard")}}
    service.people.actor("chief2")
    before = row_counts(service)
    assert refusal(decided(service, worse)) == (422, "not_final")
    assert row_counts(service) == before


def test_nobody_decides_who_had_a_part_in_the_result(service: Service, subtests: pytest.Subtests) -> None:
    both = {"roles": ("chief", "evaluator")}
    for name in ("judge", "finder", "overrider", "proposer"):
        service.people.actor(name, **both)
    service.people.actor("relative", roles=("chief",), institution="care-home")
    reviewed(service)
    for name in ("judge", "finder", "proposer", "overrider"):
        service.assign(ROUND, name)
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=3), by="judge"))
    done(service.put(f"{SHEET}/findings/signed", json=a_finding(value=True), by="finder"))
    done(service.put(f"{SHEET}/overrides/dispatch", json={"points": 3, "reason": "酌情予以调整"}, by="overrider"))
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=4), by="proposer"))
    service.post(f"{ROUND}/close")
    done(service.post(f"{SHEET}/propose", by="evaluator"))
    done(service.post(f"{SHEET}/approve", by="chief"))
    done(service.post(f"{ROUND}/publish", by="chief2"))
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    before = row_counts(service)
    for name in ("judge", "finder", "overrider", "proposer", "chief"):
        with subtests.test(name):
            assert refusal(decided(service, ACCEPTED, by=name)) == (403, "took_part")
    assert refusal(decided(service, ACCEPTED, by="relative")) == (403, "conflict_of_interest")
    for name in ("evaluator", "submitter", "auditor", "admin"):
        assert decided(service, ACCEPTED, by=name).status_code == 403
    assert row_counts(service) == before
    done(decided(service, ACCEPTED, by="chief2"))


def test_who_proposed_is_refused_though_he_or_she_recorded_nothing(service: Service) -> None:
    service.people.actor("proposer", roles=("chief", "evaluator"))
    reviewed(service)
    service.assign(ROUND, "proposer")
    service.post(f"{ROUND}/close")
    done(service.post(f"{SHEET}/propose", by="proposer"))
    done(service.post(f"{SHEET}/approve", by="chief"))
    done(service.post(f"{ROUND}/publish"))
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    assert refusal(decided(service, REJECTED, by="proposer")) == (403, "took_part")


def test_an_objection_is_decided_once(service: Service) -> None:
    objected(service)
    assert refusal(decided(service, REJECTED, number=2)) == (404, "objection_not_found")
    done(decided(service, REJECTED))
    assert refusal(decided(service, ACCEPTED)) == (409, "objection_decided")
    assert row_counts(service)["score_sheets"] == 1


def test_an_accepted_objection_may_ask_for_a_whole_review(service: Service) -> None:
    objected(service)
    told = decided(service, REVIEW).json()
    assert (told["assessment"], told["after"], told["decision"]["review"]) == ("reopened", None, True)
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=2)))
    settled(service)
    for who in ("submitter", "evaluator"):
        [seen] = service.get(OBJECTIONS, by=who).json()["objections"]
        assert seen["after"] == {"sheet": 2, "total": 9, "base": 9, "bonus": 0, "items": {"chronic": 2}}
        assert seen["after_published"] is True
    assert service.get(SHEET, by="submitter").json()["total"] == 9


def test_a_correction_that_is_not_approved_gives_way_to_the_sheet_that_is(service: Service) -> None:
    objected(service)
    done(decided(service, ACCEPTED))
    done(service.post(f"{SHEET}/reopen", json={"reason": "更正的依据仍不充分"}))
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=3)))
    settled(service)
    [seen] = service.get(OBJECTIONS, by="submitter").json()["objections"]
    assert (seen["after"]["sheet"], seen["after"]["items"], seen["after_published"]) == (3, {"chronic": 3}, True)


def test_the_new_result_can_be_objected_to_and_is_decided_by_a_third(service: Service) -> None:
    objected(service)
    done(decided(service, ACCEPTED))
    done(service.post(f"{SHEET}/approve"))
    again = service.post(OBJECTIONS, json=GROUNDS).json()
    assert (again["number"], again["before"]["sheet"], again["before"]["items"]) == (2, 2, {"chronic": 5})
    service.people.actor("third", roles=("chief",))
    for who, expected in (("chief", 403), ("chief2", 403), ("third", 200)):
        assert decided(service, REJECTED, number=2, by=who).status_code == expected


def test_of_two_who_decide_at_once_one_wins(service: Service) -> None:
    objected(service)
    people = [service.people.actor(f"chief-{number}", roles=("chief",)) for number in range(4)]
    barrier, outcomes = threading.Barrier(len(people)), []

    def decide(actor: Any) -> None:
        barrier.wait()
        try:
            with service.database.writing() as session:
                said = ObjectionDecision.model_validate(ACCEPTED)
                deciding.decide(session, actor, "2020", "alliance", 1, said)
            outcomes.append("done")
        except (Conflict, Forbidden) as refused:
            outcomes.append(refused.type)

    threads = [threading.Thread(target=decide, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["objection_decided"] * 3]
    assert row_counts(service)["score_sheets"] == 2


def test_who_may_not_read_where_another_stands_is_not_told_by_the_scores(service: Service) -> None:
    """That a result is reviewed anew is nobody's business until the next one is published."""
    published(service, "other")
    done(service.post(f"{SHEET}/reopen", json={"reason": "发现计算依据有误，重新评审"}, by="chief"))
    told = {
        who: {each["subject"]: each["state"] for each in service.get(SCORES, by=who).json()["data"]}
        for who in ("submitter", "stranger", "dashboard", "evaluator2", "evaluator", "chief", "admin", "auditor")
    }
    near = {"submitter", "evaluator", "chief", "admin", "auditor"}
    assert {who: states["alliance"] for who, states in told.items()} == {
        who: "reopened" if who in near else "published" for who in told
    }
    assert {states["other"] for states in told.values()} == {"published"}
    assert service.get(f"{SCORES}?state=reopened", by="stranger").json()["data"] == []
