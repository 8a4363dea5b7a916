"""Parts of the OpenAPI document that are worked out when it is first asked for, not when the service starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Schema = dict[str, Any]

_MARK: Final = "x-later"
_parts: Final[list[Callable[[], Any]]] = []
_components: Final[dict[str, Callable[[], Schema]]] = {}
_made: Final[dict[str, Schema]] = {}


def later(make: Callable[[], Any]) -> Schema:
    """A mark in the place of what `make` will return (FastAPI would also take every null out of an example)."""
    _parts.append(make)
    return {_MARK: len(_parts) - 1}


def component(name: str, make: Callable[[], Schema]) -> Schema:
    """The reference to a schema that stands under its name; its own definitions get theirs beside it."""
    _components[name] = make
    return {"$ref": f"#/components/schemas/{name}"}


def complete(document: Schema) -> Schema:
    """The document with everything in the place of its mark, and with the components that are referred to."""
    _fill(document)
    while _components:
        name, make = _components.popitem()
        schema = make()
        _made.update(schema.pop("$defs", {}))
        if "$ref" not in schema:
            _made[name] = schema
    document.setdefault("components", {}).setdefault("schemas", {}).update(_made)
    return document


def _fill(part: Any) -> None:  # noqa: ANN401 -- a JSON value
    for place, inner in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(inner, dict) and _MARK in inner:
            part[place] = _parts[inner[_MARK]]()
        elif isinstance(inner, dict | list):
            _fill(inner)
