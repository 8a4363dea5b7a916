"""Subjects in rounds: who may enter, whether an alliance is composed as the scheme asks, and what is let pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.access import Act, Actor, Thing, require
from app.audit import service as audit
from app.db import Looks, Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.rounds.service import schemes
from app.rounds.store import entries as store
from app.rounds.store import parties as party_store
from app.rounds.store import places as place_store
from app.rounds.store import rounds as round_store
from app.rounds.values.rounds import CheckedEntry, Entry, Parties, Place, Round, Waiver, thing_of
from app.scoring.composition import Composition, composition_problems
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems
from app.subjects.service import compositions, subjects
from app.subjects.values import Subject

KINDS = {"alliance": "联合体", "centre": "中心", "institution": "机构", "district": "区（县）", "city": "市"}
MOST_ENTRIES = 5000
"""Subjects that one round can have."""


@dataclass(frozen=True, slots=True)
class Entrants:
    """Subjects that are to enter a round, by row number, and what stands against some of them."""

    subject_ids: list[int]
    problems: Problems


def read_entrants(session: Session, program: Program, codes: Sequence[str]) -> Entrants:
    """The subjects of these codes, and which of them do not exist or are not what the scheme evaluates."""
    found = subjects.find_all(session, codes)
    asked = program.scheme.subject
    problems: list[Problem] = []
    for place, code in enumerate(codes):
        if code not in found:
            problems.append(Problem(("subjects", place), "subject_not_found", f"没有代码为 {code} 的考评对象"))
        elif (kind := found[code][1].kind) != asked:
            message = f"{code} 是{KINDS[kind]}，该方案考评的是{KINDS[asked]}"
            problems.append(Problem(("subjects", place), "subject_kind", message))
    return Entrants([found[code][0] for code in codes if code in found], Problems(problems))


def enter(session: Session, actor: Actor, code: str, codes: Sequence[str]) -> list[CheckedEntry]:
    """Take more subjects into a round that was never opened: all of them, or none and everything that is wrong."""
    found = _draft(session, actor, code)
    program = schemes.program(session, found)
    entrants = read_entrants(session, program, codes)
    present = store.entered(session, found.number, entrants.subject_ids)
    problems = sorted((*entrants.problems, *_present(session, present, codes)), key=lambda each: each.path)
    if problems:
        raise Invalid(Problems(problems))
    if store.count(session, found.number) + len(codes) > MOST_ENTRIES:
        raise Conflict("round_full", f"一个批次至多有 {MOST_ENTRIES} 个考评对象")
    store.add_entries(session, found.number, entrants.subject_ids)
    added = store.entered(session, found.number, entrants.subject_ids)
    audit.record(session, actor, act="enter_subjects", thing=f"rounds/{code}", payload={"subjects": list(codes)})
    return _checked(session, found, program, sorted((number, subject_id) for subject_id, number in added.items()))


def checked(
    session: Session, found: Round, program: Program, after: int = 0, limit: int | None = None
) -> list[CheckedEntry]:
    """Subjects of a round in the order in which they entered, each with the problems of its composition."""
    rows = store.entries(session, found.number, after, limit)
    return _checked(session, found, program, [(each.number, each.subject_id) for each in rows])


def waive(session: Session, actor: Actor, code: str, subject_code: str, reason: str) -> CheckedEntry:
    """Let the present problems of an alliance's composition pass, with a reason; later ones are not covered."""
    found = _draft(session, actor, code)
    entry = locate(session, actor, "run_rounds", code, subject_code).entry
    [before] = _checked(session, found, schemes.program(session, found), [(entry.number, entry.subject_id)])
    if not before.unwaived:
        raise Conflict("nothing_to_waive", f"{subject_code} 没有需要豁免的组成问题")
    waiver = Waiver(reason, before.problems, database_now(session))
    store.add_waiver(session, entry.number, waiver)
    codes = [problem.code for problem in before.problems]
    thing = f"rounds/{code}/subjects/{subject_code}"
    audit.record(session, actor, act="waive", thing=thing, reason=reason, payload={"problems": codes})
    return CheckedEntry(entry.number, before.subject, before.problems, waiver)


