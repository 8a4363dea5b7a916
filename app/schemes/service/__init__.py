"""What can be done with scheme versions; other rooms and the faces ask here."""

from app.schemes.service.library import load_library
from app.schemes.service.programs import Program, compiled, score_sheet
from app.schemes.service.shelf import Shelf
from app.schemes.service.versions import (
    Status,
    Version,
    change,
    discard,
    document,
    draft,
    find,
    program,
    publish,
    retire,
    versions,
)

__all__ = [
    "Program",
    "Shelf",
    "Status",
    "Version",
    "change",
    "compiled",
    "discard",
    "document",
    "draft",
    "find",
    "load_library",
    "program",
    "publish",
    "retire",
    "score_sheet",
    "versions",
]
