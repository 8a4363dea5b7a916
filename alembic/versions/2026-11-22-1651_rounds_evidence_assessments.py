"""Rounds with their subjects and waivers, revisions of evidence, judgements and findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122165100"
down_revision = "20261122165000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "findings",
    "judgements",
    "evidence_submissions",
    "evidence_revisions",
    "composition_waivers",
    "round_subjects",
    "rounds",
)


def upgrade() -> None:
    _rounds()
    _evidence()
    _assessments()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("scheme", CODE, nullable=False),
        sa.Column("version", CODE, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("period_acknowledged", sa.Boolean, nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
        sa.UniqueConstraint("code", name="uq_rounds_code"),
        sa.ForeignKeyConstraint(
            ["scheme", "version"],
            ["scheme_versions.code", "scheme_versions.version"],
            name="fk_rounds_scheme_version",
        ),
        sa.CheckConstraint("period_end >= period_start", name="ck_rounds_period"),
        sa.CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="ck_rounds_closed_at"),
    )
    op.create_table(
        "round_subjects",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_round_subjects"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_round_subjects_round_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_round_subjects_subject_id"),
        sa.UniqueConstraint("round_id", "subject_id", name="uq_round_subjects_round_id_subject_id"),
    )
    op.create_index("ix_round_subjects_subject_id", "round_subjects", ["subject_id"])
    op.create_table(
        "composition_waivers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("waived_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_composition_waivers"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_composition_waivers_entry_id"),
    )
    op.create_index("ix_composition_waivers_entry_id", "composition_waivers", ["entry_id"])


def _evidence() -> None:
    op.create_table(
        "evidence_revisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_revisions"),
        sa.ForeignKeyConstraint(["entry_id"], ["round_subjects.id"], name="fk_evidence_revisions_entry_id"),
        sa.UniqueConstraint("entry_id", "number", name="uq_evidence_revisions_entry_id_number"),
    )
    op.create_table(
        "evidence_submissions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_submissions"),
        sa.ForeignKeyConstraint(["revision_id"], ["evidence_revisions.id"], name="fk_evidence_submissions_revision_id"),
        sa.UniqueConstraint("revision_id", name="uq_evidence_submissions_revision_id"),
    )


def _assessments() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        sa.Column("rationale", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        sa.ForeignKeyConstraint(["revision_id"], ["evidence_revisions.id"], name="fk_judgements_revision_id"),
        sa.UniqueConstraint("revision_id", "item", "number", name="uq_judgements_revision_id_item_number"),
    )
    op.create_table(
        "findings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.ForeignKeyConstraint(["revision_id"], ["evidence_revisions.id"], name="fk_findings_revision_id"),
        sa.UniqueConstraint("revision_id", "field", "number", name="uq_findings_revision_id_field_number"),
    )
