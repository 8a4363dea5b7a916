"""A round that is reviewed, closed and published, with people who had a part in it and people who had none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update

from app.rounds.store.tables import RoundRow
from tests.assessments.builders import SUBJECT, a_judgement, submit
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS, a_stay, evidence, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

ROUND = f"{ROUNDS}/2020"
OBJECTIONS = f"{SUBJECT}/objections"
GROUNDS = {"items": {"chronic": "随访档案已补全，请予复核"}}
REJECTED = {"accepted": False, "reason": "所附材料不能证明"}
HIGHER = {"chronic": {"points": 5, "rationale": "经核对随访档案完整"}}
ACCEPTED = {"accepted": True, "reason": "材料属实，予以更正", "judgements": HIGHER}
REVIEW = {"accepted": True, "reason": "情况复杂，重新评审", "review": True}


@remembered
def reviewed(service: Service, *others: str, **changes: Any) -> None:
    """One subject (and others) judged with 4 points by the evaluator: 5 + 4 + 2."""
    prepare(service)
    for other in others:
        register_alliance(service, other)
    open_round(service, subjects=["alliance", *others], **changes)
    for subject in ("alliance", *others):
        judged(service, subject)


def judged(service: Service, subject: str, round_: str = ROUND, by: str = "evaluator", **changes: Any) -> None:
    """Evidence that waits for a judgement, and the judgement."""
    if round_ == ROUND:
        submit(service, subject, care="nonstandard", staff=[a_stay()])
    else:
        place = f"{round_}/subjects/{subject}/evidence"
        done(service.put(place, json=evidence(care="nonstandard", staff=[a_stay()])))
        done(service.post(f"{place}/submit"))
    done(service.put(f"{round_}/subjects/{subject}/assessment/judgements/chronic", json=a_judgement(**changes), by=by))


def closed(service: Service, code: str, subjects: dict[str, int], **changes: Any) -> str:
    """Another round, closed, with final results of these subjects, judged with so many points; its address."""
    open_round(service, code, subjects=list(subjects), **changes)
    round_ = f"{ROUNDS}/{code}"
    for subject, points in subjects.items():
        judged(service, subject, round_, points=points, rationale=f"{code} 年度按 {points} 分评定")
    done(service.post(f"{round_}/close"))
    settled(service, *subjects, round_=round_)
    return round_


def settled(service: Service, *subjects: str, round_: str = ROUND) -> None:
    """Proposed by the evaluator, approved by the chief."""
    for subject in subjects or ("alliance",):
        for act in ("propose", "approve"):
            done(service.post(f"{round_}/subjects/{subject}/assessment/{act}"))


@remembered
def published(service: Service, *others: str, **changes: Any) -> None:
    """Everybody's result is published."""
    reviewed(service, *others, **changes)
    done(service.post(f"{ROUND}/close"))
    settled(service, "alliance", *others)
    done(service.post(f"{ROUND}/publish"))


@remembered
def objected(service: Service, **changes: Any) -> None:
    """The subject objects to its judged item."""
    published(service, **changes)
    done(service.post(OBJECTIONS, json=GROUNDS), 201)


def decided(service: Service, decision: Any, number: int = 1, by: str = "chief2") -> Any:
    return service.post(f"{OBJECTIONS}/{number}/decision", json=decision, by=by)


def aged(service: Service, by: timedelta, code: str = "2020") -> None:
    """As if the round had been published so much earlier; the triggers that forbid this are back afterwards."""
    on_sqlite = service.database.engine.dialect.name == "sqlite"
    with service.database.writing() as session:
        if on_sqlite:
            trigger = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'rounds_changed'"))
            session.execute(text("DROP TRIGGER rounds_changed"))
        else:
            session.execute(text("ALTER TABLE rounds DISABLE TRIGGER rounds_stays"))
        then = session.scalars(select(RoundRow.published_at).where(RoundRow.code == code)).one()
        session.execute(update(RoundRow).where(RoundRow.code == code).values(published_at=then - by))
        session.execute(text(trigger if on_sqlite else "ALTER TABLE rounds ENABLE ALWAYS TRIGGER rounds_stays"))


def done(answer: Any, status: int = 200) -> None:
    assert answer.status_code == status, answer.text


def refusal(answer: Any) -> tuple[int, str]:
    """Status and type."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def pointers(answer: Any) -> set[str]:
    """Where the problems of a refused body are."""
    assert answer.status_code == 422, answer.text
    return {each["pointer"] for each in answer.json()["errors"]}
