"""The score sheet: items, sections, totals, deductions; it refuses sums that do not add up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from app.scoring.digest import digest_of

Figure: TypeAlias = int | Decimal
ItemStatus: TypeAlias = Literal[
    "scored",
    "pending_evidence",
    "pending_judgement",
    "pending_round",
    "undecided",
    "not_applicable",
    "overridden",
]
SheetStatus: TypeAlias = Literal["pending", "complete", "final"]


class DoesNotAddUp(ArithmeticError):
    """A fault of the engine: the parts of a sheet and its sums differ."""


class FigureRange(msgspec.Struct, frozen=True):
    """The least and the most; null where that end does not exist."""

    low: Figure | None
    high: Figure | None


class Deduction(msgspec.Struct, frozen=True):
    """Points lost and why; `nominal` is what a floor or a most cut them from."""

    points: Figure
    nominal: Figure
    code: str
    reason: str
    clause: str | None


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A measure or a field set to another value."""

    to: Any
    measure: str | None = None
    field: str | None = None


class Improvement(msgspec.Struct, frozen=True):
    """What would bring how many points more."""

    points: Figure
    change: list[Change]
    text: str


class Adjustment(msgspec.Struct, frozen=True):
    """What changed a section or the sheet beside its items; `points` is null while that is not decided."""

    kind: str
    points: Figure | None
    reason: str


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of a table (counted from 1) and whether it counts; if not, why."""

    field: str
    row: int
    counted: bool
    reason: str | None = None


class GivenJudgement(msgspec.Struct, frozen=True):
    """Points an evaluator gave, and the rationale."""

    points: Figure
    rationale: str


class Computed(msgspec.Struct, frozen=True):
    """What an item comes to without the points that a person set."""

    score: Figure | None
    status: ItemStatus
    range: FigureRange
    deductions: list[Deduction]
    surplus: Figure


class GivenOverride(msgspec.Struct, frozen=True):
    """Points that a person set over the computed ones, and why."""

    points: Figure
    reason: str
    computed: Computed


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The values and records a score came from, and what is missing; `override` stands on overridden items alone."""

    measures: dict[str, Any]
    fields: dict[str, Any]
    level: int | None
    judgement: GivenJudgement | None
    missing: list[str]
    override: GivenOverride | msgspec.UnsetType = msgspec.UNSET
    records: list[Record]


class ItemResult(msgspec.Struct, frozen=True):
    """One row of the table."""

    code: str
    number: str | None
    indicator: str
    title: str
    criteria: str
    points: Figure
    score: Figure | None
    status: ItemStatus
    range: FigureRange
    surplus: Figure
    deductions: list[Deduction]
    improvements: list[Improvement]
    trace: Trace

    def wired(self) -> WiredItem:
        """With its bytes."""
        return WiredItem(self, _as_sent(self), _canonical(self))

    def check(self, *, bonus: bool) -> None:
        """Score + deductions = points, unless it is a bonus or above its points (law 2)."""
        lost = sum((each.points for each in self.deductions), start=0)
        if self.score is None:
            expected: Figure = 0
        elif bonus:
            expected = max(0, -self.score)
        else:
            expected = max(0, self.points - self.score)
        if lost != expected:
            raise DoesNotAddUp(f"{self.code}: {lost} deducted instead of {expected}")


class SectionResult(msgspec.Struct, frozen=True):
    """A part of the table."""

    code: str
    title: str
    points: Figure
    score: Figure | None
    range: FigureRange
    bonus: bool
    adjustments: list[Adjustment]
    items: list[ItemResult]

    def check(self) -> None:
        """Its items and adjustments add up to it."""
        if self.score is None:
            return
        total = _adjusted(self.adjustments)
        for item in self.items:
            if item.score is not None:
                total += item.score
        if total != self.score:
            raise DoesNotAddUp(f"{self.code}: items give {total}, the section says {self.score}")

    def framed(self) -> SectionFrame:
        """What is written around its items, while it has none."""
        return SectionFrame(self, Frame.around(b"items", _as_sent(self)), Frame.around(b"items", _canonical(self)))


def _adjusted(adjustments: list[Adjustment], *kinds: str) -> Figure:
    """What adjustments change, all of them or those of some kinds."""
    if not adjustments:
        return 0
    named = (each for each in adjustments if not kinds or each.kind in kinds)
    return sum((each.points for each in named if each.points is not None), start=0)


def _sum(scores: list[Figure | None]) -> Figure | None:
    """The sum, None while one of them is not known."""
    total: Figure = 0
    for score in scores:
        if score is None:
            return None
        total += score
    return total


