"""How subjects move through a round: moves, assignments, later deadlines, publication, and who has to do with whom."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128092000"
down_revision = "20261128091000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEPT = {
    "assessment_moves": ((), ("entry_id", "number")),
    "assignments": (("ended_by", "ended_at", "end_reason"), ("entry_id", "number")),
    "deadline_extensions": ((), ()),
}
"""By table: columns that may be filled once, and the key that tells rows apart beside `id`."""
ROUND_ONCE = ("opened_at", "closed_at")
PARTIES = """
CREATE VIEW entry_parties AS
SELECT round_subjects.id AS entry, round_subjects.round_id AS round, round_subjects.subject_id AS subject,
  subjects.code AS institution,
  memberships.role = 'lead' AND memberships.start_day <= rounds.period_end
    AND (memberships.end_day IS NULL OR memberships.end_day >= rounds.period_end) AS leads,
  CAST(NULL AS BIGINT) AS account
FROM round_subjects
JOIN rounds ON rounds.id = round_subjects.round_id
JOIN memberships ON memberships.alliance_id = round_subjects.subject_id
JOIN subjects ON subjects.id = memberships.institution_id
WHERE memberships.start_day <= rounds.period_end
  AND (memberships.end_day IS NULL OR memberships.end_day >= rounds.period_start)
UNION ALL
SELECT round_subjects.id, round_subjects.round_id, round_subjects.subject_id, subjects.code, {true}, NULL
FROM round_subjects
JOIN subjects ON subjects.id = round_subjects.subject_id
WHERE subjects.kind = 'institution'
UNION ALL
SELECT round_subjects.id, round_subjects.round_id, round_subjects.subject_id, NULL, {false}, assignments.account_id
FROM round_subjects
JOIN assignments ON assignments.entry_id = round_subjects.id
WHERE assignments.ended_at IS NULL
"""


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _columns_of_rounds()
    _tables()
    for statement in _sqlite() if on_sqlite else _postgresql():
        op.execute(sa.text(statement))
    _reseal((*ROUND_ONCE, "published_at"))
    op.execute(PARTIES.format(true=1 if on_sqlite else "true", false=0 if on_sqlite else "false"))


def downgrade() -> None:
    op.execute("DROP VIEW entry_parties")
    for table in KEPT:
        op.drop_table(table)
    _unseal()
    for column in ("objection_days", "four_eyes", "published_at"):
        op.drop_column("rounds", column)
    _seal(ROUND_ONCE)


def _columns_of_rounds() -> None:
    op.add_column("rounds", sa.Column("published_at", MOMENT))
    op.add_column("rounds", sa.Column("four_eyes", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("rounds", sa.Column("objection_days", sa.Integer, nullable=False, server_default="7"))


def _tables() -> None:
    op.create_table(
        "assessment_moves",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("sheet", sa.Integer),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("actor", CODE, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_moves"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_assessment_moves_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_assessment_moves_entry_id_number"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("assigned_by", CODE, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.Column("ended_by", CODE),
        sa.Column("ended_at", MOMENT),
        sa.Column("end_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_assignments_entry_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_assignments_account_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_assignments_entry_id_number"),
    )
    op.create_index("ix_assignments_account_id", "assignments", ["account_id"])
    op.create_table(
        "deadline_extensions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("extended_by", CODE, nullable=False),
        sa.Column("extended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_extensions"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_deadline_extensions_entry_id"),
    )
    op.create_index("ix_deadline_extensions_entry_id", "deadline_extensions", ["entry_id"])


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
    for table, (once, _) in KEPT.items():
        arguments = ", ".join(f"'{column}'" for column in once)
        yield f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION row_stays({arguments})"""
        yield f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_emptied"


def _reseal(once: tuple[str, ...]) -> None:
    _unseal()
    _seal(once)


def _unseal() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER rounds_changed" if on_sqlite else "DROP TRIGGER rounds_stays ON rounds")


def _seal(once: tuple[str, ...]) -> None:
    """What a round was made with stays; these are filled once."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'what rounds says stays'); END"
        op.execute(f"CREATE TRIGGER rounds_changed BEFORE UPDATE ON rounds {_when_changed('rounds', once)} {refuse}")
        return
    arguments = ", ".join(f"'{column}'" for column in once)
    op.execute(
        f"""CREATE TRIGGER rounds_stays BEFORE UPDATE OR DELETE ON rounds
            FOR EACH ROW EXECUTE FUNCTION row_stays({arguments})"""
    )
    op.execute("ALTER TABLE rounds ENABLE ALWAYS TRIGGER rounds_stays")
