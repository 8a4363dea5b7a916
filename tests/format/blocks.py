"""The examples of the page on the format, of its design, and more: every yaml block, and what may stand in one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.protocol.strict_yaml import read_yaml
from app.scoring.problems import Problems
from tests.readme.pages import ROOT, Block, blocks

PAGE = ROOT / "docs" / "scheme-format.md"
DESIGN = Path(__file__).with_name("design.md")
MORE = Path(__file__).with_name("more.md")
ITEM_MEMBERS = frozenset(
    {"title", "criteria", "points", "rule", "rounding", "applies_when", "otherwise", "readings", "attachments"}
)
HEAD_MEMBERS = frozenset({"evidence", "measures", "profile", "kind"})
SHEET_MEMBERS = HEAD_MEMBERS | frozenset(
    {"base", "criteria", "grade", "readings", "rounding", "sections", "sections_left", "sheet_facts"}
    | {"title", "total", "vetoes"}
)
TEST_MEMBERS = frozenset({"tests", "check", "document"})
ROW_MEMBERS = frozenset(
    {"because", "deductions", "facts", "final", "gives", "judged", "missing", "nominal", "note", "peers"}
    | {"period", "previous", "reasons", "status", "surplus", "unit", "unused"}
)


@dataclass(frozen=True)
class Shown:
    """A block of a page: where it stands, and what it says."""

    page: str
    line: int
    said: dict[str, Any]

    @property
    def is_sheet(self) -> bool:
        """Whether it shows a whole small scheme, not one item."""
        return "sections" in self.said

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its test rows; a block that shows a refused document has none."""
        listed: list[dict[str, Any]] = self.said.get("tests", [])
        return listed

    def __str__(self) -> str:
        """For the names of tests."""
        return f"{self.page} {self.line} {str(self.said.get('title', '')).replace('/', ' ')}"


def shown_on(page: Path) -> list[Shown]:
    """Every yaml block of a page."""
    return shown_in(page.read_text(encoding="utf-8"), page.stem)


def shown_in(text: str, page: str = "text") -> list[Shown]:
    """Every yaml block of a text."""
    return [_read(text, page, block) for block in blocks(text) if block.language == "yaml"]


def _read(text: str, page: str, block: Block) -> Shown:
    line = text.count("\n", 0, block.start) + 1
    said = read_yaml(block.text)
    assert not isinstance(said, Problems), f"{page} {line}: {said}"
    assert isinstance(said, dict), f"{page} {line}: no mapping"
    return Shown(page, line, said)


def faults(shown: Shown) -> list[str]:
    """What keeps a block from being an example: members that nobody reads, and nothing to check."""
    members = SHEET_MEMBERS if shown.is_sheet else ITEM_MEMBERS | HEAD_MEMBERS | {"bonus"}
    found = [f"{name} is no member of a block" for name in sorted(shown.said.keys() - members - TEST_MEMBERS)]
    if not shown.rows and "document" not in shown.said:
        found.append("it has no test row")
    for number, row in enumerate(shown.rows, 1):
        found += [f"{name} is no member of row {number}" for name in sorted(row.keys() - ROW_MEMBERS)]
        found += [f"row {number} says nothing that it gives"] if "gives" not in row else []
    return found
