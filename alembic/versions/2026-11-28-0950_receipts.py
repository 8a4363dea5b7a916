"""Receipts: which deliveries had their effect, and what was answered, for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128095000"
down_revision = "20261128094000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("account", NUMBER, nullable=False, autoincrement=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("status", sa.SmallInteger),
        sa.Column("headers", sa.Text),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "key", name="pk_receipts"),
        sa.CheckConstraint(
            "(status IS NULL) = (headers IS NULL) AND (status IS NULL) = (body IS NULL)", name="ck_receipts_answer"
        ),
        sa.CheckConstraint("NOT (secret AND status IS NOT NULL)", name="ck_receipts_secret"),
    )
    op.create_index("ix_receipts_created_at", "receipts", ["created_at"])


def downgrade() -> None:
    op.drop_table("receipts")
