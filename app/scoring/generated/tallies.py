"""Tallies at the end of a row as statements: losses as they come, then the limits, then what gains fell short of."""

from __future__ import annotations

from app.scoring.generated.counts import Count
from app.scoring.generated.inside import write_added
from app.scoring.generated.results import Ending, Quick, Tail, ratio
from app.scoring.generated.source import Body, Expression
from app.scoring.generated.terms import loss_reason, nominal
from app.scoring.generated.texts import expression
from app.scoring.rules.shape import Judging
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Counted

MOST_RESULTS = 100


def write_tally(ruling: TallyRuling, body: Body, ending: Ending, level: int | None) -> None:
    """The statements of a tally that a row ends in."""
    count = Count(ruling, body, ending.due)
    only = _only_term(count)
    if only is not None:
        _take_off(only, count, ending, level)
        return
    count.start()
    for term in ruling.terms:
        if isinstance(term, Counted):
            count.counted(term)
        else:
            write_added(term, count)
    count.limit()
    tail = body.names.of(Tail(ending, level, count.scale))
    with body.under(f"if x >= {count.units(ending.due)}"):
        body.end(_looked_up(count, ending, level) or f"finish(x, (), {tail}, judged={count.judged})")
    with body.under("else"):
        count.balance()
        body.end(f"finish(x, lines, {tail}, judged={count.judged})")


def _looked_up(count: Count, ending: Ending, level: int | None) -> Expression | None:
    """All that is due, or more, where there are few such values."""
    span, due = count.ruling.over({}, Judging()), count.units(ending.due)
    if span is None or span.high is None or not count.is_whole:
        return None
    values = range(due, count.units(span.high) + 1)
    if len(values) > MOST_RESULTS:
        return None
    scores = [ending.score(ratio(value, count.scale)) for value in values]
    results = tuple(Quick(score, ending.surplus(score), (), level, judged=False) for score in scores)
    return f"{count.body.names.of(results)}[x - {due}]"


def _only_term(count: Count) -> Counted | None:
    """满分10分，每低5个百分点扣2分: all that is due, and one term that takes whole points off it."""
    ruling, due = count.ruling, count.due
    term, *others = ruling.terms
    if others or not isinstance(term, Counted) or not term.loses or term.most is not None:
        return None
    limits = (ruling.ceiling is None or ruling.ceiling >= due) and (ruling.floor is None or ruling.floor <= due)
    return term if limits and ruling.start == due and count.scale == 1 and count.is_whole else None


def _take_off(term: Counted, count: Count, ending: Ending, level: int | None) -> None:
    """The one line there can be is all that is lost."""
    body, floor = count.body, count.ruling.floor
    body.add(f"lost = {nominal(term, body, count.units(term.amount))}")
    if floor is not None:
        with body.under(f"if lost > {count.due - floor}"):
            body.add("raise Unsettled")
    with body.under("if lost"):
        said = expression(loss_reason(term, body))
        line = f"Deducted(lost, lost, {term.place.code!r}, {said}, {term.place.clause!r})"
        body.end(f"Quick({count.due} - lost, 0, ({line},), {level}, False)")
    with body.under("else"):
        body.end(body.names.of(Quick(count.due, ending.surplus(count.due), (), level, judged=False)))
