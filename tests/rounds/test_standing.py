"""Every act in every state, through the services: allowed, or refused with nothing changed; of two at once one wins."""

from __future__ import annotations

from typing import get_args

import pytest

from app.errors import Conflict
from app.rounds.service import standing
from app.rounds.shapes import AssessmentState, MoveName
from tests.attaching import attach
from tests.flow.watching import refused_by_the_database, row_counts
from tests.rounds.builders import ROUNDS
from tests.rounds.moving import (
    REASON,
    USUAL,
    WAYS,
    at_once,
    attempt,
    bring,
    close,
    opened,
    outcome,
    perform,
    publish,
    stands,
    state,
)
from tests.service import Service

STATES: tuple[AssessmentState, ...] = get_args(AssessmentState)
MOVES: tuple[MoveName, ...] = get_args(MoveName)
TABLE = """
                  draft      submitted  in_review  proposed   final      published  returned   withdrawn  reopened
submit            submitted  -          -          -          -          -          submitted  submitted  -
withdraw          -          withdrawn  -          -          -          -          -          -          -
return            -          returned   returned   -          -          -          -          -          -
review            -          in_review  -          -          -          -          -          -          -
propose           -          proposed   proposed   -          -          -          -          -          proposed
approve           -          -          -          final      -          -          -          -          -
reopen            -          -          -          reopened   reopened   reopened   -          -          -
publish           -          -          -          -          published  -          -          -          -
accept_objection  -          -          -          -          -          reopened   -          -          -
"""
"""By move and state: the state that follows, or - where the move is refused."""
ACTS = """
                  draft      submitted  in_review  proposed   final      published  returned   withdrawn  reopened
save              draft      -          -          -          -          closed     returned   withdrawn  -
submit            submitted  -          -          -          -          closed     submitted  submitted  -
withdraw          -          withdrawn  -          -          -          closed     -          -          -
return            -          returned   returned   -          -          -          -          -          -
judge             none       in_review  in_review  -          -          -          none       none       reopened
override          none       in_review  in_review  -          -          -          none       none       reopened
propose           none       proposed   proposed   -          -          -          none       none       proposed
approve           -          -          -          final      -          -          -          -          -
reopen            -          -          -          reopened   reopened   reopened   -          -          -
"""
"""By act through the services and state: the state that follows, or why it is refused."""
PUBLISHING = """
                  draft      submitted  in_review  proposed   final      published  returned   withdrawn  reopened
publish           nothing    waiting    waiting    waiting    published  once       nothing    nothing    waiting
"""
REFUSALS = {
    "-": "wrong_state",
    "closed": "round_not_open",
    "none": "evidence_not_submitted",
    "nothing": "nothing_to_publish",
    "waiting": "not_all_final",
    "once": "round_not_closed",
}


def rows(table: str) -> dict[str, dict[str, str]]:
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in lines}


def columns(table: str) -> dict[str, dict[str, str]]:
    return {each: {name: cells[each] for name, cells in rows(table).items()} for each in STATES}


def test_the_tables_say_something_of_every_move_in_every_state() -> None:
    for table in (TABLE, ACTS, PUBLISHING):
        assert all(set(cells) == set(STATES) for cells in rows(table).values())
    assert set(rows(TABLE)) == set(MOVES) == set(standing.MOVES)
    assert set(rows(ACTS)) == set(USUAL)
    assert set(WAYS) == set(STATES)


def test_the_moves_are_those_of_the_table() -> None:
    said = {
        name: {each: step.after if each in step.before else "-" for each in STATES}
        for name, step in standing.MOVES.items()
    }
    assert said == rows(TABLE)


def test_the_states_part_into_those_that_are_written_reviewed_and_settled() -> None:
    assert sorted((*standing.EDITABLE, *standing.REVIEWED, *standing.SETTLED)) == sorted(STATES)
    assert set(standing.WORDS) == set(STATES)


