"""Ranks against their plain meaning: one more than the number of subjects with a greater total."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.assessments.service.scores import Result, Score, _ranked
from app.scoring.sheet import FigureRange
from app.subjects.values import Subject

totals = st.lists(st.none() | st.sampled_from([0, 3, Decimal("3.5"), Decimal("-1.25"), 106]), max_size=12)


def scored(number: int, total: Decimal | int | None) -> Score:
    status = "pending" if total is None else "complete"
    result = Result(status, total, total, 0, FigureRange(total, total), "sha256:")
    return Score(None, Subject(f"s{number:02d}", "alliance", "示例", "330106", {}), "submitted", result)


@given(totals)
def test_a_rank_is_one_more_than_the_number_of_greater_totals(given_totals: list) -> None:
    ranked = _ranked([scored(number, total) for number, total in enumerate(given_totals)])
    assert [each.key for each in ranked] == sorted(each.key for each in ranked)
    known = [total for total in given_totals if total is not None]
    for score in ranked:
        total = score.result.total
        assert score.rank == (None if total is None else 1 + sum(other > total for other in known))
