"""Where a subject stands in its round: the states, the moves between them, and who made which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.access import Actor
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict
from app.rounds.service import entries
from app.rounds.shapes import AssessmentState, MoveName
from app.rounds.store import moves as store
from app.rounds.values.rounds import Entry, Move, Place

EDITABLE: Final = frozenset[AssessmentState]({"draft", "withdrawn", "returned"})
"""States in which the subject writes its evidence."""
REVIEWED: Final = frozenset[AssessmentState]({"submitted", "in_review", "reopened"})
"""States in which evaluators find and judge."""
SETTLED: Final = frozenset[AssessmentState]({"proposed", "final", "published"})
"""States in which a sheet stands."""
WORDS: Final[Mapping[AssessmentState, str]] = {
    "draft": "填报中",
    "submitted": "已提交",
    "in_review": "评审中",
    "proposed": "已提出结果",
    "final": "已定稿",
    "published": "已公布",
    "returned": "已退回修改",
    "withdrawn": "已撤回",
    "reopened": "已重新评审",
}


@dataclass(frozen=True, slots=True)
class _Step:
    """From which states a move leads to which; `said`: what the act is called."""

    before: frozenset[AssessmentState]
    after: AssessmentState
    said: str


MOVES: Final[Mapping[MoveName, _Step]] = {
    "submit": _Step(EDITABLE, "submitted", "提交"),
    "withdraw": _Step(frozenset({"submitted"}), "withdrawn", "撤回"),
    "return": _Step(frozenset({"submitted", "in_review"}), "returned", "退回修改"),
    "review": _Step(frozenset({"submitted"}), "in_review", "评审"),
    "propose": _Step(REVIEWED, "proposed", "提出结果"),
    "approve": _Step(frozenset({"proposed"}), "final", "定稿"),
    "reopen": _Step(SETTLED, "reopened", "重新评审"),
    "publish": _Step(frozenset({"final"}), "published", "公布"),
    "accept_objection": _Step(frozenset({"published"}), "reopened", "受理异议后重新评审"),
}


def read(session: Session, actor: Actor, round_code: str, subject_code: str) -> tuple[Place, list[Move]]:
    """A subject in a round with all its moves, the first one first."""
    place = entries.locate(session, actor, "read_standing", round_code, subject_code)
    moves = store.of(session, place.entry.number)
    if "submitter" in actor.roles:  # who reviews them is not their concern
        own = {"submit", "withdraw"}
        moves = [each if each.act in own else replace(each, actor="") for each in moves]
    return place, moves


def history(session: Session, place: Place) -> list[Move]:
    """All moves of a subject, the first one first."""
    return store.of(session, place.entry.number)


def histories(session: Session, entry_numbers: list[int]) -> dict[int, list[Move]]:
    """The same of many subjects; one query."""
    return store.of_all(session, entry_numbers)


def allows(place: Place, move: MoveName) -> bool:
    """Whether the move can be made where the subject stands."""
    return place.entry.state in MOVES[move].before


def refuse_unless(place: Place, move: MoveName) -> None:
    """Refuse a move that does not fit where the subject stands."""
    step = MOVES[move]
    if place.entry.state not in step.before:
        known = "、".join(WORDS[state] for state in WORDS if state in step.before)
        detail = f"该考评对象现为“{WORDS[place.entry.state]}”，只有在“{known}”时才能{step.said}"
        raise Conflict("wrong_state", detail)


def refuse_unless_in(place: Place, states: frozenset[AssessmentState], said: str) -> None:
    """Refuse an act that moves nothing in a state in which it may not be done."""
    if place.entry.state not in states:
        known = "、".join(WORDS[state] for state in WORDS if state in states)
        raise Conflict("wrong_state", f"该考评对象现为“{WORDS[place.entry.state]}”，只有在“{known}”时才能{said}")


def refuse_unless_objectable(place: Place, now: datetime) -> None:
    """Refuse what belongs to an objection outside its time: from the publishing of the round on, half-open."""
    refuse_unless_in(place, frozenset({"published"}), "提出异议")
    until = place.round.objections_until
    if until is None or now >= until:
        raise Conflict("objection_window_over", "已过提出异议的期限")


def move(  # noqa: PLR0913 -- what a move says
    session: Session,
    actor: Actor,
    place: Place,
    name: MoveName,
    *,
    reason: str = "",
    fields: Mapping[str, str] | None = None,
    revision: int | None = None,
    sheet: int | None = None,
    now: datetime | None = None,
) -> Place:
    """The subject after the move, which is recorded; refused where it stands elsewhere.

    What is handed in, and the sheet, stay as they are where nothing else is said; once the subject writes its evidence
    again nothing is handed in. The place has to be located for an act: so the one who comes second sees what the first
    one did.
    """
    refuse_unless(place, name)
    after, entry = MOVES[name].after, place.entry
    revision = None if after in EDITABLE else revision or entry.revision
    sheet = None if after in EDITABLE else sheet or entry.sheet
    number = place.entry.moves + 1
    moved_at = now or database_now(session)
    new = Move(number, name, after, reason, fields or {}, revision, sheet, actor.number, actor.name, moved_at)
    store.add(session, place.entry.number, new)
    payload = {"fields": dict(new.fields), "revision": revision, "sheet": sheet, "state": after}
    audit.record(session, actor, act=name, thing=place.name, reason=reason, payload=payload)
    return replace(place, entry=replace(entry, state=after, moves=number, revision=revision, sheet=sheet))


def publish_all(session: Session, actor: Actor, settled: Sequence[Entry], now: datetime) -> None:
    """Move many final subjects at once; the act that publishes them is what the record names."""
    step = MOVES["publish"]
    moves = {
        entry.number: Move(
            entry.moves + 1, "publish", step.after, "", {}, entry.revision, entry.sheet, actor.number, actor.name, now
        )
        for entry in settled
    }
    store.add_all(session, moves)
