"""A round in which one alliance has submitted evidence that waits for a judgement."""

from __future__ import annotations

from typing import Any

from tests.remembering import remembered
from tests.rounds.builders import ROUNDS, a_stay, evidence, open_round, prepare
from tests.service import Service

SUBJECT = f"{ROUNDS}/2020/subjects/alliance"
SHEET = f"{SUBJECT}/assessment"
JUDGEMENT = f"{SHEET}/judgements/chronic"
SCORES = f"{ROUNDS}/2020/scores"


def a_judgement(**changes: Any) -> dict[str, Any]:
    return {"points": 4, "rationale": "随访记录完整，个别档案缺失", **changes}


def a_finding(value: Any = None, **changes: Any) -> dict[str, Any]:
    return {"value": value, "reason": "核实与所报不符", **changes}


def rows(**struck: bool) -> dict[str, Any]:
    """Rows of a table by number (`row1=False` strikes the first one out)."""
    return {
        "rows": {
            name.removeprefix("row"): {"accepted": kept, "reason": "材料不能证明"} for name, kept in struck.items()
        }
    }


def submit(service: Service, subject: str = "alliance", **changes: Any) -> None:
    """Evidence handed in."""
    place = f"{ROUNDS}/2020/subjects/{subject}/evidence"
    saved = service.put(place, json=evidence(**changes))
    assert saved.status_code == 200, saved.text
    assert service.post(f"{place}/submit").status_code == 200


@remembered
def under_review(service: Service) -> None:
    """5 for the agreement, 2 for one person sent, and 2 to 5 for the care, which is open."""
    prepare(service)
    open_round(service)
    submit(service, care="nonstandard", staff=[a_stay()])