class WiredRecords(NamedTuple):
    """Records with their bytes, as they are sent and in canonical form, without the brackets around them."""

    records: list[Record]
    sent: bytes
    canonical: bytes

    @classmethod
    def of(cls, record: Record) -> WiredRecords:
        """One of them, written out."""
        return cls([record], _as_sent(record), _canonical(record))

    @classmethod
    def joined(cls, parts: Iterable[WiredRecords]) -> WiredRecords:
        """All of these."""
        told = [each for each in parts if each.records]
        return cls(
            [record for each in told for record in each.records],
            b",".join([each.sent for each in told]),
            b",".join([each.canonical for each in told]),
        )


class WiredItem(NamedTuple):
    """An item with its bytes, as it is sent and in canonical form."""

    item: ItemResult
    sent: bytes
    canonical: bytes

    def with_records(self, wired: WiredRecords) -> WiredItem:
        """The same item with the records it came from; in both forms they stand at the end."""
        records, sent, canonical = wired
        if not records:
            return self
        item = msgspec.structs.replace(self.item, trace=msgspec.structs.replace(self.item.trace, records=records))
        return WiredItem(
            item,
            self.sent[: -len(NO_MORE)] + sent + NO_MORE,
            self.canonical[: -len(NO_MORE)] + canonical + NO_MORE,
        )


NO_MORE = b"]}}"
"""How an item ends, after its records."""


class Frame(NamedTuple):
    """What is written before and after the values of a list."""

    before: bytes
    after: bytes

    @classmethod
    def around(cls, member: bytes, written: bytes) -> Frame:
        """Taken from bytes in which the list is empty; no text can look like that, as it would be escaped."""
        before, after = written.split(b'"%b":[]' % member, 1)
        return cls(b'%b"%b":[' % (before, member), b"]" + after)

    def filled(self, values: Iterable[bytes]) -> bytes:
        """With these values."""
        return b"%b%b%b" % (self.before, b",".join(values), self.after)


class SectionFrame(NamedTuple):
    """A section still without its items, and what is written around them."""

    section: SectionResult
    sent: Frame
    canonical: Frame

    def with_items(self, wired: list[WiredItem]) -> WiredSection:
        """The same section with these items."""
        return WiredSection(
            msgspec.structs.replace(self.section, items=[each.item for each in wired]),
            self.sent.filled([each.sent for each in wired]),
            self.canonical.filled([each.canonical for each in wired]),
        )


class WiredSection(NamedTuple):
    """A section with its bytes, as it is sent and in canonical form."""

    section: SectionResult
    sent: bytes
    canonical: bytes


class SchemeName(msgspec.Struct, frozen=True):
    """Which document was run."""

    code: str
    version: str
    digest: str


class ScoreSheet(msgspec.Struct, frozen=True, dict=True):
    """The result for one subject, as the API sends it; `digest` covers everything else in it (RFC 8785, SHA-256)."""

    scheme: SchemeName
    engine: str
    period: dict[str, str]
    inputs_digest: str
    status: SheetStatus
    total: Figure | None
    base: Figure | None
    bonus: Figure | None
    full_marks: Figure
    bonus_limit: Figure
    grade: str | None
    range: FigureRange
    adjustments: list[Adjustment]
    unused_judgements: list[str]
    sections: list[SectionResult]
    digest: str | msgspec.UnsetType = msgspec.UNSET

    def sealed(self, wired: list[WiredSection]) -> ScoreSheet:
        """The same sheet, which has no sections, with these, checked, and with its digest."""
        sections = [each.section for each in wired]
        self._check_sums(sections)
        digest = digest_of(Frame.around(b"sections", _canonical(self)).filled([each.canonical for each in wired]))
        sent = _as_sent(msgspec.structs.replace(self, digest=digest))
        sealed = msgspec.structs.replace(self, sections=sections, digest=digest)
        sealed.__dict__["sent"] = Frame.around(b"sections", sent).filled([each.sent for each in wired])
        return sealed

    def _check_sums(self, sections: list[SectionResult]) -> None:
        """Every sum is that of its parts and of what was adjusted."""
        for section in sections:
            section.check()
        base, bonus = ([each.score for each in sections if each.bonus is asked] for asked in (False, True))
        self._check("base", _sum(base), _adjusted(self.adjustments, "leave_out"))
        self._check("bonus", _sum(bonus), 0)
        rest = _adjusted([each for each in self.adjustments if each.kind != "leave_out"])
        self._check("total", _sum([self.base, self.bonus]), rest)

    def _check(self, name: str, parts: Figure | None, adjusted: Figure) -> None:
        """A sum is that of its parts and of what was adjusted."""
        found = getattr(self, name)
        if found is not None and (parts is None or parts + adjusted != found):
            raise DoesNotAddUp(f"{name}: the parts give {parts} and {adjusted}, the sheet says {found}")

    def to_bytes(self) -> bytes:
        """JSON as it is sent, UTF-8."""
        sent: bytes | None = self.__dict__.get("sent")
        return _as_sent(self) if sent is None else sent


_as_sent = msgspec.json.Encoder(decimal_format="number").encode
_canonical = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
