"""Files beside the evidence: added and removed while it is written, sealed with what is handed in.

What was there when the subject handed in stays for good, with its bytes; other bytes go with the next sweep. What comes
later comes for an objection: it counts as handed in at once, and nobody removes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from app.access import Act, Actor, sees_drafts
from app.audit import service as audit
from app.db import Database, Session, at_the_end, database_now
from app.errors import Conflict, Invalid, NotFound
from app.evidence.service.names import reads_names
from app.evidence.store import attachments as store
from app.evidence.values import Attachment, NewFile, Quota
from app.rounds.service import entries, schemes, standing
from app.rounds.values.rounds import Move, Place
from app.scoring.problems import Problem, Problems
from app.storage import KINDS, Storage

MEBIBYTE = 1024 * 1024
AT_ONCE = 500
"""Digests asked for at once."""


@dataclass(frozen=True, slots=True)
class Attached:
    """All that a subject ever attached in a round, and the numbers of the moves that handed in."""

    place: Place
    files: list[Attachment]
    submissions: list[int]

    @property
    def present(self) -> list[Attachment]:
        """What nobody has removed."""
        return [each for each in self.files if each.is_present]

    @property
    def sealed(self) -> list[Attachment]:
        """What belongs to the evidence that is handed in, and to objections; nothing where none is handed in."""
        if self.place.entry.revision is None or not self.submissions:
            return []
        last = self.submissions[-1]
        return [each for each in self.files if each.was_there(last) or each.added_after >= last]

    @property
    def ever_sealed(self) -> list[Attachment]:
        """What was handed in at some time."""
        now = {each.number for each in self.sealed}
        return [each for each in self.files if each.number in now or was_handed_in(each, self.submissions)]


def add(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    new: NewFile,
    quota: Quota,
    keep: Callable[[], None],
) -> tuple[Attachment, bool]:
    """Attach a file to an item, and whether it was not there yet; `keep` is called last, to let its bytes stay.

    Raises NotFound, Forbidden, Invalid, Conflict where the quota is used up, or where neither the evidence is written
    now nor an objection can be made.
    """
    place = entries.locate(session, actor, "write_attachments", round_code, subject_code, lock=True)
    now = database_now(session)
    if place.entry.state == "published":
        standing.refuse_unless_objectable(place, now)
    else:
        _refuse_unless_written(place, "上传附件")
    attached = of(session, place)
    items = {each.item.code for each in schemes.program(session, place.round).items}
    if new.item not in items:
        raise Invalid(Problems.one(("item",), "item_not_found", f"评价方案中没有计分项目 {new.item}"))
    same = [each for each in attached.present if (each.item, each.sha256) == (new.item, new.sha256)]
    if same:
        return same[0], False
    _refuse_too_much(attached, new, quota)
    told = (new.item, new.sha256, new.size, new.media_type, new.label, new.note)
    by = (actor.number, actor.name, now, place.entry.moves)
    added = Attachment(len(attached.files) + 1, *told, *by)
    store.add(session, place.entry.number, added)
    at_the_end(session, lambda _: keep())
    _record(session, actor, place, "attach", added)
    return added, True


def remove(session: Session, actor: Actor, round_code: str, subject_code: str, sha256: str, item: str) -> Attachment:
    """Take a file away again; its row stays, and what was handed in with it before keeps it."""
    place = entries.locate(session, actor, "write_attachments", round_code, subject_code, lock=True)
    _refuse_unless_written(place, "删除附件")
    attached = of(session, place)
    found = [each for each in attached.present if (each.item, each.sha256) == (item, sha256)]
    if not found:
        raise missing()
    now = database_now(session)
    removed = replace(found[0], removed_by=actor.name, removed_at=now, removed_after=place.entry.moves)
    store.remove(session, place.entry.number, removed)
    _record(session, actor, place, "remove_attachment", removed)
    return removed


def listed(session: Session, actor: Actor, round_code: str, subject_code: str) -> list[tuple[Attachment, bool]]:
    """What is attached now, each with whether it is handed in; for those who review, what is handed in."""
    attached = _located(session, actor, "read_attachments", round_code, subject_code)
    sealed = {each.number for each in attached.sealed}
    shown = attached.present if sees_drafts(actor, attached.place.thing) else attached.sealed
    return [(as_seen_by(actor, attached.place, each), each.number in sealed) for each in shown]


def one(session: Session, actor: Actor, round_code: str, subject_code: str, sha256: str) -> Attachment:
    """The last file with this content that the actor may read: what is attached now, or was handed in at some time."""
    attached = _located(session, actor, "read_attachments", round_code, subject_code)
    shown = attached.ever_sealed
    if sees_drafts(actor, attached.place.thing):
        shown = [*shown, *attached.present]
    found = [each for each in shown if each.sha256 == sha256]
    if not found:
        raise missing()
    return as_seen_by(actor, attached.place, max(found, key=lambda each: each.number))


def refuse_unattached(session: Session, place: Place, digests: Sequence[str]) -> None:
    """Raises Invalid for contents that are not handed in, with places in `attachments`."""
    known = {each.sha256 for each in of(session, place).sealed} if digests else set()
    problems = [
        Problem(("attachments", number), "attachment_not_found", "没有这个附件，请先上传")
        for number, each in enumerate(digests)
        if each not in known
    ]
    if problems:
        raise Invalid(Problems(problems))


def of(session: Session, place: Place) -> Attached:
    """All that a subject ever attached; two queries."""
    files = store.of(session, place.entry.number)
    return Attached(place, files, submissions_in(standing.history(session, place)))


def as_seen_by(actor: Actor, place: Place, found: Attachment) -> Attachment:
    """Names of files and notes may name people: only those who may read names see them."""
    return found if reads_names(actor, place) else replace(found, label=plain_label(found), note=None)


def plain_label(found: Attachment) -> str:
    """What a file is called where nobody is to be named."""
    suffix = next((kind.suffixes[0] for kind in KINDS.values() if kind.media_type == found.media_type), "")
    return f"附件{found.number}{suffix}"


def sweep(storage: Storage, database: Database) -> int:
    """Remove contents that nothing refers to; how many there were; raises Unavailable.

    None where nothing was ever attached: that is a new database, and the contents may be those of another.
    """
    with database.reading() as session:
        is_used = store.any_row(session)
    return storage.sweep(referring(database)) if is_used else 0


def referring(database: Database) -> Callable[[Sequence[str]], Collection[str]]:
    """Which contents a sweep has to leave: those that are attached, or were handed in at some time."""

    def referenced(digests: Sequence[str]) -> Collection[str]:
        with database.reading() as session:
            some = (digests[start : start + AT_ONCE] for start in range(0, len(digests), AT_ONCE))
            return {digest for each in some for digest in _referenced(session, each)}

    return referenced


def contents(session: Session) -> Iterator[str]:
    """Every content that has to be there, by its digest: what is attached, or was handed in at some time."""
    for digests in store.digests(session):
        yield from sorted(_referenced(session, digests))


def was_handed_in(found: Attachment, submissions: Sequence[int]) -> bool:
    """Whether it was there at one of these moves."""
    return any(found.was_there(move) for move in submissions)


def submissions_in(moves: Sequence[Move]) -> list[int]:
    """The numbers of the moves that handed in, the first one first."""
    return [each.number for each in moves if each.act == "submit"]


def missing() -> NotFound:
    """There is no such file, as far as one may know."""
    return NotFound("attachment_not_found", "没有这个附件")


def _referenced(session: Session, digests: Sequence[str]) -> Collection[str]:
    found = store.with_content(session, digests)
    histories = standing.histories(session, sorted({entry for entry, each in found if not each.is_present}))
    return {
        each.sha256 for entry, each in found if each.is_present or was_handed_in(each, submissions_in(histories[entry]))
    }


def _located(session: Session, actor: Actor, act: Act, round_code: str, subject_code: str) -> Attached:
    return of(session, entries.locate(session, actor, act, round_code, subject_code))


def _refuse_unless_written(place: Place, said: str) -> None:
    """Files come and go while the evidence is written."""
    if place.round.state != "open":
        raise Conflict("round_not_open", f"该批次未处于开放状态，不能{said}")
    standing.refuse_unless_in(place, standing.EDITABLE, said)


def _refuse_too_much(attached: Attached, new: NewFile, quota: Quota) -> None:
    """What was handed in counts too, though it was removed later: its bytes stay."""
    sealed = {each.number for each in attached.ever_sealed}
    counted = [each for each in attached.files if each.is_present or each.number in sealed]
    if len(counted) >= quota.count or sum(each.size for each in counted) + new.size > quota.size:
        limits = f"{quota.count} 个文件、{quota.size // MEBIBYTE} MiB"
        raise Conflict("quota_exceeded", f"附件超出限额：每个考评对象在一个批次中至多 {limits}（含曾提交的附件）")


def _record(session: Session, actor: Actor, place: Place, act: str, file: Attachment) -> None:
    """Without its label and its note, which may name people."""
    payload = {"number": file.number, "item": file.item, "sha256": file.sha256, "size": file.size}
    audit.record(session, actor, act=act, thing=place.name, payload=payload)
