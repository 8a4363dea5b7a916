"""Overrides, sheets as they were proposed, who found and judged; what is handed in is told by the moves alone."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128093000"
down_revision = "20261128092000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEPT = {"overrides": ("revision_id", "item", "number"), "score_sheets": ("entry_id", "number")}
"""Tables whose rows are only ever added, with the key that tells rows apart beside `id`."""
VIEWS = ("round_versions", "assessment_versions")

OLD_VERSIONS = """
CREATE VIEW assessment_versions AS
SELECT placed.*,
  (SELECT count(*) FROM judgements WHERE judgements.revision_id = placed.submitted) AS judgements,
  (SELECT count(*) FROM findings WHERE findings.revision_id = placed.submitted) AS findings
FROM (
  SELECT rounds.code AS round, subjects.code AS subject, round_subjects.id AS entry,
    rounds.digest AS scheme, rounds.opened_at IS NOT NULL AS opened,
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
VERSIONS = """
CREATE VIEW assessment_versions AS
SELECT placed.*,
  (SELECT count(*) FROM judgements WHERE judgements.revision_id = placed.submitted) AS judgements,
  (SELECT count(*) FROM findings WHERE findings.revision_id = placed.submitted) AS findings,
  (SELECT count(*) FROM overrides WHERE overrides.revision_id = placed.submitted) AS overrides
FROM (
  SELECT rounds.code AS round, subjects.code AS subject, round_subjects.id AS entry,
    rounds.digest AS scheme, rounds.opened_at IS NOT NULL AS opened, rounds.published_at IS NOT NULL AS open_to_all,
    last.state AS state, last.sheet AS sheet,
    (SELECT assessment_moves.sheet FROM assessment_moves
      WHERE assessment_moves.entry_id = round_subjects.id AND assessment_moves.act = 'publish'
      ORDER BY assessment_moves.number DESC LIMIT 1) AS published,
    (SELECT max(evidence_revisions.number) FROM evidence_revisions
      WHERE evidence_revisions.entry_id = round_subjects.id) AS saved,
    (SELECT evidence_revisions.id FROM evidence_revisions
      WHERE evidence_revisions.entry_id = round_subjects.id
        AND evidence_revisions.number = last.revision) AS submitted
  FROM round_subjects
  JOIN rounds ON rounds.id = round_subjects.round_id
  JOIN subjects ON subjects.id = round_subjects.subject_id
  LEFT JOIN assessment_moves AS last ON last.entry_id = round_subjects.id
    AND last.number = (SELECT max(moves.number) FROM assessment_moves AS moves
      WHERE moves.entry_id = round_subjects.id)
) AS placed
"""
IN_ROUND = """FROM {table}
      JOIN evidence_revisions ON evidence_revisions.id = {table}.revision_id
      JOIN round_subjects ON round_subjects.id = evidence_revisions.entry_id
      WHERE round_subjects.round_id = rounds.id"""
OF_ROUNDS = """
CREATE VIEW round_versions AS
SELECT rounds.code AS round, rounds.scheme AS scheme, rounds.period_start AS period_start,
  rounds.period_end AS period_end, rounds.opened_at AS opened_at, rounds.closed_at AS closed_at,
  {moves},
  (SELECT count(*) {judgements}) AS judgements,
  (SELECT count(*) {findings}) AS findings{overrides}
FROM rounds
"""
OLD_OF_ROUNDS = OF_ROUNDS.format(
    moves=f"(SELECT count(*) {IN_ROUND.format(table='evidence_submissions')}) AS submissions",
    judgements=IN_ROUND.format(table="judgements"),
    findings=IN_ROUND.format(table="findings"),
    overrides="",
)
NEW_OF_ROUNDS = OF_ROUNDS.format(
    moves="""(SELECT count(*) FROM assessment_moves
      JOIN round_subjects ON round_subjects.id = assessment_moves.entry_id
      WHERE round_subjects.round_id = rounds.id) AS moves""",
    judgements=IN_ROUND.format(table="judgements"),
    findings=IN_ROUND.format(table="findings"),
    overrides=f",\n  (SELECT count(*) {IN_ROUND.format(table='overrides')}) AS overrides",
)
PLACES = """
CREATE VIEW round_places AS
SELECT rounds.code AS round, subjects.code AS subject, round_subjects.id AS entry,
  round_subjects.subject_id AS subject_id, subjects.kind AS kind, subjects.name AS name,
  subjects.district_code AS district_code, subjects.attributes AS attributes, round_profiles.profile AS profile,
  last.state AS state, last.number AS moves, last.revision AS revision, last.sheet AS sheet,
  (SELECT deadline_extensions.deadline FROM deadline_extensions
    WHERE deadline_extensions.entry_id = round_subjects.id
    ORDER BY deadline_extensions.id DESC LIMIT 1) AS extended_to,
  rounds.id AS round_id, rounds.title AS title, rounds.scheme AS scheme, rounds.version AS version,
  rounds.digest AS digest, rounds.period_start AS period_start, rounds.period_end AS period_end,
  rounds.period_acknowledged AS period_acknowledged, rounds.deadline AS deadline, rounds.created_at AS created_at,
  rounds.opened_at AS opened_at, rounds.closed_at AS closed_at, rounds.published_at AS published_at,
  rounds.four_eyes AS four_eyes, rounds.objection_days AS objection_days
FROM round_subjects
JOIN rounds ON rounds.id = round_subjects.round_id
JOIN subjects ON subjects.id = round_subjects.subject_id
LEFT JOIN round_profiles ON round_profiles.entry_id = round_subjects.id
LEFT JOIN assessment_moves AS last ON last.entry_id = round_subjects.id
  AND last.number = (SELECT max(moves.number) FROM assessment_moves AS moves
    WHERE moves.entry_id = round_subjects.id)
"""
HANDED_IN = """
INSERT INTO assessment_moves
  (entry_id, number, act, state, reason, fields, revision, sheet, account, actor, moved_at)
SELECT evidence_revisions.entry_id, 1, 'submit', 'submitted', '', '{}', evidence_revisions.number, NULL, 0, '',
  evidence_submissions.submitted_at
FROM evidence_submissions JOIN evidence_revisions ON evidence_revisions.id = evidence_submissions.revision_id
ORDER BY evidence_submissions.id
"""
REVIEWED = """
INSERT INTO assessment_moves
  (entry_id, number, act, state, reason, fields, revision, sheet, account, actor, moved_at)
SELECT handed_in.entry_id, 2, 'review', 'in_review', '', '{}', handed_in.revision, NULL, 0, '',
  min(recorded.recorded_at)
FROM assessment_moves AS handed_in
JOIN evidence_revisions ON evidence_revisions.entry_id = handed_in.entry_id
  AND evidence_revisions.number = handed_in.revision
JOIN (SELECT revision_id, recorded_at FROM judgements UNION ALL SELECT revision_id, recorded_at FROM findings)
  AS recorded ON recorded.revision_id = evidence_revisions.id
GROUP BY handed_in.entry_id, handed_in.revision
ORDER BY handed_in.entry_id
"""
HANDED_IN_NOW = """
INSERT INTO evidence_submissions (revision_id, submitted_at)
SELECT evidence_revisions.id, (SELECT max(submits.moved_at) FROM assessment_moves AS submits
  WHERE submits.entry_id = last.entry_id AND submits.act = 'submit')
FROM assessment_moves AS last
JOIN evidence_revisions ON evidence_revisions.entry_id = last.entry_id AND evidence_revisions.number = last.revision
WHERE last.number = (SELECT max(moves.number) FROM assessment_moves AS moves WHERE moves.entry_id = last.entry_id)
ORDER BY evidence_revisions.id
"""
"""What was taken back or returned is not handed in: before the moves, handing in was for good."""


def upgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    op.execute(HANDED_IN)
    op.execute(REVIEWED)
    op.drop_table("evidence_submissions")
    _tables()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))
    op.execute(VERSIONS)
    op.execute(NEW_OF_ROUNDS)
    op.execute(PLACES)


