"""Tables that contradict themselves: what a reading owns up to can be stored as it is printed."""

from __future__ import annotations

from collections.abc import Iterator

from app.scoring.problems import Path, Problem
from app.scoring.scheme import Reading, Scheme


def is_owned(scheme: Scheme, problem: Problem) -> bool:
    """Whether a reading on the problem's item, on its section or on the scheme names its code."""
    return any(problem.code in reading.owns for reading in _readings(scheme, problem.path))


def _readings(scheme: Scheme, path: Path) -> Iterator[Reading]:
    """Those of the place, from the outside in."""
    yield from scheme.readings
    if len(path) > 1 and path[0] == "sections":
        section = scheme.sections[int(path[1])]
        yield from section.readings
        if len(path) > len(("sections", 0, "items")) and path[2] == "items":
            yield from section.items[int(path[3])].readings
