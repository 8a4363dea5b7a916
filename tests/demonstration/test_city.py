"""The demonstration city: right codes, marked names, the stories it tells, the same every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from stdnum.cn import uscc

from app.access import CONSOLE, Actor
from app.accounts.service.known import find
from app.assessments.service import scores, sheets
from app.config import Settings
from app.db import Database, Session
from app.demonstration.build import ROUNDS, build
from app.demonstration.city import ALLIANCES, IRREGULAR, institutions
from app.demonstration.codes import organisation_check
from app.demonstration.evidence import WEAKNESSES, full, survey, weakened
from app.demonstration.people import CHIEF
from app.demonstration.stories import BOUNDARIES, EMPTY, PENDING, PERFECT, SHOWN, TROUBLED
from app.rounds.service import entries, rounds
from app.schemes.service import load_library, program
from app.scoring.engine import Program, read_inputs, score
from app.scoring.sheet import ItemResult, ScoreSheet
from app.storage import Folder
from app.subjects.service import alliances
from tests.databases import Databases
from tests.service import serving

PAGE = 100


@contextmanager
def built(url: str) -> Iterator[Database]:
    settings = Settings(database_url=url)
    database = Database(settings)
    with TemporaryDirectory() as folder, database.writing() as session:
        load_library(session, CONSOLE, settings.schemes_directory)
        build(session, Folder(Path(folder)))
    yield database
    database.close()


@pytest.fixture(scope="module")
def cities() -> Iterator[Callable[[Databases], Database]]:
    """One city on each engine, for those who only look at it."""
    found: dict[Databases, Database] = {}
    with ExitStack() as stack:

        def on(engine: Databases) -> Database:
            if engine not in found:
                found[engine] = stack.enter_context(built(stack.enter_context(engine.migrated())))
            return found[engine]

        yield on


@pytest.fixture
def city(database_engine: Databases, cities: Callable[[Databases], Database]) -> Database:
    return cities(database_engine)


def chief(session: Session) -> Actor:
    account = find(session, CHIEF)
    assert account is not None
    return account.acting()


def ranking(database: Database, code: str) -> dict[int, scores.Score]:
    """The scores of a round by the numbers of the alliances."""
    with database.reading() as session:
        found = scores.scores(session, chief(session), code, scores.Filter(), None, PAGE)
    return {int(each.subject.code.rpartition("-")[2]): each for each in found}


# --- the city ---------------------------------------------------------------------------------------------------------


def test_credit_codes_are_right_and_different() -> None:
    codes = [each.credit_code for alliance in ALLIANCES for each in institutions(alliance)]
    assert len(set(codes)) == len(codes) > 4 * 12
    assert all(uscc.is_valid(code) for code in codes)
    assert all(code[16] == organisation_check(code[8:16]) for code in codes)


@pytest.mark.parametrize(("body", "sign"), [("D2143569", "X"), ("00000000", "0"), ("00000005", "1")])
def test_check_sign_of_organisation_codes(body: str, sign: str) -> None:
    """The first is the standard's own example, D2143569-X."""
    assert organisation_check(body) == sign


def test_names_and_codes_are_different() -> None:
    everybody = [each for alliance in ALLIANCES for each in institutions(alliance)]
    assert len({each.name for each in everybody}) == len({each.code for each in everybody}) == len(everybody)


def test_survey_has_two_hundred_answers() -> None:
    for share in (76, 88, 93, 95, 97):
        groups = survey(share)
        assert sum(each["satisfied"] for each in groups) == 2 * share
        assert sum(each["satisfied"] + each["neutral"] for each in groups) in {200, 201, 202}


def test_everything_is_marked(database_url: str) -> None:
    """Whatever people see of it says that it is a demonstration."""
    with built(database_url), serving(database_url) as service:
        for room in ("institutions", "alliances", "subjects"):
            entries = service.get(f"/api/v1/{room}?limit=100").json()
            rows = next(value for value in entries.values() if isinstance(value, list))
            assert len(rows) >= len(ALLIANCES)
            assert all(row["name"].startswith("示例市") for row in rows)
            assert all(row["code"].startswith("demo-") for row in rows)
        for held in ROUNDS:
            assert "（演示数据）" in service.get(f"/api/v1/rounds/{held.code}").json()["title"]


# --- its stories ------------------------------------------------------------------------------------------------------


