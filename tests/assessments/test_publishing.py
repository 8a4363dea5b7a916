"""Results published: open to all at once, ranked, and what is reopened stays published until the next is approved."""

from __future__ import annotations

import json
from typing import Any

from tests.assessments.builders import JUDGEMENT, SCORES, SHEET, SUBJECT, a_judgement, submit
from tests.assessments.published import done
from tests.assessments.settled import ROUND, act, judged, refusal, sheet_of
from tests.flow.watching import row_counts
from tests.rounds import builders
from tests.rounds.builders import a_stay, open_round
from tests.service import Service
from tests.subjects.builders import register_alliance

POINTS = {"alliance": 4, "second": 4, "third": 5, "fourth": 2}


def closed_round(service: Service) -> None:
    """Four subjects that are judged with 5, 4, 4 and 2 points, and one that handed in nothing; the round is closed."""
    builders.prepare(service)
    for code in (*list(POINTS)[1:], "idle"):
        register_alliance(service, code)
    open_round(service, subjects=[*POINTS, "idle"])
    for code, points in POINTS.items():
        submit(service, code, care="nonstandard", staff=[a_stay()])
        place = f"{ROUND}/subjects/{code}/assessment/judgements/chronic"
        done(service.put(place, json=a_judgement(points=points)))
    done(service.post(f"{ROUND}/close"))


def settle(service: Service, *subjects: str) -> None:
    for subject in subjects:
        for name in ("propose", "approve"):
            done(act(service, name, subject=subject))


def ranks(service: Service, by: str) -> dict[str, tuple[Any, Any, str]]:
    answer = service.get(SCORES, by=by)
    assert answer.status_code == 200, answer.text
    return {row["subject"]: (row["rank"], row["total"], row["state"]) for row in answer.json()["data"]}


def test_a_round_is_published_when_all_that_was_handed_in_is_final(service: Service) -> None:
    closed_round(service)
    settle(service, "alliance", "second", "third")
    before = row_counts(service)
    early = service.post(f"{ROUND}/publish")
    assert refusal(early) == (409, "not_all_final")
    assert "fourth" in early.json()["detail"]
    assert "alliance" not in early.json()["detail"]
    done(act(service, "propose", subject="fourth"))
    assert refusal(service.post(f"{ROUND}/publish")) == (409, "not_all_final")
    assert row_counts(service)["assessment_moves"] == before["assessment_moves"] + 1
    done(act(service, "approve", subject="fourth"))
    published = service.post(f"{ROUND}/publish")
    assert published.status_code == 200
    assert published.json()["round"]["state"] == "published"
    assert published.json()["without_result"] == ["idle"]
    assert refusal(service.post(f"{ROUND}/publish")) == (409, "round_not_closed")


def test_results_are_open_to_all_at_once(service: Service) -> None:
    closed_round(service)
    settle(service, *POINTS)
    people = ("submitter", "dashboard")
    official = {by: refusal(service.get(SHEET, by=by)) for by in people}
    assert official == {"submitter": (403, "forbidden"), "dashboard": (404, "round_not_found")}
    assert ranks(service, "submitter") == {
        **dict.fromkeys(POINTS, (None, None, "final")),
        "idle": (None, None, "not_started"),
    }
    assert service.get(SCORES, by="dashboard").status_code == 404
    assert refusal(service.get(f"{SHEET}?view=published", by="chief")) == (404, "no_result")
    done(service.post(f"{ROUND}/publish"))
    seen = {by: service.get(SHEET, by=by).content for by in (*people, "admin", "chief", "evaluator", "auditor")}
    assert len(set(seen.values())) == 1
    assert json.loads(seen["submitter"])["total"] == 11
    for by in (*people, "chief", "auditor"):
        assert ranks(service, by) == {
            "third": (1, 12, "published"),
            "alliance": (2, 11, "published"),
            "second": (2, 11, "published"),
            "fourth": (4, 9, "published"),
            "idle": (None, None, "not_started"),
        }
    assert service.get(f"{ROUND}/subjects/second/assessment", by="stranger").status_code == 403
    assert refusal(service.get(f"{ROUND}/subjects/idle/assessment", by="submitter")) == (404, "no_result")


def test_a_reopened_result_stays_published_until_the_next_is_approved(service: Service) -> None:
    closed_round(service)
    settle(service, *POINTS)
    done(service.post(f"{ROUND}/publish"))
    outside = ("submitter", "dashboard", "admin")
    before = service.get(SHEET, by="submitter").content
    done(act(service, "reopen"))
    done(service.put(JUDGEMENT, json=a_judgement(points=5, rationale="复核后档案完整，予以更正")))
    for name in ("", "propose"):
        if name:
            done(act(service, name))
        assert {service.get(SHEET, by=by).content for by in outside} == {before}, name
        assert ranks(service, "dashboard")["alliance"][:2] == (2, 11)
        assert service.get(f"{SHEET}?view=published", by="chief").content == before
        assert service.get(SHEET, by="chief").json()["total"] == 12
    approved = act(service, "approve").json()
    assert (approved["state"], approved["sheet"]) == ("published", 2)
    after = {service.get(SHEET, by=by).content for by in (*outside, "chief", "evaluator")}
    assert [json.loads(each)["total"] for each in after] == [12]
    assert {code: each[:2] for code, each in ranks(service, "dashboard").items()} == {
        "alliance": (1, 12),
        "third": (1, 12),
        "second": (3, 11),
        "fourth": (4, 9),
        "idle": (None, None),
    }
    acts = [each["act"] for each in service.get(f"{SUBJECT}/standing", by="chief").json()["moves"]]
    assert acts[-5:] == ["publish", "reopen", "propose", "approve", "publish"]
    assert sheet_of(service)["total"] == 11, "the first sheet is still there"


def test_a_round_is_closed_before_it_is_published(service: Service) -> None:
    judged(service)
    settle(service, "alliance")
    assert refusal(service.post(f"{ROUND}/publish")) == (409, "round_not_closed")
    done(service.post(f"{ROUND}/close"))
    for by in ("admin", "evaluator", "submitter", "auditor"):
        assert service.post(f"{ROUND}/publish", by=by).status_code == 403
    done(service.post(f"{ROUND}/publish"))
