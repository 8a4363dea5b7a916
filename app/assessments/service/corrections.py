"""Corrections that come with a decision: findings, judgements and overrides recorded together, or none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from app.access import Actor
from app.assessments.service.records import Kind, Review, found, judged, keep, overridden, too_much, without_names
from app.assessments.service.requests import Plain
from app.assessments.shapes import Lifting
from app.assessments.values import By, Record
from app.db import Session
from app.errors import Invalid
from app.scoring.document import read_part
from app.scoring.engine import score_request
from app.scoring.problems import Problem, Problems

Corrections: TypeAlias = Mapping[Kind, Mapping[str, object]]
"""By kind, what is recorded of which field or item, as reviewers state it."""
_MAKE: Final[Mapping[Kind, Callable[[Review, str, object, By], Record]]] = {
    "findings": found,
    "judgements": judged,
    "overrides": overridden,
}


def correct(session: Session, actor: Actor, review: Review, said: Corrections, by: By) -> int:
    """Record all of them, whoever may review; how many are new. Raises Invalid with everything that is wrong."""
    if problems := Problems(_problems(review, said)):
        raise Invalid(problems)
    kept = {
        **said,
        "findings": {
            field: _without_names(session, review, field, each, by) for field, each in said.get("findings", {}).items()
        },
    }
    made = [
        (_MAKE[kind](review, code, each, by), each) for kind, stated in kept.items() for code, each in stated.items()
    ]
    for new, stated in made:
        keep(session, actor, review, new, by, stated)
    return sum(new.by is by for new, _ in made)


def _without_names(session: Session, review: Review, field: str, stated: object, by: By) -> object:
    try:
        return without_names(session, review, field, stated, by)
    except Invalid as refused:
        raise Invalid(refused.problems.under("findings", field)) from refused


def _problems(review: Review, said: Corrections) -> Iterator[Problem]:
    """Paths start in `said`; what contradicts other records belongs to no single place."""
    yield from _wrong_liftings(review, said)
    read = score_request(review.program, _together(review, said))
    if isinstance(read, Problems):
        yield from (_seen_from(each, said) for each in read)
        return
    for item, stated in said.get("judgements", {}).items():
        yield from too_much(stated).under("judgements", item)


def _wrong_liftings(review: Review, said: Corrections) -> Iterator[Problem]:
    for item, stated in said.get("overrides", {}).items():
        if not _lifts(stated):
            continue
        read, last = read_part(Lifting, stated), review.recorded.overrides.get(item)
        if isinstance(read, Problems):
            yield from read.under("overrides", item)
        elif last is None or last.points is None:
            yield Problem(("overrides", item), "nothing_to_lift", "该项目没有生效的调整，不能取消")


def _together(review: Review, said: Corrections) -> Plain:
    """The scoring request as it will be."""
    request = dict(review.request)
    for kind, stated in said.items():
        recorded = request.get(kind, {})
        assert isinstance(recorded, dict)  # noqa: S101 -- put together in this room
        merged = {**recorded, **stated}
        request[kind] = {
            code: each for code, each in merged.items() if not (kind == "overrides" and code in stated and _lifts(each))
        }
    return request


def _lifts(stated: object) -> bool:
    return isinstance(stated, Mapping) and stated.get("points", 0) is None


def _seen_from(problem: Problem, said: Corrections) -> Problem:
    kind, code = (*problem.path, "", "")[:2]
    if any(kind == each and code in stated for each, stated in said.items()):
        return problem
    return Problem((), problem.code, f"与已记录的内容不符（{problem.pointer}）：{problem.message}")
