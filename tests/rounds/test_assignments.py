"""Who evaluates what: assigned with all that is wrong at once, replaced, ended; nobody who belongs to the subject."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.service import accounts
from app.accounts.shapes import AccountChange
from app.rounds.service import assignments
from app.rounds.shapes import AssignmentEnd, NewAssignment
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS, a_round, open_round, prepare
from tests.rounds.moving import at_once, outcome
from tests.service import Service
from tests.subjects.builders import ALLIANCES, a_membership, an_alliance, register_alliance

PLACE = f"{ROUNDS}/2020/assignments"
REASON = "工作调动，不再参加评审"


@pytest.fixture
def round_(service: Service) -> Service:
    service.evaluator = None
    three_subjects(service)
    return service


@remembered
def three_subjects(service: Service) -> None:
    """A round of three subjects that nobody evaluates yet; another hospital leads the third."""
    prepare(service)
    register_alliance(service, "second")
    body = an_alliance("third", memberships=[a_membership("care-home", role="lead")], plan_filed=None)
    assert service.post(ALLIANCES, json=body).status_code == 201
    made = service.post(ROUNDS, json=a_round(subjects=["alliance", "second", "third"]))
    assert made.status_code == 201
    waived = service.post(f"{ROUNDS}/2020/subjects/third/waiver", json={"reason": "试点先行，限期备案"})
    assert waived.status_code == 201
    assert service.post(f"{ROUNDS}/2020/open").status_code == 200
    for name in ("evaluator", "evaluator2"):
        service.people.actor(name)


def assign(service: Service, evaluator: str = "evaluator", *subjects: str, **more: Any) -> Any:
    body = {"evaluator": evaluator, "subjects": list(subjects or ("alliance",)), **more}
    return service.post(PLACE, json=body)


def end(service: Service, number: int = 1, subject: str = "alliance", **said: Any) -> Any:
    place = f"{ROUNDS}/2020/subjects/{subject}/assignments/{number}/end"
    return service.post(place, json={"reason": REASON, **said})


def listed(service: Service) -> list[tuple[str, int, str, bool]]:
    rows = service.get(PLACE).json()["assignments"]
    return [(each["subject"], each["number"], each["evaluator"], each["ended_at"] is None) for each in rows]


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_somebody_is_assigned_to_several_subjects_at_once(round_: Service) -> None:
    made = assign(round_, "evaluator", "third", "alliance")
    assert made.status_code == 201
    first, second = made.json()["assignments"]
    assert (first["subject"], first["number"], first["evaluator"]) == ("third", 1, "evaluator")
    assert (second["subject"], second["number"], second["assigned_by"]) == ("alliance", 1, "chief")
    assert (first["ended_by"], first["ended_at"], first["end_reason"]) == (None, None, None)
    assert assign(round_, "evaluator2").status_code == 201
    assert listed(round_) == [
        ("alliance", 1, "evaluator", True),
        ("alliance", 2, "evaluator2", True),
        ("third", 1, "evaluator", True),
    ]


def test_who_is_assigned_may_review_and_nobody_else(round_: Service) -> None:
    standing = f"{ROUNDS}/2020/subjects/alliance/standing"
    assert round_.get(standing, by="evaluator").status_code == 403
    assign(round_)
    assert round_.get(standing, by="evaluator").status_code == 200
    assert round_.get(standing, by="evaluator2").status_code == 403
    assert round_.get(standing.replace("alliance", "second"), by="evaluator").status_code == 403
    assert end(round_).status_code == 200
    assert round_.get(standing, by="evaluator").status_code == 403


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("institution", ["hospital", "health-centre", "care-home"])
def test_nobody_evaluates_what_the_own_institution_belongs_to(round_: Service, institution: str) -> None:
    round_.people.actor("one-of-them", roles=("evaluator",), institution=institution)
    before = row_counts(round_)
    refused = assign(round_, "one-of-them")
    assert problems(refused) == [("/subjects/0", "evaluator_unfit")]
    assert "应当回避" in refused.json()["errors"][0]["message"]
    assert row_counts(round_) == before
    others = assign(round_, "one-of-them", "third")
    assert others.status_code == (422 if institution == "care-home" else 201)


def test_who_belonged_to_a_member_within_the_period_does_not_evaluate_it_either(round_: Service) -> None:
    left = round_.post(f"{ALLIANCES}/alliance/memberships/3/end", json={"end": "2020-04-30"})
    assert left.status_code == 200
    round_.people.actor("one-of-them", roles=("evaluator",), institution="care-home")
    assert problems(assign(round_, "one-of-them")) == [("/subjects/0", "evaluator_unfit")]


def test_who_joins_a_member_later_does_not_judge_any_more(round_: Service) -> None:
    """Memberships change: so it is asked again at each act."""
    round_.people.actor("newcomer", roles=("evaluator",), institution="elsewhere")
    assert assign(round_, "newcomer").status_code == 201
    change = AccountChange.model_validate(
        {"display_name": "新来的", "roles": ("evaluator",), "institution": "care-home"}
    )
    with round_.database.writing() as session:
        accounts.change(session, round_.people.actor("admin"), "newcomer", change, lambda _: None)
    returned = round_.post(
        f"{ROUNDS}/2020/subjects/alliance/evidence/return", json={"reason": "第2行派出时间有误"}, by="newcomer"
    )
    assert (returned.status_code, returned.json()["type"]) == (403, "/problems/conflict_of_interest")


@pytest.mark.parametrize("name", ["nobody", "chief", "submitter", "auditor"])
def test_only_evaluators_are_assigned(round_: Service, name: str) -> None:
    if name != "nobody":
        round_.people.actor(name)
    before = row_counts(round_)
    refused = assign(round_, name, "alliance", "second")
    assert problems(refused) == [("/evaluator", "no_evaluator")]
    assert name in refused.json()["errors"][0]["message"]
    assert row_counts(round_) == before


def test_whose_account_is_shut_is_not_assigned(round_: Service) -> None:
    with round_.database.writing() as session:
        accounts.deactivate(session, round_.people.actor("admin"), "evaluator2")
    assert problems(assign(round_, "evaluator2")) == [("/evaluator", "no_evaluator")]
    assign(round_)
    assert problems(end(round_, replacement="evaluator2")) == [("/replacement", "no_evaluator")]


def test_everything_that_is_wrong_is_named_and_nobody_assigned(round_: Service) -> None:
    assign(round_, "evaluator", "second")
    before = row_counts(round_)
    refused = assign(round_, "evaluator", "nobody", "alliance", "second", "outside")
    assert problems(refused) == [
        ("/subjects/0", "subject_not_in_round"),
        ("/subjects/2", "evaluator_unfit"),
        ("/subjects/3", "subject_not_in_round"),
    ]
    assert "已分派" in refused.json()["errors"][1]["message"]
    assert row_counts(round_) == before


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no subjects": ({"subjects": []}, {"/subjects"}),
    "a subject twice": ({"subjects": ["alliance", "alliance"]}, {"/subjects"}),
    "too many": ({"subjects": [f"s{number}" for number in range(501)]}, {"/subjects"}),
    "no code": ({"evaluator": "评审员"}, {"/evaluator"}),
    "unknown member": ({"role": "lead"}, {"/role"}),
    "everything at once": ({"evaluator": 1, "subjects": [2], "role": 3}, {"/evaluator", "/subjects/0", "/role"}),
}


def test_each_wrong_body_is_refused_with_all_its_problems(round_: Service, subtests: pytest.Subtests) -> None:
    before = row_counts(round_)
    for name, (changes, pointers) in WRONG.items():
        with subtests.test(name):
            refused = round_.post(PLACE, json={"evaluator": "evaluator", "subjects": ["alliance"], **changes})
            assert refused.status_code == 422
            assert {each["pointer"] for each in refused.json()["errors"]} == pointers
    for name, body in {"no reason": {}, "short": {"reason": "无"}, "more": {"reason": REASON, "by": "me"}}.items():
        with subtests.test(name):
            assert round_.post(f"{ROUNDS}/2020/subjects/alliance/assignments/1/end", json=body).status_code == 422
    assert row_counts(round_) == before


def test_a_round_is_opened_before_anybody_is_assigned(service: Service) -> None:
    prepare(service)
    service.post(ROUNDS, json=a_round())
    service.people.actor("evaluator")
    early = assign(service)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/round_not_open")
    unknown = service.post(f"{ROUNDS}/1999/assignments", json={"evaluator": "evaluator", "subjects": ["alliance"]})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/round_not_found")


# --- ended, replaced --------------------------------------------------------------------------------------------------


def test_an_assignment_ends_once_with_its_reason(round_: Service) -> None:
    assign(round_)
    [ended] = end(round_).json()["assignments"]
    assert (ended["ended_by"], ended["end_reason"]) == ("chief", REASON)
    assert ended["assigned_at"] <= ended["ended_at"]
    before = row_counts(round_)
    again = end(round_)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/assignment_ended")
    for number, subject in ((2, "alliance"), (1, "second")):
        missing = end(round_, number, subject)
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/assignment_not_found")
    assert end(round_, 1, "nobody").json()["type"] == "/problems/subject_not_in_round"
    assert end(round_, 0).status_code == 422
    assert row_counts(round_) == before


def test_who_left_may_come_back_under_a_new_number(round_: Service) -> None:
    assign(round_)
    end(round_)
    assert assign(round_).json()["assignments"][0]["number"] == 2
    assert listed(round_) == [("alliance", 1, "evaluator", False), ("alliance", 2, "evaluator", True)]


def test_another_takes_over_at_once(round_: Service) -> None:
    assign(round_)
    ended, taken = end(round_, replacement="evaluator2").json()["assignments"]
    assert (ended["number"], ended["evaluator"], ended["ended_by"]) == (1, "evaluator", "chief")
    assert (taken["number"], taken["evaluator"], taken["ended_at"]) == (2, "evaluator2", None)
    path = f"{ROUNDS}/2020/subjects/alliance/standing"
    assert [round_.get(path, by=by).status_code for by in ("evaluator", "evaluator2")] == [403, 200]


def test_a_replacement_that_does_not_fit_leaves_everything_as_it_was(round_: Service) -> None:
    assign(round_)
    assign(round_, "evaluator2")
    round_.people.actor("one-of-them", roles=("evaluator",), institution="hospital")
    before = row_counts(round_)
    for name, said in {
        "evaluator": "不能由同一人接替",
        "evaluator2": "已分派",
        "one-of-them": "应当回避",
    }.items():
        refused = end(round_, replacement=name)
        assert problems(refused) == [("/replacement", "evaluator_unfit")]
        assert said in refused.json()["errors"][0]["message"]
    assert problems(end(round_, replacement="nobody")) == [("/replacement", "no_evaluator")]
    assert row_counts(round_) == before
    assert [each[3] for each in listed(round_)] == [True, True]


def test_two_who_assign_the_same_at_once_assign_once(round_: Service) -> None:
    chiefs = [round_.people.actor(name) for name in ("chief", "chief2")]
    new = NewAssignment.model_validate({"evaluator": "evaluator", "subjects": ("alliance",)})

    def run(actor: Any) -> None:
        with round_.database.writing() as session:
            assignments.assign(session, actor, "2020", new)

    outcomes = at_once(*(lambda actor=actor: run(actor) for actor in chiefs))
    assert sorted(outcomes) == ["done", "invalid"]
    assert listed(round_) == [("alliance", 1, "evaluator", True)]


def test_two_who_end_the_same_at_once_end_it_once(round_: Service) -> None:
    assign(round_)
    chiefs = [round_.people.actor(name) for name in ("chief", "chief2")]

    def run(actor: Any) -> None:
        with round_.database.writing() as session:
            said = AssignmentEnd.model_validate({"reason": REASON, "replacement": "evaluator2"})
            assignments.end(session, actor, "2020", "alliance", 1, said)

    assert sorted(at_once(*(lambda actor=actor: run(actor) for actor in chiefs))) == ["assignment_ended", "done"]
    assert listed(round_) == [("alliance", 1, "evaluator", False), ("alliance", 2, "evaluator2", True)]


def test_what_was_said_of_assignments_stays(round_: Service) -> None:
    assign(round_)
    assign(round_, "evaluator2")
    end(round_)
    attacks = [
        "UPDATE assignments SET account_id = account_id + 1",
        "UPDATE assignments SET assigned_by = 'x'",
        "UPDATE assignments SET ended_by = 'x' WHERE number = 1",
        "UPDATE assignments SET ended_at = NULL, ended_by = NULL, end_reason = NULL WHERE number = 1",
        "UPDATE assignments SET end_reason = 'x' WHERE number = 1",
        "DELETE FROM assignments",
        "DELETE FROM assignments WHERE number = 2",
    ]
    attacks += [] if round_.database.engine.dialect.name == "sqlite" else ["TRUNCATE assignments"]
    refused_by_the_database(round_, *attacks)


def test_the_number_of_queries_to_list_does_not_grow(round_: Service) -> None:
    counts = []
    for evaluator, subjects in (("evaluator", ["alliance"]), ("evaluator2", ["alliance", "second", "third"])):
        assert assign(round_, evaluator, *subjects).status_code == 201
        listed(round_)
        with statements(round_) as seen:
            listed(round_)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_chiefs_assign_and_those_who_look_after_rounds_see_it(service: Service) -> None:
    prepare(service)
    open_round(service)
    body = {"evaluator": "evaluator2", "subjects": ["alliance"]}
    people = ("admin", "evaluator", "submitter", "dashboard", "auditor")
    assert {service.post(PLACE, json=body, by=by).status_code for by in people} == {403}
    seen = {by: service.get(PLACE, by=by).status_code for by in (*people, "chief")}
    assert seen == {"admin": 200, "evaluator": 403, "submitter": 403, "dashboard": 403, "auditor": 200, "chief": 200}
    assert outcome(lambda: _end_as(service, "admin")) == "forbidden"


def _end_as(service: Service, name: str) -> None:
    with service.database.writing() as session:
        said = AssignmentEnd.model_validate({"reason": REASON})
        assignments.end(session, service.people.actor(name), "2020", "alliance", 1, said)
