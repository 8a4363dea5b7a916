"""What can be done with subjects; every act is refused by name or done whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

Thing = TypeVar("Thing")

Seen: TypeAlias = Callable[[Thing], None]
"""Raises Stale when a thing, as it now is, is not what the one who acts has seen."""
