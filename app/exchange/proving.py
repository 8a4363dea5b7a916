"""A proof bundle checked by itself: its form, its digests, its signature, and the sheet scored again from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from app import signing
from app.exchange import zips
from app.exchange.bundle import ATTACHMENTS, FILES, FORMAT, INPUTS, MANIFEST, MOVES, NAMES, SCHEME, SHEET, SIGNATURE
from app.exchange.plain import Unreadable, read
from app.exchange.rescoring import Fault, Frozen, Rescored, program_of, rescore
from app.scoring.digest import canonical, digest_of
from app.scoring.engine import ENGINE

_TEXTS: Final = ("format", "round", "subject", "inputs_digest", "engine", "published_at", "public_key", "key")
_PARTS: Final[Mapping[str, Mapping[str, type]]] = {
    "sheet": {"number": int, "digest": str},
    "scheme": {"code": str, "version": str, "digest": str},
    "audit": {"sequence": int, "hash": str},
    "files": dict.fromkeys(FILES, str),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself; `digests` are those of its files."""

    round: str
    subject: str
    number: int
    sheet_digest: str
    scheme: str
    scheme_digest: str
    inputs_digest: str
    engine: str
    published_at: str
    sequence: int
    hash: str
    digests: Mapping[str, str]
    public: str
    key: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found; nothing else fits where there is no manifest.

    `key_known`: the signature is that of a key which the one who asks named; `sheet`, `made`: the sheet of the bundle,
    and the one that this engine gives.
    """

    faults: tuple[Fault, ...]
    manifest: Manifest | None = None
    key_known: bool = False
    sheet: bytes | None = field(default=None, repr=False)
    made: bytes | None = field(default=None, repr=False)

    @property
    def by_another(self) -> bool:
        """Whether another version of the engine made the sheet."""
        return self.manifest is not None and self.manifest.engine != ENGINE


def prove(data: bytes, keys: Collection[str] = ()) -> Proof:
    """Everything that does not fit in a bundle; any bytes will do.

    Its signature has to be that of one of `keys` (public keys as text); without any, that of the key it names itself.
    What its own manifest does not vouch for is not scored.
    """
    files = zips.read(data) if len(data) <= zips.LARGEST else None
    if files is None or not set(NAMES) <= files.keys():
        return Proof((Fault("bundle_unreadable", "不是完整的存证包：文件不是本服务写出的压缩包，或缺少其中的文件"),))
    faults = []
    if tuple(files) != NAMES or zips.write(files) != data:
        faults.append(Fault("bundle_form", "压缩包与本服务写出的形式不同：已被改动、重新打包或添加内容"))
    manifest = _manifest(files[MANIFEST])
    if isinstance(manifest, Fault):
        return Proof((*faults, manifest))
    faults += _signature_faults(manifest, files, keys)
    changed = list(_changed(manifest, files))
    faults += changed
    if changed:
        faults.append(Fault("not_rescored", "内容已与清单不符，未重新计分"))
        return Proof(tuple(faults), manifest)
    faults += _content_faults(manifest, files)
    scored = _rescored(manifest, files)
    return Proof((*faults, *scored.faults), manifest, bool(keys), files[SHEET], scored.made)


def _manifest(data: bytes) -> Manifest | Fault:
    """It has to be written exactly as we write it, so that all of it is signed and nothing else is in it."""
    bad = Fault("manifest_unreadable", f"{MANIFEST} 无法读取，或不是本版本的格式（{FORMAT}）")
    try:
        said = read(data)
    except Unreadable:
        return bad
    if not _is_manifest(said) or canonical(said) != data:
        return bad
    sheet, scheme, audit, digests = (said[name] for name in _PARTS)
    return Manifest(
        round=said["round"],
        subject=said["subject"],
        number=sheet["number"],
        sheet_digest=sheet["digest"],
        scheme=f"{scheme['code']}@{scheme['version']}",
        scheme_digest=scheme["digest"],
        inputs_digest=said["inputs_digest"],
        engine=said["engine"],
        published_at=said["published_at"],
        sequence=audit["sequence"],
        hash=audit["hash"],
        digests=digests,
        public=said["public_key"],
        key=said["key"],
    )


def _is_manifest(said: object) -> TypeGuard[dict[str, Any]]:
    if not _has(said, dict.fromkeys(_TEXTS, str) | dict.fromkeys(_PARTS, dict)):
        return False
    return said["format"] == FORMAT and all(_has(said[name], members) for name, members in _PARTS.items())


def _has(value: object, members: Mapping[str, type]) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object with exactly these members."""
    return isinstance(value, dict) and {name: type(each) for name, each in value.items()} == dict(members)


