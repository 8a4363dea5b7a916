"""Who evaluates which subject of a round: assigned, replaced, ended; never one who belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.access import Actor
from app.accounts.service import known as accounts
from app.accounts.values import Account
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.rounds.service import entries, rounds
from app.rounds.shapes import AssignmentEnd, NewAssignment
from app.rounds.store import parties as store
from app.rounds.values.rounds import NO_PARTIES, Assignment, Place, Round
from app.scoring.problems import Problem, Problems


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment with the names of those it joins."""

    subject: str
    evaluator: str
    assignment: Assignment


def page(session: Session, actor: Actor, code: str) -> list[Assigned]:
    """All assignments of a round, ended ones too, by subject and number; three queries however many."""
    found = rounds.read(session, actor, code, "read_assignments")
    present = {entry.number: entry.subject.code for entry in entries.all_entries(session, found)}
    known = store.assignments(session, list(present))
    names = accounts.names(session, {each.account for many in known.values() for each in many})
    return [
        Assigned(present[number], names[each.account], each)
        for number in sorted(present, key=lambda number: present[number])
        for each in known[number]
    ]


def assign(session: Session, actor: Actor, code: str, new: NewAssignment) -> list[Assigned]:
    """Have somebody evaluate these subjects: all of them, or nobody and everything that is wrong."""
    found = rounds.locked(session, actor, code, "assign")
    _refuse_unopened(found)
    evaluator = _evaluator(session, new.evaluator, "evaluator")
    places = {place.entry.subject.code: place for place in _places(session, found, new.subjects)}
    problems = list(_problems(places, evaluator, new))
    if problems:
        raise Invalid(Problems(problems))
    return [_assign(session, actor, places[subject], evaluator) for subject in new.subjects]


def end(session: Session, actor: Actor, code: str, subject: str, number: int, said: AssignmentEnd) -> list[Assigned]:
    """Somebody evaluates a subject no more; another may take over at once. What was found and judged stays."""
    place = entries.locate(session, actor, "assign", code, subject, lock=True)
    known = store.assignments(session, [place.entry.number])[place.entry.number]
    one = next((each for each in known if each.number == number), None)
    if one is None:
        raise NotFound("assignment_not_found", f"考评对象 {subject} 没有第 {number} 次评审分派")
    if one.ended_at is not None:
        raise Conflict("assignment_ended", "该评审分派已经结束")
    names = accounts.names(session, {one.account})
    store.end(session, place.entry.number, number, actor.name, database_now(session), said.reason)
    payload = {"evaluator": names[one.account], "replacement": said.replacement}
    audit.record(session, actor, act="end_assignment", thing=place.name, reason=said.reason, payload=payload)
    ended = store.assignments(session, [place.entry.number])[place.entry.number][number - 1]
    replaced = [] if said.replacement is None else [_replace(session, actor, place, one, said.replacement)]
    return [Assigned(subject, names[one.account], ended), *replaced]


def _replace(session: Session, actor: Actor, place: Place, one: Assignment, name: str) -> Assigned:
    evaluator = _evaluator(session, name, "replacement")
    left = Place(place.round, place.entry, store.of(session, place.entry.number))
    problem = _against(left, evaluator)
    if evaluator.number == one.account or problem is not None:
        message = "不能由同一人接替" if problem is None else problem
        raise Invalid(Problems.one(("replacement",), "evaluator_unfit", message))
    return _assign(session, actor, left, evaluator)


def _assign(session: Session, actor: Actor, place: Place, evaluator: Account) -> Assigned:
    last = len(store.assignments(session, [place.entry.number])[place.entry.number])
    new = Assignment(last + 1, evaluator.number, actor.name, database_now(session))
    store.assign(session, place.entry.number, new)
    audit.record(session, actor, act="assign", thing=place.name, payload={"evaluator": evaluator.name})
    return Assigned(place.entry.subject.code, evaluator.name, new)


def _places(session: Session, found: Round, subjects: Sequence[str]) -> list[Place]:
    wanted, parties = set(subjects), entries.all_parties(session, found)
    present = [entry for entry in entries.all_entries(session, found) if entry.subject.code in wanted]
    return [Place(found, entry, parties.get(entry.number, NO_PARTIES)) for entry in present]


def _problems(places: dict[str, Place], evaluator: Account, new: NewAssignment) -> Iterator[Problem]:
    for at, subject in enumerate(new.subjects):
        if subject not in places:
            yield Problem(("subjects", at), "subject_not_in_round", f"批次中没有考评对象 {subject}")
        elif (against := _against(places[subject], evaluator)) is not None:
            yield Problem(("subjects", at), "evaluator_unfit", f"{subject}：{against}")


def _against(place: Place, evaluator: Account) -> str | None:
    if evaluator.institution is not None and evaluator.institution in place.parties.members:
        return "评审人员所在的机构属于该考评对象，应当回避"
    if evaluator.number in place.parties.evaluators:
        return "已分派给该评审人员"
    return None


def _evaluator(session: Session, name: str, member: str) -> Account:
    account = accounts.find(session, name)
    if account is None or not account.active or "evaluator" not in account.roles:
        raise Invalid(Problems.one((member,), "no_evaluator", f"{name} 不是在用的评审人员账号"))
    return account


def _refuse_unopened(found: Round) -> None:
    if found.opened_at is None:
        raise Conflict("round_not_open", "该批次尚未开放，不能分派评审")