@pytest.mark.parametrize("before", STATES)
def test_each_act_is_done_in_its_states_and_refused_in_all_others(
    service: Service, before: AssessmentState, subtests: pytest.Subtests
) -> None:
    column = columns(ACTS)[before]
    named = dict(zip(column, ["alliance", *(f"alliance-{name}" for name in list(column)[1:])], strict=True))
    opened(service, *list(named.values())[1:])
    bring(service, before, *named.values())
    for name, subject in named.items():
        with subtests.test(name):
            expected, [place, moves] = column[name], stands(service, subject)
            assert place.entry.state == before
            rows_before = row_counts(service)
            said = {"signed": True} if name == "save" else None
            assert attempt(service, name, subject, said=said) == REFUSALS.get(expected, "done")
            if expected in REFUSALS:
                assert stands(service, subject) == (place, moves)
                assert row_counts(service) == rows_before
            else:
                assert state(service, subject) == expected


@pytest.mark.parametrize("before", STATES)
def test_a_round_is_published_when_everybody_in_it_is_final(service: Service, before: AssessmentState) -> None:
    opened(service)
    bring(service, before)
    if before != "published":
        assert outcome(lambda: publish_alone(service)) == "round_not_closed"
        close(service)
    expected = rows(PUBLISHING)["publish"][before]
    rows_before = row_counts(service)
    assert outcome(lambda: publish_alone(service)) == REFUSALS.get(expected, "done")
    if expected in REFUSALS:
        assert row_counts(service) == rows_before
        assert state(service) == before
    else:
        assert state(service) == expected


def publish_alone(service: Service) -> None:
    from app.assessments.service import publishing

    with service.database.writing() as session:
        publishing.publish(session, service.people.actor("chief"), "2020")


def test_every_move_says_who_made_it_when_and_what_was_handed_in(service: Service) -> None:
    opened(service)
    bring(service, "final")
    perform(service, "reopen")
    place, moves = stands(service)
    assert [(each.number, each.act, each.state, each.actor) for each in moves] == [
        (1, "submit", "submitted", "submitter"),
        (2, "review", "in_review", "evaluator"),
        (3, "propose", "proposed", "evaluator"),
        (4, "approve", "final", "chief"),
        (5, "reopen", "reopened", "chief"),
    ]
    assert [(each.revision, each.sheet) for each in moves] == [(1, None), (1, None), (1, 1), (1, 1), (1, 1)]
    assert [each.reason for each in moves] == ["", "", "", "", REASON]
    assert [each.moved_at for each in moves] == sorted(each.moved_at for each in moves)
    assert (place.entry.moves, place.entry.revision, place.entry.sheet) == (5, 1, 1)


def test_what_is_written_again_is_not_handed_in_any_more(service: Service) -> None:
    opened(service)
    bring(service, "returned")
    place, moves = stands(service)
    assert (place.entry.revision, place.entry.sheet, moves[-1].revision) == (None, None, None)
    perform(service, "save", said={"signed": True})
    perform(service, "submit")
    assert stands(service)[0].entry.revision == 2


def test_a_submitter_is_not_told_who_reviews(service: Service) -> None:
    opened(service)
    bring(service, "final")
    path = f"{ROUNDS}/2020/subjects/alliance/standing"
    seen = {by: service.get(path, by=by).json() for by in ("submitter", "chief")}
    assert [each["by"] for each in seen["chief"]["moves"]] == ["submitter", "evaluator", "evaluator", "chief"]
    assert [each["by"] for each in seen["submitter"]["moves"]] == ["submitter", "", "", ""]
    unnamed = [{**each, "by": ""} for each in seen["chief"]["moves"]]
    assert [{**each, "by": ""} for each in seen["submitter"]["moves"]] == unnamed


# --- at once ----------------------------------------------------------------------------------------------------------

ONCE = {
    "two hand in": ("draft", ("submit", None), ("submit", None)),
    "two take back": ("submitted", ("withdraw", None), ("withdraw", None)),
    "one takes back, one returns": ("submitted", ("withdraw", None), ("return", None)),
    "one takes back, one judges": ("submitted", ("withdraw", None), ("judge", None)),
    "one takes back, one proposes": ("submitted", ("withdraw", None), ("propose", None)),
    "two propose": ("in_review", ("propose", None), ("propose", "evaluator2")),
    "one proposes, one returns": ("in_review", ("propose", None), ("return", "chief")),
    "two approve": ("proposed", ("approve", None), ("approve", "chief2")),
    "two reopen": ("final", ("reopen", None), ("reopen", "chief2")),
    "one reopens what another judges": ("proposed", ("reopen", None), ("withdraw", None)),
}


