"""What rules may ask about a subject: fixed when its round is opened, so that later changes do not reach back."""

from __future__ import annotations

from app.rounds.values.rounds import Entry, Profile
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems
from app.scoring.surroundings import read_surroundings
from app.subjects.values import Subject


def of(program: Program, entry: Entry) -> Profile:
    """The profile fixed for the round; before that is opened, as the subject now is."""
    return profile_of(program, entry.subject) if entry.profile is None else entry.profile


def profile_of(program: Program, subject: Subject) -> Profile:
    """Its code, kind, district and attributes.

    An attribute `kind` says more closely what the subject is; it counts for schemes that take numbers by it or declare
    it. The others evaluate one kind of subject as the register knows it.
    """
    own = {"code": subject.code, "district_code": subject.district_code, "kind": subject.kind}
    by_kind = "kind" in program.profile.keys or "kind" in program.scheme.profile
    return {**own, **{name: value for name, value in subject.attributes.items() if by_kind or name != "kind"}}


def profile_problems(program: Program, profile: Profile) -> Problems:
    """What the scheme lacks in a profile."""
    problems: list[Problem] = []
    read_surroundings(program, {"subject": profile}, problems)
    return Problems(problems)
