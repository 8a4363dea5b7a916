"""Personal values apart from the evidence, their erasure by two people, attachments."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128094000"
down_revision = "20261128093000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = ("personal_values", "personal_erasures", "attachments")
KEPT = {
    "personal_erasures": ("confirmed_by", "confirmed_at"),
    "attachments": ("removed_by", "removed_at", "removed_after"),
}
"""By table the columns that may be filled once; rows are told apart by entry and number."""
ERASED = ("value", "salt", "folded")
"""What an erasure writes null over; `erased_at` says when, and everything else stays."""
STAYING = ("id", "round_id", "entry_id", "token", "kept_at")


def upgrade() -> None:
    _names()
    _erasures()
    _attachments()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_erased()")


def _names() -> None:
    op.create_table(
        "personal_values",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("token", CODE, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("folded", sa.Text),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_personal_values"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_personal_values_round_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_personal_values_entry_id"),
        sa.UniqueConstraint("entry_id", "token", name="uq_personal_values_entry_id_token"),
        sa.UniqueConstraint("entry_id", "value", name="uq_personal_values_entry_id_value"),
    )
    op.create_index("ix_personal_values_round_id_folded", "personal_values", ["round_id", "folded"])


def _erasures() -> None:
    op.create_table(
        "personal_erasures",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("asked_by", CODE, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", CODE),
        sa.Column("confirmed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_personal_erasures"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_personal_erasures_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_personal_erasures_entry_id_number"),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("added_by", CODE, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_after", sa.Integer, nullable=False),
        sa.Column("removed_by", CODE),
        sa.Column("removed_at", MOMENT),
        sa.Column("removed_after", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_attachments_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_attachments_entry_id_number"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])


def _sqlite() -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    for table, once in KEPT.items():
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        kept = [f"OLD.{column} IS NOT NEW.{column}" for column in columns if column not in once]
        filled = [f"(OLD.{column} IS NOT NULL AND OLD.{column} IS NOT NEW.{column})" for column in once]
        yield from _guarded(
            table, " OR ".join(kept + filled), "old.entry_id = NEW.entry_id AND old.number = NEW.number"
        )
    changed = [f"OLD.{column} IS NOT NEW.{column}" for column in STAYING]
    left = [f"NEW.{column} IS NOT NULL" for column in ERASED]
    wrong = " OR ".join((*changed, *left, "OLD.erased_at IS NOT NULL", "NEW.erased_at IS NULL"))
    same = "old.entry_id = NEW.entry_id AND (old.token = NEW.token OR old.value = NEW.value)"
    yield from _guarded("personal_values", wrong, same)


def _guarded(table: str, wrong: str, same: str) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'what {table} says stays'); END"
    yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} WHEN {wrong} {refuse}"
    yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {refuse}"
    when = f"WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE old.id = NEW.id OR ({same}))"  # noqa: S608 -- names written above
    yield f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} {when} {refuse}"


def _postgresql() -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    left = " OR ".join(f"NEW.{column} IS NOT NULL" for column in ERASED)
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STAYING)
    yield f"""CREATE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR {left} OR {changed} THEN
            RAISE EXCEPTION 'what % says stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$"""
    for table in TABLES:
        arguments = ", ".join(f"'{column}'" for column in KEPT.get(table, ()))
        checked = "only_erased()" if table == "personal_values" else f"row_stays({arguments})"
        yield f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {checked}"""
        yield f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_emptied"
