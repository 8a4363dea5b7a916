"""Results proposed, approved and reopened: frozen with all that went in, by two people, the sheets before kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.scoring.digest import canonical, digest_of
from app.scoring.engine import ENGINE, Program, prepare, score_request
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet
from tests.assessments.builders import JUDGEMENT, SHEET, SUBJECT, a_finding, a_judgement, submit
from tests.assessments.published import done
from tests.assessments.settled import LOWER, REASON, ROUND, act, judged, refusal, sheet_of
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds import builders
from tests.rounds.builders import SCHEMES, a_stay, an_example, open_round
from tests.service import Service
from tests.subjects.builders import register, register_alliance


def rescored(service: Service, number: int = 1) -> tuple[dict[str, Any], ScoreSheet]:
    """The sheet as it was stored, and one worked out from nothing but the frozen inputs and the scheme."""
    stored = sheet_of(service, number)
    program = prepare(service.get(f"{SCHEMES}/small/versions/1").json())
    assert isinstance(program, Program)
    made = score_request(program, stored["inputs"])
    assert not isinstance(made, Problems), made
    return stored, made


# --- proposed ---------------------------------------------------------------------------------------------------------

SECOND: dict[str, Any] = {
    "code": "quality",
    "indicator": "服务质量",
    "title": "服务质量",
    "points": 4,
    "criteria": "服务质量好，酌情得0~4分",
    "rule": {"judged": {"from": 0, "to": 4, "step": 1}},
    "readings": [
        {"about": "酌情", "question": "如何给分", "chosen": "由评审人员按整分评判", "basis": "原文只给出范围0~4分"}
    ],
}


def with_two_judged(service: Service) -> None:
    given = {"quality": {"points": 4, "rationale": "现场核查情况良好"}}
    example = an_example("满分", 20, given)
    sections = [{"code": "work", "title": "工作", "points": 20, "items": [*builders.ITEMS, SECOND]}]
    builders.publish(service, base=20, sections=sections, examples=[example])
    register(service)
    register_alliance(service)
    open_round(service)
    submit(service, care="nonstandard")


def test_nothing_is_proposed_while_judgements_are_missing_and_all_of_them_are_named(service: Service) -> None:
    with_two_judged(service)
    before = row_counts(service)
    refused = act(service, "propose")
    assert refusal(refused) == (422, "not_final")
    said = {each["pointer"]: each for each in refused.json()["errors"]}
    assert len(said) == len(refused.json()["errors"]) == 2
    assert {pointer.rpartition("/")[2] for pointer in said} == {"chronic", "quality"}
    assert row_counts(service) == before
    done(service.put(JUDGEMENT, json=a_judgement()))
    assert [each["pointer"].rpartition("/")[2] for each in act(service, "propose").json()["errors"]] == ["quality"]
    done(service.put(f"{SHEET}/judgements/quality", json={"points": 3, "rationale": "现场核查情况良好"}))
    assert act(service, "propose").json()["state"] == "proposed"
    assert sheet_of(service)["total"] == 17


def test_proposing_freezes_what_went_in_and_the_sheet(service: Service) -> None:
    judged(service)
    done(service.put(f"{SHEET}/findings/signed", json=a_finding(value=True)))
    answer = act(service, "propose")
    assert answer.status_code == 200
    assert answer.json() == {"state": "proposed", "revision": 1, "sheet": 1, "deadline": "2099-12-31T09:00:00Z"}
    stored, made = rescored(service)
    assert (stored["number"], stored["revision"], stored["engine"]) == (1, 1, ENGINE)
    assert (stored["total"], stored["base"], stored["bonus"], stored["grade"]) == (11, 11, 0, None)
    assert stored["proposed_by"] == "evaluator"
    assert stored["inputs"]["final"] is True
    assert stored["inputs"]["judgements"] == {"chronic": a_judgement()}
    assert stored["inputs"]["findings"] == {"signed": a_finding(value=True)}
    assert stored["scheme_digest"] == service.get(f"{SCHEMES}/small/versions/1").headers["ETag"].strip('"')
    assert stored["inputs_digest"] == made.inputs_digest == stored["sheet"]["inputs_digest"]
    assert stored["digest"] == made.digest == stored["sheet"]["digest"]
    assert stored["sheet"]["status"] == "final"
    assert service.get(SHEET).content == made.to_bytes()


def test_the_frozen_bytes_are_those_of_an_engine_run_on_the_frozen_inputs(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    with service.database.reading() as session:
        from app.assessments.store import sheets as store

        [(_, kept)] = store.everything(session)
    stored, made = rescored(service)
    assert kept.content == made.to_bytes()
    assert kept.inputs == canonical(stored["inputs"])
    told = json.loads(kept.content)
    assert told.pop("digest") == kept.digest == digest_of(canonical(told))


def test_names_are_not_in_what_is_frozen(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    [row] = sheet_of(service)["inputs"]["evidence"]["staff"]
    assert row["name"] != a_stay()["name"]
    assert (row["start_date"], row["end_date"]) == (a_stay()["start_date"], a_stay()["end_date"])


def test_a_proposed_sheet_does_not_follow_what_changes_around_it(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    before = service.get(SHEET)
    renamed = {"name": "另一名称", "district_code": "330108", "agreement_filed": "2020-03-20"}
    assert service.put("/api/v1/alliances/alliance", json=renamed).status_code == 200
    after = service.get(SHEET)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
    assert service.get(SHEET, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304


def test_nothing_is_recorded_on_a_settled_result_until_it_is_reopened(service: Service) -> None:
    judged(service)
    paths = {
        "judgements/chronic": a_judgement(points=5),
        "findings/signed": a_finding(value=False),
        "overrides/agreement": LOWER,
    }
    for name in ("propose", "approve"):
        done(act(service, name))
        before = row_counts(service)
        for path, body in paths.items():
            assert refusal(service.put(f"{SHEET}/{path}", json=body)) == (409, "wrong_state"), path
        assert row_counts(service) == before
    done(act(service, "reopen"))
    for path, body in paths.items():
        assert service.put(f"{SHEET}/{path}", json=body).status_code == 200, path
    done(act(service, "propose"))
    assert [each["total"] for each in service.get(f"{SHEET}/sheets").json()["sheets"]] == [11, 10]


def test_overridden_points_stand_over_the_computed_ones(service: Service) -> None:
    judged(service)
    made = service.put(f"{SHEET}/overrides/agreement", json=LOWER)
    assert (made.status_code, made.json()["recorded_by"], made.json()["number"]) == (200, "evaluator", 1)
    done(act(service, "propose"))
    stored, made = rescored(service)
    assert stored["inputs"]["overrides"] == {"agreement": LOWER}
    assert (stored["total"], made.total) == (9, 9)
    [agreement, *_] = stored["sheet"]["sections"][0]["items"]
    assert agreement["score"] == 3
    assert agreement["trace"]["override"]["computed"]["score"] == 5


# --- four eyes --------------------------------------------------------------------------------------------------------

BOTH = {"roles": ("chief", "evaluator")}


def assigned(service: Service, *names: str) -> None:
    """More people with both roles who evaluate the subject."""
    for name in names:
        service.people.actor(name, **BOTH)
        body = {"evaluator": name, "subjects": ["alliance"]}
        done(service.post(f"{ROUND}/assignments", json=body), 201)


def test_who_proposed_does_not_approve(service: Service) -> None:
    judged(service)
    assigned(service, "both", "another")
    done(act(service, "propose", "both"))
    before = row_counts(service)
    assert refusal(act(service, "approve", "both")) == (403, "four_eyes")
    assert row_counts(service) == before
    assert act(service, "approve", "another").json()["state"] == "final"


def test_who_set_points_over_the_computed_ones_does_not_approve(service: Service) -> None:
    judged(service)
    done(service.put(f"{SHEET}/overrides/agreement", json=LOWER, by="chief"))
    done(act(service, "propose"))
    assert refusal(act(service, "approve", "chief")) == (403, "four_eyes")
    assert act(service, "approve", "chief2").json()["state"] == "final"


def test_points_that_were_taken_back_stand_in_nobodys_way(service: Service) -> None:
    judged(service)
    done(service.put(f"{SHEET}/overrides/agreement", json=LOWER, by="chief"))
    lifted = service.put(f"{SHEET}/overrides/agreement", json={"points": None, "reason": "协议已补盖公章"}, by="chief2")
    assert (lifted.status_code, lifted.json()["points"], lifted.json()["number"]) == (200, None, 2)
    done(act(service, "propose"))
    assert "overrides" not in sheet_of(service)["inputs"]
    assert act(service, "approve", "chief").json()["state"] == "final"


def test_who_judged_may_approve_what_another_proposed(service: Service) -> None:
    judged(service)
    assigned(service, "both")
    done(service.put(JUDGEMENT, json=a_judgement(points=3), by="both"))
    done(act(service, "propose"))
    assert act(service, "approve", "both").json()["state"] == "final"


def test_it_is_who_proposed_the_sheet_that_stands_that_counts(service: Service) -> None:
    judged(service)
    assigned(service, "both")
    done(act(service, "propose", "both"))
    done(act(service, "reopen"))
    done(act(service, "propose", "evaluator"))
    assert act(service, "approve", "both").json()["state"] == "final"


def test_one_pair_of_eyes_is_enough_where_the_round_says_so(service: Service) -> None:
    builders.prepare(service)
    open_round(service, four_eyes=False)
    submit(service, care="nonstandard", staff=[a_stay()])
    assigned(service, "both")
    done(service.put(JUDGEMENT, json=a_judgement(), by="both"))
    done(service.put(f"{SHEET}/overrides/agreement", json=LOWER, by="both"))
    done(act(service, "propose", "both"))
    assert act(service, "approve", "both").json()["state"] == "final"
    assert service.get(ROUND).json()["four_eyes"] is False


def test_two_pairs_of_eyes_are_asked_for_unless_something_else_is_said(service: Service) -> None:
    judged(service)
    assert service.get(ROUND).json()["four_eyes"] is True


# --- reopened ---------------------------------------------------------------------------------------------------------


def test_reopening_keeps_the_sheet_before_beside_the_new_one(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    done(act(service, "approve"))
    first = sheet_of(service)
    reopened = act(service, "reopen").json()
    assert (reopened["state"], reopened["revision"], reopened["sheet"]) == ("reopened", 1, 1)
    assert service.get(SHEET).json()["status"] == "complete", "worked out anew"
    done(service.put(JUDGEMENT, json=a_judgement(points=2, rationale="复核后部分档案不予认可")))
    assert service.get(SHEET).json()["total"] == 9
    assert act(service, "propose").json()["sheet"] == 2
    assert sheet_of(service) == first
    assert (sheet_of(service, 2)["total"], sheet_of(service, 2)["number"]) == (9, 2)
    listed = service.get(f"{SHEET}/sheets").json()
    assert (listed["standing"], [each["number"] for each in listed["sheets"]]) == (2, [1, 2])
    assert refusal(service.get(f"{SHEET}/sheets/3")) == (404, "sheet_not_found")


def test_the_same_result_proposed_again_is_another_sheet_that_says_the_same(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    done(act(service, "reopen"))
    done(act(service, "propose"))
    first, second = sheet_of(service), sheet_of(service, 2)
    assert (first["digest"], first["inputs_digest"]) == (second["digest"], second["inputs_digest"])
    assert first["proposed_at"] < second["proposed_at"]


def test_a_reason_is_needed_to_reopen(service: Service) -> None:
    judged(service)
    done(act(service, "propose"))
    for body in ({}, {"reason": "无"}, {"reason": "      "}, {**REASON, "by": "me"}):
        assert service.post(f"{SHEET}/reopen", json=body).status_code == 422
    assert service.get(f"{SUBJECT}/standing").json()["state"] == "proposed"


def test_sheets_cannot_be_rewritten_by_sql(service: Service) -> None:
    judged(service)
    done(service.put(f"{SHEET}/overrides/agreement", json=LOWER))
    done(act(service, "propose"))
    attacks = [
        "UPDATE score_sheets SET total = 16000000",
        "UPDATE score_sheets SET content = inputs",
        "UPDATE score_sheets SET account = 99",
        "DELETE FROM score_sheets",
        "UPDATE overrides SET points = 5000000",
        "DELETE FROM overrides",
    ]
    attacks += [] if service.database.engine.dialect.name == "sqlite" else ["TRUNCATE score_sheets"]
    refused_by_the_database(service, *attacks)


@pytest.mark.parametrize("name", ["propose", "approve", "reopen"])
def test_the_number_of_queries_does_not_grow_with_the_sheets(service: Service, name: str) -> None:
    judged(service)
    service.warm("evaluator", "chief")
    counts = []
    for _ in range(3):
        for each in ("propose", "approve", "reopen"):
            with statements(service) as seen:
                done(act(service, each))
            counts += [len(seen)] if each == name else []
    assert len(set(counts)) == 1