def locate(session: Session, actor: Actor, act: Act, code: str, subject_code: str, *, lock: bool = False) -> Place:
    """A subject in a round for one who may do this to it; raises NotFound, Forbidden.

    With `lock` the round is not moved and nobody else acts on the subject meanwhile.
    """
    place = place_store.one(session, code, subject_code, lock=lock)
    if place is None:
        found = find_round(session, actor, code)
        raise NotFound("subject_not_in_round", f"批次 {found.code} 中没有考评对象 {subject_code}")
    require(actor, "read_rounds", thing_of_round(place.round))
    place = replace(place, parties=party_store.of(session, place.entry.number))
    require(actor, act, place.thing)
    return place


def place_of(session: Session, number: int) -> Place:
    """The place behind an entry that rows of another room hang on, whoever asks; without those who act there."""
    return place_store.of(session, number)


def find_round(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Round:
    """The round of this code for one who may know of it; with `lock` nobody else moves it or acts in it meanwhile.

    Raises NotFound.
    """
    missing = ("round_not_found", f"没有代码为 {code} 的考评批次")
    found = round_store.one(session, code, lock=lock)
    if found is None:
        raise NotFound(*missing)
    require(actor, "read_rounds", thing_of_round(found))
    return found


def thing_of_round(found: Round) -> Thing:
    """A round as access wants to see it."""
    return round_thing(found.code, found.opened_at is not None, found.published_at is not None)


def round_thing(code: str, opened: bool, published: bool) -> Thing:  # noqa: FBT001 -- as a version tells them
    """A round of this code as access wants to see it."""
    return Thing(opened=opened, published=published, missing=("round_not_found", f"没有代码为 {code} 的考评批次"))


def present_thing(
    looks: Looks,
    entry: int,
    code: str,
    subject_code: str,
    opened: bool,  # noqa: FBT001 -- as a version tells them
    published: bool,  # noqa: FBT001
) -> Thing:
    """A subject in a round as access wants to see it; one look."""
    return thing_of(code, subject_code, party_store.present(looks, entry), opened=opened, published=published)


def all_entries(session: Session, found: Round) -> list[Entry]:
    """Every subject of a round in the order in which they entered; two queries however many."""
    rows = store.entries(session, found.number)
    known = subjects.by_number(session, [row.subject_id for row in rows])
    return [Entry.of(row, known[row.subject_id]) for row in rows]


def all_parties(session: Session, found: Round) -> dict[int, Parties]:
    """Who has to do with each subject of a round, by entry; one query."""
    return party_store.of_round(session, found.number)


def before(session: Session, place: Place) -> Place | None:
    """The same subject in the round before: the last of the same scheme, in any version, that ended before this begins.

    None where there is no such round, or where the subject was not in it.
    """
    found = store.before(session, place.round, place.entry.subject_id)
    return None if found is None else Place(found[0], Entry.of(found[1], place.entry.subject))


def _draft(session: Session, actor: Actor, code: str) -> Round:
    found = find_round(session, actor, code, lock=True)
    require(actor, "run_rounds", thing_of_round(found))
    if found.state != "draft":
        raise Conflict("round_not_draft", "该批次已经开放，不能再变动考评对象")
    return found


def _present(session: Session, present: dict[int, int], codes: Sequence[str]) -> Iterator[Problem]:
    known = {subject.code for subject in subjects.by_number(session, list(present)).values()}
    for place, code in enumerate(codes):
        if code in known:
            yield Problem(("subjects", place), "subject_entered", f"{code} 已在该批次中")


def _checked(session: Session, found: Round, program: Program, rows: Sequence[tuple[int, int]]) -> list[CheckedEntry]:
    known = subjects.by_number(session, [subject_id for _, subject_id in rows])
    waivers = store.waivers(session, [number for number, _ in rows])
    problems = _composition_problems(session, found, program.scheme.composition, known)
    return [
        CheckedEntry(number, known[subject_id], problems.get(subject_id, Problems()), waivers.get(number))
        for number, subject_id in rows
    ]


def _composition_problems(
    session: Session, found: Round, rules: Composition | None, known: dict[int, Subject]
) -> dict[int, Problems]:
    """By subject, what its composition at the period's end lacks; nothing where the scheme has no rules of it."""
    if rules is None:
        return {}
    alliances = compositions.of(session, [subject.code for subject in known.values()], found.period.end)
    return {number: composition_problems(rules, alliance) for number, alliance in alliances.items()}
