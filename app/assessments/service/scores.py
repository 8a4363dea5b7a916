"""The scores of a round: every subject with its total or the range still open, ranked, ties as 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from app.assessments import store
from app.assessments.service.sheets import request_of, sheet
from app.assessments.values import Finding, Judgement
from app.db import Session
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, rounds, schemes
from app.rounds.values import Entry, Round
from app.schemes.service.programs import Kept
from app.scoring.digest import digest_of
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


def scores(session: Session, round_code: str, wanted: Filter, after: Key | None, limit: int) -> Sequence[Score]:
    """At most `limit` scores in order behind `after`; the number of queries does not depend on that of the subjects."""
    ranked = _ranked(_worked_out(session, round_code))
    behind = [score for score in ranked if wanted.takes(score) and (after is None or score.key > after)]
    return behind[:limit]


def _worked_out(session: Session, round_code: str) -> list[Score]:
    found = rounds.read(session, round_code)
    program = schemes.program(session, found)
    present = entries.all_entries(session, found)
    numbers = [entry.number for entry in present]
    revisions, started = evidence.submitted_of(session, numbers), evidence.started(session, numbers)
    rows = [revision.row for revision in revisions.values()]
    judgements, findings = store.judgements(session, rows), store.findings(session, rows)

    def score(entry: Entry) -> Score:
        revision = revisions.get(entry.number)
        if revision is None:
            return Score(None, entry.subject, "draft" if entry.number in started else "not_started", None)
        given = _Given(found, entry.subject, revision, judgements[revision.row], findings[revision.row])
        return Score(None, entry.subject, "submitted", _result(program, given))

    return [score(entry) for entry in present]


@dataclass(frozen=True, slots=True)
class _Given:
    """All that the sheet of one subject rests on, beside the scheme."""

    round: Round
    subject: Subject
    revision: Revision
    judgements: Mapping[str, Judgement]
    findings: Mapping[str, Finding]

    def content(self) -> Hashable:
        """Tells inputs apart by what they say, not by where they are stored."""
        judged = frozenset((each.item, each.points, each.rationale) for each in self.judgements.values())
        found = frozenset((each.field, digest_of(each.content)) for each in self.findings.values())
        return (self.round.period, self.subject.code, self.subject.kind, self.revision.digest, judged, found)


_results: Final[Kept[Hashable, Result]] = Kept(MOST_RESULTS)


def _result(program: Program, given: _Given) -> Result:
    """Worked out once: the same inputs give the same sheet (law 1)."""
    key = (program.digest, given.content())
    known = _results.get(key)
    if known is not None:
        return known
    made = sheet(program, request_of(given.round, given.subject, given.revision, given.judgements, given.findings))
    result = Result(made.status, made.total, made.base, made.bonus, made.range, str(made.digest))
    _results.put(key, result)
    return result


def _ranked(scores: Iterable[Score]) -> list[Score]:
    ranked: list[Score] = []
    for place, score in enumerate(sorted(scores, key=lambda each: each.key), start=1):
        before = ranked[-1] if ranked else None
        tied = before is not None and before.key[:2] == score.key[:2]
        rank = before.rank if tied and before is not None else place
        ranked.append(Score(rank if score.key[0] == 0 else None, score.subject, score.state, score.result))
    return ranked
