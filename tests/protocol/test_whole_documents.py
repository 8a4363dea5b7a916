"""Whole scheme documents with something wrong inside: whatever stands where, no 500 and no status nobody named."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.protocol.strict_yaml import read_yaml
from tests.schemes.examples import SCHEMES
from tests.service import serving

SHIPPED = Path(__file__).parents[2] / "scoring_schemes" / "hangzhou-close-alliance" / "2020-draft.yaml"
DOCUMENT = json.loads(json.dumps(read_yaml(SHIPPED.read_text(encoding="utf-8")), default=float))
STRANGE = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    1e300,
    "",
    "0",
    "care",
    "\u0000",
    "甲" * 500,
    "\ud800",
    [],
    {},
    [[]],
    {"": {}},
]

JSON = {"Content-Type": "application/json"}

Place = tuple[Any, Any]
"""What holds a value, and where in it the value stands."""


def places(part: Any) -> Iterator[Place]:
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, value in list(steps):
        yield part, step
        yield from places(value)


def broken(seed: int) -> dict[str, Any]:
    """The shipped scheme as a version of its own, with a value that is strange, missing, or from somewhere else."""
    chance = random.Random(seed)
    document = {**deepcopy(DOCUMENT), "version": str(seed)}
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        found = list(places(document))
        holder, step = chance.choice(found)
        other, where = chance.choice(found)
        match chance.choice(["strange", "missing", "from elsewhere"]):
            case "strange":
                holder[step] = chance.choice(STRANGE)
            case "missing":
                del holder[step]
            case "from elsewhere":
                holder[step] = deepcopy(other[where])
    return document


def tried(database_url: str, seeds: range) -> set[int]:
    """What is answered; an error that nobody catches comes through."""
    statuses = set()
    with serving(database_url) as service:
        for seed in seeds:
            document = json.dumps(broken(seed)).encode()
            made = service.post(SCHEMES, content=document, headers=JSON)
            statuses.add(made.status_code)
            if made.status_code == 201:
                address = made.headers["location"]
                assert service.put(address, content=document, headers=JSON).status_code == 200, seed
                assert service.get(f"{address}/evidence-schema").status_code == 200, seed
                assert service.post(f"{address}/publish").status_code in {200, 422}, seed
    return statuses


def test_no_document_is_too_strange(database_url: str) -> None:
    assert tried(database_url, range(40)) == {201, 400, 422}


@pytest.mark.soak
def test_no_document_is_too_strange_for_long(database_url: str) -> None:
    assert tried(database_url, range(1000, 6000)) == {201, 422}
