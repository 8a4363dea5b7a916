"""What the pages refer to exists, and what should be referred to is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.readme.pages import FENCE, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
DECISIONS = ROOT / "docs" / "decisions"


def anchors(page: str) -> set[str]:
    """The names that headings get."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(page)}


def dead_links(page: Path) -> list[str]:
    """Links to no file of this repository, or to no heading of it; addresses elsewhere are not looked at."""
    dead = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        name, _, heading = link.partition("#")
        if "://" in name:
            continue
        target = (page.parent / name).resolve() if name else page
        found = target.is_relative_to(ROOT) and target.exists()
        if not found or (heading and heading not in anchors(target.read_text(encoding="utf-8"))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert dead_links(page) == []


def test_dead_link_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.readme.test_links.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "# Here it is\n[a](#here-it-is) [b](#there) [c](gone.md) [d](/etc) [e](https://example.org) ![f](page.md)\n",
        encoding="utf-8",
    )
    assert dead_links(page) == ["#there", "gone.md", "/etc"]


def test_every_decision_is_in_the_index_by_its_title() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.*) \|$", index, re.MULTILINE)
    written = [(page.name[:4], page.name, _title(page)) for page in sorted(DECISIONS.glob("[0-9]*.md"))]
    assert listed == written


def test_changes_stand_in_the_groups_that_there_are() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    groups = re.findall(r"^### (.*)$", changes, re.MULTILINE)
    assert "## [Unreleased]" in changes
    assert set(groups) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {page.name[:4]} ")
