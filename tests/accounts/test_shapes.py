"""What comes in: which roles go together, who is bound to what, names, and all that is wrong at once."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from app.accounts.shapes import NewAccount, NewToken, Revocation
from app.accounts.values import ROLES
from app.errors import Invalid
from app.protocol.shapes import read_as
from tests.accounts.builders import PASSWORD, PERSON

TOGETHER = {"admin", "chief", "evaluator"}
GOOD: dict[str, Any] = {"name": "li.wei", "display_name": PERSON, "roles": ["evaluator"], "password": PASSWORD}
WRONG_ACCOUNTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no role": ({"roles": []}, {"/roles": "role_missing"}),
    "a role twice": ({"roles": ["admin", "admin"]}, {"/roles": "role_repeated"}),
    "a role nobody knows": ({"roles": ["root"]}, {"/roles/0": "choice_unknown"}),
    "a submitter bound to nothing": ({"roles": ["submitter"]}, {"/institution": "submitter_unbound"}),
    "an institution of no form": ({"institution": "示例"}, {"/institution": "code_form"}),
    "a subject of no form": ({"roles": ["submitter"], "subjects": ["a b"]}, {"/subjects/0": "code_form"}),
    "a subject twice": ({"roles": ["submitter"], "subjects": ["a", "a"]}, {"/subjects": "subject_repeated"}),
    "subjects of an evaluator": ({"subjects": ["a"]}, {"/subjects": "subjects_misplaced"}),
    "a name with a capital": ({"name": "Li"}, {"/name": "code_form"}),
    "a name that ends with a point": ({"name": "li."}, {"/name": "code_form"}),
    "a name of 65 characters": ({"name": "a" * 65}, {"/name": "code_form"}),
    "the name of the command line": ({"name": "console"}, {"/name": "name_reserved"}),
    "a person without a name": ({"display_name": ""}, {"/display_name": "text_empty"}),
    "a password that is too short": ({"password": "a1b2c3d4e5f"}, {"/password": "password_short"}),
    "a password that is the name": (
        {"name": "zhang.xiaoming", "password": "Zhang.XiaoMing1"},
        {"/password": "password_name"},
    ),
    "a member nobody knows": ({"active": False}, {"/active": "unknown_member"}),
    "several": (
        {"name": "LI", "roles": ["submitter"], "password": "x"},
        {"/name": "code_form", "/institution": "submitter_unbound", "/password": "password_short"},
    ),
}
WRONG_TOKENS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no scope": ({"roles": []}, {"/roles": "role_missing"}),
    "a role twice": ({"roles": ["chief", "chief"]}, {"/roles": "role_repeated"}),
    "no day": ({"days": 0}, {"/days": "number_too_small"}),
    "more than 400 days": ({"days": 401}, {"/days": "number_too_large"}),
    "no expiry": ({"days": None}, {"/days": "number_type"}),
    "no label": ({"label": ""}, {"/label": "text_empty"}),
    "unpublished, but no dashboard": ({"unpublished": True}, {"/unpublished": "unpublished_misplaced"}),
    "a flag that is a number": ({"loopback": 1}, {"/loopback": "boolean_type"}),
}


def refused(shape: Any, body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        read_as(shape, body)
    return {each.pointer: each.code for each in refusal.value.problems}


def test_which_roles_may_be_held_together(subtests: pytest.Subtests) -> None:
    for size in range(1, len(ROLES) + 1):
        for roles in combinations(ROLES, size):
            with subtests.test(str(roles)):
                body = {**GOOD, "roles": list(roles), "institution": "shili-hospital"}
                if size == 1 or set(roles) <= TOGETHER:
                    assert read_as(NewAccount, body).roles == roles
                else:
                    assert refused(NewAccount, body) == {"/roles": "roles_apart"}


@pytest.mark.parametrize("bound", [{"institution": "shili-hospital"}, {"subjects": ["a", "b"]}])
def test_a_submitter_is_bound_to_an_institution_or_to_subjects(bound: dict[str, Any]) -> None:
    assert read_as(NewAccount, {**GOOD, "roles": ["submitter"], **bound}).roles == ("submitter",)


def test_an_evaluator_may_belong_to_an_institution() -> None:
    assert read_as(NewAccount, {**GOOD, "institution": "shili-hospital"}).institution == "shili-hospital"


@pytest.mark.parametrize("case", WRONG_ACCOUNTS)
def test_a_wrong_account_is_refused_with_all_its_problems(case: str) -> None:
    changes, problems = WRONG_ACCOUNTS[case]
    assert refused(NewAccount, GOOD | changes) == problems


@pytest.mark.parametrize("case", WRONG_TOKENS)
def test_a_wrong_token_is_refused_with_all_its_problems(case: str) -> None:
    changes, problems = WRONG_TOKENS[case]
    assert refused(NewToken, {"label": "a", "roles": ["chief"], "days": 400, **changes}) == problems


@pytest.mark.parametrize("reason", ["abc", " abcd", "a" * 201, "abc\nd"])
def test_a_reason_can_be_read(reason: str) -> None:
    assert refused(Revocation, {"reason": reason}).keys() == {"/reason"}


def test_neither_a_password_nor_a_person_shows() -> None:
    shown = repr(read_as(NewAccount, GOOD))
    assert PASSWORD not in shown
    assert PERSON not in shown
