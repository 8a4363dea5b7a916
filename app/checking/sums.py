"""Points: items add up to their section, sections to the base."""

from __future__ import annotations

from collections.abc import Iterator

from app.scoring.problems import Problem
from app.scoring.program import Program
from app.scoring.wording import number_text


def sum_problems(program: Program) -> Iterator[Problem]:
    """Sums that differ from what is printed."""
    scheme = program.scheme
    for at, section in enumerate(scheme.sections):
        items = sum((item.points for item in section.items), start=0)
        if items != section.points:
            said = f"“{section.title}”各项合计{number_text(items)}分，与所列{number_text(section.points)}分不符"
            yield Problem(("sections", at, "points"), "section_sum", said)
    base = sum((section.points * section.weight for section in scheme.sections if not section.bonus), start=0)
    if base != scheme.base:
        said = f"各基本指标合计{number_text(base)}分，与所列总分{number_text(scheme.base)}分不符"
        yield Problem(("base",), "base_sum", said)
