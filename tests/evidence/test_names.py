"""Names are kept apart: tokens stand in everything that is stored, and names are shown to those who may read them."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from app.evidence import service as evidence
from app.evidence.service.names import folded
from app.scoring.digest import digest
from app.scoring.tokens import is_token, token_of
from tests.builders import cases
from tests.evidence.naming import (
    FIRST,
    NAME,
    OTHER,
    SECOND,
    a_stay,
    evidence_of,
    hand_in,
    named_round,
    names_in,
    put,
    stated,
    stored,
)
from tests.flow.watching import refused_by_the_database, row_counts, statements
from tests.rounds.builders import FIELDS, ROUNDS, a_round, prepare, publish
from tests.service import Service

TOKEN = "p_" + "A" * 22


def test_a_token_stands_for_a_name_in_all_that_is_stored(service: Service) -> None:
    named_round(service)
    said = stated(a_stay(), a_stay(SECOND), contact=NAME)
    saved = put(service, said)
    assert saved.status_code == 200
    [(token, value, salt), second] = stored(service, "SELECT token, value, salt FROM personal_values ORDER BY id")
    assert (value, second[1]) == (NAME, SECOND)
    assert token == token_of(bytes(salt), NAME)
    kept = {**said, "contact": token, "staff": [a_stay(token), a_stay(second[0])]}
    assert saved.json()["digest"] == digest(kept)
    assert service.get(f"{FIRST}/evidence").json() == {**saved.json(), "evidence": said}
    [(content,)] = stored(service, "SELECT content FROM evidence_revisions")
    assert NAME not in bytes(content).decode()


def test_saving_the_same_again_is_no_revision_and_needs_no_new_token(service: Service) -> None:
    named_round(service)
    first, before = put(service, stated()), row_counts(service)
    again = put(service, stated())
    assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert row_counts(service) == before
    other = put(service, stated(a_stay(), a_stay(SECOND)))
    assert other.json()["revision"] == 2
    assert names_in(evidence_of(service, "submitter")) == [NAME, SECOND]
    assert len(stored(service, "SELECT id FROM personal_values")) == 2


def test_who_may_read_names_sees_them_and_others_the_tokens(service: Service, subtests: pytest.Subtests) -> None:
    named_round(service)
    hand_in(service, stated(a_stay(), a_stay(), a_stay(SECOND)))
    for path in ("/evidence", "/evidence/revisions/1"):
        for by in ("submitter", "evaluator"):
            with subtests.test(by=by, path=path):
                assert names_in(service.get(FIRST + path, by=by).json()["evidence"]) == [NAME, NAME, SECOND]
        for by in ("chief", "auditor"):
            with subtests.test(by=by, path=path):
                shown = names_in(service.get(FIRST + path, by=by).json()["evidence"])
                assert all(is_token(each) for each in shown)
                assert (shown[0] == shown[1], shown[1] == shown[2]) == (True, False)
        for by in ("evaluator2", "stranger", "dashboard", "admin"):
            with subtests.test(by=by, path=path):
                assert service.get(FIRST + path, by=by).status_code in {403, 404}


def test_what_is_shown_with_names_has_another_tag(service: Service) -> None:
    named_round(service)
    hand_in(service, stated())
    tags = {by: service.get(f"{FIRST}/evidence", by=by).headers["ETag"] for by in ("submitter", "evaluator", "chief")}
    assert tags["submitter"] == tags["evaluator"] != tags["chief"]
    for by, status in (("chief", 200), ("submitter", 304)):
        answer = service.get(f"{FIRST}/evidence", by=by, headers={"If-None-Match": tags["submitter"]})
        assert answer.status_code == status
    assert service.get(f"{FIRST}/evidence", by="submitter", headers={"If-None-Match": tags["chief"]}).status_code == 200


def test_without_names_both_are_the_same(service: Service) -> None:
    named_round(service)
    saved = put(service, {"signed": True, "staff": []})
    assert saved.headers["ETag"] == f'"{saved.json()["digest"]}/1"'
    assert stored(service, "SELECT id FROM personal_values") == []


def test_saving_needs_the_tag_of_what_one_was_shown(service: Service) -> None:
    named_round(service)
    put(service, stated())
    seen, masked = (service.get(f"{FIRST}/evidence", by=by).headers["ETag"] for by in ("submitter", "auditor"))
    assert put(service, stated(a_stay(SECOND)), seen=masked).status_code == 412
    saved = put(service, stated(a_stay(SECOND)), seen=seen)
    assert saved.status_code == 200
    assert put(service, stated(), seen=saved.headers["ETag"]).status_code == 200


WRONG: list[tuple[Any, ...]] = [
    ("a token", stated(a_stay(TOKEN)), [("/staff/0/name", "personal_token")]),
    ("a token of a field", stated(contact=TOKEN), [("/contact", "personal_token")]),
    ("a name that is too long", stated(a_stay("长" * 201)), [("/staff/0/name", "text_too_long")]),
    ("a name longer than its column", stated(contact="一二三四五六七八九"), [("/contact", "text_too_long")]),
    ("a blank", stated(a_stay(" ")), [("/staff/0/name", "text_blank")]),
    ("a number", stated(a_stay(5)), [("/staff/0/name", "text_type")]),  # type: ignore[arg-type]
    (
        "all at once",
        stated(a_stay(TOKEN, end="x"), a_stay("", end="2019-01-01"), signed=1),
        [
            ("/signed", "boolean_type"),
            ("/staff/0/end_date", "date_value"),
            ("/staff/0/name", "personal_token"),
            ("/staff/1/name", "text_blank"),
            ("/staff/1/end_date", "end_before_start"),
        ],
    ),
]


def test_names_are_checked_before_tokens_take_their_place(service: Service, subtests: pytest.Subtests) -> None:
    named_round(service)
    before = row_counts(service)
    for name, body, expected in WRONG:
        with subtests.test(name):
            refused = put(service, body)
            assert refused.status_code == 422
            found = [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
            assert sorted(found) == sorted(expected)
    assert row_counts(service) == before


def test_a_token_one_was_shown_cannot_be_handed_in_for_somebody(service: Service) -> None:
    named_round(service, others=True)
    hand_in(service, stated())
    [shown] = names_in(evidence_of(service, "chief"))
    refused = put(service, stated(a_stay(shown)), OTHER, "stranger")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "personal_token")
    refused = service.put(
        f"{FIRST}/assessment/findings/staff", json={"value": [a_stay(shown)], "reason": "核实与所报不符"}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/value/0/name"


def test_two_alliances_have_tokens_of_their_own_for_the_same_name(service: Service) -> None:
    named_round(service, others=True)
    put(service, stated())
    put(service, stated(), OTHER, "stranger")
    tokens = [token for (token,) in stored(service, "SELECT token FROM personal_values")]
    assert len(set(tokens)) == 2


def test_the_engine_groups_by_the_token_as_it_would_by_the_name(service: Service) -> None:
    named_round(service)
    hand_in(service, stated(a_stay(), a_stay(SECOND)))
    sheet = service.get(f"{FIRST}/assessment", by="evaluator").json()
    assert sheet["total"] == 16


def test_a_finding_holds_tokens_too(service: Service) -> None:
    named_round(service)
    hand_in(service, stated(a_stay(), a_stay(SECOND)))
    body = {"value": [a_stay(), a_stay("第三人")], "reason": "核实与所报不符"}
    found = service.put(f"{FIRST}/assessment/findings/staff", json=body, by="evaluator")
    assert found.status_code == 200, found.text
    told = [row["name"] for row in found.json()["finding"]["value"]]
    assert all(is_token(each) for each in told)
    assert told[0] == names_in(evidence_of(service, "chief"))[0]
    again = service.put(f"{FIRST}/assessment/findings/staff", json=body, by="evaluator")
    assert again.json() == found.json()
    marks = {"value": [{"name": NAME, "mark": 5}], "reason": "专家现场评分"}
    marked = service.put(f"{FIRST}/assessment/findings/experts", json=marks, by="evaluator")
    assert marked.json()["finding"]["value"] == [{"name": told[0], "mark": 5}]
    struck = {"rows": {"1": {"accepted": False, "reason": "材料不能证明"}}}
    kept = service.put(f"{FIRST}/assessment/findings/staff", json=struck, by="evaluator")
    assert kept.json()["finding"] == struck
    shown = service.get(f"{FIRST}/assessment/records", by="evaluator").text
    assert NAME not in shown
    assert "第三人" not in shown


def test_personal_days_and_numbers_cannot_be_hidden_so_no_round_takes_them(service: Service) -> None:
    prepare(service)
    born = {"type": "table", "label": "医师", "columns": {"born": {"type": "date", "label": "生日", "personal": True}}}
    publish(service, version="2", evidence=FIELDS | {"doctors": born})
    refused = service.post(ROUNDS, json=a_round(scheme={"code": "small", "version": "2"}))
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["code"], error["pointer"]) == ("personal_not_text", "/scheme")
    assert "医师：生日" in error["message"]


def test_names_can_only_be_erased_by_sql(service: Service) -> None:
    named_round(service)
    put(service, stated())
    attacks = [
        "DELETE FROM personal_values",
        "UPDATE personal_values SET value = 'x'",
        "UPDATE personal_values SET value = NULL, salt = NULL, folded = NULL",
        "UPDATE personal_values SET erased_at = kept_at",
        "UPDATE personal_values SET value = NULL, salt = NULL, folded = NULL, erased_at = kept_at, token = 'x'",
        "UPDATE personal_values SET id = 7",
    ]
    if service.database.engine.dialect.name == "sqlite":
        columns = "id, round_id, entry_id, token, value, salt, folded, kept_at"
        row = columns.replace("value", "'x'")
        attacks.append(f"INSERT OR REPLACE INTO personal_values ({columns}) SELECT {row} FROM personal_values")  # noqa: S608
    else:
        attacks.append("TRUNCATE personal_values CASCADE")
    refused_by_the_database(service, *attacks)


def test_the_number_of_queries_does_not_grow_with_the_names(service: Service) -> None:
    named_round(service)
    counts = []
    for number in (1, 40):
        body = stated(*(a_stay(f"人{number}-{each}") for each in range(number)))
        put(service, {"signed": True})
        with statements(service) as seen:
            assert put(service, body).status_code == 200
        with statements(service) as read:
            assert service.get(f"{FIRST}/evidence").status_code == 200
        counts.append((len(seen), len(read)))
    assert counts[0] == counts[1]


def test_two_who_save_the_same_names_at_once_do_not_clash(service: Service) -> None:
    named_round(service)
    actor, outcomes, barrier = service.people.actor("submitter"), [], threading.Barrier(6)

    def save(number: int) -> None:
        barrier.wait()
        with service.database.writing() as session:
            body = stated(a_stay(), a_stay(SECOND), a_stay(f"人{number % 2}"))
            outcomes.append(evidence.save(session, actor, "2020", "alliance", body, lambda _: None).number)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    assert [value for (value,) in stored(service, "SELECT value FROM personal_values ORDER BY value")] == sorted(
        [NAME, SECOND, "人0", "人1"]
    )


FOLDED = [
    ("blanks", "张 三", "张三"),
    ("wide blanks", "张　三", "张三"),
    ("wide letters", "ＡＢＣ医院", "abc医院"),
    ("capitals", "ABC医院", "abc医院"),
    ("cut", "长" * 300, "长" * 200),
]


@pytest.mark.parametrize(("text", "expected"), cases(FOLDED))
def test_names_are_compared_as_people_do(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_the_largest_evidence_is_named_again(service: Service) -> None:
    named_round(service)
    rows = [a_stay(f"人{number}") for number in range(5000)]
    assert put(service, stated(*rows)).status_code == 200
    assert evidence_of(service, "submitter")["staff"] == rows
    assert re.search("人[0-9]", service.get(f"{FIRST}/evidence", by="auditor").text) is None
