"""What can happen to a scheme version: drafted, changed, discarded, published, retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from app.access import Actor, Answer, may, require
from app.audit import service as audit
from app.db import Looks, Session, database_now
from app.errors import Conflict, Invalid, NotFound
from app.protocol.limits import LARGEST, too_large
from app.schemes import store
from app.schemes.service.programs import Program, compiled, problems_of
from app.schemes.values import Status, Version
from app.scoring.digest import canonical
from app.scoring.engine import prepare
from app.scoring.problems import Problem, Problems

Seen = Callable[[str], None]
"""Told the digest of what is about to change; raises when the one who acts has read another."""
Found = TypeVar("Found")


def any_state(_digest: str) -> None:
    """For one who does not mind which state is changed."""


def draft(session: Session, actor: Actor, document: object) -> Version:
    """A new draft from a document; its code and version stand in it."""
    require(actor, "change_schemes")
    program = prepared(document)
    new = described_as(session, program)
    if store.find(session, new.code, new.version) is not None:
        raise Conflict("scheme_version_exists", f"评价方案 {new.code} 已有版本 {new.version}")
    store.add(session, new, canonical(program.document))
    _record(session, actor, "draft_scheme", new)
    return new


def change(
    session: Session, actor: Actor, code: str, version: str, document: object, seen: Seen = any_state
) -> Version:
    """Another document for a draft."""
    require(actor, "change_schemes")
    program = prepared(document)
    old = _draft(session, code, version, seen)
    new = replace(described_as(session, program), created_at=old.created_at)
    _same_name(old, new)
    store.put(session, new, canonical(program.document))
    _record(session, actor, "change_scheme", new)
    return new


def discard(session: Session, actor: Actor, code: str, version: str, seen: Seen = any_state) -> None:
    """A draft leaves nothing behind but the record of the act."""
    require(actor, "change_schemes")
    old = _draft(session, code, version, seen)
    store.remove(session, old)
    _record(session, actor, "discard_scheme", old)


def publish(session: Session, actor: Actor, code: str, version: str, seen: Seen = any_state) -> Version:
    """From now on the version never changes; refuses a scheme that is not sound."""
    require(actor, "change_schemes")
    old = _draft(session, code, version, seen)
    if problems := problems_of(program(session, code, version)):
        raise Invalid(problems, "scheme_unsound", "方案检查未通过，不能发布", "document")
    now = database_now(session)
    new = replace(old, status="published", published_at=now)
    store.put(session, new)
    _record(session, actor, "publish_scheme", new)
    return new


def retire(session: Session, actor: Actor, code: str, version: str, seen: Seen = any_state) -> Version:
    """From now on no round is opened with the version; what was scored with it stays."""
    require(actor, "change_schemes")
    old = _found(store.find(session, code, version, lock=True), code, version)
    seen(old.digest)
    if old.status != "published":
        raise Conflict("scheme_not_published", "只有已发布的版本可以停用")
    new = replace(old, status="retired", retired_at=database_now(session))
    store.put(session, new)
    _record(session, actor, "retire_scheme", new)
    return new


def versions(
    session: Session,
    actor: Actor,
    after: tuple[str, str],
    limit: int,
    code: str | None = None,
    status: Status | None = None,
) -> list[Version]:
    """Versions that the actor may know of, in the order of code and version."""
    drafts = may(actor, "read_drafts") is Answer.ALLOWED
    return store.versions(session, after, limit, code, status, drafts=drafts)


def find(session: Session, code: str, version: str) -> Version:
    """One version; raises NotFound."""
    return _found(store.find(session, code, version), code, version)


def document(session: Session, code: str, version: str) -> tuple[Version, bytes]:
    """One version and its document as stored, in canonical form; raises NotFound."""
    return _found(store.document(session, code, version), code, version)


def digest_of_draft(looks: Looks, code: str, version: str) -> str | None:
    """What tells the present document of a draft from every other; None for what is no draft."""
    return store.digest_of_draft(looks, code, version)


def program(session: Session, code: str, version: str) -> Program:
    """One version compiled; raises NotFound."""
    described, text = document(session, code, version)
    return compiled(described.digest, text)


def prepared(document: object) -> Program:
    program = prepare(document)
    if isinstance(program, Problems):
        raise Invalid(program, "scheme_invalid", "评价方案有误")
    if len(canonical(program.document)) > LARGEST:
        raise Invalid(Problems((too_large(),)), "scheme_invalid", "评价方案有误")
    return program


def described_as(session: Session, program: Program) -> Version:
    scheme, now = program.scheme, database_now(session)
    return Version(
        code=scheme.scheme,
        version=scheme.version,
        status="draft",
        title=scheme.title,
        kind=scheme.kind,
        subject=scheme.subject,
        digest=program.digest,
        created_at=now,
        changed_at=now,
    )


def _record(session: Session, actor: Actor, act: str, version: Version) -> None:
    thing = f"schemes/{version.code}/versions/{version.version}"
    audit.record(session, actor, act=act, thing=thing, payload={"digest": version.digest})


def _draft(session: Session, code: str, version: str, seen: Seen) -> Version:
    old = _found(store.find(session, code, version, lock=True), code, version)
    if old.status != "draft":
        raise Conflict("scheme_published", f"版本 {version} 已发布，不能再改动；请建立新的版本")
    seen(old.digest)
    return old


def _same_name(old: Version, new: Version) -> None:
    wrong = [
        Problem((member,), "name_differs", f"应为 {was}，与地址一致")
        for member, was, now in (("scheme", old.code, new.code), ("version", old.version, new.version))
        if was != now
    ]
    if wrong:
        raise Invalid(Problems(wrong), "scheme_invalid", "评价方案有误")


def _found(found: Found | None, code: str, version: str) -> Found:
    if found is None:
        raise NotFound("scheme_not_found", f"没有评价方案 {code} 的版本 {version}")
    return found
