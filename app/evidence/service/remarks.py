"""What one who reviews should look at: what another subject claims too, and institutions that are no members."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Final, TypeAlias

from app.access import Actor
from app.db import Session
from app.errors import NotFound
from app.evidence.service.claims import Claim, Claims, claims_in, columns_of
from app.evidence.service.names import folded, read
from app.evidence.service.revisions import submitted
from app.evidence.store import names as name_store
from app.evidence.values import Plain, Remark, Remarks
from app.rounds.service import entries, schemes
from app.rounds.values.rounds import Place
from app.scoring.engine import Program
from app.subjects.service import subjects

MOST: Final = 200
"""Remarks in one answer."""
_Person: TypeAlias = tuple[tuple[str, str], ...]


def read_remarks(
    session: Session, actor: Actor, round_code: str, subject_code: str, known: Claims | None = None
) -> Remarks:
    """About what the subject handed in, beside what others of the round handed in; raises NotFound, Forbidden."""
    place = entries.locate(session, actor, "read_remarks", round_code, subject_code)
    revision = submitted(session, place.entry)
    if revision is None:
        raise NotFound("revision_not_found", "该考评对象尚未提交佐证资料")
    program = schemes.program(session, place.round)
    evidence = read(revision.content)
    own = _Own.of(session, place, list(claims_in(program, evidence)))
    remarks = [
        *islice(_collisions(session, place, program, own, known or Claims()), MOST + 1),
        *islice(_strangers(session, place, program, evidence), MOST + 1),
    ]
    return Remarks(revision.number, remarks[:MOST], len(remarks) > MOST)


class _Stays:
    """Rows of one person, found by the days they share with others."""

    def __init__(self, claims: list[Claim]) -> None:
        self._claims = sorted(claims, key=lambda each: each.days)
        self._starts = [each.days[0] for each in self._claims]
        self._reach = list(accumulate((each.days[1] for each in self._claims), max))

    def sharing(self, first: int, last: int) -> Iterator[Claim]:
        """Those that share a day with this span; looks no further back than any of them can reach."""
        place = bisect_right(self._starts, last)
        while place and self._reach[place - 1] >= first:
            place -= 1
            if self._claims[place].days[1] >= first:
                yield self._claims[place]


@dataclass(frozen=True, slots=True)
class _Own:
    """What the subject claims: stays by person, as far as another has somebody of that name; rows by what was done.

    `theirs`: by the others' entries and tokens the names as they are compared, which never leave this module.
    """

    stays: Mapping[_Person, _Stays]
    deeds: Mapping[bytes, list[Claim]]
    theirs: Mapping[tuple[int, str], str] = field(repr=False)

    @classmethod
    def of(cls, session: Session, place: Place, claims: list[Claim]) -> _Own:
        alike = name_store.alike(session, place.round.number, place.entry.number)
        ours = {token: form for form, token, _, _ in alike}
        theirs = {(entry, token): form for form, _, entry, token in alike}
        stays, deeds = defaultdict(list), defaultdict(list)
        for claim in claims:
            if claim.person and all(token in ours for _, token in claim.person):
                stays[tuple((code, ours[token]) for code, token in claim.person)].append(claim)
            if claim.deed is not None:
                deeds[claim.deed].append(claim)
        return cls({person: _Stays(each) for person, each in stays.items()}, deeds, theirs)

    def shared_with(self, entry: int, claim: Claim) -> Iterator[tuple[bool, Claim]]:
        """Own rows that collide with another's; whether it is for a person, or for what was done."""
        if claim.person and all((entry, token) in self.theirs for _, token in claim.person):
            stays = self.stays.get(tuple((code, self.theirs[entry, token]) for code, token in claim.person))
            if stays is not None:
                yield from ((True, each) for each in stays.sharing(*claim.days))
        if claim.deed is not None:
            yield from ((False, each) for each in self.deeds.get(claim.deed, ()))


def _collisions(session: Session, place: Place, program: Program, own: _Own, known: Claims) -> Iterator[Remark]:
    if not own.stays and not own.deeds:
        return
    others = [each for each in entries.all_entries(session, place.round) if each.number != place.entry.number]
    for entry, claims in known.of_all(session, program, others):
        for theirs in claims:
            for is_person, ours in own.shared_with(entry.number, theirs):
                yield _collision(program, ours, entry.subject.code, theirs, is_person=is_person)


def _collision(program: Program, ours: Claim, other: str, theirs: Claim, *, is_person: bool) -> Remark:
    label, their_label = (program.scheme.evidence[each.field].label for each in (ours, theirs))
    where = f"“{label}”第{ours.row}行与 {other} 的“{their_label}”第{theirs.row}行"
    said = "疑为同一人，日期有重叠" if is_person else "疑为同一事项，名称和日期相同"
    kind = (ours.field, ours.row, where + said, other, theirs.field, theirs.row)
    return Remark("same_person" if is_person else "same_title", *kind)


def _strangers(session: Session, place: Place, program: Program, evidence: Plain) -> Iterator[Remark]:
    """Institutions that belong to the alliance on no day of the period, by code and by name."""
    if place.entry.subject.kind != "alliance":
        return
    members = subjects.find_all(session, place.parties.members)
    known = {folded(name) for code, (_, member) in members.items() for name in (code, member.name)}
    for code, columns in columns_of(program).items():
        rows = evidence.get(code)
        for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
            for column in columns.institutions:
                value = row.get(column)
                if isinstance(value, str) and folded(value) not in known:
                    label = program.scheme.evidence[code].label
                    message = f"“{label}”第{number}行的“{value}”在考评期内不是该联合体的成员"
                    yield Remark("not_a_member", code, number, message, value=value)
