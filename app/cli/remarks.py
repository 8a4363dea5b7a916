"""What stands in the last column of the table: deductions, what is waited for, records that do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, TypeAlias

from app.scoring.scheme import Scheme
from app.scoring.sheet import Adjustment, Deduction, Figure, FigureRange, ItemResult

Tone: TypeAlias = Literal["lost", "open", "quiet", "clause"]
MOST_ROWS: Final = 3
"""Reasons for records that do not count, named for one table."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph and how it is meant."""

    tone: Tone
    text: str


def figure(value: Figure) -> str:
    """A number as it is written, never with an exponent."""
    return str(value) if isinstance(value, int) else format(value, "f")


def range_text(span: FigureRange) -> str:
    """可能区间: the least and the most; an end that does not exist is said to be open."""
    low = "不限" if span.low is None else figure(span.low)
    high = "不限" if span.high is None else figure(span.high)
    return low if low == high and span.low is not None else f"{low}～{high}"


def adjustments(made: Sequence[Adjustment]) -> Iterator[str]:
    """What changed a section or the sheet beside its items, a line each."""
    for each in made:
        if each.points:
            yield f"调整{'+' if each.points > 0 else ''}{figure(each.points)}分：{each.reason}"
        else:
            yield f"调整：{each.reason}"


class Remarks:
    """Says what a scheme calls its fields and measures."""

    def __init__(self, scheme: Scheme) -> None:
        self._fields: Mapping[str, str] = {code: field.label for code, field in scheme.evidence.items()}
        self._measures: Mapping[str, str] = {code: each.label or code for code, each in scheme.measures.items()}

    def of(self, item: ItemResult, *, unused: bool) -> Iterator[Remark]:
        """Every remark on one row of the table."""
        for deduction in item.deductions:
            yield from _deduction(deduction)
        if item.status == "not_applicable":
            yield Remark("quiet", "本项不适用" if item.score is None else f"本项不适用，计{figure(item.score)}分")
        elif item.score is None:
            yield self._open(item)
        if item.surplus:
            yield Remark("quiet", f"超出分值{figure(item.surplus)}分")
        judgement = item.trace.judgement
        if judgement is not None and not item.deductions:
            yield Remark("quiet", f"评判{figure(judgement.points)}分：{judgement.rationale}")
        if unused:
            yield Remark("quiet", "已有的评判未被采用：所报情形不需评判，或尚未确定")
        yield from self._uncounted(item)

    def _open(self, item: ItemResult) -> Remark:
        if item.status == "pending_judgement":
            return Remark("open", "待评判")
        if item.status == "pending_round":
            return Remark("open", f"待其他单位或上一批次的数值：{'、'.join(self._named(item.trace.missing))}")
        if item.status == "undecided":
            return Remark("open", "所报情形不属于任何一档，待定")
        return Remark("open", "；".join(self._missing(item.trace.missing)))

    def _named(self, codes: Sequence[str]) -> Iterator[str]:
        return (self._fields.get(code) or self._measures.get(code, code) for code in codes)

    def _missing(self, codes: Sequence[str]) -> Iterator[str]:
        """What is not stated yet, and what does not follow from what is stated."""
        absent = [self._fields[code] for code in codes if code in self._fields]
        undefined = [self._measures.get(code, code) for code in codes if code not in self._fields]
        if absent:
            yield f"待佐证资料：{'、'.join(absent)}"
        if undefined:
            yield f"所报资料得不出{'、'.join(undefined)}"

    def _uncounted(self, item: ItemResult) -> Iterator[Remark]:
        records = [record for record in item.trace.records if not record.counted]
        for field, group in groupby(records, key=lambda record: record.field):
            rows = list(group)
            named = "；".join(f"第{row.row}行：{row.reason}" for row in rows[:MOST_ROWS])
            more = f"；等{len(rows)}行" if len(rows) > MOST_ROWS else ""
            yield Remark("quiet", f"未计入：{self._fields.get(field, field)}{named}{more}")


def _deduction(deduction: Deduction) -> Iterator[Remark]:
    reason = deduction.reason
    if deduction.clause is not None:
        reason = reason.partition(f"。依据计分标准：“{deduction.clause}")[0]
    yield Remark("lost", f"扣{figure(deduction.points)}分：{reason}")
    if deduction.clause is not None:
        yield Remark("clause", f"依据：{deduction.clause}")
