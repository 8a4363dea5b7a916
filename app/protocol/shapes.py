"""Shapes: a body read as a model or refused whole, and the schema of a shape for the documentation."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from app.errors import Invalid
from app.protocol.later import Schema, later
from app.scoring.document import read_part
from app.scoring.problems import Problems

Shape = TypeVar("Shape", bound=BaseModel)


def read_as(shape: type[Shape], body: object) -> Shape:
    """The body as this shape; raises Invalid with everything that is wrong."""
    read = read_part(shape, body)
    if isinstance(read, Problems):
        raise Invalid(read)
    return read


def schema_of(shape: Any, *, sent: bool = True) -> Schema:  # noqa: ANN401 -- any type that Pydantic knows
    """The JSON Schema of a shape that is sent (or taken), in the OpenAPI document once that is asked for."""
    return later(lambda: _schema(shape, sent=sent))


def _schema(shape: Any, *, sent: bool) -> Any:  # noqa: ANN401
    """Each definition written out where it is used."""
    schema = TypeAdapter(shape).json_schema(mode="serialization" if sent else "validation")
    definitions = schema.pop("$defs", {})
    return _written_out(schema, definitions)


def _written_out(part: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 -- a JSON value
    if isinstance(part, list):
        return [_written_out(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _written_out(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {name: _written_out(each, definitions) for name, each in part.items()}
