"""Attributes of subjects, what of a subject stands for a round once that is open, and the states that rounds are in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261122200000"
down_revision = "20261122193000"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
BEFORE = """
CREATE VIEW assessment_versions AS
SELECT placed.*,
  (SELECT count(*) FROM judgements WHERE judgements.revision_id = placed.submitted) AS judgements,
  (SELECT count(*) FROM findings WHERE findings.revision_id = placed.submitted) AS findings
FROM (
  SELECT rounds.code AS round, subjects.code AS subject, round_subjects.id AS entry,
    (SELECT max(evidence_revisions.number) FROM evidence_revisions
      WHERE evidence_revisions.entry_id = round_subjects.id) AS saved,
    (SELECT evidence_revisions.id FROM evidence_revisions
      WHERE evidence_revisions.entry_id = round_subjects.id
        AND (SELECT evidence_submissions.id FROM evidence_submissions
          WHERE evidence_submissions.revision_id = evidence_revisions.id) IS NOT NULL
      ORDER BY evidence_revisions.number DESC LIMIT 1) AS submitted
  FROM round_subjects
  JOIN rounds ON rounds.id = round_subjects.round_id
  JOIN subjects ON subjects.id = round_subjects.subject_id
) AS placed
"""
AFTER = BEFORE.replace(
    "round_subjects.id AS entry,",
    "round_subjects.id AS entry, rounds.digest AS scheme, rounds.opened_at IS NOT NULL AS opened,",
)
IN_ROUND = """FROM {table}
      JOIN evidence_revisions ON evidence_revisions.id = {table}.revision_id
      JOIN round_subjects ON round_subjects.id = evidence_revisions.entry_id
      WHERE round_subjects.round_id = rounds.id"""
OF_ROUNDS = f"""
CREATE VIEW round_versions AS
SELECT rounds.code AS round, rounds.scheme AS scheme, rounds.period_start AS period_start,
  rounds.period_end AS period_end, rounds.opened_at AS opened_at, rounds.closed_at AS closed_at,
  (SELECT count(*) {IN_ROUND.format(table="evidence_submissions")}) AS submissions,
  (SELECT count(*) {IN_ROUND.format(table="judgements")}) AS judgements,
  (SELECT count(*) {IN_ROUND.format(table="findings")}) AS findings
FROM rounds
"""  # noqa: S608 -- names written above


def upgrade() -> None:
    op.execute("DROP VIEW assessment_versions")
    op.add_column("subjects", sa.Column("attributes", sa.Text, nullable=False, server_default="{}"))
    op.create_table(
        "round_profiles",
        sa.Column("entry_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_round_profiles"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_round_profiles_entry_id"),
    )
    _fill()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))
    op.execute(AFTER)
    op.execute(OF_ROUNDS)


def downgrade() -> None:
    op.execute("DROP VIEW round_versions")
    op.execute("DROP VIEW assessment_versions")
    op.drop_table("round_profiles")
    op.drop_column("subjects", "attributes")
    op.execute(BEFORE)


def _fill() -> None:
    """Rounds that are open, or were: what rules could look at till now, and where the subject is."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT round_subjects.id, subjects.code, subjects.kind, subjects.district_code FROM round_subjects "
            "JOIN rounds ON rounds.id = round_subjects.round_id "
            "JOIN subjects ON subjects.id = round_subjects.subject_id WHERE rounds.opened_at IS NOT NULL"
        )
    )
    rows = [
        {
            "entry_id": row.id,
            "profile": json.dumps(
                {"code": row.code, "district_code": row.district_code, "kind": row.kind}, separators=(",", ":")
            ),
        }
        for row in found
    ]
    if rows:
        profiles = sa.table("round_profiles", sa.column("entry_id"), sa.column("profile"))
        op.get_bind().execute(sa.insert(profiles), rows)


def _sqlite() -> Iterator[str]:
    """Rows are only ever added."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'what round_profiles says stays'); END"
    yield f"CREATE TRIGGER round_profiles_changed BEFORE UPDATE ON round_profiles {refuse}"
    yield f"CREATE TRIGGER round_profiles_removed BEFORE DELETE ON round_profiles {refuse}"
    when = "WHEN EXISTS (SELECT 1 FROM round_profiles AS old WHERE old.entry_id = NEW.entry_id)"
    yield f"CREATE TRIGGER round_profiles_replaced BEFORE INSERT ON round_profiles {when} {refuse}"


def _postgresql() -> Iterator[str]:
    yield """CREATE TRIGGER round_profiles_stays BEFORE UPDATE OR DELETE ON round_profiles
        FOR EACH ROW EXECUTE FUNCTION row_stays()"""
    yield """CREATE TRIGGER round_profiles_not_emptied BEFORE TRUNCATE ON round_profiles
        FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
    for trigger in ("stays", "not_emptied"):
        yield f"ALTER TABLE round_profiles ENABLE ALWAYS TRIGGER round_profiles_{trigger}"
