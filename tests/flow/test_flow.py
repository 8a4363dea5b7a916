"""The whole evaluation through the API, on both engines: from a published scheme to an objection and its proof."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
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
STATED = {**EVIDENCE, "bronze": {**EVIDENCE["bronze"], "trainees": [trainee("2020-09-30")]}}
"""Bronze says at first that its trainee stayed longer."""
PROVED = ("grassroots_support", "dispatched_staff")
VOLUME = {"gold": 5, "silver": 5, "bronze": 0}
TOTALS = {"gold": (106, 100, 6), "silver": (96, 93, 3), "bronze": (93, 87, 6)}


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_from_a_published_scheme_to_an_objection_a_proof_and_a_sound_record(service: Service, tmp_path: Path) -> None:
    publish_the_scheme(service)
    register_the_alliances(service)
    open_the_round(service)
    for code in ALLIANCES:
        hand_in(service, code)
    return_one_and_take_it_again(service)
    judge(service)
    settle(service)
    publish_the_round(service)
    rank(service)
    before = object_and_be_heard(service)
    prove(service, tmp_path, before)
    look_into_the_record(service)


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


def attach(service: Service, code: str) -> None:
    """Proof for the two items that ask for it; without it nothing is submitted."""
    place = f"{API}/rounds/2020/subjects/{code}"
    refused = ok(service.post(f"{place}/evidence/submit", by="submitter"), 422)
    assert {each["pointer"] for each in refused["errors"]} == {f"/attachments/{item}" for item in PROVED}
    for item in PROVED:
        name, content = f"{item}.csv", f"项目,内容\n{item},{code}\n".encode()
        made = service.post(f"{place}/attachments", files={"file": (name, content, "text/csv")}, data={"item": item})
        ok(made, 201)


def hand_in(service: Service, code: str) -> None:
    place = f"{API}/rounds/2020/subjects/{code}"
    bad = evidence(downward_referrals=True, lectures=[lecture("2021-02-29")])
    refused = ok(service.put(f"{place}/evidence", json=bad), 422)
    assert {each["pointer"] for each in refused["errors"]} == {"/downward_referrals", "/lectures/0/date"}
    ok(service.get(f"{place}/evidence"), 404)
    first = service.put(f"{place}/evidence", json={"agreement_signed": True})
    ok(service.put(f"{place}/evidence", by="submitter", json=STATED[code]), 428)
    ok(service.put(f"{place}/evidence", json=STATED[code], headers={"If-Match": first.headers["ETag"]}))
    assert ok(service.get(f"{place}/assessment?view=self"))["status"] == "pending"
    ok(service.get(f"{place}/assessment", by="submitter"), 403)
    attach(service, code)
    submitted = ok(service.post(f"{place}/evidence/submit"))
    assert (submitted["state"], submitted["revision"]) == ("submitted", 2)
    ok(service.put(f"{place}/evidence", json={}), 409)
    assert ok(service.get(f"{place}/evidence"))["evidence"] == STATED[code]
    assert "医生甲" not in service.get(f"{place}/evidence", by="auditor").text


def return_one_and_take_it_again(service: Service) -> None:
    """Bronze has to say once more how long its trainee stayed; the first statement stays beside the second."""
    place = f"{API}/rounds/2020/subjects/bronze"
    why = {"reason": "进修起止时间与证明不符", "fields": {"trainees": "请核对结束日期"}}
    assert ok(service.post(f"{place}/evidence/return", json=why))["state"] == "returned"
    standing = ok(service.get(f"{place}/standing", by="submitter"))
    assert standing["moves"][-1]["fields"] == why["fields"]
    ok(service.get(f"{place}/evidence"))
    ok(service.put(f"{place}/evidence", json=EVIDENCE["bronze"]))
    assert ok(service.post(f"{place}/evidence/submit"))["revision"] == 3
    assert len(ok(service.get(f"{place}/evidence/revisions"))["data"]) == 3


def judge(service: Service) -> None:
    silver = f"{API}/rounds/2020/subjects/silver/assessment"
    pending = ok(service.get(silver))
    assert (pending["status"], pending["total"], pending["range"]) == ("pending", None, {"low": 89, "high": 97})
    ok(service.post(f"{silver}/propose"), 422)
    rationale = "收治情况与功能定位的对照见评审记录"
    for code, points in VOLUME.items():
        address = f"{API}/rounds/2020/subjects/{code}/assessment/judgements/service_volume"
        ok(service.put(address, json={"points": 3, "rationale": rationale}), 422)
        ok(service.put(address, json={"points": points, "rationale": rationale}))
    care = f"{silver}/judgements/chronic_care"
    ok(service.put(care, json={"points": 6, "rationale": rationale}), 422)
    ok(service.put(care, json={"points": 4, "rationale": rationale}))


def settle(service: Service) -> None:
    """Two people for every result."""
    ok(service.post(f"{API}/rounds/2020/close"))
    for code in ALLIANCES:
        place = f"{API}/rounds/2020/subjects/{code}/assessment"
        assert ok(service.post(f"{place}/propose"))["state"] == "proposed"
        ok(service.put(f"{place}/judgements/service_volume", json={"points": 0, "rationale": "此时不能再改"}), 409)
        ok(service.post(f"{place}/approve", by="evaluator"), 403)
        assert ok(service.post(f"{place}/approve"))["state"] == "final"


def publish_the_round(service: Service) -> None:
    ok(service.get(f"{API}/rounds/2020/scores", by="dashboard"), 404)
    assert ok(service.post(f"{API}/rounds/2020/publish"))["without_result"] == []
    assert ok(service.get(f"{API}/rounds/2020/subjects/gold/assessment", by="submitter"))["status"] == "final"


def rank(service: Service) -> None:
    for by in ("chief", "submitter", "dashboard"):
        rows = ok(service.get(f"{API}/rounds/2020/scores", by=by))["data"]
        assert [(row["rank"], row["subject"], row["status"]) for row in rows] == [
            (1, "gold", "final"),
            (2, "silver", "final"),
            (3, "bronze", "final"),
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


def object_and_be_heard(service: Service) -> str:
    """Silver objects to what it got for its care; a chief who had no part gives it a point more, another approves."""
    place = f"{API}/rounds/2020/subjects/silver"
    before = ok(service.get(f"{place}/assessment", by="submitter"))
    grounds = {"items": {"chronic_care": "三家机构的随访记录当时漏附，现补充说明"}}
    objection = ok(service.post(f"{place}/objections", json=grounds), 201)
    decision = {
        "accepted": True,
        "reason": "补充材料能够证明随访完整",
        "judgements": {"chronic_care": {"points": 5, "rationale": "随访记录经补充后基本完整"}},
    }
    address = f"{place}/objections/{objection['number']}/decision"
    ok(service.post(address, by="chief", json=decision), 403)
    heard = ok(service.post(address, by="chief2", json=decision))
    assert (heard["before"]["total"], heard["after"]["total"]) == (before["total"], before["total"] + 1) == (96, 97)
    assert ok(service.get(f"{place}/assessment", by="submitter")) == before
    assert ok(service.post(f"{place}/assessment/approve", by="chief"))["state"] == "published"
    after = ok(service.get(f"{place}/assessment", by="submitter"))
    assert after["total"] == 97
    sheets = ok(service.get(f"{place}/assessment/sheets"))
    assert [each["total"] for each in sheets["sheets"]] == [96, 97]
    return after["digest"]


def prove(service: Service, folder: Path, digest: str) -> None:
    """The bundle is checked by another process that has nothing but the file."""
    answer = service.get(f"{API}/rounds/2020/subjects/silver/assessment/bundle", by="submitter")
    assert answer.status_code == 200
    bundle = folder / "bundle.zip"
    bundle.write_bytes(answer.content)
    said = verified(bundle)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "第 2 份评分表" in said.stdout
    assert "重新计分结果一致" in said.stdout
    with zipfile.ZipFile(bundle) as opened:
        assert json.loads(opened.read("sheet.json"))["digest"] == digest
        assert "医生甲" not in "".join(opened.read(name).decode() for name in opened.namelist())
    data = bytearray(answer.content)
    data[data.index(b'"total":97') + 9] = ord("8")
    bundle.write_bytes(data)
    assert verified(bundle).returncode == 1


def verified(bundle: Path) -> Any:
    command = [sys.executable, "-m", "app", "verify", str(bundle)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def look_into_the_record(service: Service) -> None:
    report = ok(service.get(f"{API}/audit/verify", by="auditor"))
    assert report["sound"]
    assert report["problems"] == []
    rows = ok(service.get(f"{API}/audit?limit=200", by="auditor"))["data"]
    acts = {each["act"] for each in rows}
    assert acts >= {
        *("publish_scheme", "make_round", "open_round", "assign", "save_evidence", "submit", "return", "judge"),
        *("propose", "approve", "publish_round", "object", "decide_objection"),
    }
    assert "医生甲" not in str(rows)
