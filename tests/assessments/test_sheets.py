"""The sheet of a subject: worked out when read, pending until judged, the same bytes for the same inputs."""

from __future__ import annotations

from app.scoring.digest import digest_of
from tests.assessments.builders import (
    JUDGEMENT,
    SCORES,
    SHEET,
    SUBJECT,
    a_finding,
    a_judgement,
    rows,
    submit,
    under_review,
)
from tests.flow.watching import row_counts, statements
from tests.rounds.builders import PERIOD, ROUNDS, SCHEMES, a_stay, evidence, open_round, prepare
from tests.service import Service, serving
from tests.subjects.builders import register_alliance


def test_a_sheet_waits_for_a_judgement_and_is_complete_with_it(service: Service) -> None:
    under_review(service)
    pending = service.get(SHEET).json()
    assert (pending["status"], pending["total"], pending["range"]) == ("pending", None, {"low": 9, "high": 12})
    assert service.put(JUDGEMENT, json=a_judgement()).status_code == 200
    complete = service.get(SHEET).json()
    assert (complete["status"], complete["total"], complete["range"]) == ("complete", 11, {"low": 11, "high": 11})
    [_, chronic, dispatch] = complete["sections"][0]["items"]
    assert (chronic["score"], chronic["status"]) == (4, "scored")
    assert sum(each["points"] for each in dispatch["deductions"]) == 3


def test_a_sheet_says_what_went_in(service: Service) -> None:
    under_review(service)
    sheet = service.get(SHEET).json()
    version = service.get(f"{SCHEMES}/small/versions/1").headers["ETag"].strip('"')
    assert sheet["scheme"] == {"code": "small", "version": "1", "digest": version}
    assert (sheet["period"], sheet["engine"]) == (PERIOD, "1")


def test_nothing_submitted_gives_no_official_score(service: Service) -> None:
    prepare(service)
    open_round(service)
    service.put(f"{SUBJECT}/evidence", json=evidence())
    refused = service.get(SHEET)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/evidence_not_submitted")
    assert service.get(SHEET, params={"view": "self"}).json()["total"] == 16


def test_the_self_score_is_of_the_last_draft_without_findings_and_judgements(service: Service) -> None:
    prepare(service)
    open_round(service)
    empty = service.get(SHEET, params={"view": "self"}).json()
    assert (empty["status"], empty["range"]) == ("pending", {"low": 0, "high": 16})
    submit(service, care="nonstandard")
    service.put(JUDGEMENT, json=a_judgement())
    service.put(f"{SHEET}/findings/signed", json=a_finding(value=False))
    stated = service.get(SHEET, params={"view": "self"}).json()
    assert (stated["status"], stated["range"]) == ("pending", {"low": 12, "high": 15})
    assert service.get(SHEET).json()["total"] == 9


def test_a_finding_corrects_what_was_stated(service: Service) -> None:
    under_review(service)
    service.put(JUDGEMENT, json=a_judgement())
    struck = service.put(f"{SHEET}/findings/staff", json=rows(row1=False))
    assert struck.status_code == 200
    sheet = service.get(SHEET).json()
    assert sheet["total"] == 9
    [record] = sheet["sections"][0]["items"][2]["trace"]["records"]
    assert (record["row"], record["counted"]) == (1, False)
    service.put(f"{SHEET}/findings/staff", json=rows(row1=True))
    assert service.get(SHEET).json()["total"] == 11


