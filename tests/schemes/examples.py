"""A small scheme to store and score with: the documentation's example under any name, with keyword changes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from app.schemes import shapes

SCHEMES = "/api/v1/schemes"
CODE = shapes.EXAMPLE_DOCUMENT["scheme"]


def a_scheme(version: str = "1", **changes: Any) -> dict[str, Any]:
    return {**deepcopy(shapes.EXAMPLE_DOCUMENT), "version": version, **changes}


def a_request(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(shapes.EXAMPLE_REQUEST), **changes}


def address(version: str = "1", code: str = CODE) -> str:
    return f"{SCHEMES}/{code}/versions/{version}"
