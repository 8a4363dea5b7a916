"""What waits for whom: only what he or she can do now, by deadline, in so many queries whatever there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.assessments.service import tasks
from app.assessments.store import tasks as store
from app.rounds.service import standing
from tests.assessments.builders import SHEET, SUBJECT, a_judgement, submit
from tests.assessments.published import (
    ACCEPTED,
    GROUNDS,
    OBJECTIONS,
    REJECTED,
    REVIEW,
    ROUND,
    aged,
    decided,
    done,
    judged,
    objected,
    published,
    reviewed,
    settled,
)
from tests.flow.watching import statements
from tests.rounds.builders import LATER, ROUNDS, a_round, a_stay, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

TASKS = "/api/v1/me/tasks"
DUE = "2099-12-31T09:00:00Z"


def waiting(service: Service, who: str) -> list[dict[str, Any]]:
    answer = service.get(TASKS, by=who)
    assert answer.status_code == 200, answer.text
    return answer.json()["tasks"]


def kinds(service: Service, who: str) -> list[tuple[str, str | None]]:
    return [(each["kind"], each["subject"]) for each in waiting(service, who)]


def test_a_round_waits_for_an_administrator_until_it_is_opened(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    [task] = waiting(service, "admin")
    assert datetime.fromisoformat(task.pop("since")) <= datetime.now(UTC)
    assert task == {
        "kind": "open_round",
        "round": "2020",
        "subject": None,
        "title": "开放批次“2020 年度考评”",
        "deadline": DUE,
    }
    assert kinds(service, "submitter") == kinds(service, "chief") == []
    service.post(f"{ROUND}/open")
    assert kinds(service, "admin") == []


def test_evidence_waits_for_the_subject_until_it_is_handed_in(service: Service) -> None:
    prepare(service)
    open_round(service)
    [task] = waiting(service, "submitter")
    assert (task["kind"], task["subject"], task["deadline"]) == ("fill_in", "alliance", DUE)
    assert task["title"] == "填报并提交佐证资料：示例联合体 alliance（2020 年度考评）"
    assert kinds(service, "stranger") == []
    submit(service)
    assert kinds(service, "submitter") == []
    done(service.post(f"{SUBJECT}/evidence/withdraw", json={"reason": "名单有遗漏须补"}))
    assert kinds(service, "submitter") == [("fill_in", "alliance")]
    submit(service, staff=[a_stay()])
    done(service.post(f"{SUBJECT}/evidence/return", json={"reason": "派出人员名单须更正"}))
    assert kinds(service, "submitter") == [("correct", "alliance")]
    service.post(f"{ROUND}/close")
    assert kinds(service, "submitter") == []


def test_a_subject_named_for_the_account_waits_for_it_too(service: Service) -> None:
    service.people.actor("named", roles=("submitter",), subjects=("second",))
    prepare(service)
    register_alliance(service, "second")
    open_round(service, subjects=["alliance", "second"])
    assert kinds(service, "named") == [("fill_in", "second")]
    assert {subject for _, subject in kinds(service, "submitter")} == {"alliance", "second"}


def test_the_deadline_is_that_of_the_subject(service: Service) -> None:
    prepare(service)
    register_alliance(service, "second")
    open_round(service, subjects=["alliance", "second"], deadline="2098-01-01T00:00:00Z")
    later = {"subject": "alliance", "deadline": LATER, "reason": "当地汛情影响填报"}
    done(service.post(f"{ROUND}/extensions", json=later), 201)
    assert [(each["subject"], each["deadline"]) for each in waiting(service, "submitter")] == [
        ("second", "2098-01-01T00:00:00Z"),
        ("alliance", DUE),
    ]


def test_what_can_no_longer_be_handed_in_does_not_wait(service: Service) -> None:
    prepare(service)
    open_round(service)
    due = datetime.fromisoformat(DUE)
    whose = ((), "hospital", standing.EDITABLE)
    with service.database.reading() as session:
        assert store.to_write(session, *whose, due - timedelta(microseconds=1), 10) != []
        assert store.to_write(session, *whose, due, 10) == []


def test_a_review_waits_for_those_who_are_assigned(service: Service) -> None:
    prepare(service)
    open_round(service)
    assert kinds(service, "evaluator") == []
    submit(service, care="nonstandard")
    assert kinds(service, "evaluator") == [("begin_review", "alliance")]
    assert kinds(service, "evaluator2") == []
    done(service.put(f"{SHEET}/judgements/chronic", json=a_judgement()))
    [task] = waiting(service, "evaluator")
    assert (task["kind"], task["deadline"]) == ("review", None)
    done(service.post(f"{SHEET}/propose"))
    assert kinds(service, "evaluator") == []
    done(service.post(f"{SHEET}/reopen", json={"reason": "复核发现评判有误"}))
    assert [each["title"][:4] for each in waiting(service, "evaluator")] == ["重新评审"]
    ended = {"reason": "工作调动", "replacement": "evaluator2"}
    done(service.post(f"{SUBJECT}/assignments/1/end", json=ended))
    assert kinds(service, "evaluator") == []
    assert kinds(service, "evaluator2") == [("review", "alliance")]


@pytest.mark.parametrize("four_eyes", [True, False])
def test_a_proposal_waits_for_chiefs_who_may_approve_it(service: Service, four_eyes: bool) -> None:
    for name in ("both", "setter", "undone"):
        service.people.actor(name, roles=("chief", "evaluator"))
    service.people.actor("relative", roles=("chief",), institution="care-home")
    reviewed(service, four_eyes=four_eyes)
    for name in ("both", "setter", "undone"):
        service.assign(ROUND, name)
    override = {"points": 3, "reason": "酌情予以调整"}
    done(service.put(f"{SHEET}/overrides/dispatch", json=override, by="undone"))
    done(service.put(f"{SHEET}/overrides/dispatch", json={**override, "points": 4}, by="setter"))
    assert kinds(service, "chief") == []
    done(service.post(f"{SHEET}/propose", by="both"))
    mine = [] if four_eyes else [("approve", "alliance")]
    assert kinds(service, "both") == kinds(service, "setter") == mine
    assert kinds(service, "chief") == kinds(service, "undone") == [("approve", "alliance")]
    assert kinds(service, "relative") == []
    refused = {"both": 403, "setter": 403} if four_eyes else {}
    assert {who: service.post(f"{SHEET}/approve", by=who).status_code for who in refused} == refused
    done(service.post(f"{SHEET}/approve", by="undone"))
    assert kinds(service, "chief") == []


def test_a_closed_round_waits_to_be_published_once_everything_is_final(service: Service) -> None:
    reviewed(service, "second")
    register_alliance(service, "third")
    settled(service)
    assert ("publish_round", None) not in kinds(service, "chief")
    service.post(f"{ROUND}/close")
    assert ("publish_round", None) not in kinds(service, "chief")
    settled(service, "second")
    [task] = waiting(service, "chief")
    assert (task["kind"], task["round"], task["title"]) == ("publish_round", "2020", "公布批次“2020 年度考评”的结果")
    done(service.post(f"{ROUND}/publish"))
    assert kinds(service, "chief") == []


def test_a_closed_round_in_which_nobody_handed_anything_in_does_not_wait(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.post(f"{ROUND}/close")
    assert kinds(service, "chief") == []


def test_a_published_result_waits_for_the_subject_while_it_may_object(service: Service) -> None:
    published(service, objection_days=3)
    [task] = waiting(service, "submitter")
    assert (task["kind"], task["subject"]) == ("read_result", "alliance")
    assert task["deadline"] == service.get(ROUND).json()["objections_until"]
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    assert kinds(service, "submitter") == []
    done(decided(service, REJECTED))
    assert kinds(service, "submitter") == [("read_result", "alliance")]
    aged(service, timedelta(days=3, minutes=-10))
    assert kinds(service, "submitter") == [("read_result", "alliance")]
    aged(service, timedelta(minutes=10))
    assert kinds(service, "submitter") == []


def test_an_objection_waits_for_chiefs_who_had_no_part(service: Service) -> None:
    service.people.actor("finder", roles=("chief", "evaluator"))
    service.people.actor("relative", roles=("chief",), institution="care-home")
    reviewed(service)
    service.assign(ROUND, "finder")
    done(service.put(f"{SHEET}/findings/signed", json={"value": True, "reason": "核对无误"}, by="finder"))
    service.post(f"{ROUND}/close")
    settled(service)
    service.post(f"{ROUND}/publish")
    done(service.post(OBJECTIONS, json=GROUNDS), 201)
    for name in ("chief", "finder", "relative"):
        assert kinds(service, name) == []
    [task] = waiting(service, "chief2")
    [told] = service.get(OBJECTIONS).json()["objections"]
    assert (task["kind"], task["subject"], task["since"]) == ("decide_objection", "alliance", told["objected_at"])
    done(decided(service, REVIEW))
    assert kinds(service, "chief2") == []
    assert kinds(service, "evaluator") == [("review", "alliance")]


def test_a_correction_waits_for_the_other_chief(service: Service) -> None:
    objected(service)
    done(decided(service, ACCEPTED))
    assert kinds(service, "chief2") == []
    assert kinds(service, "chief") == [("approve", "alliance")]
    assert kinds(service, "submitter") == []


def test_nothing_waits_for_those_who_only_look(service: Service) -> None:
    objected(service)
    assert waiting(service, "dashboard") == waiting(service, "auditor") == []
    assert service.get(TASKS, by=None).status_code == 401


def test_several_roles_have_their_tasks_together(service: Service) -> None:
    service.people.actor("all", roles=("admin", "chief", "evaluator"))
    reviewed(service)
    service.assign(ROUND, "all")
    done(service.post(f"{SHEET}/propose"))
    service.post(ROUNDS, json=a_round("2021"))
    open_round(service, "2022")
    service.assign(f"{ROUNDS}/2022", "all")
    place = f"{ROUNDS}/2022/subjects/alliance"
    judged(service, "alliance", f"{ROUNDS}/2022")
    assert [(each["kind"], each["round"]) for each in waiting(service, "all")] == [
        ("open_round", "2021"),
        ("approve", "2020"),
        ("review", "2022"),
    ]
    assert service.get(f"{place}/standing").json()["state"] == "in_review"


def test_a_list_that_has_not_changed_is_not_sent_again(service: Service) -> None:
    prepare(service)
    open_round(service)
    tag = service.get(TASKS, by="submitter").headers["ETag"]
    assert service.get(TASKS, by="submitter", headers={"If-None-Match": tag}).status_code == 304


def test_the_most_urgent_are_listed_when_there_are_too_many(service: Service) -> None:
    prepare(service)
    for year in (2093, 2091, 2092):
        open_round(service, str(year), deadline=f"{year}-01-01T00:00:00Z")
    with service.database.reading() as session:
        found = tasks.of(session, service.people.actor("submitter"), most=2)
    assert [each.round for each in found] == ["2091", "2092"]


def test_the_number_of_queries_grows_neither_with_rounds_nor_with_subjects(service: Service) -> None:
    everybody = ("admin", "submitter", "evaluator", "chief")
    prepare(service)
    for who in everybody:
        waiting(service, who)
    counts = []
    for code in ("2018", "2019"):
        with statements(service) as asking:
            for who in everybody:
                waiting(service, who)
        counts.append(len(asking))
        register_alliance(service, f"second-{code}")
        service.post(ROUNDS, json=a_round(f"draft-{code}"))
        open_round(service, code, subjects=["alliance", f"second-{code}"])
        judged(service, "alliance", f"{ROUNDS}/{code}")
    assert len(set(counts)) == 1
