"""Verification: the whole chain walked page by page, held against its head and against heads signed before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from app import signing
from app.audit import store
from app.audit.service.heads import statement
from app.audit.values import NOTHING_BEFORE, AuditProblem, BadLine, Entry, Head, Report, SignedHead, hash_of
from app.db import Session

MOST_PROBLEMS: Final = 100
"""Problems that a report lists; a last one says how many there are beside them."""
PAGE: Final = 500
"""Entries, or signed heads, in memory at a time."""
_LINES: Final = {
    "heads_unreadable": "签名链头文件无法读取",
    "heads_line_torn": "签名链头文件的最后一行（第 {} 行）不完整，可能写入时断电；核对后可删去该行",
    "heads_line_bad": "签名链头文件第 {} 行不是签名链头，已被改动或写入时中断",
}


def verify(
    session: Session,
    heads: Iterable[SignedHead | BadLine] = (),
    keys: Collection[str] = (),
    *,
    after: int = 0,
    most: int | None = None,
) -> Report:
    """Walk the entries behind the one numbered `after` (at most `most` of them), and everything that speaks of them.

    `heads` (`heads.read`) were asked for before the session saw anything, and are looked through once; their signatures
    have to be made with one of `keys`, public keys as text. Bad data is reported and never raises; memory stays the
    same however long the chain. What was verified in pieces is sound where every piece is, each behind the one before.
    """
    found = _Found()
    walk = _Walk.behind(session, after)
    found.add(walk.problems(session, most))
    next_after = walk.last.sequence if walk.stopped else None
    if next_after is None:
        found.add(_head_problems(store.heads(session), walk.last))
    checked = _Signed({signing.key_id(each): each for each in keys if signing.is_public(each)}, after, next_after)
    found.add(checked.problems(session, heads))
    return Report(entries=walk.entries, heads=checked.heads, problems=found.all(), next_after=next_after)


@dataclass(slots=True)
class _Found:
    """Problems, no more in memory than are listed."""

    listed: list[AuditProblem] = field(default_factory=list)
    others: int = 0

    def add(self, problems: Iterable[AuditProblem]) -> None:
        for each in problems:
            if len(self.listed) < MOST_PROBLEMS:
                self.listed.append(each)
            else:
                self.others += 1

    def all(self) -> tuple[AuditProblem, ...]:
        if not self.others:
            return tuple(self.listed)
        return (*self.listed, AuditProblem("more_problems", None, f"另有 {self.others} 处问题未列出"))


@dataclass(frozen=True, slots=True)
class _Last:
    """The entry before, as far as the next has to fit it."""

    sequence: int
    hash: str | None


@dataclass(slots=True)
class _Walk:
    """Along the chain."""

    last: _Last
    entries: int = 0
    stopped: bool = False

    @classmethod
    def behind(cls, session: Session, after: int) -> _Walk:
        return cls(_Last(after, store.hashes(session, [after]).get(after) if after else NOTHING_BEFORE))

    def problems(self, session: Session, most: int | None) -> Iterator[AuditProblem]:
        lowest = None if self.last.sequence else store.lowest(session)
        if lowest is not None and lowest < 1:
            yield AuditProblem("entry_foreign", lowest, f"序号 {lowest} 的记录不是本服务写入的：序号从 1 开始")
        while page := store.following(session, self.last.sequence, PAGE if most is None else min(PAGE, most + 1)):
            for entry in page:
                if self.entries == most:
                    self.stopped = True
                    return
                self.entries += 1
                yield from _own_problems(entry)
                yield from _order_problems(self.last, entry)
                self.last = _Last(entry.sequence, entry.hash)


def _own_problems(entry: Entry) -> Iterator[AuditProblem]:
    if not entry.readable:
        yield AuditProblem(
            "entry_unreadable", entry.sequence, f"序号 {entry.sequence} 的记录中有无法读取的值，已被改动"
        )
    elif hash_of(entry) != entry.hash:
        yield AuditProblem("entry_changed", entry.sequence, f"序号 {entry.sequence} 的记录与其散列不符，已被改动")


def _order_problems(last: _Last, entry: Entry) -> Iterator[AuditProblem]:
    first, end = last.sequence + 1, entry.sequence - 1
    if first <= end:
        which = f"{first}" if first == end else f"{first} 至 {end}"
        yield AuditProblem("entry_missing", first, f"缺少序号 {which} 的记录，已被删去")
    elif entry.previous != last.hash:
        message = f"序号 {entry.sequence} 的记录没有接在前一条之后：两条之一被改动、调换或插入"
        yield AuditProblem("chain_broken", entry.sequence, message)


def _head_problems(heads: list[Head], last: _Last) -> Iterator[AuditProblem]:
    if len(heads) != 1:
        yield AuditProblem("head_missing", None, "审计记录应恰有一个链头，链头已被删去或添加")
    for head in heads:
        if head.sequence != last.sequence or head.hash != last.hash:
            number = "无法读取" if head.sequence is None else f"序号 {head.sequence}"
            message = f"链头（{number}）与最后一条记录（序号 {last.sequence}）不符：尾部被删去、插入或改动"
            yield AuditProblem("head_differs", head.sequence, message)


@dataclass(slots=True)
class _Signed:
    """Signed heads of the entries behind `after`, as far as `until`, held against the chain."""

    keys: dict[str, str]
    after: int
    until: int | None
    heads: int = 0

    def problems(self, session: Session, lines: Iterable[SignedHead | BadLine]) -> Iterator[AuditProblem]:
        rest = iter(lines)
        while some := list(islice(rest, PAGE)):
            yield from (_line_problem(each) for each in some if isinstance(each, BadLine) and not self.after)
            here = [each for each in some if isinstance(each, SignedHead) and self._is_here(each)]
            self.heads += len(here)
            stored = store.hashes(session, {each.sequence for each in here})
            stored[0] = NOTHING_BEFORE
            for head in here:
                yield from self._signature_problems(head) or _differences(head, stored)

    def _is_here(self, head: SignedHead) -> bool:
        begun = head.sequence > self.after or not self.after
        return begun and (self.until is None or head.sequence <= self.until)

    def _signature_problems(self, head: SignedHead) -> list[AuditProblem]:
        public = self.keys.get(head.key)
        if public is None:
            message = f"签名链头（第 {head.line} 行，序号 {head.sequence}）的签名密钥未知，无法核对"
            return [AuditProblem("signed_head_key", head.sequence, message)]
        if not signing.verify(public, statement(head), head.signature):
            message = f"签名链头（第 {head.line} 行，序号 {head.sequence}）的签名无效，已被改动"
            return [AuditProblem("signed_head_forged", head.sequence, message)]
        return []


def _differences(head: SignedHead, stored: dict[int, str | None]) -> Iterator[AuditProblem]:
    where = f"签名链头（第 {head.line} 行）为序号 {head.sequence} 的记录作过签名"
    if head.sequence not in stored:
        yield AuditProblem("signed_entry_missing", head.sequence, f"{where}，该记录已被删去")
    elif stored[head.sequence] != head.hash:
        message = f"{where}，其后该记录或之前的记录被改写"
        yield AuditProblem("signed_entry_rewritten", head.sequence, message)


def _line_problem(bad: BadLine) -> AuditProblem:
    return AuditProblem(bad.code, None, _LINES[bad.code].format(bad.line))
