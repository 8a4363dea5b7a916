"""Fifty clients at once on one assessment: what can be done once is done once, and nothing that was said is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.assessments.service import publishing
from app.errors import Stale
from app.evidence import service as evidence_service
from app.evidence.values import Revision
from app.rounds.service import rounds, standing
from tests.assessments.builders import SHEET, SUBJECT, a_judgement
from tests.flow.watching import row_counts
from tests.rounds.builders import ROUNDS, a_stay, evidence
from tests.rounds.moving import CODE, USUAL, at_once, attempt, bring, opened, perform, stands, state
from tests.server import running
from tests.service import Service, serving

CLIENTS = 50
EVIDENCE = f"{SUBJECT}/evidence"


def fifty(call: Callable[[int], object]) -> Counter[str]:
    """What became of the same act of fifty clients; `call` is told which one it is."""
    return Counter(at_once(*(lambda at=at: call(at) for at in range(CLIENTS))))


def people(service: Service) -> None:
    """Everybody is there before anything begins; a second evaluator is assigned."""
    for name in ("admin", "chief", "chief2", "submitter", "evaluator"):
        service.people.actor(name)
    service.assign(f"{ROUNDS}/{CODE}", "evaluator2")


ONCE: dict[str, tuple[str, tuple[str, ...], str]] = {
    "submit": ("draft", ("submitter",), "submitted"),
    "withdraw": ("submitted", ("submitter",), "withdrawn"),
    "return": ("in_review", ("evaluator", "evaluator2", "chief"), "returned"),
    "propose": ("in_review", ("evaluator", "evaluator2"), "proposed"),
    "approve": ("proposed", ("chief", "chief2"), "final"),
    "reopen": ("final", ("chief", "chief2"), "reopened"),
}
"""By act: the state it is done in, those who do it, the state that follows."""


@pytest.mark.parametrize("name", ONCE)
def test_of_fifty_who_do_what_can_be_done_once_one_wins(service: Service, name: str) -> None:
    before, who, after = ONCE[name]
    opened(service)
    people(service)
    bring(service, before)
    made = len(stands(service)[1])
    outcomes = fifty(lambda at: perform(service, name, by=who[at % len(who)]))
    assert outcomes == {"done": 1, "wrong_state": CLIENTS - 1}
    place, moves = stands(service)
    assert (place.entry.state, len(moves)) == (after, made + 1)
    assert moves[-1].actor in who


def test_a_round_is_closed_once_and_published_once(service: Service) -> None:
    opened(service)
    people(service)
    bring(service, "final")

    def in_one(act: Callable[..., object], who: str) -> None:
        with service.database.writing() as session:
            act(session, service.people.actor(who), CODE)

    assert fifty(lambda _: in_one(rounds.close, "admin")) == {"done": 1, "round_not_open": CLIENTS - 1}
    chiefs = ("chief", "chief2")
    outcomes = fifty(lambda at: in_one(publishing.publish, chiefs[at % 2]))
    assert outcomes == {"done": 1, "round_not_closed": CLIENTS - 1}
    assert [each.act for each in stands(service)[1]].count("publish") == 1


def test_of_fifty_who_read_the_same_revision_one_saves(service: Service) -> None:
    opened(service)
    people(service)
    mark = perform(service, "save").mark

    def save(at: int) -> None:
        def seen(present: Revision | None) -> None:
            if present is None or present.mark != mark:
                raise Stale("stale", "已有更新的修订")

        with service.database.writing() as session:
            body = evidence(staff=[a_stay(name=f"人{at}")])
            evidence_service.save(session, service.people.actor("submitter"), CODE, "alliance", body, seen)

    assert fifty(save) == {"done": 1, "stale": CLIENTS - 1}
    assert row_counts(service)["evidence_revisions"] == 2


def test_what_each_of_fifty_saved_is_there(service: Service) -> None:
    opened(service)
    people(service)
    outcomes = fifty(lambda at: perform(service, "save", said=evidence(staff=[a_stay(name=f"人{at}")])))
    assert outcomes == {"done": CLIENTS}
    names = set()
    for number in range(1, CLIENTS + 1):
        kept = service.get(f"{EVIDENCE}/revisions/{number}").json()["evidence"]
        names |= {row["name"] for row in kept["staff"]}
    assert names == {f"人{at}" for at in range(CLIENTS)}


def test_what_each_of_fifty_judged_is_on_record(service: Service) -> None:
    opened(service)
    people(service)
    bring(service, "submitted")
    judges = ("evaluator", "evaluator2")
    outcomes = fifty(
        lambda at: perform(service, "judge", by=judges[at % 2], said=a_judgement(rationale=f"第{at}位评审人员的意见"))
    )
    assert outcomes == {"done": CLIENTS}
    judgements = service.get(f"{SHEET}/records").json()["judgements"]
    assert [each["number"] for each in judgements] == list(range(1, CLIENTS + 1))
    assert {each["rationale"] for each in judgements} == {f"第{at}位评审人员的意见" for at in range(CLIENTS)}
    assert [each.act for each in stands(service)[1]] == ["submit", "review"]


MIXED = ("save", "submit", "withdraw", "return", "judge", "propose", "approve", "reopen", "save", "submit")


def test_fifty_who_do_all_kinds_of_things_leave_one_line_of_moves(service: Service) -> None:
    """Whatever comes first: each move begins where the one before ended, and was done by one who heard that it was."""
    opened(service)
    people(service)
    bring(service, "draft")
    acts = [MIXED[at % len(MIXED)] for at in range(CLIENTS)]
    outcomes = at_once(
        *(lambda at=at, act=act: perform(service, act, said=_own(act, at)) for at, act in enumerate(acts))
    )
    allowed = {"done", "wrong_state", "evidence_not_submitted"}
    assert set(outcomes) <= allowed
    done = Counter(act for act, each in zip(acts, outcomes, strict=True) if each == "done")
    _, moves = stands(service)
    assert [each.number for each in moves] == list(range(1, len(moves) + 1))
    before = "draft"
    for each in moves:
        step = standing.MOVES[each.act]
        assert before in step.before
        assert each.state == step.after
        before = each.state
    made = Counter(each.act for each in moves)
    del made["review"]
    assert made == {act: number for act, number in done.items() if act not in {"save", "judge"}}
    assert row_counts(service)["evidence_revisions"] == 1 + done["save"]
    assert row_counts(service)["judgements"] == done["judge"]


def _own(act: str, at: int) -> Any:
    """Something that nobody else says."""
    if act == "save":
        return evidence(staff=[a_stay(name=f"人{at}"), a_stay(name="乙")])
    return a_judgement(rationale=f"第{at}位评审人员的意见") if act == "judge" else None


# --- over HTTP --------------------------------------------------------------------------------------------------------


def asked(client: httpx.Client, calls: list[tuple[str, str, dict[str, Any]]]) -> list[int]:
    """The statuses of requests that are sent together."""
    statuses = [0] * len(calls)
    barrier = threading.Barrier(len(calls))

    def ask(at: int) -> None:
        method, path, more = calls[at]
        barrier.wait()
        statuses[at] = client.request(method, path, **more).status_code

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_fifty_clients_of_a_running_service_hear_who_was_first(database_url: str) -> None:
    with serving(database_url) as service:
        opened(service)
        people(service)
        saved = service.put(EVIDENCE, json=evidence())
        tag = saved.headers["ETag"]
        secrets = {name: service.people.secret(name) for name in ("submitter", "evaluator", "chief", "chief2")}

    def by(name: str, **headers: str) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {secrets[name]}", **headers}}

    limits = httpx.Limits(max_connections=CLIENTS)
    with (
        running(database_url) as (first, _),
        httpx.Client(base_url=first.base_url, timeout=60, trust_env=False, limits=limits) as client,
    ):
        bodies = [evidence(staff=[a_stay(name=f"人{at}")]) for at in range(CLIENTS)]
        puts = [("PUT", EVIDENCE, {**by("submitter", **{"If-Match": tag}), "json": body}) for body in bodies]
        assert Counter(asked(client, puts)) == {200: 1, 412: CLIENTS - 1}
        unseen = [("PUT", EVIDENCE, {**by("submitter"), "json": body}) for body in bodies]
        assert Counter(asked(client, unseen)) == {428: CLIENTS}
        seen = client.get(EVIDENCE, **by("submitter")).headers["ETag"]
        some = [by("submitter"), by("submitter", **{"If-Match": seen})]
        statuses = asked(client, [("POST", f"{EVIDENCE}/submit", some[at % 2]) for at in range(CLIENTS)])
        assert statuses.count(200) == 1
        assert set(statuses) <= {200, 409, 412}
        proposed = asked(client, [("POST", f"{SHEET}/propose", by("evaluator"))] * CLIENTS)
        assert Counter(proposed) == {200: 1, 409: CLIENTS - 1}
        chiefs = [by("chief"), by("chief2")]
        approved = asked(client, [("POST", f"{SHEET}/approve", chiefs[at % 2]) for at in range(CLIENTS)])
        assert Counter(approved) == {200: 1, 409: CLIENTS - 1}
    with serving(database_url) as service:
        assert state(service) == "final"
        assert attempt(service, "propose") == "wrong_state"
        assert [each.act for each in stands(service)[1]] == ["submit", "propose", "approve"]
        assert row_counts(service)["evidence_revisions"] == 2


def test_every_act_on_a_subject_was_tried_by_fifty() -> None:
    assert set(ONCE) | {"save", "judge", "override"} == set(USUAL)
