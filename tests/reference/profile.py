"""Numbers by the unit's profile: each is replaced by its value once, before anything else is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.reference.folds import FOLDS
from tests.reference.values import Document, as_key

Lack = tuple[str, str]
"""What is wrong (`profile_missing`, `profile_unfit`), and with which attribute."""


def resolved(document: Document, subject: Mapping[str, Any]) -> tuple[Document, set[Lack]]:
    """The document as it reads for this unit, and what its profile lacks for that."""
    lacks: set[Lack] = set()
    plain = ("evidence", "profile", "examples", "readings", "source", "effective")
    read = {word: part if word in plain else _replaced(part, subject, lacks) for word, part in document.items()}
    return read, lacks


def _replaced(part: Any, subject: Mapping[str, Any], lacks: set[Lack]) -> Any:
    if isinstance(part, list):
        return [_replaced(inner, subject, lacks) for inner in part]
    if not isinstance(part, dict):
        return part
    if _is_by_profile(part):
        return _number(part, subject, lacks)
    folds = any(word in part for word in FOLDS)
    return {
        word: inner if folds and word == "value" else _replaced(inner, subject, lacks) for word, inner in part.items()
    }


def _is_by_profile(part: dict[str, Any]) -> bool:
    return isinstance(part.get("by"), str) and isinstance(part.get("values"), dict)


def _asked(part: Any) -> set[str]:
    """The attributes that a number depends on, also those that matter for other units only."""
    if not isinstance(part, dict):
        return set()
    return {part["by"]}.union(*map(_asked, [*part["values"].values(), part.get("otherwise")]))


def _number(part: dict[str, Any], subject: Mapping[str, Any], lacks: set[Lack]) -> Any:
    """The value for the unit's key; 0 stands where there is none, and what is lacking is noted."""
    attribute = part["by"]
    missing = {("profile_missing", asked) for asked in _asked(part) if asked not in subject}
    if missing:
        lacks |= missing
        return 0
    key = as_key(subject[attribute])
    if key not in part["values"] and "otherwise" not in part:
        lacks.add(("profile_unfit", attribute))
        return 0
    return _replaced(part["values"].get(key, part.get("otherwise")), subject, lacks)
