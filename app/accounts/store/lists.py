"""Roles and codes as a column holds them: canonical JSON, so that the same set is the same text."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import cast

from app.access import Role
from app.scoring.digest import canonical


def written(names: Collection[str]) -> str:
    """For the column, in one order."""
    return canonical(sorted(names)).decode()


@lru_cache(maxsize=4096)
def read(text: str) -> frozenset[str]:
    """From the column."""
    return frozenset(json.loads(text))


def roles(text: str) -> frozenset[Role]:
    """From the column, which only ever takes roles that were checked."""
    return cast("frozenset[Role]", read(text))
