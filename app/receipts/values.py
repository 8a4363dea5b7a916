"""A delivery that had its effect, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass

from app.protocol.keys import Answer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was delivered (its digest), and what was answered; None: something that is never kept."""

    request: str
    answer: Answer | None
