"""Evidence taken back or returned, corrected and handed in again: what was recorded belongs to what it was said of."""

from __future__ import annotations

from tests.assessments.builders import JUDGEMENT, SHEET, SUBJECT, a_judgement, under_review
from tests.assessments.published import done
from tests.assessments.settled import act, judged, refusal, sheet_of
from tests.rounds.builders import evidence
from tests.service import Service


def test_what_is_taken_back_is_corrected_and_handed_in_again(service: Service) -> None:
    under_review(service)
    place = f"{SUBJECT}/evidence"
    taken = service.post(f"{place}/withdraw", json={"reason": "派出人员名单有遗漏"})
    assert (taken.json()["state"], taken.json()["revision"]) == ("withdrawn", None)
    assert refusal(service.get(SHEET)) == (404, "evidence_not_submitted")
    assert refusal(service.put(JUDGEMENT, json=a_judgement())) == (409, "evidence_not_submitted")
    done(service.put(place, json=evidence(care="nonstandard")))
    again = service.post(f"{place}/submit").json()
    assert (again["state"], again["revision"]) == ("submitted", 2)
    done(service.put(JUDGEMENT, json=a_judgement()))
    assert service.get(SHEET).json()["total"] == 14


def test_what_is_returned_says_why_and_is_judged_anew(service: Service) -> None:
    judged(service)
    place = f"{SUBJECT}/evidence"
    said = {"reason": "派出人员材料不足", "fields": {"staff": "第1行派出时间与考勤不符"}}
    unknown = service.post(f"{place}/return", json={**said, "fields": {"beds": "没有这个字段的说明"}})
    assert [(each["pointer"], each["code"]) for each in unknown.json()["errors"]] == [
        ("/fields/beds", "field_not_found")
    ]
    returned = service.post(f"{place}/return", json=said)
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    told = service.get(f"{SUBJECT}/standing", by="submitter").json()["moves"][-1]
    assert (told["reason"], told["fields"], told["by"]) == (said["reason"], said["fields"], "")
    done(service.put(place, json=evidence(care="nonstandard")))
    done(service.post(f"{place}/submit"))
    assert service.get(SHEET).json()["status"] == "pending", "the judgement was on another revision"
    assert service.get(f"{SHEET}/records").json()["judgements"] == []
    done(service.put(JUDGEMENT, json=a_judgement(points=5)))
    done(act(service, "propose"))
    assert (sheet_of(service)["revision"], sheet_of(service)["total"]) == (2, 15)


def test_what_was_handed_in_unchanged_again_keeps_its_records(service: Service) -> None:
    judged(service)
    done(service.post(f"{SUBJECT}/evidence/return", json={"reason": "请补充说明材料"}))
    done(service.post(f"{SUBJECT}/evidence/submit"))
    [judgement] = service.get(f"{SHEET}/records").json()["judgements"]
    assert judgement["points"] == 4
    assert service.get(SHEET).json()["total"] == 11
