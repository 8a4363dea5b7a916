"""The city is founded, its two rounds are held; every act goes through a service, as it would for any city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.access import Actor
from app.assessments.service import handing, publishing, records, settling
from app.db import Session
from app.demonstration.city import ALLIANCES, IRREGULAR, Alliance, institutions, registration
from app.demonstration.people import ADMIN, CHIEF, EVALUATOR, SECOND_CHIEF, People, settle
from app.demonstration.proof import prove
from app.demonstration.stories import IN_2020, IN_2021, SHOWN, Story
from app.evidence import service as evidence
from app.rounds.service import assignments, entries, rounds
from app.rounds.shapes import NewAssignment, NewRound
from app.storage import Storage
from app.subjects.service import alliances as alliance_register
from app.subjects.service import institutions as institution_register

SCHEME: Final = {"code": "hangzhou-close-alliance", "version": "2020-draft"}
DEADLINE: Final = "2099-12-31T17:00:00+08:00"
"""Late enough for everybody who looks at the demonstration."""
WAIVER: Final = "试点初期先行加入，限期备案并设立医务室（演示）"


@dataclass(frozen=True, slots=True)
class Held:
    """A round of the demonstration."""

    year: int
    stories: Mapping[int, Story]
    published: bool

    @property
    def code(self) -> str:
        """As a round."""
        return f"demo-{self.year}"

    @property
    def title(self) -> str:
        """As it is shown."""
        return f"{self.year}年度试点工作考评（演示数据）"


ROUNDS: Final = (Held(2020, IN_2020, published=True), Held(2021, IN_2021, published=False))
SHOWN_SUBJECT: Final = ALLIANCES[SHOWN - 1]
"""The alliance whose sheet says most at first sight."""


def build(session: Session, storage: Storage) -> People:
    """Everything, in a database that has its tables and its schemes and nothing else, and a storage for attachments."""
    people = settle(session)
    admin = people.actors[ADMIN]
    for alliance in ALLIANCES:
        for institution in institutions(alliance):
            institution_register.create(session, admin, institution)
        alliance_register.create(session, admin, registration(alliance))
    for held in ROUNDS:
        hold(session, admin, held, held.code)
        _play_all(session, storage, people, held)
    return people


def hold(session: Session, admin: Actor, held: Held, code: str) -> None:
    """Open a round for all alliances."""
    new = NewRound.model_validate(
        {
            "code": code,
            "title": held.title,
            "scheme": SCHEME,
            "period": {"start": f"{held.year}-04-01", "end": f"{held.year + 1}-03-31"},
            "deadline": DEADLINE,
            "subjects": tuple(alliance.code for alliance in ALLIANCES),
        }
    )
    rounds.create(session, admin, new)
    entries.waive(session, admin, code, ALLIANCES[IRREGULAR - 1].code, WAIVER)
    rounds.open_round(session, admin, code)


def _play_all(session: Session, storage: Storage, people: People, held: Held) -> None:
    admin, chief = people.actors[ADMIN], people.actors[CHIEF]
    assigned = NewAssignment(evaluator=EVALUATOR, subjects=tuple(alliance.code for alliance in ALLIANCES))
    assignments.assign(session, chief, held.code, assigned)
    for alliance in ALLIANCES:
        _play(session, storage, people, held, alliance)
    if held.published:
        rounds.close(session, admin, held.code)
        for alliance in ALLIANCES:
            settling.propose(session, people.actors[EVALUATOR], held.code, alliance.code)
            settling.approve(session, chief, held.code, alliance.code)
        publishing.publish(session, people.actors[SECOND_CHIEF], held.code)


def _play(session: Session, storage: Storage, people: People, held: Held, alliance: Alliance) -> None:
    submitter, evaluator = people.submitter(alliance), people.actors[EVALUATOR]
    story = held.stories[alliance.number]
    at = (held.code, alliance.code)
    if story.stage == "nothing":
        return
    evidence.save(session, submitter, *at, story.evidence(alliance, held.year), _unseen)
    if story.stage == "draft":
        return
    prove(session, storage, submitter, *at)
    handing.submit(session, submitter, *at, _unseen)
    if story.stage == "submitted":
        return
    for field, finding in story.findings.items():
        records.find(session, evaluator, *at, field, finding)
    for item, judgement in story.judgements.items():
        records.judge(session, evaluator, *at, item, judgement)


def _unseen(_latest: object) -> None:
    """Nobody else acts here, so there is nothing to have seen before."""
