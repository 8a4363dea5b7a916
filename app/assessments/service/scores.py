"""The scores of a round: every subject with its total or the range still open, ranked, ties as 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from app.assessments import store
from app.assessments.service.others import Known, asks_others, handed_in, known_numbers, peers_of, with_previous
from app.assessments.service.requests import request_of
from app.assessments.service.scored import sheet
from app.assessments.values import Version
from app.db import Session
from app.rounds.service import entries, rounds, schemes
from app.rounds.service.entries import Place
from app.rounds.values import Entry, Round
from app.schemes.service import Kept
from app.scoring.engine import Program
from app.scoring.sheet import Figure, FigureRange, SheetStatus
from app.subjects.values import Subject

State: TypeAlias = Literal["not_started", "draft", "submitted"]
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


def scores(  # noqa: PLR0913 -- `results` are what is known already, the rest what is asked for
    session: Session,
    round_code: str,
    wanted: Filter,
    after: Key | None,
    limit: int,
    *,
    results: Results | None = None,
) -> Sequence[Score]:
    """At most `limit` scores in order behind `after`; the number of queries does not depend on that of the subjects.

    A subject whose inputs are in a state that is known is not scored again.
    """
    ranked = _ranked(_worked_out(session, round_code, results or Results()))
    behind = [score for score in ranked if wanted.takes(score) and (after is None or score.key > after)]
    return behind[:limit]


def _worked_out(session: Session, round_code: str, known: Results) -> list[Score]:
    found = rounds.read(session, round_code)
    program = schemes.program(session, found)
    present = entries.all_entries(session, found)
    versions = store.versions(session, found.code)
    around = store.around(session, found.code) if asks_others(program) else None
    keys = {number: (version.official, around) for number, version in versions.items()}
    submitted = [entry for entry in present if versions[entry.number].submitted is not None]
    results = {entry.number: known.kept.get(keys[entry.number]) for entry in submitted}
    new = [entry for entry in submitted if results[entry.number] is None]
    for number, result in _scored(session, program, found, new, known.numbers):
        known.kept.put(keys[number], result)
        results[number] = result
    return [Score(None, each.subject, _state(versions[each.number]), results.get(each.number)) for each in present]


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
    if version.submitted is not None:
        return "submitted"
    return "not_started" if version.saved is None else "draft"


def _ranked(scores: Iterable[Score]) -> list[Score]:
    ranked: list[Score] = []
    for place, score in enumerate(sorted(scores, key=lambda each: each.key), start=1):
        before = ranked[-1] if ranked else None
        tied = before is not None and before.key[:2] == score.key[:2]
        rank = before.rank if tied and before is not None else place
        ranked.append(Score(rank if score.key[0] == 0 else None, score.subject, score.state, score.result))
    return ranked
