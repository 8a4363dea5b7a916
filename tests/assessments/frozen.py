"""Results that were proposed, approved and published, and sheets put beside them by who owns the database."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.assessments.service import recomputing
from app.assessments.service.recomputing import Recomputed
from app.assessments.store import sheets as store
from app.assessments.values import Sheet
from app.scoring.digest import canonical, digest
from tests.assessments.builders import JUDGEMENT, SHEET, a_judgement, under_review
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS
from tests.service import Service


@remembered
def finalised(service: Service) -> None:
    under_review(service)
    assert service.put(JUDGEMENT, json=a_judgement()).status_code == 200
    assert service.post(f"{SHEET}/propose").status_code == 200
    assert service.post(f"{SHEET}/approve").status_code == 200


@remembered
def published(service: Service) -> None:
    finalised(service)
    assert service.post(f"{ROUNDS}/2020/close").status_code == 200
    assert service.post(f"{ROUNDS}/2020/publish").status_code == 200


def first(service: Service) -> tuple[int, Sheet]:
    with service.database.reading() as session:
        return next(store.everything(session))


def put_beside(service: Service, **changes: Any) -> Sheet:
    """Another sheet of the subject, which says what the first one says but for these members."""
    entry, sheet = first(service)
    with service.database.writing() as session:
        new = replace(sheet, number=store.count(session, entry) + 1, **changes)
        store.add(session, entry, new)
    return new


def resaid(sheet: Sheet, **members: Any) -> dict[str, Any]:
    """The sheet with other members, and the digest that fits."""
    said = json.loads(sheet.content) | members
    del said["digest"]
    said["digest"] = digest(said)
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return {"content": content, "digest": said["digest"]}


def other_inputs(sheet: Sheet, **members: Any) -> bytes:
    return canonical(json.loads(sheet.inputs) | members)


def recomputed(service: Service, round_code: str | None = None) -> list[Recomputed]:
    with service.database.reading() as session:
        return list(recomputing.recompute(session, round_code))


def codes(service: Service) -> list[list[str]]:
    return [[fault.code for fault in each.result.faults] for each in recomputed(service)]
