"""A number that grows whenever anybody's access may have changed: what is known of access is kept under it."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128101000"
down_revision = "20261128100000"
branch_labels = None
depends_on = None

CHANGING = {
    "accounts": ("UPDATE", ("roles", "institution", "subjects", "active")),
    "account_tokens": ("UPDATE", ("revoked_at",)),
    "assignments": ("INSERT OR UPDATE", ()),
    "memberships": ("INSERT OR UPDATE", ()),
}
"""By table: what changes access, and the columns that do; none: every one."""
OLD_VERSIONS = """
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
NOW = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)",
}
"""Whole seconds since 1970."""


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_table(
        "access_epochs",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_epochs"),
    )
    op.execute("INSERT INTO access_epochs (id, epoch) VALUES (1, 1)")
    for statement in _sqlite() if dialect == "sqlite" else _postgresql():
        op.execute(sa.text(statement))
    op.execute("DROP VIEW assessment_versions")
    more = f"SELECT placed.*, (SELECT access_epochs.epoch FROM access_epochs) AS epoch, {NOW[dialect]} AS now,"  # noqa: S608 -- written above
    op.execute(sa.text(OLD_VERSIONS.replace("SELECT placed.*,", more)))


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP VIEW assessment_versions")
    for table, (when, _) in CHANGING.items():
        for act in when.split(" OR ") if on_sqlite else ("",):
            name = f"{table}_access{'_' + act.lower() if on_sqlite else ''}"
            op.execute(f"DROP TRIGGER {name}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        op.execute("DROP FUNCTION access_changed()")
    op.drop_table("access_epochs")
    op.execute(OLD_VERSIONS)


def _sqlite() -> Iterator[str]:
    for table, (when, columns) in CHANGING.items():
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        condition = f"WHEN {changed}" if columns else ""
        for act in when.split(" OR "):
            yield f"""CREATE TRIGGER {table}_access_{act.lower()} AFTER {act} ON {table} {condition}
                BEGIN UPDATE access_epochs SET epoch = epoch + 1; END"""  # noqa: S608 -- names written above


def _postgresql() -> Iterator[str]:
    """In the changing transaction, so that whoever sees the change sees the number, and in its last moment.

    Taken before, the one row would be held while rows of accounts, tokens and subjects are waited for: two who act
    would wait for each other.
    """
    yield """CREATE FUNCTION access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN UPDATE access_epochs SET epoch = epoch + 1; RETURN NULL; END $$"""
    for table, (when, columns) in CHANGING.items():
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        condition = f"WHEN (({old}) IS DISTINCT FROM ({new}))" if columns else ""
        yield f"""CREATE CONSTRAINT TRIGGER {table}_access AFTER {when} ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {condition} EXECUTE FUNCTION access_changed()"""
