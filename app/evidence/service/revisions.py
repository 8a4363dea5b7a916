"""Revisions of evidence: saved with tokens for names, checked against the scheme, read by those who may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from app.access import Actor, sees_drafts
from app.audit import service as audit
from app.db import Session, last_now
from app.errors import Conflict, Invalid, NotFound
from app.evidence.service import names
from app.evidence.store import revisions as store
from app.evidence.values import Plain, Revision, RevisionEntry
from app.rounds.service import entries, profiles, schemes, standing
from app.rounds.values.rounds import Entry, Place
from app.scoring.digest import canonical, digest_of
from app.scoring.engine import read_evidence, score_request
from app.scoring.problems import Problem, Problems

Seen: TypeAlias = Callable[[Revision | None], None]
"""Raises Stale when the latest revision is not what the one who acts has seen."""


def read(session: Session, actor: Actor, round_code: str, subject_code: str) -> Revision:
    """The latest revision; for those who review, the one that is handed in. Refused while there is none."""
    place = entries.locate(session, actor, "read_evidence", round_code, subject_code)
    if sees_drafts(actor, place.thing):
        found = _found(store.latest(session, place.entry.number), "尚未保存佐证资料")
    else:
        found = _found(submitted(session, place.entry), "该考评对象尚未提交佐证资料")
    return names.seen_by(session, actor, place, with_submission(session, place, found))


def revision(session: Session, actor: Actor, round_code: str, subject_code: str, number: int) -> Revision:
    """A revision by its number; for those who review, one that was handed in."""
    place = entries.locate(session, actor, "read_evidence", round_code, subject_code)
    missing = f"没有第 {number} 次修订"
    found = with_submission(session, place, _found(store.one(session, place.entry.number, number), missing))
    if found.submitted_at is None and not sees_drafts(actor, place.thing):
        raise NotFound("revision_not_found", missing)
    return names.seen_by(session, actor, place, found)


def page(
    session: Session, actor: Actor, round_code: str, subject_code: str, before: int | None, limit: int
) -> Sequence[RevisionEntry]:
    """At most `limit` revisions before a number, the latest first, without the evidence itself."""
    place = entries.locate(session, actor, "read_evidence", round_code, subject_code)
    dates = _submissions(session, place)
    only = None if sees_drafts(actor, place.thing) else set(dates)
    rows = store.page(session, place.entry.number, before, limit, only)
    return [replace(row, submitted_at=dates.get(row.number)) for row in rows]


def save(session: Session, actor: Actor, round_code: str, subject_code: str, evidence: object, seen: Seen) -> Revision:
    """Append a draft revision; evidence that says what the last revision says is that revision, nothing is added.

    Not one row more each time a form is saved untouched; what was said, and when first, is in the history all the same.
    """
    place = writable(session, actor, round_code, subject_code)
    last = _last(session, place)
    known = names.look_up(session, place, evidence, {} if last is None else names.read(last.content))
    last = None if last is None else names.named(session, place, last, known)
    seen(last)
    standing.refuse_unless_in(place, standing.EDITABLE, "填报")
    kept, known = _checked(session, place, evidence, known)
    content = canonical(kept)
    digest = digest_of(content)
    if last is not None and last.digest == digest:
        return last
    number = 1 if last is None else last.number + 1
    new = RevisionEntry(number, digest, last_now(session), None)
    names.keep(session, place, known, new.saved_at)
    saved = store.add(session, place.entry.number, new, content)
    payload = {"revision": number, "digest": digest}
    audit.record(session, actor, act="save_evidence", thing=place.name, payload=payload)
    return replace(saved, named=canonical(evidence))


def writable(session: Session, actor: Actor, round_code: str, subject_code: str) -> Place:
    """The place of one who writes the evidence of a subject, in a round that is open; nobody else acts there now."""
    place = entries.locate(session, actor, "write_evidence", round_code, subject_code, lock=True)
    if place.round.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能填报佐证资料")
    return place


def latest(session: Session, entry: int) -> Revision | None:
    """The last revision of a subject in a round, as it is stored."""
    return store.latest(session, entry)


def latest_seen(session: Session, actor: Actor, place: Place) -> Revision | None:
    """The last revision as one who may read it sees it, with the moment in which it was handed in last."""
    last = _last(session, place)
    return None if last is None else names.seen_by(session, actor, place, last)


def submitted(session: Session, entry: Entry) -> Revision | None:
    """The revision that a subject has handed in."""
    return None if entry.revision is None else store.one(session, entry.number, entry.revision)


def revision_row(session: Session, entry: Entry, number: int) -> int:
    """The row of a revision, which rows of other rooms hang on."""
    return _found(store.one(session, entry.number, number), f"没有第 {number} 次修订").row


def submitted_of(session: Session, entries_: Collection[Entry]) -> dict[int, Revision]:
    """What many subjects have handed in, by entry; one query however many."""
    handed_in = {entry.number: entry.revision for entry in entries_ if entry.revision is not None}
    return store.many(session, handed_in)


def _checked(session: Session, place: Place, evidence: object, known: names.Names) -> tuple[Plain, names.Names]:
    """Refuse what the scheme's fields do not take, and what cannot be scored, all at once; then with tokens for names.

    Names are looked at as they were stated; what is scored is what will be stored.
    """
    program = schemes.program(session, place.round)
    read = read_evidence(program, evidence)
    problems = list(read) if isinstance(read, Problems) else []
    places = {each.path for each in problems}
    problems += [each for each in names.refused(program, evidence) if each.path not in places]
    if problems or not isinstance(evidence, dict):
        raise Invalid(Problems(problems))
    kept, known = names.with_tokens(program, evidence, known)
    subject = profiles.of(program, place.entry)
    scored = score_request(program, {"period": place.round.period.as_plain(), "subject": subject, "evidence": kept})
    if isinstance(scored, Problems):
        raise Invalid(Problems(Problem((), each.code, each.message) for each in scored))
    return kept, known


def _last(session: Session, place: Place) -> Revision | None:
    last = store.latest(session, place.entry.number)
    return None if last is None else with_submission(session, place, last)


def _submissions(session: Session, place: Place) -> Mapping[int, datetime]:
    """When each revision was handed in last; nothing is asked where nothing was."""
    moves = standing.history(session, place) if place.entry.moves else []
    return {each.revision: each.moved_at for each in moves if each.act == "submit" and each.revision is not None}


def with_submission(session: Session, place: Place, found: Revision) -> Revision:
    """The revision with the moment in which it was handed in last."""
    return replace(found, submitted_at=_submissions(session, place).get(found.number))


def _found(revision: Revision | None, detail: str) -> Revision:
    if revision is None:
        raise NotFound("revision_not_found", detail)
    return revision
