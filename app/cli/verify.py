"""The command `verify`: a proof bundle checked by itself, without database, settings or network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from app import signing
from app.cli.recompute import folder, show_both
from app.cli.speech import BAD_INPUT, Misused, say, shown
from app.exchange.proving import Manifest, Proof, prove
from app.exchange.rescoring import ENGINE_DIFFERS
from app.exchange.zips import LARGEST
from app.scoring.engine import ENGINE


def verify(path: Path, keys: Sequence[str], out: Path | None) -> int:
    """The exit code, after everything that does not fit; `keys`: public keys as text."""
    wrong = [each for each in keys if not signing.is_public(each)]
    if wrong:
        raise Misused(f"{wrong[0]} 不是公钥：应为 python -m app keys create 给出的文字")
    proof = prove(_read(path), keys)
    if proof.manifest is not None:
        for line in _named(proof.manifest):
            typer.echo(shown(line))
    for fault in proof.faults:
        typer.echo(shown(f"不符：{fault.message} [{fault.code}]"))
    if out is not None or any(fault.code == ENGINE_DIFFERS for fault in proof.faults):
        show_both(path.stem, proof.sheet or b"", proof.made, None if out is None else folder(out))
    return _told(proof, keys)


def _read(path: Path) -> bytes:
    """No more of a file than a bundle can have."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Misused(f"无法读取 {path}：{error.strerror}") from error


def _named(manifest: Manifest) -> tuple[str, str]:
    """Whose result it is, and what it was made with; a line each."""
    whose = f"批次 {manifest.round}，考评对象 {manifest.subject}，第 {manifest.number} 份评分表"
    made = f"方案 {manifest.scheme}，引擎 {manifest.engine}"
    recorded = f"审计记录序号 {manifest.sequence}（散列 {manifest.hash}），签名密钥 {manifest.key}"
    return f"{whose}，{manifest.published_at} 公布", f"{made}，{recorded}"


def _told(proof: Proof, keys: Sequence[str]) -> int:
    if proof.faults:
        typer.echo(f"核对完毕：存证包有 {len(proof.faults)} 处不符")
        return BAD_INPUT
    if not keys:
        say("未给出公钥（--key）：签名只与存证包自带的公钥核对，公钥本身是否属于发布单位未经核对")
    by = f"（原由引擎 {proof.manifest.engine} 计分，本引擎 {ENGINE}）" if proof.by_another and proof.manifest else ""
    typer.echo(shown(f"核对完毕：内容、摘要、签名均相符，重新计分结果一致{by}"))
    return 0
