"""What can be done with scheme versions; other rooms and the faces ask here."""

from app.schemes.service.kept import Kept
from app.schemes.service.library import load_library
from app.schemes.service.programs import Program, compiled, known, problems_of, score_sheet
from app.schemes.service.shelf import Shelf
from app.schemes.service.versions import (
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
    "Kept",
    "Program",
    "Shelf",
    "change",
    "compiled",
    "discard",
    "document",
    "draft",
    "find",
    "known",
    "load_library",
    "problems_of",
    "program",
    "publish",
    "retire",
    "score_sheet",
    "versions",
]
