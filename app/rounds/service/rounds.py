"""Rounds: made of a published version, opened when nothing stands against it, closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.rounds import store
from app.rounds.service import entries, profiles, schemes
from app.rounds.shapes import NewRound
from app.rounds.values import CheckedEntry, Profile, Round
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems

NAMED = 20
"""Subjects that a refusal names before it says "and others"."""


def create(session: Session, new: NewRound) -> tuple[Round, list[CheckedEntry]]:
    """Make a round; the subjects in it come along with the problems of their composition."""
    if store.one(session, new.code) is not None:
        raise Conflict("code_taken", f"代码 {new.code} 已被使用")
    program = schemes.published(session, new.scheme)
    if isinstance(program, Problems):
        raise Invalid(program.under("scheme"))
    entrants = entries.read_entrants(session, program, new.subjects)
    problems = Problems((*_period_problems(program, new), *entrants.problems))
    if problems:
        raise Invalid(problems)
    made = store.add(session, _round(new, program, database_now(session)))
    store.add_entries(session, made.number, entrants.subject_ids)
    return made, entries.checked(session, made, program)


def read(session: Session, code: str) -> Round:
    """The round of this code."""
    return _found(store.one(session, code), code)


def entered(session: Session, code: str, after: int, limit: int) -> list[CheckedEntry]:
    """At most `limit` subjects of a round behind the entry numbered `after`, with the problems of their composition."""
    found = read(session, code)
    return entries.checked(session, found, schemes.program(session, found), after, limit)


def page(session: Session, after: str, limit: int) -> Sequence[Round]:
    """At most `limit` rounds in the order of their codes, behind `after`."""
    return store.page(session, after, limit)


def open_round(session: Session, code: str) -> Round:
    """Begin to take evidence; refused while a problem of composition is not waived, or when it would be too late."""
    found = _found(store.one(session, code, lock=True), code)
    if found.state != "draft":
        raise Conflict("round_not_draft", "该批次已经开放过，不能再次开放")
    now = database_now(session)
    if now >= found.deadline:
        raise Conflict("deadline_passed", "该批次的截止时间已过，不能开放")
    if schemes.is_retired(session, found):
        raise Conflict("scheme_not_published", "该批次采用的方案版本已停用，不能开放")
    program = schemes.program(session, found)
    present = entries.checked(session, found, program)
    _refuse_unready(present)
    store.freeze(session, _profiles(program, present))
    store.open_round(session, found.number, now)
    return read(session, code)


def close(session: Session, code: str) -> Round:
    """Take no more evidence."""
    found = _found(store.one(session, code, lock=True), code)
    if found.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能关闭")
    store.close_round(session, found.number, database_now(session))
    return read(session, code)


def _found(found: Round | None, code: str) -> Round:
    if found is None:
        raise NotFound("round_not_found", f"没有代码为 {code} 的考评批次")
    return found


def _refuse_unready(checked: Sequence[CheckedEntry]) -> None:
    if not checked:
        raise Conflict("round_empty", "该批次还没有考评对象，不能开放")
    unready = [each.subject.code for each in checked if each.unwaived]
    if unready:
        named = "、".join(unready[:NAMED]) + (" 等" if len(unready) > NAMED else "")
        detail = f"以下 {len(unready)} 个考评对象的组成不符合方案要求且未豁免，不能开放：{named}"
        raise Conflict("composition_problems", detail)


def _profiles(program: Program, present: Sequence[CheckedEntry]) -> dict[int, Profile]:
    """By entry; refused while the scheme cannot take a number from one of them."""
    found = {each.number: profiles.profile_of(program, each.subject) for each in present}
    lacking = [
        f"{each.subject.code}（{problems[0].message}）"
        for each in present
        if (problems := profiles.profile_problems(program, found[each.number]))
    ]
    if lacking:
        named = "、".join(lacking[:NAMED]) + (" 等" if len(lacking) > NAMED else "")
        detail = f"以下 {len(lacking)} 个考评对象的属性不合方案要求，不能开放：{named}"
        raise Conflict("profile_unfit", detail)
    return found


def _period_problems(program: Program, new: NewRound) -> Iterator[Problem]:
    asked = program.scheme.period_months
    if _is_unusual(program, new) and not new.acknowledge_period:
        message = f"方案的考评周期为 {asked} 个月，所给周期与此不符；确需如此，请将 acknowledge_period 设为 true"
        yield Problem(("acknowledge_period",), "period_not_acknowledged", message)


def _is_unusual(program: Program, new: NewRound) -> bool:
    return program.scheme.period_months not in {None, new.period.as_period().months}


def _round(new: NewRound, program: Program, now: datetime) -> Round:
    return Round(
        number=0,
        code=new.code,
        title=new.title,
        scheme=new.scheme.code,
        version=new.scheme.version,
        digest=program.digest,
        period=new.period.as_period(),
        period_acknowledged=_is_unusual(program, new),
        deadline=new.deadline,
        created_at=now,
        opened_at=None,
        closed_at=None,
    )
