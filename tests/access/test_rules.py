"""The one question of access, without a database: what each role hears, and laws over all actors, acts and things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import (
    CONSOLE,
    NEVER_ON_ONES_OWN,
    NOBODY,
    RULES,
    Act,
    Actor,
    Answer,
    Role,
    Thing,
    acts_for,
    could,
    may,
    refusal,
    require,
    sees_drafts,
)
from app.errors import Forbidden, NotFound
from tests.builders import cases

HIDDEN, REFUSED, ALLOWED = Answer.HIDDEN, Answer.REFUSED, Answer.ALLOWED
ACTS: tuple[Act, ...] = get_args(Act)
ROLES: tuple[Role, ...] = get_args(Role)
NUMBER = 7
HERE = Thing(
    subject="alliance",
    leads=frozenset({"hospital"}),
    members=frozenset({"hospital", "care-home"}),
    evaluators=frozenset({NUMBER}),
    missing=("subject_not_in_round", "批次 2020 中没有考评对象 alliance"),
)
ELSEWHERE = replace(HERE, subject="other", leads=frozenset({"clinic"}), members=frozenset(), evaluators=frozenset())
"""A subject that the actors of these tests have nothing to do with."""


def an_actor(*roles: Role, **changes: Any) -> Actor:
    return Actor(number=NUMBER, name="somebody", roles=frozenset(roles), **changes)


COLUMNS: dict[str, tuple[Actor, Thing]] = {
    "admin": (an_actor("admin"), HERE),
    "chief": (an_actor("chief"), HERE),
    "assigned": (an_actor("evaluator"), HERE),
    "other evaluator": (an_actor("evaluator"), ELSEWHERE),
    "own": (an_actor("submitter", institution="hospital"), HERE),
    "other submitter": (an_actor("submitter", institution="hospital"), ELSEWHERE),
    "dashboard": (an_actor("dashboard"), HERE),
    "auditor": (an_actor("auditor"), HERE),
}
DRAFT, OPENED, PUBLISHED = (False, False), (True, False), (True, True)
MEANING: dict[str, tuple[Answer, Answer, Answer]] = {
    "yes": (ALLOWED, ALLOWED, ALLOWED),
    "403": (REFUSED, REFUSED, REFUSED),
    "404": (HIDDEN, HIDDEN, REFUSED),
    "opened": (HIDDEN, ALLOWED, ALLOWED),
    "published": (HIDDEN, HIDDEN, ALLOWED),
    "published 403": (REFUSED, REFUSED, ALLOWED),
}
"""By rule: the answers before the round is opened, once it is, and once it is published."""


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_hears_what_its_rule_says(column: str, subtests: pytest.Subtests) -> None:
    actor, thing = COLUMNS[column]
    at = list(COLUMNS).index(column)
    for act in ACTS:
        for (opened, published), expected in zip((DRAFT, OPENED, PUBLISHED), MEANING[RULES[act][at]], strict=True):
            with subtests.test(f"{act} {opened} {published}"):
                assert may(actor, act, replace(thing, opened=opened, published=published)) is expected


def test_every_act_has_a_rule_for_every_column() -> None:
    assert set(RULES) == set(ACTS)
    assert {len(rules) for rules in RULES.values()} == {len(COLUMNS)}
    assert {rule for rules in RULES.values() for rule in rules} <= set(MEANING)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_is_told_anything(act: Act) -> None:
    assert may(NOBODY, act, replace(HERE, published=True)) is HIDDEN
    assert not could(NOBODY, act)


@pytest.mark.parametrize("act", ACTS)
def test_the_console_can_do_what_an_administrator_can(act: Act) -> None:
    for thing in (HERE, replace(HERE, published=True), replace(HERE, opened=False)):
        assert may(CONSOLE, act, thing) is may(an_actor("admin"), act, thing)


# --- one's own subject ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "thing", "expected"),
    cases(
        [
            ("the institution leads", an_actor("submitter", institution="hospital"), HERE, True),
            ("the institution takes part", an_actor("submitter", institution="care-home"), HERE, False),
            ("the subject is named", an_actor("submitter", subjects=frozenset({"alliance"})), HERE, True),
            ("another subject is named", an_actor("submitter", subjects=frozenset({"other"})), HERE, False),
            ("no institution where nobody leads", an_actor("submitter"), replace(HERE, leads=frozenset()), False),
            ("no subject at all", an_actor("submitter", subjects=frozenset({"alliance"})), Thing(), False),
        ]
    ),
)
def test_a_submitter_acts_for_what_its_institution_leads_or_what_is_named(
    actor: Actor, thing: Thing, expected: bool
) -> None:
    assert acts_for(actor, thing) is expected
    assert (may(actor, "write_evidence", thing) is ALLOWED) is expected


@pytest.mark.parametrize("act", sorted(NEVER_ON_ONES_OWN))
@pytest.mark.parametrize("institution", ["hospital", "care-home"])
def test_nobody_settles_what_the_own_institution_belongs_to(act: Act, institution: str) -> None:
    roles: tuple[Role, ...] = ("admin", "chief", "evaluator")
    own, stranger = an_actor(*roles, institution=institution), an_actor(*roles, institution="clinic")
    assert may(stranger, act, HERE) is ALLOWED
    assert may(own, act, HERE) is REFUSED
    assert refusal(own, act, HERE).type == "conflict_of_interest"
    with pytest.raises(Forbidden) as refused:
        require(own, act, HERE)
    assert refused.value.type == "conflict_of_interest"
    assert may(own, act, ELSEWHERE) is may(stranger, act, ELSEWHERE)


def test_other_acts_are_open_to_those_who_belong() -> None:
    own = an_actor("chief", "evaluator", institution="hospital")
    for act in sorted(set(ACTS) - NEVER_ON_ONES_OWN):
        assert may(own, act, HERE) is may(replace(own, institution=None), act, HERE)


# --- dashboards -------------------------------------------------------------------------------------------------------


def test_a_token_that_sees_the_unpublished_sees_rounds_from_their_opening_on() -> None:
    early, usual = an_actor("dashboard", unpublished=True), an_actor("dashboard")
    for act in ACTS:
        assert may(early, act, HERE) is may(usual, act, replace(HERE, published=True))
        assert may(early, act, replace(HERE, opened=False)) is may(usual, act, replace(HERE, opened=False))
    assert may(early, "read_assessment", HERE) is ALLOWED
    assert may(usual, "read_assessment", HERE) is HIDDEN
    assert may(early, "read_evidence", HERE) is REFUSED


@pytest.mark.parametrize("role", [role for role in ROLES if role != "dashboard"])
def test_seeing_the_unpublished_is_for_dashboards_alone(role: Role) -> None:
    actor = an_actor(role, institution="hospital")
    for act in ACTS:
        assert may(replace(actor, unpublished=True), act, HERE) is may(actor, act, HERE)


# --- words of refusal, drafts -----------------------------------------------------------------------------------------


def test_what_must_not_be_known_is_missing_and_what_may_be_known_is_refused() -> None:
    submitter = an_actor("submitter", institution="hospital")
    with pytest.raises(NotFound) as hidden:
        require(submitter, "read_evidence", replace(ELSEWHERE, missing=HERE.missing))
    assert (hidden.value.type, hidden.value.detail) == HERE.missing
    with pytest.raises(Forbidden) as refused:
        require(submitter, "read_assessment", HERE)
    assert refused.value.type == "forbidden"
    require(submitter, "read_evidence", HERE)


@pytest.mark.parametrize(
    ("column", "seen"), [(column, column in {"own", "auditor"}) for column in COLUMNS], ids=list(COLUMNS)
)
def test_drafts_are_seen_by_those_who_write_and_those_who_look_at_everything(column: str, seen: bool) -> None:
    assert sees_drafts(*COLUMNS[column]) is seen


# --- laws -------------------------------------------------------------------------------------------------------------

CODES = ("hospital", "care-home", "clinic")
some_codes = st.frozensets(st.sampled_from(CODES))
things = st.builds(
    Thing,
    subject=st.sampled_from([None, "alliance", "other"]),
    leads=some_codes,
    members=some_codes,
    evaluators=st.frozensets(st.integers(1, 3)),
    opened=st.booleans(),
    published=st.booleans(),
)
actors = st.builds(
    Actor,
    number=st.integers(1, 3),
    name=st.just("somebody"),
    roles=st.frozensets(st.sampled_from(ROLES)),
    institution=st.none() | st.sampled_from(CODES),
    subjects=st.frozensets(st.sampled_from(["alliance", "other"])),
    unpublished=st.booleans(),
)
acts = st.sampled_from(ACTS)


@given(actors, acts, things)
def test_without_a_role_nothing_is_allowed(actor: Actor, act: Act, thing: Thing) -> None:
    assert may(replace(actor, roles=frozenset()), act, thing) is HIDDEN


@given(actors, acts, things)
def test_several_roles_hear_the_best_of_what_each_hears(actor: Actor, act: Act, thing: Thing) -> None:
    each = [may(replace(actor, roles=frozenset({role}), institution=None), act, thing) for role in actor.roles]
    apart = [may(replace(actor, roles=frozenset({role})), act, thing) for role in actor.roles]
    answer = may(actor, act, thing)
    assert answer is max(apart, default=HIDDEN)
    if act in NEVER_ON_ONES_OWN and actor.institution in thing.members:
        assert answer is not ALLOWED
        assert max(each, default=HIDDEN) >= answer


@given(actors, acts, things)
def test_what_may_be_done_could_be_done(actor: Actor, act: Act, thing: Thing) -> None:
    if may(actor, act, thing) is ALLOWED:
        assert could(actor, act)


@given(actors.filter(lambda actor: actor.subjects), acts)
def test_what_could_be_done_may_be_done_on_something(actor: Actor, act: Act) -> None:
    own = Thing(subject=min(actor.subjects), evaluators=frozenset({actor.number}), published=True)
    others = Thing(subject="another", published=True)
    assert could(actor, act) is (ALLOWED in {may(actor, act, own), may(actor, act, others)})


@given(actors, acts, things)
def test_a_round_that_moves_on_takes_nothing_away(actor: Actor, act: Act, thing: Thing) -> None:
    steps = [replace(thing, opened=opened, published=published) for opened, published in (DRAFT, OPENED, PUBLISHED)]
    answers = [may(actor, act, step) for step in steps]
    assert answers == sorted(answers)


@given(actors, acts, things)
def test_a_refusal_is_raised_exactly_where_it_is_the_answer(actor: Actor, act: Act, thing: Thing) -> None:
    expected = {HIDDEN: NotFound, REFUSED: Forbidden, ALLOWED: None}[may(actor, act, thing)]
    if expected is None:
        require(actor, act, thing)
    else:
        with pytest.raises(expected):
            require(actor, act, thing)
