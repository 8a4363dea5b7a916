"""Institutions, alliances with dated memberships, and the other subjects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122165000"
down_revision = "20261122164500"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "subjects",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("district_code", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.UniqueConstraint("code", name="uq_subjects_code"),
    )
    op.create_table(
        "institutions",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("level", sa.String(16)),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("medical_unit", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_institutions"),
        sa.ForeignKeyConstraint(["id"], ["subjects.id"], name="fk_institutions_id"),
        sa.UniqueConstraint("credit_code", name="uq_institutions_credit_code"),
    )
    op.create_table(
        "alliances",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("agreement_filed", sa.Date),
        sa.Column("plan_filed", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_alliances"),
        sa.ForeignKeyConstraint(["id"], ["subjects.id"], name="fk_alliances_id"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("alliance_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("institution_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("through_id", NUMBER),
        sa.Column("start_day", sa.Date, nullable=False),
        sa.Column("end_day", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name="fk_memberships_alliance_id"),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"], name="fk_memberships_institution_id"),
        sa.ForeignKeyConstraint(["through_id"], ["institutions.id"], name="fk_memberships_through_id"),
        sa.UniqueConstraint("alliance_id", "number", name="uq_memberships_alliance_id_number"),
        sa.CheckConstraint("end_day IS NULL OR end_day >= start_day", name="ck_memberships_days"),
    )
    op.create_index("ix_memberships_institution_id", "memberships", ["institution_id"])
    op.create_index("ix_memberships_through_id", "memberships", ["through_id"])


def downgrade() -> None:
    for table in ("memberships", "alliances", "institutions", "subjects"):
        op.drop_table(table)