def test_what_was_read_and_has_not_changed_is_not_sent_again(service: Service) -> None:
    under_review(service)
    first = service.get(SHEET)
    assert first.headers["ETag"] == f'"{first.json()["digest"]}"'
    assert service.get(SHEET).content == first.content
    assert service.get(SHEET, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    service.put(JUDGEMENT, json=a_judgement())
    changed = service.get(SHEET, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_digest_of_a_sheet_is_that_of_its_canonical_form(service: Service) -> None:
    import json
    from decimal import Decimal

    from app.scoring.digest import canonical

    under_review(service)
    sheet = json.loads(service.get(SHEET).content, parse_float=Decimal)
    told = sheet.pop("digest")
    assert told == digest_of(canonical(sheet))


def test_a_stored_assessment_scores_as_the_same_inputs_handed_in(service: Service) -> None:
    under_review(service)
    service.put(JUDGEMENT, json=a_judgement())
    stored = service.get(SHEET).json()
    kept = service.get(f"{SUBJECT}/evidence", by="auditor").json()["evidence"]
    assert [row["name"] for row in kept.pop("staff")] != ["甲"], "a token"
    said = evidence(care="nonstandard", staff=[a_stay()])
    del said["staff"]
    assert kept == said
    request = {
        "period": PERIOD,
        "subject": {"code": "alliance", "kind": "alliance", "district_code": "330106"},
        "evidence": service.get(f"{SUBJECT}/evidence", by="auditor").json()["evidence"],
        "judgements": {"chronic": a_judgement()},
        "findings": {},
    }
    assert service.post(f"{SCHEMES}/small/versions/1/score", json=request).json() == stored


def test_subjects_outside_the_round_and_other_views_are_refused(service: Service) -> None:
    under_review(service)
    register_alliance(service, "outside")
    assert service.get(f"{ROUNDS}/2020/subjects/outside/assessment").status_code == 404
    assert service.get(f"{ROUNDS}/1999/subjects/alliance/assessment").status_code == 404
    assert service.get(SHEET, params={"view": "mine"}).status_code == 422


def test_reading_changes_nothing_and_takes_a_fixed_number_of_queries(service: Service) -> None:
    under_review(service)
    service.warm("evaluator", "submitter")
    before = row_counts(service)
    counts = []
    for points in (2, 3, 4):
        for view in ("official", "self", "official", "self"):
            with statements(service) as seen:
                assert service.get(SHEET, params={"view": view}).status_code == 200
            counts.append((view, len(seen)))
        assert row_counts(service) == before
        service.put(JUDGEMENT, json=a_judgement(points=points))
        before = row_counts(service)
    again = [("official", 2), ("self", 2)]
    assert counts[:4] == [("official", 10), ("self", 6), *again]
    assert counts[4:] == [("official", 9), ("self", 2), *again] * 2, "a judgement changes nothing for the self score"


CHANGES = {
    "judgement": lambda service: service.put(JUDGEMENT, json=a_judgement()),
    "another judgement": lambda service: service.put(JUDGEMENT, json=a_judgement(points=2)),
    "finding": lambda service: service.put(f"{SHEET}/findings/signed", json=a_finding(value=False)),
    "finding on rows": lambda service: service.put(f"{SHEET}/findings/staff", json=rows(row1=False)),
    "finding withdrawn": lambda service: service.put(f"{SHEET}/findings/signed", json=a_finding(value=True)),
}


def test_what_one_process_records_every_other_shows(service: Service, database_url: str) -> None:
    under_review(service)
    with serving(database_url) as other:
        seen = [other.get(SHEET).content]
        for name, change in CHANGES.items():
            tag = other.get(SHEET).headers["ETag"]
            assert change(service).status_code == 200
            answer = other.get(SHEET, headers={"If-None-Match": tag})
            assert answer.status_code == 200, name
            assert answer.content == service.get(SHEET).content
            assert other.get(SCORES).json()["data"][0]["digest"] == answer.json()["digest"]
            seen.append(answer.content)
        assert len(set(seen)) == len(seen)


def test_a_self_score_follows_every_draft(service: Service, database_url: str) -> None:
    prepare(service)
    open_round(service)
    with serving(database_url) as other:
        totals = []
        for changes in ({}, {"signed": False}, {}, {"care": "none"}):
            service.put(f"{SUBJECT}/evidence", json=evidence(**changes))
            totals.append(other.get(SHEET, params={"view": "self"}).json()["total"])
            assert other.get(SCORES).json()["data"][0]["state"] == "draft"
        assert totals == [16, 11, 16, 10]
        assert other.get(SHEET).status_code == 404
        service.post(f"{SUBJECT}/evidence/submit")
        assert other.get(SHEET).json()["total"] == 10


def test_the_same_words_in_two_rounds_are_two_sheets(service: Service) -> None:
    under_review(service)
    open_round(service, "2021", period={"start": "2021-04-01", "end": "2022-03-31"})
    place = f"{ROUNDS}/2021/subjects/alliance"
    service.put(f"{place}/evidence", json=evidence(care="nonstandard", staff=[a_stay()]))
    service.post(f"{place}/evidence/submit")
    for address, range_ in ((SHEET, {"low": 9, "high": 12}), (f"{place}/assessment", {"low": 7, "high": 10})):
        assert [service.get(address).json()["range"] for _ in range(2)] == [range_] * 2