def test_stories_of_the_first_round(city: Database) -> None:
    found = ranking(city, "demo-2020")
    assert len(found) == len(ALLIANCES)
    assert {each.state for each in found.values()} == {"published"}
    results = {number: each.result for number, each in found.items() if each.result is not None}
    totals = {number: (result.status, result.total) for number, result in results.items()}
    assert totals[PERFECT] == ("final", 106)
    assert totals[BOUNDARIES] == ("final", 104)
    assert totals[PENDING] == ("final", 81)
    assert totals[EMPTY] == ("final", 0)
    assert totals[TROUBLED] == ("final", 27)
    assert all((each.range.low, each.range.high) == (each.total, each.total) for each in results.values())
    assert [each.rank for each in found.values()] == [*range(1, 13)]


def test_pending_one_waits_for_both(city: Database) -> None:
    assert {"pending_evidence", "pending_judgement"} <= {item.status for item in items(city, PENDING, "demo-2021")}


def test_one_that_is_shown_has_something_to_show(city: Database) -> None:
    shown = list(items(city, SHOWN))
    assert len([item for item in shown if item.deductions]) > 5
    assert any(not record.counted for item in shown for record in item.trace.records)
    assert any(item.trace.judgement for item in shown)


def items(database: Database, number: int, code: str = "demo-2020") -> Iterator[ItemResult]:
    """The rows of an alliance's sheet in a round."""
    with database.reading() as session:
        place = entries.locate(session, chief(session), "read_assessment", code, ALLIANCES[number - 1].code)
        sheet = sheets.official(session, place)
    return (item for section in sheet.sections for item in section.items)


def test_second_round_is_under_way(city: Database) -> None:
    found = ranking(city, "demo-2021")
    assert {each.state for each in found.values()} == {"not_started", "draft", "submitted", "in_review"}
    waiting = found[PENDING].result
    assert waiting is not None
    assert (waiting.status, waiting.total, waiting.range.low, waiting.range.high) == ("pending", None, 80, 103)
    assert found[EMPTY].result is None
    assert [each.rank for each in found.values()][:4] == [1, 2, 2, 4]
    with city.reading() as session:
        assert [rounds.read(session, CONSOLE, held.code).state for held in ROUNDS] == ["published", "open"]


def test_alliance_in_trouble_was_let_in_with_a_reason(city: Database) -> None:
    with city.reading() as session:
        entered = rounds.entered(session, CONSOLE, "demo-2020", 0, PAGE)
    irregular = [each for each in entered if each.problems]
    assert [each.subject.code for each in irregular] == [ALLIANCES[IRREGULAR - 1].code]
    assert irregular[0].waiver is not None
    assert "演示" in irregular[0].waiver.reason


def test_member_comes_and_goes(city: Database) -> None:
    with city.reading() as session:
        found = alliances.read(session, ALLIANCES[1].code)
    assert [(each.start.isoformat(), each.end and each.end.isoformat()) for each in found.memberships[-2:]] == [
        ("2020-04-01", "2021-06-30"),
        ("2021-07-01", None),
    ]


def test_every_weakness_costs_something(city: Database) -> None:
    with city.reading() as session:
        scheme = program(session, "hangzhou-close-alliance", "2020-draft")
    best = high(scheme, ())
    assert best == 106
    assert [name for name in WEAKNESSES if high(scheme, (name,)) >= best] == []


def high(scheme: Program, weaknesses: tuple[str, ...]) -> object:
    """The most that an alliance with these weaknesses can reach."""
    evidence = weakened(full(ALLIANCES[0], 2020), weaknesses)
    inputs = read_inputs(scheme, {"period": {"start": "2020-04-01", "end": "2021-03-31"}, "evidence": evidence})
    sheet = score(scheme, inputs)  # type: ignore[arg-type]
    assert isinstance(sheet, ScoreSheet), inputs
    return sheet.range.high


def test_same_city_every_time(databases: Callable[[str], Databases]) -> None:
    opened = databases("sqlite")
    with opened.migrated() as one, opened.migrated() as other, built(one) as first, built(other) as second:
        for held in ROUNDS:
            assert shown(first, held.code) == shown(second, held.code)


def shown(database: Database, code: str) -> list[object]:
    """All that is told of a round but digests, which rest on salted tokens of names."""
    ranked = ranking(database, code)
    lists = [replace(each, result=each.result and replace(each.result, digest="")) for each in ranked.values()]
    return [*lists, *(item for number, each in ranked.items() if each.result for item in items(database, number, code))]


def test_nobody_in_it_has_a_name_of_a_person() -> None:
    people = [row["name"] for field in ("dispatched_staff", "trainees") for row in full(ALLIANCES[0], 2020)[field]]
    assert people
    assert all(re.fullmatch("示例[甲乙丙丁戊]", name) for name in people)
