"""A subject on its way through a round, against a plain dictionary: right and wrong people, right and wrong states."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.access import Actor
from app.assessments.service import publishing
from app.assessments.service import sheets as sheet_service
from app.assessments.service.others import known_numbers
from app.audit import service as audit
from app.config import Settings
from app.db import Database
from app.evidence import service as evidence_service
from app.rounds.service import rounds, standing
from tests.assessments.model import CHIEFS, CONTENTS, EVALUATORS, MAY, PEOPLE, SETTLED, Model
from tests.databases import Databases
from tests.rounds.moving import CODE, DOING, REASON, opened, outcome
from tests.service import serving

SAYING: dict[str, Callable[[Any], Any]] = {
    "save": lambda said: CONTENTS[said][0],
    "judge": lambda said: {"points": said, "rationale": f"经核对评 {said} 分"},
    "override": lambda said: {"points": said, "reason": REASON},
    "lift": lambda _: {"points": None, "reason": REASON},
}


class Assessment(RuleBasedStateMachine):
    """The services on a copy of a prepared database, beside the model."""

    def __init__(self, prepared: Path, folder: Path, actors: dict[str, Actor]) -> None:
        super().__init__()
        self.path = folder / "one.sqlite3"
        shutil.copy(prepared, self.path)
        self.actors = actors
        self.model = Model()
        self.database = Database(Settings(database_url=f"sqlite:///{self.path}"))
        self.shown = sheet_service.Sheets(self.database, known_numbers())

    @initialize(go=st.sampled_from(["", "submitted", "judged", "proposed", "closed"]))
    def some_way(self, go: str) -> None:
        """Often begin somewhere on the way, so that what comes late is reached."""
        way = [("save", "submitter", "judged"), ("submit", "submitter", None), ("judge", "evaluator", 3)]
        way += [("propose", "evaluator", None), ("approve", "chief", None), ("close", "admin", None)]
        for act, who, said in way[: {"": 0, "submitted": 2, "judged": 3, "proposed": 4, "closed": 6}[go]]:
            self.both(act, who, said)

    def both(self, act: str, who: str, said: Any) -> None:
        expected = self.model.expect(act, who, said)
        assert outcome(lambda: self.perform(act, who, said)) == expected, (act, who, said)

    def perform(self, act: str, who: str, said: Any) -> None:
        actor = self.actors[who]
        with self.database.writing() as session:
            if act == "close":
                rounds.close(session, actor, CODE)
            elif act == "publish":
                publishing.publish(session, actor, CODE)
            else:
                told = SAYING[act](said) if act in SAYING else None
                DOING["override" if act == "lift" else act](session, actor, CODE, "alliance", said=told)

    @rule(
        who=st.sampled_from(["submitter", "submitter", "submitter", "stranger", "chief", "admin"]),
        what=st.sampled_from(sorted(CONTENTS)),
    )
    def save(self, who: str, what: str) -> None:
        self.both("save", who, what)

    @rule(
        act=st.sampled_from(["submit", "withdraw"]), who=st.sampled_from(["submitter"] * 4 + ["stranger", "evaluator"])
    )
    def hand_in_or_take_back(self, act: str, who: str) -> None:
        self.both(act, who, None)

    @rule(who=st.sampled_from(sorted(EVALUATORS)), points=st.integers(2, 5))
    def judge(self, who: str, points: int) -> None:
        self.both("judge", who, points)

    @rule(who=st.sampled_from(sorted(EVALUATORS | CHIEFS)), points=st.integers(0, 5))
    def override(self, who: str, points: int) -> None:
        self.both("override", who, points)

    @rule(
        act=st.sampled_from(["propose", "approve", "propose", "approve", "reopen", "lift", "return"]),
        who=st.sampled_from(sorted(EVALUATORS | CHIEFS)),
    )
    def settle(self, act: str, who: str) -> None:
        self.both(act, who, None)

    @rule(
        act=st.sampled_from(["close", "publish", "publish"]), right=st.booleans(), who=st.sampled_from(sorted(PEOPLE))
    )
    def end(self, act: str, right: bool, who: str) -> None:
        self.both(act, min(MAY[act]) if right else who, None)

    @rule(
        act=st.sampled_from(sorted(MAY)),
        who=st.sampled_from(sorted(PEOPLE)),
        points=st.integers(2, 5),
        what=st.sampled_from(sorted(CONTENTS)),
    )
    def anybody_does_anything(self, act: str, who: str, points: int, what: str) -> None:
        self.both(act, who, {"save": what, "judge": points, "override": points}.get(act))

    @invariant()
    def the_subject_stands_where_the_model_says(self) -> None:
        with self.database.reading() as session:
            place, moves = standing.read(session, self.actors["auditor"], CODE, "alliance")
            kept = evidence_service.page(session, self.actors["auditor"], CODE, "alliance", None, 1000)
            _, listed = sheet_service.listed(session, self.actors["chief"], CODE, "alliance")
        now = self.model.now
        assert (place.entry.state, place.entry.revision) == (now["state"], now["revision"])
        assert place.entry.sheet == now["sheet"]
        assert [each.act for each in moves] == self.model.moves
        assert place.round.state == now["round"]
        assert len(kept) == len(self.model.saved)
        assert [(each.by.name, each.total) for each in listed] == self.model.sheets

    @invariant()
    def everybody_sees_what_he_or_she_may(self) -> None:
        assert self.seen("chief") == self.under_review()
        shown = self.model.now["shown"]
        hidden = {"submitter": "forbidden", "dashboard": "round_not_found", "stranger": "subject_not_in_round"}
        for who in ("submitter", "dashboard"):
            assert self.seen(who) == (hidden[who] if shown is None else self.model.sheets[shown - 1][1])
        assert self.seen("stranger") == (hidden["stranger"] if shown is None else "forbidden")

    def under_review(self) -> Any:
        now = self.model.now
        if now["revision"] is None:
            return "evidence_not_submitted"
        return self.model.sheets[now["sheet"] - 1][1] if now["state"] in SETTLED else self.model.total()

    def seen(self, who: str) -> Any:
        """The total of the official sheet, or why it is not shown."""
        found: list[Any] = []
        read = outcome(lambda: found.append(self.shown.read(self.actors[who], CODE, "alliance", "official")))
        return json.loads(found[0].data)["total"] if found else read

    def teardown(self) -> None:
        try:
            with self.database.reading() as session:
                assert not audit.verify(session).problems
        finally:
            self.database.close()
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


@pytest.fixture
def machine(databases: Callable[[str], Databases], tmp_path: Path) -> Iterator[Callable[[], Assessment]]:
    """A machine for each example, on a copy of one database in which everybody is there and a round is open."""
    with databases("sqlite").migrated() as url:
        with serving(url) as service:
            opened(service)
            actors = {name: service.people.actor(name, **part) for name, part in PEOPLE.items()}
            for name in ("evaluator2", "both"):
                service.assign(f"/api/v1/rounds/{CODE}", name)
        yield lambda: Assessment(Path(url.removeprefix("sqlite:///")), tmp_path, actors)


def test_a_subject_goes_where_the_model_goes(machine: Callable[[], Assessment]) -> None:
    few = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.generate],  # to make an example smaller takes minutes; `make soak` does
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)


@pytest.mark.soak
def test_a_subject_goes_where_the_model_goes_many_times(machine: Callable[[], Assessment]) -> None:
    many = settings(max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=many)
