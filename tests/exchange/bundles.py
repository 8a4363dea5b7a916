"""A bundle without a service: a small scheme scored, packed and signed; and bundles that somebody made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import signing
from app.exchange import zips
from app.exchange.bundle import FILES, MANIFEST, SIGNATURE, Contents, Step, pack
from app.exchange.rescoring import Frozen
from app.scoring.digest import canonical, digest, digest_of
from app.scoring.engine import ENGINE, prepare, score_request
from app.scoring.problems import Problems
from app.signing import SigningKey
from tests.rounds.builders import PERIOD, a_scheme, a_stay, evidence

AT = datetime(2021, 5, 20, 9, tzinfo=UTC)


@cache
def key(_name: str = "ours") -> SigningKey:
    with TemporaryDirectory() as folder:
        return signing.create(Path(folder) / "signing.key")


def contents(**changes: Any) -> Contents:
    program = prepare(a_scheme())
    assert not isinstance(program, Problems)
    request = {
        "period": PERIOD,
        "subject": {"code": "alliance", "kind": "alliance", "district_code": "330106"},
        "evidence": evidence(care="nonstandard", staff=[a_stay()]),
        "judgements": {"chronic": {"points": 4, "rationale": "随访记录完整，个别档案缺失"}},
        "findings": {},
        "final": True,
    }
    sheet = score_request(program, request)
    assert not isinstance(sheet, Problems)
    frozen = Frozen(program.digest, canonical(request), sheet.inputs_digest, ENGINE, sheet.to_bytes(), sheet.digest)
    acts = ("submit", "submitted"), ("review", "in_review"), ("propose", "proposed"), ("approve", "final")
    steps = [
        Step(number, act, state, 1, AT, 1, 1)
        for number, (act, state) in enumerate((*acts, ("publish", "published")), 1)
    ]
    usual = {
        "round": "2020",
        "subject": "alliance",
        "number": 1,
        "scheme": ("small", "1"),
        "document": canonical(program.document),
        "frozen": frozen,
        "attachments": b"[]",
        "steps": steps,
        "sequence": 41,
        "hash": "sha256:" + "4" * 64,
    }
    return Contents(**usual | changes)


@cache
def bundle() -> bytes:
    return pack(contents(), key())


def opened() -> dict[str, bytes]:
    found = zips.read(bundle())
    assert found is not None
    return found


def forged(
    files: Mapping[str, bytes] = {},
    change: Callable[[dict[str, Any]], None] = lambda _: None,
    by: SigningKey | None = None,
) -> bytes:
    """A bundle with other files, a manifest that vouches for them and says other things, signed by somebody."""
    signer = by or key()
    whole = {**opened(), **files}
    manifest = json.loads(whole[MANIFEST])
    manifest |= {"files": {name: digest_of(whole[name]) for name in FILES}, "public_key": signer.public}
    manifest["key"] = signer.id
    change(manifest)
    data = canonical(manifest)
    return zips.write({**whole, MANIFEST: data, SIGNATURE: signing.sign(signer, data).encode()})


def resaid(**members: Any) -> tuple[bytes, str]:
    """The sheet with other members and the digest that fits, and that digest."""
    said = json.loads(opened()["sheet.json"]) | members
    del said["digest"]
    said["digest"] = digest(said)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), said["digest"]
