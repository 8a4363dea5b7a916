"""A subject in a round as a plain dictionary: who may do what when, and what comes of it."""

from __future__ import annotations

from typing import Any

from tests.people import PARTS
from tests.rounds.builders import a_stay, evidence

CONTENTS: dict[str, tuple[dict[str, Any], int | None]] = {
    "all": (evidence(), 11),
    "judged": (evidence(care="nonstandard"), None),
    "one sent": (evidence(staff=[a_stay()]), 8),
}
"""Evidence, and what it comes to without the agreement; None: 5 and what is judged."""
AGREEMENT = 5
NAMED = ("admin", "chief", "chief2", "evaluator", "evaluator2", "submitter", "stranger", "dashboard", "auditor")
PEOPLE: dict[str, dict[str, Any]] = {name: PARTS[name] for name in NAMED} | {
    "both": {"roles": ("chief", "evaluator")},
    "outsider": {"roles": ("evaluator",)},
    "relative": {"roles": ("chief",), "institution": "care-home"},
}
EVALUATORS = {"evaluator", "evaluator2", "both"}
CHIEFS = {"chief", "chief2", "both"}
MAY: dict[str, set[str]] = {
    "save": {"submitter"},
    "submit": {"submitter"},
    "withdraw": {"submitter"},
    "return": EVALUATORS | CHIEFS,
    "judge": EVALUATORS,
    "override": EVALUATORS | CHIEFS,
    "lift": EVALUATORS | CHIEFS,
    "propose": EVALUATORS,
    "approve": CHIEFS,
    "reopen": CHIEFS,
    "publish": CHIEFS | {"relative"},
    "close": {"admin"},
}
"""Who may do what at all; the others are refused before anything else is looked at."""
WRITES = {"save", "submit", "withdraw"}
CONFLICTS = {"return", "judge", "override", "lift", "propose", "approve", "reopen"}
BELONG = {"submitter", "relative"}
WRITTEN, REVIEWED, SETTLED = (
    {"draft", "withdrawn", "returned"},
    {"submitted", "in_review", "reopened"},
    {"proposed", "final", "published"},
)


class Model:
    """What the subject should be, as dictionaries and lists; each act says what becomes of it, and changes it."""

    def __init__(self) -> None:
        self.now: dict[str, Any] = {"state": "draft", "revision": None, "sheet": None, "round": "open", "shown": None}
        self.moves: list[str] = []
        self.saved: list[str] = []
        self.points: dict[int, int] = {}
        self.overrides: dict[int, tuple[int | None, str]] = {}
        self.sheets: list[tuple[str, int]] = []

    def expect(self, act: str, who: str, said: Any) -> str:
        """The type of the refusal, or "done" with the change made."""
        return self.forbidden(act, who) or getattr(self, "give_back" if act == "return" else act)(who, said) or "done"

    def forbidden(self, act: str, who: str) -> str | None:
        published = self.now["round"] == "published"
        if who in MAY[act]:
            return None
        if who == "dashboard" and not published:
            return "round_not_found"
        if who == "stranger" and act in WRITES and not published:
            return "subject_not_in_round"
        return "conflict_of_interest" if act in CONFLICTS and who in BELONG else "forbidden"

    def move(self, act: str, state: str) -> None:
        self.moves.append(act)
        self.now["state"] = state
        if state in WRITTEN:
            self.now |= {"revision": None, "sheet": None}

    def save(self, _who: str, said: str) -> str | None:
        if self.now["round"] != "open":
            return "round_not_open"
        if self.now["state"] not in WRITTEN:
            return "wrong_state"
        if self.saved[-1:] != [said]:
            self.saved.append(said)
        return None

    def submit(self, _who: str, _said: None) -> str | None:
        if self.now["round"] != "open":
            return "round_not_open"
        if not self.saved:
            return "nothing_to_submit"
        if self.now["state"] not in WRITTEN:
            return "wrong_state"
        self.move("submit", "submitted")
        self.now["revision"] = len(self.saved)
        return None

    def withdraw(self, _who: str, _said: None) -> str | None:
        if self.now["round"] != "open":
            return "round_not_open"
        if self.now["state"] != "submitted":
            return "wrong_state"
        self.move("withdraw", "withdrawn")
        return None

    def give_back(self, _who: str, _said: None) -> str | None:
        if self.now["state"] not in {"submitted", "in_review"}:
            return "wrong_state"
        if self.now["round"] != "open":
            return "round_not_open"
        self.move("return", "returned")
        return None

    def unreviewed(self) -> str | None:
        if self.now["revision"] is None:
            return "evidence_not_submitted"
        return None if self.now["state"] in REVIEWED else "wrong_state"

    def began(self) -> None:
        if self.now["state"] == "submitted":
            self.move("review", "in_review")

    def judge(self, _who: str, said: int) -> str | None:
        if refused := self.unreviewed():
            return refused
        if self.points.get(self.now["revision"]) != said:
            self.points[self.now["revision"]] = said
            self.began()
        return None

    def override(self, who: str, said: int) -> str | None:
        if refused := self.unreviewed():
            return refused
        if self.overrides.get(self.now["revision"], (None, ""))[0] != said:
            self.overrides[self.now["revision"]] = (said, who)
            self.began()
        return None

    def lift(self, who: str, _said: None) -> str | None:
        if refused := self.unreviewed():
            return refused
        if self.overrides.get(self.now["revision"], (None, ""))[0] is None:
            return "nothing_to_lift"
        self.overrides[self.now["revision"]] = (None, who)
        self.began()
        return None

    def total(self) -> int | None:
        """Of what is handed in, as it stands; None while a judgement is missing."""
        number = self.now["revision"]
        rest = CONTENTS[self.saved[number - 1]][1]
        if rest is None:
            if number not in self.points:
                return None
            rest = 5 + self.points[number]
        set_ = self.overrides.get(number, (None, ""))[0]
        return rest + (AGREEMENT if set_ is None else set_)

    def propose(self, who: str, _said: None) -> str | None:
        if refused := self.unreviewed():
            return refused
        total = self.total()
        if total is None:
            return "not_final"
        self.sheets.append((who, total))
        self.move("propose", "proposed")
        self.now["sheet"] = len(self.sheets)
        return None

    def approve(self, who: str, _said: None) -> str | None:
        if self.now["state"] != "proposed":
            return "wrong_state"
        points, by = self.overrides.get(self.now["revision"], (None, ""))
        if self.sheets[self.now["sheet"] - 1][0] == who or (points is not None and by == who):
            return "four_eyes"
        self.move("approve", "final")
        if self.now["round"] == "published":
            self.move("publish", "published")
            self.now["shown"] = self.now["sheet"]
        return None

    def reopen(self, _who: str, _said: None) -> str | None:
        if self.now["state"] not in SETTLED:
            return "wrong_state"
        self.move("reopen", "reopened")
        return None

    def close(self, _who: str, _said: None) -> str | None:
        if self.now["round"] != "open":
            return "round_not_open"
        self.now["round"] = "closed"
        return None

    def publish(self, _who: str, _said: None) -> str | None:
        if self.now["round"] != "closed":
            return "round_not_closed"
        if self.now["revision"] is None:
            return "nothing_to_publish"
        if self.now["state"] != "final":
            return "not_all_final"
        self.now["round"] = "published"
        self.move("publish", "published")
        self.now["shown"] = self.now["sheet"]
        return None
