"""What was frozen, scored again and held against the sheet: the same for the database and for a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.exchange.plain import Unreadable, read
from app.scoring.digest import canonical, digest, digest_of
from app.scoring.engine import ENGINE, Program, prepare, score_request
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet

ENGINE_DIFFERS: Final = "engine_differs"
"""The code of the one fault that is nobody's: law 1 of the result, in docs/api.md."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A sheet as it was sent, the request it was worked out from (canonical), and what their digests were."""

    scheme_digest: str
    inputs: bytes = field(repr=False)
    inputs_digest: str
    engine: str
    sheet: bytes = field(repr=False)
    sheet_digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit: a stable code, a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rescored:
    """What does not fit, and the sheet that this engine gives (None where it gives none)."""

    faults: tuple[Fault, ...]
    made: bytes | None = field(default=None, repr=False)


def program_of(document: bytes, scheme_digest: str) -> Program | Fault:
    """The scheme of a canonical document that has this digest, compiled."""
    if digest_of(document) != scheme_digest:
        return Fault("scheme_differs", f"评价方案与定稿时的不同：摘要应为 {scheme_digest}")
    try:
        program = prepare(read(document))
    except Unreadable:
        return Fault("scheme_unreadable", "评价方案无法读取")
    if isinstance(program, Problems):
        return Fault("scheme_unusable", f"评价方案不能由本引擎（{ENGINE}）计分：{_first(program)}")
    return program


def rescore(program: Program, frozen: Frozen) -> Rescored:
    """Score what went in again, and say everything that does not fit.

    A sheet of another engine version may differ in the name of the engine; where it differs in anything else, that is
    the fault, and both sheets are there to be shown.
    """
    faults = list(_sheet_faults(frozen))
    try:
        request = read(frozen.inputs)
    except Unreadable:
        return Rescored((*faults, Fault("inputs_unreadable", "计分依据无法读取")))
    if canonical(request) != frozen.inputs:
        faults.append(Fault("inputs_not_canonical", "计分依据不是规范 JSON"))
    made = score_request(program, request)
    if isinstance(made, Problems):
        return Rescored((*faults, _other(frozen, "refused", f"按原有依据不能计分：{_first(made)}")))
    if made.inputs_digest != frozen.inputs_digest:
        faults.append(Fault("inputs_digest", f"计分依据与其摘要不符：摘要应为 {made.inputs_digest}"))
    if not _same(frozen, made):
        faults.append(_other(frozen, "sheet_differs", "按原有依据重新计分，结果与评分表不一致"))
    return Rescored(tuple(faults), made.to_bytes())


def _sheet_faults(frozen: Frozen) -> Iterator[Fault]:
    """The sheet for itself: what it says of itself is what stands beside it."""
    try:
        sheet = read(frozen.sheet)
    except Unreadable:
        sheet = None
    if not isinstance(sheet, dict):
        yield Fault("sheet_unreadable", "评分表无法读取")
        return
    rest = {name: value for name, value in sheet.items() if name != "digest"}
    if not sheet.get("digest") == frozen.sheet_digest == digest(rest):
        yield Fault("sheet_digest", f"评分表与其摘要不符：摘要应为 {digest(rest)}")
    scheme = sheet.get("scheme")
    said = (scheme.get("digest") if isinstance(scheme, dict) else None, sheet.get("inputs_digest"), sheet.get("engine"))
    if said != (frozen.scheme_digest, frozen.inputs_digest, frozen.engine):
        yield Fault("sheet_of_others", "评分表所载的方案、计分依据或引擎与一并保存的不同")


def _same(frozen: Frozen, made: ScoreSheet) -> bool:
    if frozen.engine == ENGINE:
        return made.to_bytes() == frozen.sheet
    try:
        return _result(frozen.sheet) == _result(made.to_bytes())
    except Unreadable:
        return False


def _result(sheet: bytes) -> object:
    """What a sheet says beside which engine made it."""
    value = read(sheet)
    if not isinstance(value, dict):
        return value
    return canonical({name: each for name, each in value.items() if name not in {"engine", "digest"}})


def _other(frozen: Frozen, code: str, message: str) -> Fault:
    """A difference, or that it is one between two engines."""
    if frozen.engine == ENGINE:
        return Fault(code, message)
    return Fault(ENGINE_DIFFERS, f"由引擎 {frozen.engine} 计分，本引擎 {ENGINE} 的结果不同：{message}")


def _first(problems: Problems) -> str:
    more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
    return f"{problems[0].pointer or '（整体）'} {problems[0].message}{more}"
