"""The rows as one compiled rule of datalogic-py (JSON Logic), in every way its Python interface offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from datalogic_py import Engine

from peers.rows import BONUS_FACTS, Case, Json

Answer = Callable[[dict[str, Any]], Any]
_WORDS = {"is": "==", "at_least": ">=", "more_than": ">", "less_than": "<"}


def ways(rows: Mapping[str, list[Case]]) -> dict[str, tuple[Answer, Callable[[Any], Any]]]:
    """By name: from the facts of a submission to scores and constant reason codes; and how to read the answer."""
    scored = {code: _if(cases, pairs=True) for code, cases in rows.items()} | {"research": [_research(), None]}
    codes = list(scored)
    flat = [part for code, cases in rows.items() for part in (_if(cases, pairs=False), _if(cases, pairs=None))] + [
        _research(),
        None,
    ]
    engine = Engine(templating=True)
    session = engine.session()
    encode, decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode

    def in_pairs(answer: Json) -> Json:
        return {code: tuple(each) for code, each in zip(codes, answer, strict=True)}

    def in_turn(answer: Json) -> Json:
        return {code: (answer[2 * at], answer[2 * at + 1]) for at, code in enumerate(codes)}

    def by_code(answer: Json) -> Json:
        return {code: tuple(each) for code, each in answer.items()}

    found: dict[str, tuple[Answer, Callable[[Any], Any]]] = {}
    shapes = {
        "an object": (scored, by_code),
        "pairs": (list(scored.values()), in_pairs),
        "a flat list": (flat, in_turn),
    }
    for name, (written, read) in shapes.items():
        rule = engine.compile(written)
        found[f"dict to {name}"] = (partial(session.evaluate, rule), read)
        found[f"JSON text and back, {name}"] = (
            lambda facts, rule=rule: decode(session.evaluate_str(rule, encode(facts).decode())),
            read,
        )
    return found


def prepared(rows: Mapping[str, list[Case]]) -> Callable[[str], str]:
    """From facts that are JSON text already to an answer that stays so: less than is asked of the others."""
    engine = Engine(templating=True)
    session = engine.session()
    rule = engine.compile([_if(cases, pairs=True) for cases in rows.values()] + [[_research(), None]])
    return partial(session.evaluate_str, rule)


def _if(cases: list[Case], *, pairs: bool | None) -> Json:
    """A chain of cases that gives points and reason together, or one of the two."""
    parts: list[Any] = []
    for case in cases:
        points = {"var": case.points} if isinstance(case.points, str) else case.points
        given = [points, case.reason] if pairs else case.reason if pairs is None else points
        parts += [*([_all(case)] if case.conditions else []), given]
    return parts[0] if len(parts) == 1 else {"if": parts}


def _all(case: Case) -> Json:
    asked = [
        {"var": fact} if constant is True else {_WORDS[word]: [{"var": fact}, constant]}
        for fact, (word, constant) in case.conditions.items()
    ]
    return asked[0] if len(asked) == 1 else {"and": asked}


def _research() -> Json:
    first, second, third = ({"var": fact} for fact in BONUS_FACTS)
    return {"min": [3, {"+": [first, second, {"*": [0.5, third]}]}]}
