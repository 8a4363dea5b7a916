"""Objections and what came of them, judgements that count in sheets, and views of what stands and waits."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128100000"
down_revision = "20261128095000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEPT = {
    "counted_judgements": ("entry_id", "sheet", "item"),
    "objections": ("entry_id", "number"),
    "objection_decisions": ("objection_id",),
}
"""Tables whose rows are only ever added, with the key that tells rows apart beside `id`."""
UNTIL = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', rounds.published_at, '+' || rounds.objection_days || ' days')",
    "postgresql": "rounds.published_at + make_interval(hours => 24 * rounds.objection_days)",
}
LAST = """LEFT JOIN assessment_moves AS last ON last.entry_id = round_subjects.id
  AND last.number = (SELECT max(moves.number) FROM assessment_moves AS moves
    WHERE moves.entry_id = round_subjects.id)"""
VIEWS = {
    "precedents": """
SELECT counted_judgements.id AS number, counted_judgements.entry_id AS entry, rounds.scheme AS scheme,
  counted_judgements.clause AS clause, counted_judgements.item AS item, counted_judgements.points AS points,
  counted_judgements.rationale AS rationale, counted_judgements.judged_at AS judged_at,
  rounds.code AS round, rounds.period_start AS period_start, rounds.period_end AS period_end, subjects.code AS subject
FROM counted_judgements
JOIN round_subjects ON round_subjects.id = counted_judgements.entry_id
JOIN rounds ON rounds.id = round_subjects.round_id
JOIN subjects ON subjects.id = round_subjects.subject_id
{last}
WHERE counted_judgements.sheet = CASE WHEN last.state IN ('final', 'published') THEN last.sheet ELSE
  (SELECT shown.sheet FROM assessment_moves AS shown
    WHERE shown.entry_id = counted_judgements.entry_id AND shown.act = 'publish'
    ORDER BY shown.number DESC LIMIT 1) END""",
    "standing_judgements": """
SELECT round_subjects.round_id AS round, judgements.item AS item, judgements.account AS account,
  judgements.actor AS actor, judgements.points AS points
FROM round_subjects
{last}
JOIN evidence_revisions ON evidence_revisions.entry_id = round_subjects.id
  AND evidence_revisions.number = last.revision
JOIN judgements ON judgements.revision_id = evidence_revisions.id
WHERE NOT EXISTS (SELECT 1 FROM judgements AS later WHERE later.revision_id = judgements.revision_id
  AND later.item = judgements.item AND later.number > judgements.number)""",
    "standing_entries": """
SELECT round_subjects.id AS entry, rounds.code AS round, rounds.title AS title, subjects.code AS subject,
  subjects.name AS name, coalesce(last.state, 'draft') AS state, coalesce(last.moved_at, rounds.opened_at) AS since,
  CASE WHEN extended.deadline > rounds.deadline THEN extended.deadline ELSE rounds.deadline END AS deadline,
  rounds.opened_at AS opened_at, rounds.closed_at AS closed_at, rounds.published_at AS published_at,
  {until} AS objections_until, rounds.four_eyes AS four_eyes, last.sheet AS sheet,
  (SELECT evidence_revisions.id FROM evidence_revisions WHERE evidence_revisions.entry_id = round_subjects.id
    AND evidence_revisions.number = last.revision) AS revision,
  (SELECT score_sheets.account FROM score_sheets WHERE score_sheets.entry_id = round_subjects.id
    AND score_sheets.number = last.sheet) AS proposer,
  objections.number AS objection, objections.objected_at AS objected_at
FROM round_subjects
JOIN rounds ON rounds.id = round_subjects.round_id
JOIN subjects ON subjects.id = round_subjects.subject_id
{last}
LEFT JOIN deadline_extensions AS extended ON extended.id = (SELECT max(later.id) FROM deadline_extensions AS later
  WHERE later.entry_id = round_subjects.id)
LEFT JOIN objections ON objections.entry_id = round_subjects.id
  AND NOT EXISTS (SELECT 1 FROM objection_decisions WHERE objection_decisions.objection_id = objections.id)""",
    "standing_rounds": """
SELECT rounds.code AS round, rounds.title AS title, rounds.deadline AS deadline, rounds.created_at AS created_at,
  rounds.opened_at AS opened_at, rounds.closed_at AS closed_at, rounds.published_at AS published_at,
  (SELECT count(*) FROM round_subjects {last}
    WHERE round_subjects.round_id = rounds.id AND last.revision IS NOT NULL AND last.state <> 'final') AS unsettled,
  (SELECT max(last.moved_at) FROM round_subjects {last}
    WHERE round_subjects.round_id = rounds.id AND last.state = 'final') AS settled_at
FROM rounds""",
}


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    _tables()
    for statement in _sqlite() if engine == "sqlite" else _postgresql():
        op.execute(sa.text(statement))
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS" + query.replace("{last}", LAST).replace("{until}", UNTIL[engine]))


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")
    for table in ("objection_decisions", "objections", "counted_judgements"):
        op.drop_table(table)


def _tables() -> None:
    op.create_table(
        "counted_judgements",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("sheet", sa.Integer, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("clause", sa.String(71), nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        sa.Column("rationale", sa.Text, nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counted_judgements"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_counted_judgements_entry_id"),
        sa.UniqueConstraint("entry_id", "sheet", "item", name="uq_counted_judgements_entry_id_sheet_item"),
    )
    op.create_index("ix_counted_judgements_clause", "counted_judgements", ["clause"])
    op.create_table(
        "objections",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sheet", sa.Integer, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("actor", CODE, nullable=False),
        sa.Column("objected_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_objections_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_objections_entry_id_number"),
    )
    op.create_table(
        "objection_decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("objection_id", NUMBER, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("move", sa.Integer),
        sa.Column("sheet", sa.Integer),
        sa.Column("after", sa.Text),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("actor", CODE, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objection_decisions"),
        sa.ForeignKeyConstraint(["objection_id"], ["objections.id"], name="fk_objection_decisions_objection_id"),
        sa.UniqueConstraint("objection_id", name="uq_objection_decisions_objection_id"),
    )


def _sqlite() -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    for table, key in KEPT.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'what {table} says stays'); END"
        yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {refuse}"
        same = " AND ".join(f"old.{column} = NEW.{column}" for column in key)
        when = f"WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE old.id = NEW.id OR ({same}))"  # noqa: S608 -- names written above
        yield f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} {when} {refuse}"


def _postgresql() -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    for table in KEPT:
        yield f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION row_stays()"""
        yield f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_emptied"
