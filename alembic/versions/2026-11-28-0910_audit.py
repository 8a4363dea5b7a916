"""The audit record: entries that are only ever added, and the head of their chain, which only moves on."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128091000"
down_revision = "20261128090000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
THING = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NOTHING_BEFORE = "sha256:" + "0" * 64


def upgrade() -> None:
    _entries()
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("hash", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one")),
    )
    op.execute(f"INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '{NOTHING_BEFORE}')")  # noqa: S608
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_head_moves_on()")


def _entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("actor_number", NUMBER, nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("act", CODE, nullable=False),
        sa.Column("thing", THING, nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("payload_digest", sa.String(71)),
        sa.Column("previous", sa.String(71), nullable=False),
        sa.Column("hash", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_entries"),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_audit_entries_sequence")),
    )
    for column in ("act", "actor", "thing"):
        op.create_index(f"ix_audit_entries_{column}_sequence", "audit_entries", [column, "sequence"])


def _sqlite() -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence those of INSERT."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'what {} says stays'); END"
    entries, head = refuse.format("audit_entries"), refuse.format("audit_head")
    there = "EXISTS (SELECT 1 FROM audit_entries AS old WHERE old.sequence = NEW.sequence)"
    on = "NEW.id = OLD.id AND typeof(NEW.sequence) = 'integer' AND NEW.sequence > OLD.sequence"
    yield f"CREATE TRIGGER audit_entries_changed BEFORE UPDATE ON audit_entries {entries}"
    yield f"CREATE TRIGGER audit_entries_removed BEFORE DELETE ON audit_entries {entries}"
    yield f"CREATE TRIGGER audit_entries_replaced BEFORE INSERT ON audit_entries WHEN {there} {entries}"
    yield f"CREATE TRIGGER audit_head_changed BEFORE UPDATE ON audit_head WHEN NOT ({on}) {head}"
    yield f"CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head {head}"
    yield f"CREATE TRIGGER audit_head_replaced BEFORE INSERT ON audit_head {head}"


def _postgresql() -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    yield """CREATE FUNCTION audit_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.sequence > OLD.sequence THEN RETURN NEW; END IF;
          RAISE EXCEPTION 'what % says stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$"""
    triggers = (
        ("audit_entries", "stays", "UPDATE OR DELETE", "FOR EACH ROW EXECUTE FUNCTION row_stays()"),
        ("audit_entries", "not_emptied", "TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"),
        ("audit_head", "moves_on", "INSERT OR UPDATE OR DELETE", "FOR EACH ROW EXECUTE FUNCTION audit_head_moves_on()"),
        ("audit_head", "not_emptied", "TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"),
    )
    for table, name, acts, call in triggers:
        yield f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} {call}"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}"
