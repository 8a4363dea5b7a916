"""Attributes as a column holds them: canonical JSON, exact numbers."""

from __future__ import annotations

from app.scoring.digest import canonical
from app.subjects.values import Attributes
from app.subjects.values import read_attributes as read

__all__ = ["read", "written"]


def written(attributes: Attributes) -> str:
    """For the column."""
    return canonical(attributes).decode()
