"""Objections of subjects to items of their published results: raised within the time for it, and read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from app.access import Actor
from app.assessments.service.requests import read
from app.assessments.service.settling import standing_sheet
from app.assessments.shapes import NewObjection
from app.assessments.store import objections as store
from app.assessments.store import sheets as sheet_store
from app.assessments.values import By, Objection, Outcome, Sheet
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Invalid
from app.evidence import service as evidence
from app.rounds.service import entries, schemes, standing
from app.rounds.values.rounds import Move, Place
from app.scoring.document import read_part
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems


@dataclass(frozen=True, slots=True)
class Told:
    """An objection as somebody may see it; `after`: what the result is since, `published`: whether all may see that."""

    objection: Objection
    after: Outcome | None
    published: bool


def object_(session: Session, actor: Actor, round_code: str, subject_code: str, stated: object) -> Told:
    """Contest items of the published result, each with its grounds, while the round takes objections.

    One at a time. Raises Conflict, and Invalid with everything that is wrong.
    """
    place = entries.locate(session, actor, "object", round_code, subject_code, lock=True)
    now = database_now(session)
    standing.refuse_unless_objectable(place, now)
    before = store.of(session, place.entry.number)
    if any(each.decision is None for each in before):
        raise Conflict("objection_open", "已有一项异议尚未处理，不能再提出")
    new = _read(schemes.program(session, place.round), stated)
    evidence.refuse_unattached(session, place, new.attachments)
    outcome = outcome_of(standing_sheet(session, place), new.items)
    made = Objection(len(before) + 1, new.items, new.attachments, outcome, By(actor.number, actor.name, now))
    store.add(session, place.entry.number, made)
    payload = {"items": dict(new.items), "attachments": list(new.attachments), "sheet": outcome.sheet}
    audit.record(session, actor, act="object", thing=name_of(place, made.number), payload=payload)
    return Told(made, None, published=False)


def listed(session: Session, actor: Actor, round_code: str, subject_code: str) -> list[Told]:
    """All objections of a subject with what came of them, the first one first.

    The subject sees what a result became when it is published, and not who decided.
    """
    place = entries.locate(session, actor, "read_objections", round_code, subject_code)
    found, moves = store.of(session, place.entry.number), standing.history(session, place)
    since = {each.number: _published_since(each, moves) for each in found}
    sheets = sheet_store.some(session, place.entry.number, {each for each in since.values() if each is not None})
    told = [_told(each, since[each.number], sheets) for each in found]
    return [_as_subjects_see(each) for each in told] if "submitter" in actor.roles else told


def _read(program: Program, stated: object) -> NewObjection:
    """What is wrong with its form, and items that the scheme does not have, together."""
    read_ = read_part(NewObjection, stated)
    problems = [*(read_ if isinstance(read_, Problems) else ()), *_unknown_items(program, stated)]
    if problems or isinstance(read_, Problems):
        raise Invalid(Problems(problems))
    return read_


def _unknown_items(program: Program, stated: object) -> Iterator[Problem]:
    items = stated.get("items") if isinstance(stated, Mapping) else None
    for item in items if isinstance(items, Mapping) else ():
        if item not in program.by_code:
            yield Problem(("items", item), "item_not_found", f"评价方案中没有计分项目 {item}")


def _published_since(objection: Objection, moves: Collection[Move]) -> int | None:
    """The sheet that was published first since the objection was accepted."""
    accepted = None if objection.decision is None else objection.decision.move
    if accepted is None:
        return None
    return next((each.sheet for each in moves if each.act == "publish" and each.number > accepted), None)


def _told(objection: Objection, since: int | None, sheets: Mapping[int, Sheet]) -> Told:
    """With what was published since; before that, with what is proposed."""
    proposed = None if objection.decision is None else objection.decision.after
    if since is None or (proposed is not None and proposed.sheet == since):
        return Told(objection, proposed, published=since is not None)
    return Told(objection, outcome_of(sheets[since], objection.items), published=True)


def _as_subjects_see(told: Told) -> Told:
    decision = told.objection.decision
    if decision is None:
        return told
    nobody = replace(decision, by=replace(decision.by, name=""))
    objection = replace(told.objection, decision=nobody)
    return replace(told, objection=objection, after=told.after if told.published else None)


def outcome_of(sheet: Sheet, items: Collection[str]) -> Outcome:
    """What a sheet gives, and its scores of these items."""
    content = read(sheet.content)
    scores = {item["code"]: item["score"] for section in content["sections"] for item in section["items"]}
    total, base, bonus = (content[each] for each in ("total", "base", "bonus"))
    return Outcome(sheet.number, total, base, bonus, {item: scores.get(item) for item in items})


def name_of(place: Place, number: int) -> str:
    """As the audit record names an objection."""
    return f"{place.name}/objections/{number}"
