"""Sheets scored again from what was frozen: the same bytes, or every difference by its name."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.assessments.store import sheets as store
from app.errors import NotFound
from tests.assessments.builders import SHEET
from tests.assessments.frozen import codes, finalised, first, other_inputs, put_beside, recomputed, resaid
from tests.cli.calls import call
from tests.rounds.builders import SCHEMES, a_scheme, open_round
from tests.service import Service

AGAIN = "已按定稿时的依据重新计分"


def test_what_was_frozen_gives_the_same_bytes(service: Service) -> None:
    finalised(service)
    [each] = recomputed(service)
    assert (each.round, each.subject, each.number, each.sound) == ("2020", "alliance", 1, True)
    assert each.result.made == each.stored == service.get(SHEET, by="chief").content


def test_every_sheet_ever_proposed_is_scored_again(service: Service) -> None:
    finalised(service)
    service.post(f"{SHEET}/reopen", json={"reason": "复核发现有误"})
    service.post(f"{SHEET}/propose")
    assert [(each.number, each.sound) for each in recomputed(service)] == [(1, True), (2, True)]


def test_of_one_round_alone(service: Service) -> None:
    finalised(service)
    open_round(service, "2021", period={"start": "2021-04-01", "end": "2022-03-31"})
    assert [each.round for each in recomputed(service, "2020")] == ["2020"]
    assert recomputed(service, "2021") == []
    with pytest.raises(NotFound):
        recomputed(service, "1999")


def test_what_does_not_fit_has_a_name(service: Service, subtests: pytest.Subtests) -> None:
    finalised(service)
    _, sheet = first(service)
    changed = {
        "another total": ({**resaid(sheet, total=12), "total": 12}, ["sheet_differs"]),
        "a total in the list": ({"total": 12}, ["figure_differs"]),
        "a grade in the list": ({"grade": "优"}, ["figure_differs"]),
        "a digest": ({"digest": "sha256:" + "0" * 64}, ["sheet_digest"]),
        "no sheet": ({"content": b"[]"}, ["sheet_unreadable", "sheet_differs"]),
        "a broken sheet": ({"content": b"{"}, ["sheet_unreadable", "sheet_differs"]),
        "broken inputs": ({"inputs": b'{"a":'}, ["inputs_unreadable"]),
        "numbers without end": ({"inputs": b'{"a":1e9999999}'}, ["inputs_unreadable"]),
        "inputs written otherwise": ({"inputs": b" " + sheet.inputs}, ["inputs_not_canonical"]),
        "other inputs": ({"inputs": other_inputs(sheet, judgements={})}, ["refused"]),
        "a digest of the inputs": (
            {"inputs_digest": "sha256:" + "0" * 64},
            ["sheet_of_others", "inputs_digest"],
        ),
        "another scheme": ({"scheme_digest": "sha256:" + "0" * 64}, ["scheme_differs"]),
    }
    for name, (changes, said) in changed.items():
        with subtests.test(name):
            number = put_beside(service, **changes).number
            assert codes(service)[number - 1] == said


def test_other_evidence_gives_another_sheet_and_another_digest(service: Service) -> None:
    finalised(service)
    _, sheet = first(service)
    evidence = json.loads(sheet.inputs)["evidence"] | {"signed": False}
    put_beside(service, inputs=other_inputs(sheet, evidence=evidence))
    assert codes(service) == [[], ["inputs_digest", "sheet_differs"]]


def test_a_sheet_of_another_engine_that_says_the_same_fits(service: Service) -> None:
    finalised(service)
    _, sheet = first(service)
    put_beside(service, engine="0", **resaid(sheet, engine="0"))
    [_, older] = recomputed(service)
    assert (older.sound, older.by_another) == (True, True)
    assert older.stored != older.result.made


def test_a_sheet_of_another_engine_that_differs_is_said_as_such_with_both(
    service: Service, database_url: str, tmp_path
) -> None:
    finalised(service)
    _, sheet = first(service)
    other = put_beside(service, engine="0", **resaid(sheet, engine="0", grade="优"), grade="优")
    assert codes(service) == [[], ["engine_differs"]]
    printed = call("recompute", "--all", MEA_DATABASE_URL=database_url)
    assert printed.exit_code == 1
    assert "由引擎 0 计分，本引擎 1 的结果不同" in printed.stdout
    assert f"原评分表：{other.content.decode()}" in printed.stdout
    assert f"重新计分：{sheet.content.decode()}" in printed.stdout
    written = call("recompute", "--round", "2020", "--out", tmp_path / "both", MEA_DATABASE_URL=database_url)
    assert written.exit_code == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "both").iterdir()} == {
        "2020.alliance.2.stored.json": other.content,
        "2020.alliance.2.recomputed.json": sheet.content,
    }


def test_the_scheme_is_read_anew_and_not_from_memory(service: Service) -> None:
    finalised(service)
    with service.database.writing() as session:
        triggers = "DROP TRIGGER scheme_versions_sealed"
        if session.get_bind().dialect.name == "postgresql":
            triggers = "ALTER TABLE scheme_versions DISABLE TRIGGER USER"
        session.execute(text(triggers))
        session.execute(text("UPDATE scheme_versions SET document = replace(document, '示例评价表', '示例考评表')"))
    assert codes(service) == [["scheme_differs"]]


def test_everything_is_read_by_page(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    finalised(service)
    for _ in range(6):
        put_beside(service)
    for batch in (1, 2, 7, 8):
        monkeypatch.setattr(store, "_BATCH", batch)
        assert [each.number for each in recomputed(service)] == list(range(1, 8))


def test_the_command_says_how_many(service: Service, database_url: str) -> None:
    empty = call("recompute", "--all", MEA_DATABASE_URL=database_url)
    assert (empty.exit_code, empty.stdout) == (0, f"{AGAIN} 0 份评分表，引擎 1；全部一致\n")
    finalised(service)
    put_beside(service, engine="0", **resaid(first(service)[1], engine="0"))
    done = call("recompute", "--all", MEA_DATABASE_URL=database_url)
    counted = "2 份评分表（其中 1 份由其他版本的引擎计分，结果相同）"
    assert (done.exit_code, done.stdout) == (0, f"{AGAIN} {counted}，引擎 1；全部一致\n")
    put_beside(service, total=12)
    wrong = call("recompute", "--all", MEA_DATABASE_URL=database_url)
    assert wrong.exit_code == 1
    assert wrong.stdout.splitlines()[0] == (
        "批次 2020，考评对象 alliance，第 3 份评分表：列表所用的 total 与评分表不一致 [figure_differs]"
    )
    assert wrong.stdout.endswith("；1 份不一致\n")


def test_the_command_is_told_what_to_score(database_url: str) -> None:
    for arguments in ([], ["--all", "--round", "2020"]):
        done = call("recompute", *arguments, MEA_DATABASE_URL=database_url)
        assert (done.exit_code, done.stdout) == (2, "")
    missing = call("recompute", "--round", "1999", MEA_DATABASE_URL=database_url)
    assert (missing.exit_code, "没有代码为 1999 的考评批次" in missing.stderr) == (1, True)


def test_schemes_that_are_not_used_do_not_matter(service: Service) -> None:
    finalised(service)
    service.post(SCHEMES, json=a_scheme("2"))
    assert codes(service) == [[]]
