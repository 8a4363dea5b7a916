"""The library on disk: schemes that come with the service, each version published as it lies there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.access import Actor
from app.audit import service as audit
from app.db import Session
from app.errors import Conflict, Invalid
from app.protocol.strict_yaml import read_yaml
from app.schemes import store
from app.schemes.service.programs import problems_of
from app.schemes.service.versions import described_as
from app.schemes.values import Version
from app.scoring.digest import canonical
from app.scoring.engine import prepare
from app.scoring.problems import Problems


def load_library(session: Session, actor: Actor, directory: Path) -> list[Version]:
    """Publish what lies in `directory`/code/version.yaml and is not published yet; returns what was new."""
    loaded = [_load(session, actor, path) for path in sorted(directory.rglob("*.yaml"))]
    return [version for version in loaded if version is not None]


def _load(session: Session, actor: Actor, path: Path) -> Version | None:
    place = f"{path.parent.name}/{path.name}"
    value = read_yaml(path.read_bytes())
    program = value if isinstance(value, Problems) else prepare(value)
    problems = program if isinstance(program, Problems) else problems_of(program)
    if isinstance(program, Problems) or problems:
        raise Invalid(problems, "library_broken", f"方案库文件 {place} 有误", "document")
    new = described_as(session, program)
    if (new.code, new.version) != (path.parent.name, path.stem):
        raise Conflict("library_conflict", f"方案库文件 {place} 应放在 {new.code}/{new.version}.yaml")
    old = store.find(session, new.code, new.version, lock=True)
    if old is None:
        store.add(session, new, canonical(program.document))
    elif old.digest != new.digest:
        raise Conflict("library_conflict", f"方案库文件 {place} 与已保存的同一版本内容不同；修改方案应使用新的版本号")
    elif old.status != "draft":
        return None
    published = replace(old or new, status="published", published_at=new.created_at)
    store.put(session, published)
    thing = f"schemes/{new.code}/versions/{new.version}"
    audit.record(session, actor, act="publish_scheme", thing=thing, payload={"digest": new.digest})
    return published
