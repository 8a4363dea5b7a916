"""What can be wrong with memberships that are to be added: institutions unknown, days that overlap."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from app.scoring.problems import Problem, Problems
from app.subjects.shapes import NewMembership
from app.subjects.values import Membership


def membership_problems(
    before: Sequence[Membership], added: Sequence[NewMembership], known: Collection[str]
) -> Problems:
    """Everything wrong, with paths into `added`: nobody belongs to one alliance twice on the same day."""
    return Problems(
        problem.under(place)
        for place, each in enumerate(added)
        for problem in (*_unknown(each, known), *_overlapping(each, [*before, *added[:place]]))
    )


def _unknown(new: NewMembership, known: Collection[str]) -> Iterator[Problem]:
    for member, code in (("institution", new.institution), ("through", new.through)):
        if code is not None and code not in known:
            yield Problem((member,), "institution_not_found", f"没有代码为 {code} 的机构")


def _overlapping(new: NewMembership, others: Sequence[Membership | NewMembership]) -> Iterator[Problem]:
    for other in others:
        if other.institution == new.institution and _share_a_day(new, other):
            days = f"{other.start} 至 {other.end or '今'}"
            yield Problem(("start",), "membership_overlaps", f"该机构在 {days} 已是本联合体成员，成员期间不能重叠")
            return


def _share_a_day(one: Membership | NewMembership, other: Membership | NewMembership) -> bool:
    return one.start <= (other.end or date.max) and other.start <= (one.end or date.max)
