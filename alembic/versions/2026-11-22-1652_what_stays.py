"""Triggers: rows that are only ever added, and moments that are set once."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261122165200"
down_revision = "20261122165100"
branch_labels = None
depends_on = None

KEPT = {
    "memberships": (("end_day",), ("alliance_id", "number")),
    "rounds": (("opened_at", "closed_at"), ("code",)),
    "round_subjects": ((), ("round_id", "subject_id")),
    "composition_waivers": ((), ()),
    "evidence_revisions": ((), ("entry_id", "number")),
    "evidence_submissions": ((), ("revision_id",)),
    "judgements": ((), ("revision_id", "item", "number")),
    "findings": ((), ("revision_id", "field", "number")),
}
"""By table: columns that may be filled once, and the key that tells rows apart beside `id`."""


def upgrade() -> None:
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in KEPT:
        for name in ("changed", "removed", "replaced") if on_sqlite else ("stays", "not_emptied"):
            op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        op.execute("DROP FUNCTION row_stays()")
        op.execute("DROP FUNCTION table_not_emptied()")


def _sqlite() -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    for table, (once, key) in KEPT.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'what {table} says stays'); END"
        yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} {_when_changed(table, once)} {refuse}"
        yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {refuse}"
        same = " AND ".join(f"old.{column} = NEW.{column}" for column in key)
        where = f"old.id = NEW.id OR ({same})" if same else "old.id = NEW.id"
        when = f"WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE {where})"  # noqa: S608 -- names written above
        yield f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} {when} {refuse}"


def _when_changed(table: str, once: tuple[str, ...]) -> str:
    if not once:
        return ""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    kept = [f"OLD.{column} IS NOT NEW.{column}" for column in columns if column not in once]
    filled = [f"(OLD.{column} IS NOT NULL AND OLD.{column} IS NOT NEW.{column})" for column in once]
    return f"WHEN {' OR '.join(kept + filled)}"


def _postgresql() -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    refuse = "RAISE EXCEPTION 'what % says stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'"
    yield f"""CREATE FUNCTION row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE once text;
        BEGIN
          IF TG_OP = 'DELETE' OR TG_NARGS = 0 OR (to_jsonb(OLD) - TG_ARGV) <> (to_jsonb(NEW) - TG_ARGV) THEN
            {refuse};
          END IF;
          FOREACH once IN ARRAY TG_ARGV LOOP
            IF to_jsonb(OLD) -> once <> 'null' AND to_jsonb(OLD) -> once <> to_jsonb(NEW) -> once THEN {refuse}; END IF;
          END LOOP;
          RETURN NEW;
        END $$"""
    yield f"""CREATE FUNCTION table_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {refuse}; END $$"""
    for table, (once, _) in KEPT.items():
        arguments = ", ".join(f"'{column}'" for column in once)
        yield f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION row_stays({arguments})"""
        yield f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_emptied"
