"""Sheets that rest on more than what was stated: the subject's profile, the round before, the other alliances."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assessments.comparing import draft_round, evidence, items, open_round, prepare, register, sheet, submit
from tests.flow.watching import refused_by_the_database, statements
from tests.rounds.builders import ROUNDS
from tests.service import Service, serving
from tests.subjects.builders import ALLIANCES, an_alliance

PENDING = (None, "pending_round")


def change(service: Service, code: str, **attributes: Any) -> None:
    body = {name: value for name, value in an_alliance(code, attributes=attributes).items() if name != "code"}
    assert service.put(f"{ALLIANCES}/{code}", json=body).status_code == 200


def test_points_follow_the_profile_of_the_subject(service: Service) -> None:
    prepare(service, "large")
    register(service, "small", level="二级")
    address = open_round(service, 2023, "large", "small")
    for code in ("large", "small"):
        submit(service, address, code, visits=60)
    assert items(service, address, "large")["volume"] == (0, "scored")
    assert items(service, address, "small")["volume"] == (10, "scored")


def test_a_round_is_opened_when_every_profile_fits(service: Service) -> None:
    prepare(service, "one", "two", level=None)
    address = draft_round(service, 2023, "one", "two")
    place = f"{address}/subjects/one/assessment"
    assert service.get(place, params={"view": "self"}).status_code == 404, "not there for those who will hand in"
    own = service.get(place, by="auditor", params={"view": "self"})
    assert (own.status_code, own.json()["type"]) == (409, "/problems/profile_unfit")
    change(service, "one", level="三级")
    assert sheet(service, address, "one", by="auditor", view="self")["status"] == "pending"
    refused = service.post(f"{address}/open")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/profile_unfit")
    assert "two" in refused.json()["detail"]
    assert "one（" not in refused.json()["detail"]
    change(service, "two", level="一级")
    assert service.post(f"{address}/open").json()["type"] == "/problems/profile_unfit"
    change(service, "two", level="二级")
    assert service.post(f"{address}/open").status_code == 200


def test_a_profile_is_fixed_when_its_round_is_opened(service: Service) -> None:
    prepare(service, "one")
    address = open_round(service, 2023, "one")
    submit(service, address, "one", visits=60)
    before = sheet(service, address, "one")
    change(service, "one", level="二级", beds=10)
    assert sheet(service, address, "one") == before
    with serving(service.database.engine.url.render_as_string(hide_password=False)) as other:
        assert sheet(other, address, "one") == before
    later = open_round(service, 2024, "one")
    submit(service, later, "one", visits=60)
    assert items(service, later, "one")["volume"] == (10, "scored")
    refused_by_the_database(service, "UPDATE round_profiles SET profile = '{}'", "DELETE FROM round_profiles")


def test_the_draft_of_a_round_follows_the_subject(service: Service) -> None:
    prepare(service, "one")
    address = draft_round(service, 2023, "one")
    seen = [sheet(service, address, "one", by="auditor", view="self")["inputs_digest"]]
    for attributes in ({"level": "二级"}, {"level": "三级"}):
        change(service, "one", **attributes)
        seen.append(sheet(service, address, "one", by="auditor", view="self")["inputs_digest"])
    assert seen[0] == seen[2] != seen[1]


def test_the_round_before_is_handed_in(service: Service) -> None:
    prepare(service, "one", "two")
    first = open_round(service, 2022, "one")
    submit(service, first, "one", visits=80)
    assert items(service, first, "one")["growth"] == (10, "scored"), "no round before: otherwise counts"
    second = open_round(service, 2023, "one", "two")
    submit(service, second, "one", visits=70)
    submit(service, second, "two", visits=70)
    assert items(service, second, "one")["growth"] == (0, "scored")
    assert items(service, second, "one", view="self")["growth"] == (0, "scored")
    assert items(service, second, "two")["growth"] == (10, "scored"), "it was not there"
    third = open_round(service, 2024, "one")
    submit(service, third, "one", visits=71)
    assert items(service, third, "one")["growth"] == (10, "scored"), "the last round, not the best"


def test_while_evidence_may_still_come_nothing_of_the_round_before_is_known(service: Service) -> None:
    prepare(service, "one")
    first = open_round(service, 2022, "one")
    second = open_round(service, 2023, "one")
    submit(service, second, "one")
    assert items(service, second, "one")["growth"] == PENDING
    service.put(f"{first}/subjects/one/evidence", json=evidence(visits=500))
    assert items(service, second, "one")["growth"] == PENDING, "a draft is no value"
    assert service.post(f"{first}/close").status_code == 200
    assert items(service, second, "one")["growth"] == (10, "scored")


def test_what_is_found_in_the_round_before_counts_in_this_one(service: Service, database_url: str) -> None:
    prepare(service, "one")
    first = open_round(service, 2022, "one")
    submit(service, first, "one", visits=200)
    second = open_round(service, 2023, "one")
    submit(service, second, "one", visits=100)
    finding = {"value": 50, "reason": "核实与所报不符"}
    with serving(database_url) as other:
        for _ in range(2):
            assert items(other, second, "one")["growth"] == (0, "scored")
            assert other.get(f"{second}/scores").status_code == 200
        assert service.put(f"{first}/subjects/one/assessment/findings/visits", json=finding).status_code == 200
        assert items(other, second, "one")["growth"] == (10, "scored")
        digest = sheet(other, second, "one")["digest"]
        assert other.get(f"{second}/scores").json()["data"][0]["digest"] == digest


def test_what_is_found_in_the_round_before_is_not_told_by_a_self_score_until_it_is_published(service: Service) -> None:
    """It would tell the subject what comes of a review that goes on; those who review see what they reckon with."""
    prepare(service, "one")
    first = open_round(service, 2022, "one")
    submit(service, first, "one", visits=200)
    second = open_round(service, 2023, "one")
    submit(service, second, "one", visits=100)
    before = sheet(service, second, "one", view="self")

    def shown(by: str) -> Any:
        return items(service, second, "one", by=by, view="self")["growth"]

    finding = {"value": 50, "reason": "核实与所报不符"}
    assert service.put(f"{first}/subjects/one/assessment/findings/visits", json=finding).status_code == 200
    assert service.post(f"{first}/close").status_code == 200
    place = f"{first}/subjects/one/assessment"
    for act in ("propose", "approve"):
        told = [shown(by) for by in ("submitter", "auditor", "submitter")]
        assert told == [(0, "scored"), (10, "scored"), (0, "scored")]
        assert sheet(service, second, "one", view="self") == before
        answer = service.post(f"{place}/{act}")
        assert answer.status_code == 200, answer.text
    assert service.post(f"{first}/publish").status_code == 200
    assert shown("submitter") == (10, "scored")
    reason = {"reason": "发现计算依据有误，重新评审"}
    assert service.post(f"{place}/reopen", json=reason).status_code == 200
    assert service.put(f"{place}/findings/visits", json={**finding, "value": 300}).status_code == 200
    assert [shown("submitter"), shown("auditor")] == [(10, "scored"), (0, "scored")]


def test_rounds_of_other_schemes_and_periods_that_overlap_are_not_before(service: Service) -> None:
    prepare(service, "one")
    first = open_round(service, 2023, "one", code="first")
    submit(service, first, "one", visits=200)
    second = open_round(service, 2023, "one", code="second")
    submit(service, second, "one", visits=100)
    assert items(service, second, "one")["growth"] == (10, "scored")
    draft_round(service, 2022, "one")
    assert items(service, second, "one")["growth"] == (10, "scored"), "never opened"


def a_closed_round(service: Service, **visits: int | None) -> str:
    """Without obstetrics where there are no visits stated; those not named hand in nothing."""
    prepare(service, *visits, "idle")
    address = open_round(service, 2023, *visits, "idle")
    for code, number in visits.items():
        submit(service, address, code, visits=number)
    return address


def test_places_are_known_once_the_round_is_closed(service: Service, database_url: str) -> None:
    address = a_closed_round(service, a=90, b=120, c=90, d=10)
    with serving(database_url) as other:
        before = {code: items(other, address, code)["place"] for code in "abcd"}
        assert set(before.values()) == {PENDING}
        assert other.get(f"{address}/scores").json()["data"][0]["rank"] is None
        assert service.post(f"{address}/close").status_code == 200
        places = {code: items(other, address, code)["place"][0] for code in "abcd"}
        assert places == {"a": 6, "b": 10, "c": 6, "d": 0}
        rows = {row["subject"]: row for row in other.get(f"{address}/scores").json()["data"]}
        assert [rows[code]["rank"] for code in "abcd"] == [2, 1, 2, 4]
        for code in "abcd":
            assert rows[code]["digest"] == sheet(other, address, code)["digest"]
        finding = {"value": 130, "reason": "漏报"}
        service.put(f"{address}/subjects/d/assessment/findings/visits", json=finding)
        places = {code: items(other, address, code)["place"][0] for code in "abcd"}
        assert places == {"a": 0, "b": 6, "c": 0, "d": 10}
        assert items(other, address, "a", view="self")["place"] == PENDING, "a self score knows nobody else"


def test_a_number_is_handed_in_when_every_unit_has_it(service: Service) -> None:
    address = a_closed_round(service, a=90, b=None)
    service.post(f"{address}/close")
    assert items(service, address, "a")["place"] == PENDING
    found = {"value": 100, "reason": "核实后补报"}
    assert service.put(f"{address}/subjects/b/assessment/findings/visits", json=found).status_code == 200
    assert items(service, address, "a")["place"] == (6, "scored")


def test_what_does_not_apply_gets_the_mean_of_those_to_which_it_does(service: Service) -> None:
    prepare(service, "a", "b", "c")
    address = open_round(service, 2023, "a", "b", "c")
    for code, births in (("a", 12), ("b", 3), ("c", None)):
        submit(service, address, code, births=births)
    assert items(service, address, "c")["births"] == PENDING
    service.post(f"{address}/close")
    assert items(service, address, "c")["births"] == (5, "not_applicable")


def test_comparing_takes_a_fixed_number_of_queries(service: Service) -> None:
    codes = [f"s{number}" for number in range(6)]
    prepare(service, *codes)
    counts = []
    for year, present in ((2022, codes[:2]), (2023, codes)):
        address = open_round(service, year, *present)
        for number, code in enumerate(present):
            submit(service, address, code, visits=number)
        service.post(f"{address}/close")
        place = f"{address}/subjects/s0/assessment"
        assert service.get(place).status_code == 200
        with statements(service) as again:
            assert service.get(place).status_code == 200
        service.get(f"{address}/scores")
        with statements(service) as ranking:
            service.get(f"{address}/scores")
        counts.append((len(again), len(ranking)))
    assert counts == [(2, 9)] * 2


def test_a_judgement_that_other_sheets_put_out_of_its_range_waits_for_another(service: Service) -> None:
    judged = {"judged": {"from": 0, "to": 4, "step": 1}}
    rule = {
        "levels": [
            {"when": {"place": {"is": 1}}, "rule": {"judged": {"from": 6, "to": 10, "step": 1}}},
            {"when": {"place": {"more_than": 1}}, "rule": judged},
        ]
    }
    prepare(service, "a", "b", sections=_with_rule(rule))
    address = open_round(service, 2023, "a", "b")
    for code, visits in (("a", 10), ("b", 20)):
        submit(service, address, code, visits=visits)
    place = f"{address}/subjects/a/assessment"
    given = {"points": 8, "rationale": "评审记录见附件"}
    assert service.put(f"{place}/judgements/place", json=given).status_code == 200
    service.post(f"{address}/close")
    assert items(service, address, "a")["place"] == (None, "pending_judgement")
    assert service.get(f"{address}/scores").status_code == 200
    assert service.put(f"{place}/judgements/place", json={**given, "points": 9}).status_code == 422
    found = {"value": 11, "reason": "漏报"}
    assert service.put(f"{place}/findings/visits", json=found).status_code == 200
    assert service.put(f"{place}/judgements/place", json={**given, "points": 3}).status_code == 200
    assert items(service, address, "a")["place"] == (3, "scored")


def _with_rule(rule: dict[str, Any]) -> list[dict[str, Any]]:
    from tests.assessments.comparing import ITEMS

    changed = [{**each, "rule": rule, "readings": READING} if each["code"] == "place" else each for each in ITEMS]
    return [{"code": "work", "title": "工作", "points": 40, "items": changed}]


READING = [{"about": "酌情", "question": "如何给分", "chosen": "按名次分档评判", "basis": "示例"}]


@pytest.mark.parametrize("code", ["nobody", "idle"])
def test_units_that_hand_in_nothing_have_no_sheet(service: Service, code: str) -> None:
    address = a_closed_round(service, a=90)
    service.post(f"{address}/close")
    assert service.get(f"{ROUNDS}/2023/subjects/{code}/assessment").status_code == 404
    assert items(service, address, "a")["place"] == (10, "scored"), "alone is first"


def test_what_rests_on_the_mean_of_others_is_compared_in_a_second_step(service: Service) -> None:
    """The total of one rests on the mean that it gets for an item; places by total wait for that, and come then."""
    best = {"when": {"standing": {"is": 1}}, "label": "优秀"}
    facts = {"standing": {"label": "总分名次", "unit": "名", "peers": "total", "as": "rank", "better": "more"}}
    prepare(service, "a", "b", "c", sheet_facts=facts, grade={"levels": [best, {"label": "合格"}]})
    address = open_round(service, 2023, "a", "b", "c")
    for code, visits, births in (("a", 120, 12), ("b", 110, 3), ("c", 130, None)):
        submit(service, address, code, visits=visits, births=births)
    assert [sheet(service, address, code)["grade"] for code in "abc"] == [None] * 3
    service.post(f"{address}/close")
    assert {code: sheet(service, address, code)["total"] for code in "abc"} == {"a": 36, "b": 20, "c": 35}
    assert [sheet(service, address, code)["grade"] for code in "abc"] == ["优秀", "合格", "合格"]


def test_the_total_of_the_round_before_counts(service: Service) -> None:
    facts = {"earlier": {"label": "上年总分", "unit": "分", "previous": "total", "otherwise": 0}}
    again = {"when": {"earlier": {"more_than": 30}}, "label": "连续优秀"}
    prepare(service, "a", "b", sheet_facts=facts, grade={"levels": [again, {"label": "合格"}]})
    first = open_round(service, 2022, "a", "b")
    for code, visits in (("a", 120), ("b", 20)):
        submit(service, first, code, visits=visits)
    service.post(f"{first}/close")
    assert {code: sheet(service, first, code)["total"] for code in "ab"} == {"a": 40, "b": 26}
    second = open_round(service, 2023, "a", "b")
    for code in "ab":
        submit(service, second, code)
    assert [sheet(service, second, code)["grade"] for code in "ab"] == [None, None], "places are still open"
    service.post(f"{second}/close")
    assert [sheet(service, second, code)["grade"] for code in "ab"] == ["连续优秀", "合格"]


def test_a_result_is_approved_only_while_what_it_rests_on_says_the_same(service: Service) -> None:
    address = a_closed_round(service, a=90, b=120)
    service.post(f"{address}/close")
    for code in "ab":
        assert service.post(f"{address}/subjects/{code}/assessment/propose").status_code == 200
    of_a, of_b = (f"{address}/subjects/{code}/assessment" for code in "ab")
    correct(service, of_a, 130)
    assert service.post(f"{of_a}/propose").status_code == 200
    refused = service.post(f"{of_b}/approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/inputs_changed")
    assert service.post(f"{of_a}/approve").status_code == 200
    again(service, of_b)
    assert service.post(f"{of_b}/approve").status_code == 200
    assert [items(service, address, code)["place"][0] for code in "ab"] == [10, 6]


def test_results_are_published_only_while_they_fit_together(service: Service) -> None:
    address = a_closed_round(service, a=90, b=120)
    service.post(f"{address}/close")
    places = [f"{address}/subjects/{code}/assessment" for code in "ab"]
    for act in ("propose", "approve"):
        for place in places:
            assert service.post(f"{place}/{act}").status_code == 200
    correct(service, places[0], 130)
    for act in ("propose", "approve"):
        assert service.post(f"{places[0]}/{act}").status_code == 200
    refused = service.post(f"{address}/publish")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/inputs_changed")
    assert refused.json()["detail"].endswith("：b")
    again(service, places[1])
    assert service.post(f"{places[1]}/approve").status_code == 200
    assert service.post(f"{address}/publish").status_code == 200


def correct(service: Service, place: str, visits: int) -> None:
    assert service.post(f"{place}/reopen", json={"reason": "复核发现漏报"}).status_code == 200
    assert service.put(f"{place}/findings/visits", json={"value": visits, "reason": "漏报"}).status_code == 200


def again(service: Service, place: str) -> None:
    assert service.post(f"{place}/reopen", json={"reason": "名次已有变化"}).status_code == 200
    assert service.post(f"{place}/propose").status_code == 200
