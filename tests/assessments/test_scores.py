"""The scores of a round: ranked with ties as 1, 2, 2, 4, filtered, paged, with a fixed number of queries."""

from __future__ import annotations

from typing import Any

from tests.assessments.builders import SCORES, a_judgement, submit
from tests.flow.watching import statements
from tests.rounds.builders import ROUNDS, a_stay, evidence, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

PLACES = {
    "best": "330106",
    "tied-a": "330106",
    "tied-b": "330108",
    "last": "330108",
    "open": "330109",
    "draft": "330109",
}


def a_ranked_round(service: Service) -> None:
    """16, 13, 13, 8; one that is open from 12 to 15, one draft, one that has not begun."""
    prepare(service)
    for code, district in PLACES.items():
        register_alliance(service, code, district_code=district)
    open_round(service, subjects=["alliance", *PLACES])
    submit(service, "best")
    submit(service, "tied-b", staff=[a_stay()])
    submit(service, "tied-a", staff=[a_stay()])
    submit(service, "last", signed=False, staff=[a_stay()])
    submit(service, "open", care="nonstandard")
    service.put(f"{ROUNDS}/2020/subjects/draft/evidence", json=evidence())


def ranked(service: Service, **query: Any) -> list[tuple[Any, ...]]:
    rows = service.get(SCORES, params=query).json()["data"]
    return [(row["rank"], row["subject"], row["total"]) for row in rows]


def test_totals_are_ranked_and_what_is_open_comes_after(service: Service) -> None:
    a_ranked_round(service)
    assert ranked(service) == [
        (1, "best", 16),
        (2, "tied-a", 13),
        (2, "tied-b", 13),
        (4, "last", 8),
        (None, "open", None),
        (None, "alliance", None),
        (None, "draft", None),
    ]
    rows = {row["subject"]: row for row in service.get(SCORES).json()["data"]}
    assert {code: (row["state"], row["status"], row["range"]) for code, row in rows.items() if row["rank"] is None} == {
        "open": ("submitted", "pending", {"low": 12, "high": 15}),
        "draft": ("draft", None, None),
        "alliance": ("not_started", None, None),
    }
    assert rows["best"]["name"] == "示例联合体 best"
    assert rows["best"]["digest"] == service.get(f"{ROUNDS}/2020/subjects/best/assessment").json()["digest"]


def test_a_judgement_brings_a_subject_into_the_ranking(service: Service) -> None:
    a_ranked_round(service)
    before = service.get(SCORES)
    assert service.get(SCORES, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    service.put(f"{ROUNDS}/2020/subjects/open/assessment/judgements/chronic", json=a_judgement(points=3))
    after = service.get(SCORES, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert ranked(service)[:5] == [
        (1, "best", 16),
        (2, "open", 13),
        (2, "tied-a", 13),
        (2, "tied-b", 13),
        (5, "last", 8),
    ]


def test_filters_take_rows_out_and_leave_ranks_as_they_are(service: Service) -> None:
    a_ranked_round(service)
    assert ranked(service, district="330108") == [(2, "tied-b", 13), (4, "last", 8)]
    assert [row[1] for row in ranked(service, status="pending")] == ["open"]
    assert [row[1] for row in ranked(service, state="draft")] == ["draft"]
    assert ranked(service, status="complete", district="33010", state="submitted")[0] == (1, "best", 16)
    assert ranked(service, status="final") == []


def test_pages_follow_each_other_without_gap_or_repetition(service: Service) -> None:
    a_ranked_round(service)
    for limit in (1, 2, 3, 7):
        cursor: str | None = ""
        seen = []
        while cursor is not None:
            page = service.get(SCORES, params={"limit": limit, "cursor": cursor}).json()
            assert len(page["data"]) <= limit
            seen += [(row["rank"], row["subject"], row["total"]) for row in page["data"]]
            cursor = page["next_cursor"]
        assert seen == ranked(service)


def test_a_page_goes_on_behind_the_last_row_seen_whatever_happened_since(service: Service) -> None:
    a_ranked_round(service)
    first = service.get(SCORES, params={"limit": 2}).json()
    assert [row["subject"] for row in first["data"]] == ["best", "tied-a"]
    service.put(
        f"{ROUNDS}/2020/subjects/tied-a/assessment/findings/signed", json={"value": False, "reason": "协议已失效"}
    )
    rest = service.get(SCORES, params={"cursor": first["next_cursor"]}).json()["data"]
    assert [row["subject"] for row in rest] == ["tied-b", "last", "tied-a", "open", "alliance", "draft"]


def test_rounds_and_parameters_that_mean_nothing_are_refused(service: Service) -> None:
    prepare(service)
    open_round(service)
    assert service.get(f"{ROUNDS}/1999/scores").status_code == 404
    for query in ("status=done", "state=x", "district=3301060", "limit=0", "sort=name", "cursor=WyJ4Il0"):
        assert service.get(f"{SCORES}?{query}").status_code == 422, query


def test_the_number_of_queries_does_not_grow_with_the_subjects(service: Service) -> None:
    a_ranked_round(service)
    open_round(service, "one", subjects=["best"])
    place = f"{ROUNDS}/one/subjects/best/evidence"
    service.put(place, json=evidence())
    service.post(f"{place}/submit")
    service.warm("chief")
    counts = []
    for code in ("one", "2020", "one", "2020"):
        with statements(service) as seen:
            assert service.get(f"{ROUNDS}/{code}/scores").status_code == 200
        counts.append(len(seen))
    assert counts == [12, 12, 8, 8], "fewer where nothing has changed"
