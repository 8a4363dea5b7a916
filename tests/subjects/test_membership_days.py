"""Days of memberships against the plain reading: the sets of days of one institution share none."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.subjects.service.memberships import membership_problems
from app.subjects.shapes import NewMembership

FIRST = date(2020, 2, 20)
HORIZON = 40
days = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 12))
memberships = st.lists(st.tuples(st.sampled_from(["a", "b"]), days), max_size=6)


def said(institution: str, span: tuple[int, int | None]) -> NewMembership:
    start = FIRST + timedelta(span[0])
    end = None if span[1] is None else start + timedelta(span[1])
    body = {"institution": institution, "role": "participant", "start": start.isoformat()}
    return NewMembership.model_validate(body | ({} if end is None else {"end": end.isoformat()}))


def days_of(span: tuple[int, int | None]) -> set[int]:
    return set(range(span[0], HORIZON if span[1] is None else span[0] + span[1] + 1))


@given(memberships)
def test_a_membership_is_refused_exactly_when_it_shares_a_day_with_one_before(stated: list) -> None:
    problems = membership_problems((), [said(*each) for each in stated], {"a", "b"})
    expected = {
        place
        for place, (institution, span) in enumerate(stated)
        if any(other == institution and days_of(before) & days_of(span) for other, before in stated[:place])
    }
    assert {each.path[0] for each in problems} == expected
