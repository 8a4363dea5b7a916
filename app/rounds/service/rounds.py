"""Rounds: made of a published version, opened when nothing stands against it, closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.access import Act, Actor, Answer, Thing, may, require
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.rounds.service import entries, profiles, schemes
from app.rounds.shapes import NewRound
from app.rounds.store import entries as entry_store
from app.rounds.store import rounds as store
from app.rounds.values.rounds import CheckedEntry, Profile, Round
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems

NAMED = 20
"""Subjects that a refusal names before it says "and others"."""


def create(session: Session, actor: Actor, new: NewRound) -> tuple[Round, list[CheckedEntry]]:
    """Make a round; the subjects in it come along with the problems of their composition."""
    require(actor, "run_rounds")
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
    entry_store.add_entries(session, made.number, entrants.subject_ids)
    audit.record(session, actor, act="make_round", thing=_name(made), payload=_said(made, new))
    return made, entries.checked(session, made, program)


def read(session: Session, actor: Actor, code: str, act: Act = "read_rounds") -> Round:
    """The round of this code for one who may do this to it; raises NotFound, Forbidden."""
    found = entries.find_round(session, actor, code)
    require(actor, act, entries.thing_of_round(found))
    return found


def find(session: Session, code: str) -> Round:
    """The round of this code, whoever asks; for acts that are allowed already. Raises NotFound."""
    found = store.one(session, code)
    if found is None:
        raise NotFound("round_not_found", f"没有代码为 {code} 的考评批次")
    return found


def entered(session: Session, actor: Actor, code: str, after: int, limit: int) -> list[CheckedEntry]:
    """At most `limit` subjects of a round behind the entry numbered `after`, with the problems of their composition."""
    found = read(session, actor, code, "read_entries")
    return entries.checked(session, found, schemes.program(session, found), after, limit)


def page(session: Session, actor: Actor, after: str, limit: int) -> Sequence[Round]:
    """At most `limit` rounds that the actor may know of, in the order of their codes, behind `after`."""
    known = [may(actor, "read_rounds", Thing(opened=opened, published=False)) for opened in (False, True)]
    opened, published = (answer is not Answer.ALLOWED for answer in known)
    return store.page(session, after, limit, opened=opened, published=published)


def open_round(session: Session, actor: Actor, code: str) -> Round:
    """Begin to take evidence; refused while a problem of composition is not waived, or when it would be too late."""
    found = locked(session, actor, code, "run_rounds")
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
    entry_store.freeze(session, _profiles(program, present))
    store.open_round(session, found.number, now)
    audit.record(session, actor, act="open_round", thing=_name(found))
    return find(session, code)


def close(session: Session, actor: Actor, code: str) -> Round:
    """Take no more evidence."""
    found = locked(session, actor, code, "run_rounds")
    if found.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能关闭")
    store.close_round(session, found.number, database_now(session))
    audit.record(session, actor, act="close_round", thing=_name(found))
    return find(session, code)


def locked(session: Session, actor: Actor, code: str, act: Act) -> Round:
    """The round for one who may do this to it; nobody else moves it or acts in it meanwhile."""
    found = entries.find_round(session, actor, code, lock=True)
    require(actor, act, entries.thing_of_round(found))
    return found


def mark_published(session: Session, found: Round, now: datetime) -> Round:
    """The round, whose results are open from now on; done by the act that publishes them."""
    store.publish(session, found.number, now)
    return find(session, found.code)


def _name(found: Round) -> str:
    """As the audit record names it."""
    return f"rounds/{found.code}"


def _said(made: Round, new: NewRound) -> dict[str, object]:
    """What a round was made with."""
    return {
        "scheme": {"code": made.scheme, "version": made.version, "digest": made.digest},
        "period": made.period.as_plain(),
        "deadline": made.deadline.isoformat(),
        "four_eyes": made.four_eyes,
        "objection_days": made.objection_days,
        "subjects": list(new.subjects),
    }


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
        published_at=None,
        four_eyes=new.four_eyes,
        objection_days=new.objection_days,
    )
