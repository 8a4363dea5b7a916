"""A row as it is handed in: its rule, the facts it reads, how it ends, and the ordinary way to settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.scoring.fields import Value
from app.scoring.generated.results import Ending, Quick
from app.scoring.rules.shape import Judging, Ruling
from app.scoring.wording import Fact

Ordinary: TypeAlias = Callable[[Mapping[str, Value], Judging], Quick | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `ordinary` settles it by its rule, None while it is open."""

    code: str
    ruling: Ruling
    facts: Mapping[str, Fact]
    ending: Ending
    ordinary: Ordinary
