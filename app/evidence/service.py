"""Evidence of a subject in a round: saved as revisions, checked against the scheme, submitted before the deadline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.evidence import store
from app.evidence.values import Revision, RevisionEntry
from app.rounds.service import entries, profiles, schemes
from app.rounds.service.entries import Place
from app.scoring.digest import canonical, digest_of
from app.scoring.engine import Program, read_evidence, score_request
from app.scoring.problems import Problem, Problems

Seen: TypeAlias = Callable[[Revision | None], None]
"""Raises Stale when the latest revision is not what the one who acts has seen."""


def read(session: Session, round_code: str, subject_code: str) -> Revision:
    """The latest revision; refused while there is none."""
    place = entries.locate(session, round_code, subject_code)
    return _found(store.latest(session, place.entry.number), "尚未保存佐证资料")


def revision(session: Session, round_code: str, subject_code: str, number: int) -> Revision:
    """A revision by its number."""
    place = entries.locate(session, round_code, subject_code)
    return _found(store.one(session, place.entry.number, number), f"没有第 {number} 次修订")


def page(
    session: Session, round_code: str, subject_code: str, before: int | None, limit: int
) -> Sequence[RevisionEntry]:
    """At most `limit` revisions before a number, the latest first, without the evidence itself."""
    place = entries.locate(session, round_code, subject_code)
    return store.page(session, place.entry.number, before, limit)


def save(session: Session, round_code: str, subject_code: str, evidence: object, seen: Seen) -> Revision:
    """Append a draft revision; evidence that says what the last revision says is that revision, nothing is added.

    Not one row more each time a form is saved untouched; what was said, and when first, is in the history all the same.
    """
    place = _open_place(session, round_code, subject_code)
    last = store.latest(session, place.entry.number)
    seen(last)
    _refuse_submitted(last)
    program = schemes.program(session, place.round)
    read = read_evidence(program, evidence)
    if isinstance(read, Problems):
        raise Invalid(read)
    subject = profiles.of(program, place.entry)
    scored = score_request(program, {"period": place.round.period.as_plain(), "subject": subject, "evidence": evidence})
    if isinstance(scored, Problems):
        raise Invalid(Problems(Problem((), each.code, each.message) for each in scored))
    content = canonical(evidence)
    digest = digest_of(content)
    if last is not None and last.digest == digest:
        return last
    number = 1 if last is None else last.number + 1
    return store.add(session, place.entry.number, RevisionEntry(number, digest, database_now(session), None), content)


def submit(session: Session, round_code: str, subject_code: str, seen: Seen) -> tuple[Revision, list[str]]:
    """Seal the latest revision; also says which items ask for attachments, which cannot be checked yet.

    The deadline is half-open: an act at the very moment of the deadline comes too late. The clock is the database's.
    """
    place = _open_place(session, round_code, subject_code)
    last = store.latest(session, place.entry.number)
    seen(last)
    if last is None:
        raise Conflict("nothing_to_submit", "尚未保存佐证资料，不能提交")
    _refuse_submitted(last)
    now = database_now(session)
    if now >= place.round.deadline:
        raise Conflict("deadline_passed", "已过提交截止时间")
    store.submit(session, last.row, now)
    sealed = Revision(last.number, last.digest, last.saved_at, now, last.row, last.content)
    return sealed, _asking_for_proof(schemes.program(session, place.round))


def latest(session: Session, entry: int) -> Revision | None:
    """The last revision of a subject in a round."""
    return store.latest(session, entry)


def submitted(session: Session, entry: int) -> Revision | None:
    """The revision that a subject handed in."""
    return store.submitted(session, entry)


def submitted_of(session: Session, entry_numbers: Collection[int]) -> dict[int, Revision]:
    """What many subjects handed in; one query however many."""
    return store.submitted_of(session, entry_numbers)


def started(session: Session, entry_numbers: Collection[int]) -> set[int]:
    """Which of many subjects have saved anything; one query however many."""
    return store.started(session, entry_numbers)


def _open_place(session: Session, round_code: str, subject_code: str) -> Place:
    place = entries.locate(session, round_code, subject_code, act=True)
    if place.round.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能填报佐证资料")
    return place


def _refuse_submitted(last: Revision | None) -> None:
    if last is not None and last.submitted_at is not None:
        raise Conflict("evidence_submitted", "佐证资料已提交，不能再改动")


def _found(revision: Revision | None, detail: str) -> Revision:
    if revision is None:
        raise NotFound("revision_not_found", detail)
    return revision


def _asking_for_proof(program: Program) -> list[str]:
    items = (item for section in program.scheme.sections for item in section.items)
    return [item.code for item in items if item.attachments == "required"]
