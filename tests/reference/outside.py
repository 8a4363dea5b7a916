"""What a score rests on besides evidence and judgements: the unit's profile, the round before, the other units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.values import exact


@dataclass(frozen=True)
class Outside:
    """`previous` and `peers` are None until they are handed in."""

    subject: Mapping[str, Any] = field(default_factory=dict)
    previous: Mapping[str, Any] | None = None
    peers: Mapping[str, Any] | None = None

    def peers_of(self, code: str) -> list[Fraction]:
        """The values of all units of the round; none where they cannot be said yet."""
        return [exact(value) for value in (self.peers or {}).get(code, ())]

    def scores_of(self, item: str) -> list[Fraction]:
        """The scores of the units to which an item applies; none where they cannot be said yet."""
        return [exact(value) for value in (self.peers or {}).get("scores", {}).get(item, ())]


NOTHING = Outside()
