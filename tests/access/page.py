"""The table of docs/access.md: acts, the routes that stand for them, and what each role hears."""

from __future__ import annotations

from dataclasses import dataclass

from app.config import ROOT

PAGE = ROOT / "docs" / "access.md"
COLUMNS = ("admin", "chief", "assigned", "other evaluator", "own", "other submitter", "dashboard", "auditor")


@dataclass(frozen=True)
class Row:
    """An act: its routes as `METHOD address`, and a rule for each column."""

    act: str
    routes: tuple[str, ...]
    rules: tuple[str, ...]


def rows() -> dict[str, Row]:
    """By act."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == len(COLUMNS) + 2 and cells[0].startswith("`"):
            routes = tuple(each.strip(" `") for each in cells[-1].split("<br>") if each.strip(" `"))
            found[cells[0].strip("`")] = Row(cells[0].strip("`"), routes, tuple(cells[1:-1]))
    return found
