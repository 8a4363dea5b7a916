"""The rows as decision tables of zen-engine, in every way its Python interface offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import zen

from peers.rows import BONUS_FACTS, Case, Json

Graph = dict[str, Any]
Answer = Callable[[dict[str, Any]], Any]
_WORDS = {"at_least": ">=", "more_than": ">", "less_than": "<"}


def ways(rows: Mapping[str, list[Case]]) -> dict[str, Answer]:
    """By name: from the facts of a submission to points and reason codes."""
    tables = [_table(code, cases) for code, cases in rows.items()] + [_research()]
    found: dict[str, Answer] = {}
    for shape, graph in {"side by side": _side_by_side(tables), "in a chain": _in_a_chain(tables)}.items():
        decision = zen.ZenEngine().create_decision(json.dumps(graph))
        found[f"decision, tables {shape}"] = decision.evaluate
        found[f"loaded, tables {shape}"] = _loaded(graph)
    return found


def _loaded(graph: Graph) -> Answer:
    """Compiled once by the engine's own loader."""
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"table": graph}}})
    return partial(engine.evaluate, "table")


def results(answer: Json) -> dict[str, tuple[Any, str | None]]:
    """Points and reason by row."""
    said = {code: value for code, value in answer["result"].items() if isinstance(value, dict)}
    return {code: (row["points"], row["reason"]) for code, row in said.items()}


def _table(code: str, cases: list[Case]) -> Graph:
    facts = list(dict.fromkeys(fact for case in cases for fact in case.conditions))
    rules = [([_unary(case, fact) for fact in facts], [str(case.points), _text(case.reason)]) for case in cases]
    return _node(code, facts, rules)


def _research() -> Graph:
    first, second, third = BONUS_FACTS
    return _node("research", [first], [([""], [f"min([3, {first} + {second} + 0.5 * {third}])", "null"])])


def _node(code: str, facts: list[str], rules: list[tuple[list[str], list[str]]]) -> Graph:
    content = {
        "hitPolicy": "first",
        "inputField": None,
        "outputPath": code,
        "executionMode": "single",
        "inputs": [{"id": f"i{at}", "name": fact, "field": fact} for at, fact in enumerate(facts)],
        "outputs": [{"id": f"o{at}", "name": name, "field": name} for at, name in enumerate(("points", "reason"))],
        "rules": [
            {"_id": f"{code}{at}"}
            | {f"i{place}": cell for place, cell in enumerate(asked)}
            | {f"o{place}": cell for place, cell in enumerate(given)}
            for at, (asked, given) in enumerate(rules)
        ],
    }
    return {"id": code, "name": code, "type": "decisionTableNode", "content": content}


def _unary(case: Case, fact: str) -> str:
    if fact not in case.conditions:
        return ""
    word, constant = case.conditions[fact]
    return json.dumps(constant) if word == "is" else f"{_WORDS[word]} {constant}"


def _text(reason: str | None) -> str:
    return json.dumps(reason)


def _graph(tables: list[Graph], edges: list[tuple[str, str]], *, pass_through: bool) -> Graph:
    ends = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "out", "name": "out", "type": "outputNode"}]
    nodes = [table | {"content": table["content"] | {"passThrough": pass_through}} for table in tables]
    joined = [
        {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"} for source, target in edges
    ]
    return {"nodes": ends + nodes, "edges": joined}


def _side_by_side(tables: list[Graph]) -> Graph:
    edges = [edge for table in tables for edge in (("in", table["id"]), (table["id"], "out"))]
    return _graph(tables, edges, pass_through=False)


def _in_a_chain(tables: list[Graph]) -> Graph:
    codes = ["in", *(table["id"] for table in tables), "out"]
    return _graph(tables, list(pairwise(codes)), pass_through=True)