@pytest.mark.parametrize("name", ONCE)
def test_of_two_who_act_at_once_one_wins(service: Service, name: str) -> None:
    before, *acts = ONCE[name]
    opened(service)
    service.assign(f"{ROUNDS}/2020", "evaluator2")
    for each in ("chief", "chief2"):
        service.people.actor(each)
    bring(service, before)
    made = len(stands(service)[1])
    outcomes = at_once(*(lambda act=act, by=by: perform(service, act, by=by) for act, by in acts))
    assert outcomes.count("done") == 1, outcomes
    assert set(outcomes) - {"done"} <= {"wrong_state", "evidence_not_submitted"}
    _, moves = stands(service)
    assert len(moves) == made + 1
    assert [each.number for each in moves] == list(range(1, made + 2))


def test_of_two_who_publish_at_once_one_wins(service: Service) -> None:
    opened(service)
    bring(service, "final")
    service.people.actor("chief")
    close(service)
    assert sorted(at_once(*[lambda: publish_alone(service)] * 2)) == ["done", "round_not_closed"]
    assert [each.act for each in stands(service)[1]].count("publish") == 1


def test_who_saves_while_another_hands_in_is_in_it_or_is_refused(service: Service) -> None:
    opened(service)
    perform(service, "save", said={"signed": False})
    saved, submitted = at_once(
        lambda: perform(service, "save", said={"signed": True}), lambda: perform(service, "submit")
    )
    assert submitted == "done"
    assert saved in {"done", "wrong_state"}
    assert stands(service)[0].entry.revision == (2 if saved == "done" else 1)


# --- what was said stays ----------------------------------------------------------------------------------------------


def test_moves_cannot_be_rewritten_by_sql(service: Service) -> None:
    opened(service)
    bring(service, "returned")
    columns_ = "id, entry_id, number, act, state, reason, fields, revision, sheet, account, actor, moved_at"
    attacks = [
        "UPDATE assessment_moves SET state = 'final'",
        "UPDATE assessment_moves SET account = 99",
        "UPDATE assessment_moves SET actor = 'x'",
        "UPDATE assessment_moves SET number = number + 7",
        "DELETE FROM assessment_moves WHERE number = 2",
    ]
    if service.database.engine.dialect.name == "sqlite":
        replaced = columns_.replace("state", "'final'")
        attacks.append(f"INSERT OR REPLACE INTO assessment_moves ({columns_}) SELECT {replaced} FROM assessment_moves")  # noqa: S608
        attacks.append("UPDATE OR REPLACE assessment_moves SET id = 1")
    else:
        attacks += ["TRUNCATE assessment_moves", "TRUNCATE assessment_moves CASCADE"]
        attacks.append("SET session_replication_role = replica; DELETE FROM assessment_moves")
    refused_by_the_database(service, *attacks)


def test_no_two_moves_have_one_number(service: Service) -> None:
    """What a second process that saw the same state would add is refused by the table itself."""
    opened(service)
    bring(service, "submitted")
    place, _ = stands(service)
    evaluator = service.people.actor("evaluator")
    perform(service, "judge")
    with pytest.raises(Conflict), service.database.writing() as session:
        standing.move(session, evaluator, place, "review")


def test_what_was_attached_does_not_move_a_subject(service: Service) -> None:
    opened(service)
    bring(service, "draft")
    attach(service, f"{ROUNDS}/2020/subjects/alliance", "agreement")
    assert (state(service), stands(service)[1]) == ("draft", [])


def test_publishing_moves_everybody_in_one_moment(service: Service) -> None:
    opened(service, "second", "idle")
    bring(service, "final", "alliance", "second")
    publish(service)
    last = [stands(service, subject)[1][-1] for subject in ("alliance", "second")]
    assert {(each.act, each.state, each.actor) for each in last} == {("publish", "published", "chief")}
    assert last[0].moved_at == last[1].moved_at
    assert stands(service, "idle")[1] == []
