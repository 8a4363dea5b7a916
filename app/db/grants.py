"""Rights on PostgreSQL: what the role that serves may do to each table, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from app.db.sessions import Database
from app.errors import Conflict, NotFound

ROLE: Final = re.compile("[a-z_][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done to a table beside reading it; `update`: the columns that may change, or that are locked by."""

    insert: bool = False
    update: tuple[str, ...] = ()
    delete: bool = False


READ: Final = Rights()
ADD: Final = Rights(insert=True)


def _add(*update: str) -> Rights:
    return Rights(insert=True, update=update)


_VERSION: Final = ("code", "version", "status", "title", "kind", "subject", "digest", "document")
_DATES: Final = ("created_at", "changed_at", "published_at", "retired_at")
_PERSON: Final = ("display_name", "roles", "institution", "subjects", "password_hash", "active")
GRANTS: Final[Mapping[str, Rights]] = {
    "access_epochs": Rights(update=("epoch",)),  # by triggers, which act for whoever sets them off
    "account_sessions": _add("last_seen_at", "ended_at"),
    "account_tokens": _add("last_used_at", "revoked_at", "revoked_reason"),
    "accounts": _add(*_PERSON, "changed_at", "failed_logins", "locked_until"),
    "alembic_version": READ,
    "alliances": _add("agreement_filed", "plan_filed"),
    "assessment_moves": ADD,
    "assignments": _add("ended_by", "ended_at", "end_reason"),
    "attachments": _add("removed_by", "removed_at", "removed_after"),
    "audit_entries": ADD,
    "audit_head": Rights(update=("sequence", "hash")),
    "composition_waivers": ADD,
    "counted_judgements": ADD,
    "deadline_extensions": ADD,
    "evidence_revisions": ADD,
    "findings": ADD,
    "institutions": _add("kind", "level", "credit_code", "medical_unit"),
    "judgements": ADD,
    "memberships": _add("end_day"),
    "objection_decisions": ADD,
    "objections": ADD,
    "overrides": ADD,
    "personal_erasures": _add("confirmed_by", "confirmed_at"),
    "personal_values": _add("value", "salt", "folded", "erased_at"),
    "receipts": Rights(
        insert=True, update=("request", "secret", "status", "headers", "body", "created_at"), delete=True
    ),
    "round_profiles": ADD,
    "round_subjects": _add("id"),  # locked, which asks for it; a trigger refuses every change
    "rounds": _add("opened_at", "closed_at", "published_at"),
    "scheme_versions": Rights(insert=True, update=(*_VERSION, *_DATES), delete=True),  # drafts: a trigger keeps others
    "score_sheets": ADD,
    "subjects": _add("name", "district_code", "attributes"),
}
"""By table; one that is not here cannot even be read."""
VIEWS: Final = (
    "assessment_versions",
    "entry_parties",
    "precedents",
    "round_places",
    "round_versions",
    "standing_entries",
    "standing_judgements",
    "standing_rounds",
)


def statements(role: str) -> Iterator[str]:
    """What gives a role exactly these rights in the schema `public`, whatever it had; raises ValueError for no name."""
    if ROLE.fullmatch(role) is None:
        raise ValueError(f"{role!r} is no name of a role")
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for things in ("SCHEMA public", "ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public"):
        yield f'REVOKE ALL ON {things} FROM "{role}"'
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    yield f'GRANT SELECT ON {", ".join((*GRANTS, *VIEWS))} TO "{role}"'
    added = [table for table, rights in GRANTS.items() if rights.insert]
    yield f'GRANT INSERT ON {", ".join(added)} TO "{role}"'
    for table, rights in GRANTS.items():
        if rights.update:
            yield f'GRANT UPDATE ({", ".join(rights.update)}) ON {table} TO "{role}"'
    removed = [table for table, rights in GRANTS.items() if rights.delete]
    yield f'GRANT DELETE ON {", ".join(removed)} TO "{role}"'
    yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"'


def grant(database: Database, role: str) -> None:
    """Give them, in one transaction, as the owner of the tables.

    Raises NotFound where there is no such role, Conflict where rights would not bind it, or the database has none.
    """
    if database.engine.dialect.name != "postgresql":
        raise Conflict("no_roles", "SQLite 没有角色和权限；此命令只用于 PostgreSQL")
    with database.writing() as session:
        unbound = session.scalar(text(_UNBOUND), {"role": role})
        if unbound is None:
            raise NotFound("role_not_found", f"没有角色 {role}，请先 CREATE ROLE")
        if unbound:
            raise Conflict("role_unbound", f"角色 {role} 是超级用户，或拥有这些表：权限约束不了它，请另建角色")
        for statement in statements(role):
            session.execute(text(statement))


_UNBOUND: Final = """
SELECT rolsuper OR EXISTS (
  SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
    AND pg_has_role(:role, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = :role
"""
