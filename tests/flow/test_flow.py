"""The whole way through the API, on both engines: from a published scheme to three alliances ranked."""

from __future__ import annotations

from typing import Any

from app.config import ROOT
from tests.flow.hangzhou import evidence, lecture, sent, survey, trainee
from tests.service import Service
from tests.subjects.builders import a_care_home, a_health_centre, a_hospital, a_membership, an_alliance

API = "/api/v1"
SCHEME = f"{API}/schemes/hangzhou-close-alliance/versions/2020-draft"
DOCUMENT = ROOT / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
ALLIANCES = ("gold", "silver", "bronze")
EVIDENCE = {
    "gold": evidence(),
    # 派出1人次 −3, 欠规范评4分 −2, 满意度90% −2, 没有宣传 −3
    "silver": evidence(
        dispatched_staff=[sent("医生甲")], chronic_care="nonstandard", satisfaction_survey=survey(90, 10), publicity=[]
    ),
    # 资金挪用 −4, 讲座1次 −2, 进修满2个月而未超过 −2, 收治不接近功能定位 −5
    "bronze": evidence(fund_use="diverted", lectures=[lecture("2020-06-18")], trainees=[trainee("2020-07-31")]),
}
VOLUME = {"gold": 5, "silver": 5, "bronze": 0}
TOTALS = {"gold": (106, 100, 6), "silver": (96, 93, 3), "bronze": (93, 87, 6)}


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_from_a_published_scheme_to_alliances_ranked(service: Service) -> None:
    publish_the_scheme(service)
    register_the_alliances(service)
    open_the_round(service)
    for code in ALLIANCES:
        hand_in(service, code)
    judge(service)
    rank(service)


def publish_the_scheme(service: Service) -> None:
    drafted = service.post(
        f"{API}/schemes", content=DOCUMENT.read_bytes(), headers={"Content-Type": "application/yaml"}
    )
    ok(drafted, 201)
    ok(service.post(f"{SCHEME}/publish"))


def register_the_alliances(service: Service) -> None:
    institutions = [a_hospital(), a_health_centre(), a_care_home(), a_care_home("clinic-home", 4, medical_unit="other")]
    for body in institutions:
        ok(service.post(f"{API}/institutions", json=body), 201)
    lead, base = a_membership("hospital", role="lead"), a_membership("health-centre", role="base")
    direct, through = a_membership("care-home"), a_membership("clinic-home", through="health-centre")
    members = {"gold": [lead, direct], "silver": [lead, base, through], "bronze": [lead, a_membership("clinic-home")]}
    for code in ALLIANCES:
        ok(service.post(f"{API}/alliances", json=an_alliance(code, memberships=members[code])), 201)


def open_the_round(service: Service) -> None:
    body = {
        "code": "2020",
        "title": "2020年度紧密医养联合体绩效评价",
        "scheme": {"code": "hangzhou-close-alliance", "version": "2020-draft"},
        "period": {"start": "2020-04-01", "end": "2021-03-31"},
        "deadline": "2099-04-30T17:00:00+08:00",
        "subjects": list(ALLIANCES),
    }
    made = ok(service.post(f"{API}/rounds", json=body), 201)
    problems = {each["subject"]: [found["code"] for found in each["composition_problems"]] for each in made["subjects"]}
    assert problems == {"gold": [], "silver": [], "bronze": ["through_centre"]}
    assert service.post(f"{API}/rounds/2020/open").json()["type"] == "/problems/composition_problems"
    waiver = {"reason": "原已签订协议，按方案仍可继续开展"}
    ok(service.post(f"{API}/rounds/2020/subjects/bronze/waiver", json=waiver), 201)
    assert ok(service.post(f"{API}/rounds/2020/open"))["state"] == "open"


def hand_in(service: Service, code: str) -> None:
    place = f"{API}/rounds/2020/subjects/{code}"
    bad = evidence(downward_referrals=True, lectures=[lecture("2021-02-29")])
    refused = ok(service.put(f"{place}/evidence", json=bad), 422)
    assert {each["pointer"] for each in refused["errors"]} == {"/downward_referrals", "/lectures/0/date"}
    ok(service.get(f"{place}/evidence"), 404)
    first = service.put(f"{place}/evidence", json={"agreement_signed": True})
    ok(service.put(f"{place}/evidence", json=EVIDENCE[code], headers={"If-Match": first.headers["ETag"]}))
    assert ok(service.get(f"{place}/assessment?view=self"))["status"] == "pending"
    submitted = ok(service.post(f"{place}/evidence/submit"))
    assert (submitted["state"], submitted["revision"], submitted["sheet"]) == ("submitted", 2, None)
    ok(service.put(f"{place}/evidence", json={}), 409)


def judge(service: Service) -> None:
    silver = f"{API}/rounds/2020/subjects/silver/assessment"
    pending = ok(service.get(silver))
    assert (pending["status"], pending["total"], pending["range"]) == ("pending", None, {"low": 89, "high": 97})
    rationale = "收治情况与功能定位的对照见评审记录"
    for code, points in VOLUME.items():
        address = f"{API}/rounds/2020/subjects/{code}/assessment/judgements/service_volume"
        ok(service.put(address, json={"points": 3, "rationale": rationale}), 422)
        ok(service.put(address, json={"points": points, "rationale": rationale}))
    care = f"{silver}/judgements/chronic_care"
    ok(service.put(care, json={"points": 6, "rationale": rationale}), 422)
    ok(service.put(care, json={"points": 4, "rationale": rationale}))


def rank(service: Service) -> None:
    rows = ok(service.get(f"{API}/rounds/2020/scores"))["data"]
    assert [(row["rank"], row["subject"], row["status"]) for row in rows] == [
        (1, "gold", "complete"),
        (2, "silver", "complete"),
        (3, "bronze", "complete"),
    ]
    assert {row["subject"]: (row["total"], row["base"], row["bonus"]) for row in rows} == TOTALS
    for code in ALLIANCES:
        sheet = ok(service.get(f"{API}/rounds/2020/subjects/{code}/assessment"))
        assert (sheet["total"], sheet["base"], sheet["bonus"]) == TOTALS[code]
        lost = sum(
            each["points"]
            for section in sheet["sections"]
            if not section["bonus"]
            for item in section["items"]
            for each in item["deductions"]
        )
        assert sheet["base"] + lost == sheet["full_marks"] == 100
