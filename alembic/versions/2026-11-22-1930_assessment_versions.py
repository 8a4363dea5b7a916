"""A view that says in one row which state the inputs of an assessment are in.

What was submitted is asked for revision by revision, the last first: joined, PostgreSQL would read every submission.
"""

from __future__ import annotations

from alembic import op

revision = "20261122193000"
down_revision = "20261122165200"
branch_labels = None
depends_on = None

VIEW = """
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


def upgrade() -> None:
    op.execute(VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW assessment_versions")
