"""The proof bundle of a published result: everything that it rests on in one file, signed, checked without us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app import signing
from app.exchange import zips
from app.exchange.rescoring import Frozen
from app.scoring.digest import canonical, digest_of
from app.signing import SigningKey

FORMAT: Final = "alliance-assessment-proof/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature"
SCHEME, INPUTS, SHEET, ATTACHMENTS, MOVES = FILES = (
    "scheme.json",
    "inputs.json",
    "sheet.json",
    "attachments.json",
    "moves.json",
)
NAMES: Final = (*FILES, MANIFEST, SIGNATURE)
"""What is in a bundle, in this order."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the subject through its round: who did what, and when; people are numbered as they come, from 1."""

    number: int
    act: str
    state: str
    by: int
    at: datetime
    revision: int | None
    sheet: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into a bundle.

    `scheme`: code and version; `document`: its canonical form; `attachments`: the canonical form of their list;
    `steps`: all up to the publication, which is the last; `sequence`, `hash`: the entry of the audit record that
    records the publication.
    """

    round: str
    subject: str
    number: int
    scheme: tuple[str, str]
    document: bytes = field(repr=False)
    frozen: Frozen
    attachments: bytes = field(repr=False)
    steps: Sequence[Step]
    sequence: int
    hash: str


def pack(contents: Contents, key: SigningKey) -> bytes:
    """The bundle; the same contents and the same key give the same bytes."""
    files = {
        SCHEME: contents.document,
        INPUTS: contents.frozen.inputs,
        SHEET: contents.frozen.sheet,
        ATTACHMENTS: contents.attachments,
        MOVES: canonical([_step(each) for each in contents.steps]),
    }
    manifest = canonical(_manifest(contents, files, key))
    return zips.write({**files, MANIFEST: manifest, SIGNATURE: signing.sign(key, manifest).encode()})


def _manifest(contents: Contents, files: dict[str, bytes], key: SigningKey) -> dict[str, object]:
    frozen = contents.frozen
    code, version = contents.scheme
    return {
        "format": FORMAT,
        "round": contents.round,
        "subject": contents.subject,
        "sheet": {"number": contents.number, "digest": frozen.sheet_digest},
        "scheme": {"code": code, "version": version, "digest": frozen.scheme_digest},
        "inputs_digest": frozen.inputs_digest,
        "engine": frozen.engine,
        "published_at": contents.steps[-1].at.isoformat(),
        "audit": {"sequence": contents.sequence, "hash": contents.hash},
        "files": {name: digest_of(data) for name, data in files.items()},
        "public_key": key.public,
        "key": key.id,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "number": step.number,
        "act": step.act,
        "state": step.state,
        "by": step.by,
        "at": step.at.isoformat(),
        "revision": step.revision,
        "sheet": step.sheet,
    }
