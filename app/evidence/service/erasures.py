"""Personal values erased by two people: one asks, another confirms; the tokens stay, and with them every digest."""

from __future__ import annotations

from app.access import Actor
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.evidence.shapes import Erasing
from app.evidence.store import erasures as store
from app.evidence.store import names as name_store
from app.evidence.values import Erasure
from app.rounds.service import entries
from app.scoring.problems import Problem, Problems


def ask(session: Session, actor: Actor, round_code: str, subject_code: str, said: Erasing) -> Erasure:
    """Ask to erase values of a subject in a round; which ones is settled now, not when somebody confirms it.

    Raises NotFound, Forbidden, Conflict when there is nothing to erase, Invalid for tokens that stand for nothing here.
    """
    place = entries.locate(session, actor, "erase_names", round_code, subject_code, lock=True)
    present = name_store.tokens_of(session, place.entry.number)
    tokens = tuple(present if said.tokens is None else dict.fromkeys(said.tokens))
    unknown = set(tokens).difference(present)
    if unknown:
        message = "该考评对象没有这个代号，或其个人信息已抹除"
        problems = [
            Problem(("tokens", n), "token_unknown", message) for n, each in enumerate(tokens) if each in unknown
        ]
        raise Invalid(Problems(problems))
    if not tokens:
        raise Conflict("nothing_to_erase", "该考评对象在本批次没有可抹除的个人信息")
    number = len(store.of(session, place.entry.number)) + 1
    new = Erasure(number, said.reason, tokens, actor.number, actor.name, database_now(session))
    store.add(session, place.entry.number, new)
    payload = {"erasure": number, "tokens": list(tokens)}
    audit.record(session, actor, act="ask_erasure", thing=place.name, reason=said.reason, payload=payload)
    return new


def listed(session: Session, actor: Actor, round_code: str, subject_code: str) -> list[Erasure]:
    """All that was asked for of a subject in a round, the first one first."""
    place = entries.locate(session, actor, "erase_names", round_code, subject_code)
    return store.of(session, place.entry.number)


def confirm(session: Session, actor: Actor, round_code: str, subject_code: str, number: int) -> Erasure:
    """Erase what another person asked to erase: values and salts are gone, nothing else changes.

    Raises NotFound, Forbidden for the one who asked, Conflict when it is done already.
    """
    place = entries.locate(session, actor, "erase_names", round_code, subject_code, lock=True)
    found = next((each for each in store.of(session, place.entry.number) if each.number == number), None)
    if found is None:
        raise NotFound("erasure_not_found", f"没有第 {number} 次抹除申请")
    if found.confirmed_at is not None:
        raise Conflict("already_erased", "该次抹除已由他人确认并完成")
    if found.account == actor.number:
        raise Forbidden("four_eyes", "提出抹除的人不能自己确认，须由另一人确认")
    now = database_now(session)
    erased = name_store.erase(session, place.entry.number, found.tokens, now)
    store.confirm(session, place.entry.number, number, actor.name, now)
    payload = {"erasure": number, "erased": erased}
    audit.record(session, actor, act="erase_names", thing=place.name, reason=found.reason, payload=payload)
    known = (found.number, found.reason, found.tokens, found.account, found.asked_by, found.asked_at)
    return Erasure(*known, actor.name, now)
