"""A subject on its way to a result: judged, proposed, approved, and what was answered."""

from __future__ import annotations

from typing import Any

from tests.assessments.builders import JUDGEMENT, SHEET, a_judgement, under_review
from tests.assessments.published import done
from tests.remembering import remembered
from tests.rounds.builders import ROUNDS
from tests.service import Service

ROUND = f"{ROUNDS}/2020"
REASON = {"reason": "复核发现派出时间有误"}
LOWER = {"points": 3, "reason": "协议未盖章，按实际情况扣分"}


@remembered
def judged(service: Service, **changes: Any) -> None:
    """A subject that waits for nothing any more: 5 + 4 + 2."""
    under_review(service)
    done(service.put(JUDGEMENT, json=a_judgement(**changes)))


def act(service: Service, name: str, by: str = "usual", subject: str = "alliance") -> Any:
    body = {"json": REASON} if name == "reopen" else {}
    return service.post(f"{ROUND}/subjects/{subject}/assessment/{name}", by=by, **body)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def sheet_of(service: Service, number: int = 1) -> dict[str, Any]:
    answer = service.get(f"{SHEET}/sheets/{number}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