def _signature_faults(manifest: Manifest, files: Mapping[str, bytes], keys: Collection[str]) -> Iterator[Fault]:
    signature = files[SIGNATURE].decode("ascii", "replace")
    if not signing.verify(manifest.public, files[MANIFEST], signature):
        yield Fault("signature_invalid", "签名无效：清单或签名已被改动")
    if not signing.is_public(manifest.public) or signing.key_id(manifest.public) != manifest.key:
        yield Fault("key_differs", "清单所载的公钥与其编号不符")
    if keys and manifest.public not in keys:
        yield Fault("key_unknown", f"签名密钥（编号 {manifest.key}）不是所给的公钥")


def _changed(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    for name in FILES:
        if digest_of(files[name]) != manifest.digests[name]:
            yield Fault("file_changed", f"{name} 与清单所列的摘要不符，已被改动")


def _content_faults(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    """What is not scored: the list of attachments, the moves, and whose result it is."""
    if not _is_list_of(files[ATTACHMENTS], "sha256"):
        yield Fault("attachments_unreadable", f"{ATTACHMENTS} 不是附件清单")
    if not _is_list_of(files[MOVES], "act", "at", "sheet"):
        yield Fault("moves_unreadable", f"{MOVES} 不是流转记录")
    else:
        last = _list(files[MOVES])[-1:]
        published = {"act": "publish", "at": manifest.published_at, "sheet": manifest.number}
        if [{name: each[name] for name in published} for each in last] != [published]:
            yield Fault("moves_differ", f"{MOVES} 的最后一步不是清单所载的公布")
    subject = _member(files[INPUTS], "subject", "code")
    if subject not in {None, manifest.subject}:
        yield Fault("subject_differs", "计分依据属于另一个考评对象")
    named = f"{_member(files[SCHEME], 'scheme')}@{_member(files[SCHEME], 'version')}"
    if named != manifest.scheme:
        yield Fault("scheme_named_otherwise", f"{SCHEME} 是另一个评价方案：{named}")


def _rescored(manifest: Manifest, files: Mapping[str, bytes]) -> Rescored:
    program = program_of(files[SCHEME], manifest.scheme_digest)
    if isinstance(program, Fault):
        return Rescored((program,))
    frozen = Frozen(
        scheme_digest=manifest.scheme_digest,
        inputs=files[INPUTS],
        inputs_digest=manifest.inputs_digest,
        engine=manifest.engine,
        sheet=files[SHEET],
        sheet_digest=manifest.sheet_digest,
    )
    return rescore(program, frozen)


def _list(data: bytes) -> list[Any]:
    try:
        value = read(data)
    except Unreadable:
        return []
    return value if isinstance(value, list) and canonical(value) == data else []


def _is_list_of(data: bytes, *members: str) -> bool:
    """Whether these are canonical bytes of a list of objects with at least these members."""
    return data == b"[]" or (
        bool(found := _list(data)) and all(isinstance(each, dict) and set(members) <= each.keys() for each in found)
    )


def _member(data: bytes, *path: str) -> object:
    """A member inside an object; None where there is none."""
    try:
        value = read(data)
    except Unreadable:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
