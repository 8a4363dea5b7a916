"""Acts on subjects in a round through the services, each by the one who does so as a rule; several at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app.assessments.service import handing, publishing, records, settling
from app.assessments.shapes import Returned
from app.errors import Refused
from app.evidence import service as evidence_service
from app.rounds.service import rounds, standing
from app.rounds.values.rounds import Move, Place
from tests.attaching import attach
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS, evidence, open_round, prepare
from tests.service import Service
from tests.subjects.builders import register_alliance

CODE = "2020"
REASON = "核对之后认为有此必要"
JUDGED = {"points": 4, "rationale": "随访记录完整，个别档案缺失"}
USUAL = {
    "save": "submitter",
    "submit": "submitter",
    "withdraw": "submitter",
    "return": "evaluator",
    "judge": "evaluator",
    "override": "evaluator",
    "propose": "evaluator",
    "approve": "chief",
    "reopen": "chief",
}
"""Acts on a subject, and who does them as a rule."""
WAYS = {
    "draft": ("save",),
    "submitted": ("save", "submit"),
    "in_review": ("save", "submit", "judge"),
    "proposed": ("save", "submit", "judge", "propose"),
    "final": ("save", "submit", "judge", "propose", "approve"),
    "published": ("save", "submit", "judge", "propose", "approve"),
    "returned": ("save", "submit", "judge", "return"),
    "withdrawn": ("save", "submit", "withdraw"),
    "reopened": ("save", "submit", "judge", "propose", "reopen"),
}
"""How a subject comes to each state; to `published` by the act on its round."""


def unseen(_latest: object) -> None:
    """For one who does not mind what was there before."""


def _unsaid(call: Callable[..., Any]) -> Callable[..., Any]:
    def run(*at: Any, said: object) -> Any:
        assert said is None, "nothing goes with it"
        return call(*at)

    return run


DOING: dict[str, Callable[..., Any]] = {
    "save": lambda *at, said: evidence_service.save(*at, evidence() if said is None else said, unseen),
    "submit": lambda *at, said: handing.submit(*at, said or unseen),
    "withdraw": lambda *at, said: handing.withdraw(*at, said or REASON),
    "return": lambda *at, said: handing.return_(*at, said or Returned(reason=REASON)),
    "judge": lambda *at, said: records.judge(*at, "chronic", said or JUDGED),
    "override": lambda *at, said: records.override(*at, "agreement", said or {"points": 3, "reason": REASON}),
    "propose": _unsaid(settling.propose),
    "approve": _unsaid(settling.approve),
    "reopen": lambda *at, said: settling.reopen(*at, said or REASON),
}
"""Acts on session, actor, round and subject; `said`: what goes with it, where it is not the usual."""


def perform(service: Service, name: str, subject: str = "alliance", by: str | None = None, said: Any = None) -> Any:
    """One act in a transaction of its own; what it returns."""
    actor = service.people.actor(by or USUAL[name])
    with service.database.writing() as session:
        return DOING[name](session, actor, CODE, subject, said=said)


def outcome(call: Callable[[], object]) -> str:
    """What became of an act: "done", or the type of the refusal."""
    try:
        call()
    except Refused as refused:
        return refused.type
    return "done"


def attempt(service: Service, name: str, subject: str = "alliance", by: str | None = None, said: Any = None) -> str:
    return outcome(lambda: perform(service, name, subject, by, said))


@remembered
def opened(service: Service, *others: str, **changes: Any) -> None:
    """An open round in which everybody has attached what is asked for and saved nothing yet."""
    prepare(service)
    for other in others:
        register_alliance(service, other)
    open_round(service, subjects=["alliance", *others], **changes)
    for subject in ("alliance", *others):
        made = attach(service, f"{ROUNDS}/{CODE}/subjects/{subject}", "dispatch")
        assert made.status_code == 201, made.text


def bring(service: Service, state: str, *subjects: str) -> None:
    """Bring these subjects of an opened round to a state; to `published`: everybody in the round is."""
    for subject in subjects or ("alliance",):
        for name in WAYS[state]:
            perform(service, name, subject)
    if state == "published":
        publish(service)


def close(service: Service) -> None:
    with service.database.writing() as session:
        rounds.close(session, service.people.actor("admin"), CODE)


def publish(service: Service) -> None:
    close(service)
    with service.database.writing() as session:
        publishing.publish(session, service.people.actor("chief"), CODE)


def stands(service: Service, subject: str = "alliance") -> tuple[Place, list[Move]]:
    """Where a subject stands, and how it came there."""
    with service.database.reading() as session:
        return standing.read(session, service.people.actor("auditor"), CODE, subject)


def state(service: Service, subject: str = "alliance") -> str:
    return stands(service, subject)[0].entry.state


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What became of acts that begin together, in their order."""
    outcomes = ["lost"] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(at: int) -> None:
        barrier.wait()
        outcomes[at] = outcome(calls[at])

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