def downgrade() -> None:
    for view in ("round_places", *VIEWS):
        op.execute(f"DROP VIEW {view}")
    for table in KEPT:
        op.drop_table(table)
    for table in ("judgements", "findings"):
        for column in ("actor", "account"):
            op.drop_column(table, column)
    _submissions_again()
    op.execute(OLD_VERSIONS)
    op.execute(OLD_OF_ROUNDS)


def _tables() -> None:
    for table in ("judgements", "findings"):
        op.add_column(table, sa.Column("account", NUMBER, nullable=False, server_default="0"))
        op.add_column(table, sa.Column("actor", CODE, nullable=False, server_default=""))
    op.create_table(
        "overrides",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("points", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("actor", CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
        sa.ForeignKeyConstraint(["revision_id"], ["evidence_revisions.id"], name="fk_overrides_revision_id"),
        sa.UniqueConstraint("revision_id", "item", "number", name="uq_overrides_revision_id_item_number"),
    )
    op.create_table(
        "score_sheets",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("scheme_digest", sa.String(71), nullable=False),
        sa.Column("inputs", sa.LargeBinary, nullable=False),
        sa.Column("inputs_digest", sa.String(71), nullable=False),
        sa.Column("engine", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("base", sa.BigInteger),
        sa.Column("bonus", sa.BigInteger),
        sa.Column("grade", sa.Text),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("actor", CODE, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_score_sheets"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_score_sheets_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_score_sheets_entry_id_number"),
    )


def _submissions_again() -> None:
    op.create_table(
        "evidence_submissions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_submissions"),
        sa.ForeignKeyConstraint(["revision_id"], ["evidence_revisions.id"], name="fk_evidence_submissions_revision_id"),
        sa.UniqueConstraint("revision_id", name="uq_evidence_submissions_revision_id"),
    )
    op.execute(HANDED_IN_NOW)
    kept = {"evidence_submissions": ("revision_id",)}
    for statement in _sqlite(kept) if op.get_bind().dialect.name == "sqlite" else _postgresql(kept):
        op.execute(sa.text(statement))


def _sqlite(kept: dict[str, tuple[str, ...]] | None = None) -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    for table, key in (kept or KEPT).items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'what {table} says stays'); END"
        yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {refuse}"
        same = " AND ".join(f"old.{column} = NEW.{column}" for column in key)
        when = f"WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE old.id = NEW.id OR ({same}))"  # noqa: S608 -- names written above
        yield f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} {when} {refuse}"


def _postgresql(kept: dict[str, tuple[str, ...]] | None = None) -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    for table in kept or KEPT:
        yield f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION row_stays()"""
        yield f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION table_not_emptied()"""
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_emptied"
