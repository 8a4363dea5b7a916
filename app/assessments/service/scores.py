"""The scores of a round: every subject with its total or the range still open, ranked, ties as 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from app.assessments import store
from app.assessments.service.inputs import request_of
from app.assessments.service.sheets import sheet
from app.assessments.values import Version
from app.db import Session
from app.evidence import service as evidence
from app.rounds.service import entries, rounds, schemes
from app.rounds.values import Entry, Round
from app.schemes.service import Kept
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


Results: TypeAlias = Kept[Hashable, Result]


def kept_results() -> Results:
    """Room for the results of one database."""
    return Kept(MOST_RESULTS)


def scores(  # noqa: PLR0913 -- `kept` is what is known already, the rest what is asked for
    session: Session, round_code: str, wanted: Filter, after: Key | None, limit: int, *, kept: Results | None = None
) -> Sequence[Score]:
    """At most `limit` scores in order behind `after`; the number of queries does not depend on that of the subjects.

    A subject whose inputs are in a state that is `kept` is not scored again.
    """
    ranked = _ranked(_worked_out(session, round_code, kept or kept_results()))
    behind = [score for score in ranked if wanted.takes(score) and (after is None or score.key > after)]
    return behind[:limit]


def _worked_out(session: Session, round_code: str, kept: Results) -> list[Score]:
    found = rounds.read(session, round_code)
    present = entries.all_entries(session, found)
    versions = store.versions(session, found.code)
    submitted = [entry for entry in present if versions[entry.number].submitted is not None]
    results = {entry.number: kept.get(versions[entry.number].official) for entry in submitted}
    new = _scored(session, found, [entry for entry in submitted if results[entry.number] is None])
    for number, result in new.items():
        kept.put(versions[number].official, result)
    results |= new
    return [Score(None, each.subject, _state(versions[each.number]), results.get(each.number)) for each in present]


def _scored(session: Session, found: Round, unknown: Sequence[Entry]) -> dict[int, Result]:
    """The results of these subjects, by entry; four queries at most, none where there is nothing to score."""
    if not unknown:
        return {}
    program = schemes.program(session, found)
    revisions = evidence.submitted_of(session, [entry.number for entry in unknown])
    rows = [revision.row for revision in revisions.values()]
    judgements, findings = store.judgements(session, rows), store.findings(session, rows)
    results: dict[int, Result] = {}
    for entry in unknown:
        revision = revisions[entry.number]
        given = (judgements[revision.row], findings[revision.row])
        made = sheet(program, request_of(found, entry.subject, revision, *given))
        results[entry.number] = Result(made.status, made.total, made.base, made.bonus, made.range, str(made.digest))
    return results


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
