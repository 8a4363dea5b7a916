"""The scores of a round: every subject with its total or the range still open, ranked, ties as 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from app.access import Actor, Answer, may
from app.assessments.service.others import Known, asks_others, handed_in, known_numbers, peers_of, with_previous
from app.assessments.service.requests import request_of
from app.assessments.service.scored import sheet
from app.assessments.service.sheets import works_on
from app.assessments.store import sheets as sheet_store
from app.assessments.store import versions as store
from app.assessments.values import Summary, Version
from app.db import Session
from app.rounds.service import entries, rounds, schemes, standing
from app.rounds.shapes import AssessmentState
from app.rounds.values.rounds import NO_PARTIES, Entry, Place, Round
from app.schemes.service import Kept
from app.scoring.digest import normal
from app.scoring.engine import Program
from app.scoring.sheet import Figure, FigureRange, SheetStatus
from app.subjects.values import Subject

State: TypeAlias = Literal["not_started"] | AssessmentState
Key: TypeAlias = tuple[int, int, str]

MILLIONTHS: Final = 6
MOST_RESULTS: Final = 20_000
"""Results kept in memory: what a round of several thousand subjects needs, a few megabytes."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the ranking shows of a sheet."""

    status: SheetStatus
    total: Figure | None
    base: Figure | None
    bonus: Figure | None
    range: FigureRange
    digest: str


@dataclass(frozen=True, slots=True)
class Score:
    """One subject in the ranking; without a submission there is no result, without a total no rank."""

    rank: int | None
    subject: Subject
    state: State
    result: Result | None

    @property
    def key(self) -> Key:
        """The place in the list: totals from the most down, then what is open, then what is not there; then by code."""
        if self.result is None:
            return (2, 0, self.subject.code)
        if self.result.total is None:
            return (1, 0, self.subject.code)
        return (0, -int(Decimal(self.result.total).scaleb(MILLIONTHS)), self.subject.code)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which scores are asked for; ranks are those among all subjects of the round."""

    status: SheetStatus | None = None
    state: State | None = None
    district: str = ""

    def takes(self, score: Score) -> bool:
        """Whether this one is asked for."""
        status = None if score.result is None else score.result.status
        return (
            self.status in {None, status}
            and self.state in {None, score.state}
            and score.subject.district_code.startswith(self.district)
        )


class Results:
    """The results of one database, each worked out once for one state of all that it rests on."""

    def __init__(self, numbers: Known | None = None) -> None:
        self.numbers: Final = numbers or known_numbers()
        self.kept: Final[Kept[Hashable, Result]] = Kept(MOST_RESULTS)


def scores(
    session: Session,
    actor: Actor,
    round_code: str,
    wanted: Filter,
    after: Key | None,
    limit: int,
    *,
    results: Results | None = None,
) -> Sequence[Score]:
    """At most `limit` scores in order behind `after`; the number of queries does not depend on that of the subjects.

    Those who review see the results that stand for them to see, all others what is published, and before that only
    where their own subject stands. Ranks are among what one sees. A subject whose inputs are in a known state is not
    scored again.
    """
    ranked = _ranked(_seen(session, actor, round_code, results or Results()))
    behind = [score for score in ranked if wanted.takes(score) and (after is None or score.key > after)]
    return behind[:limit]


def _seen(session: Session, actor: Actor, round_code: str, known: Results) -> list[Score]:
    """What the actor may see of every subject of the round."""
    found = rounds.read(session, actor, round_code, "read_scores")
    present = entries.all_entries(session, found)
    versions, parties = store.versions(session, found.code), entries.all_parties(session, found)
    things = {each.number: Place(found, each, parties.get(each.number, NO_PARTIES)).thing for each in present}
    working = [each for each in present if works_on(actor, things[each.number])]
    results = _standing_results(session, working, versions) | _published_results(session, present, working, versions)
    open_ = [each for each in working if each.number not in results]
    results |= _worked_out(session, found, open_, versions, known)
    shown = [
        each
        for each in present
        if each in working or found.published_at or may(actor, "read_standing", things[each.number]) is Answer.ALLOWED
    ]
    return [Score(None, each.subject, _state(versions[each.number]), results.get(each.number)) for each in shown]


def _standing_results(session: Session, working: Sequence[Entry], versions: Mapping[int, Version]) -> dict[int, Result]:
    """Of the subjects that one works on, those whose sheet stands."""
    numbers = {
        each.number: sheet
        for each in working
        if (sheet := versions[each.number].sheet) is not None and each.state in standing.SETTLED
    }
    return {entry: _of_sheet(each) for entry, each in sheet_store.summaries(session, numbers).items()}


def _published_results(
    session: Session, present: Sequence[Entry], working: Sequence[Entry], versions: Mapping[int, Version]
) -> dict[int, Result]:
    """Of the others, those whose sheet is published."""
    own = {each.number for each in working}
    numbers = {
        each.number: sheet
        for each in present
        if each.number not in own and (sheet := versions[each.number].published) is not None
    }
    return {entry: _of_sheet(each) for entry, each in sheet_store.summaries(session, numbers).items()}


def _of_sheet(summary: Summary) -> Result:
    total, base, bonus = (
        None if each is None else normal(each) for each in (summary.total, summary.base, summary.bonus)
    )
    return Result("final", total, base, bonus, FigureRange(total, total), summary.digest)


def _worked_out(
    session: Session, found: Round, open_: Sequence[Entry], versions: Mapping[int, Version], known: Results
) -> dict[int, Result]:
    """The results so far of subjects that handed something in; what is known is not scored again."""
    program = schemes.program(session, found)
    around = store.around(session, found.code) if asks_others(program) else None
    submitted = [entry for entry in open_ if versions[entry.number].submitted is not None]
    keys = {entry.number: (versions[entry.number].official, around) for entry in submitted}
    results = {entry.number: known.kept.get(keys[entry.number]) for entry in submitted}
    new = [entry for entry in submitted if results[entry.number] is None]
    for number, result in _scored(session, program, found, new, known.numbers):
        known.kept.put(keys[number], result)
        results[number] = result
    return {number: result for number, result in results.items() if result is not None}


def _scored(
    session: Session, program: Program, found: Round, unknown: Sequence[Entry], numbers: Known
) -> Iterator[tuple[int, Result]]:
    """The results of these subjects, by entry; nothing is asked where there is nothing to score."""
    peers = peers_of(session, program, found, numbers) if unknown else None
    for entry, given in handed_in(session, unknown):
        place = Place(found, entry)
        request = with_previous(session, program, place, request_of(program, place, *given), numbers)
        made = sheet(program, request if peers is None else {**request, "peers": peers})
        result = Result(made.status, made.total, made.base, made.bonus, made.range, str(made.digest))
        yield entry.number, result


def _state(version: Version) -> State:
    return "not_started" if version.saved is None else version.state


def _ranked(scores: Iterable[Score]) -> list[Score]:
    ranked: list[Score] = []
    for place, score in enumerate(sorted(scores, key=lambda each: each.key), start=1):
        before = ranked[-1] if ranked else None
        tied = before is not None and before.key[:2] == score.key[:2]
        rank = before.rank if tied and before is not None else place
        ranked.append(Score(rank if score.key[0] == 0 else None, score.subject, score.state, score.result))
    return ranked
