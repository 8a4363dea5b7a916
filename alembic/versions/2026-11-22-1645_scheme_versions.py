"""Scheme versions, sealed by triggers once they are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122164500"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEPT = ("title", "kind", "subject", "digest", "document", "created_at", "changed_at", "published_at")
"""What a published version keeps for ever, beside its name."""


def upgrade() -> None:
    op.create_table(
        "scheme_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", CODE, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_scheme_versions"),
        sa.UniqueConstraint("code", "version", name="uq_scheme_versions_code_version"),
        sa.CheckConstraint("status IN ('draft', 'published', 'retired')", name="ck_scheme_versions_status"),
        sa.CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="ck_scheme_versions_published_at"),
        sa.CheckConstraint("(status = 'retired') = (retired_at IS NOT NULL)", name="ck_scheme_versions_retired_at"),
    )
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("scheme_versions")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION scheme_versions_sealed()")
        op.execute("DROP FUNCTION scheme_versions_not_emptied()")


def _sqlite() -> list[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in KEPT)
    renamed = "OLD.id IS NOT NEW.id OR OLD.code IS NOT NEW.code OR OLD.version IS NOT NEW.version"
    refuse = "BEGIN SELECT RAISE(ABORT, 'a published scheme version never changes'); END"
    return [
        f"""CREATE TRIGGER scheme_versions_renamed BEFORE UPDATE ON scheme_versions WHEN {renamed} {refuse}""",
        f"""CREATE TRIGGER scheme_versions_sealed BEFORE UPDATE ON scheme_versions
            WHEN (OLD.status <> 'draft' AND ({changed}))
              OR (OLD.status = 'draft' AND NEW.status NOT IN ('draft', 'published'))
              OR (OLD.status = 'published' AND NEW.status NOT IN ('published', 'retired'))
              OR (OLD.status = 'retired' AND (NEW.status <> 'retired' OR OLD.retired_at IS NOT NEW.retired_at))
            {refuse}""",
        f"""CREATE TRIGGER scheme_versions_kept BEFORE DELETE ON scheme_versions
            WHEN OLD.status <> 'draft' {refuse}""",
        f"""CREATE TRIGGER scheme_versions_not_replaced BEFORE INSERT ON scheme_versions
            WHEN EXISTS (SELECT 1 FROM scheme_versions AS old WHERE old.status <> 'draft'
                         AND (old.id = NEW.id OR (old.code = NEW.code AND old.version = NEW.version)))
            {refuse}""",  # noqa: S608 -- constants of this file
    ]


def _postgresql() -> list[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    old = ", ".join(f"OLD.{column}" for column in KEPT)
    new = ", ".join(f"NEW.{column}" for column in KEPT)
    refuse = "RAISE EXCEPTION 'a published scheme version never changes' USING ERRCODE = 'restrict_violation'"
    return [
        f"""CREATE FUNCTION scheme_versions_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'DELETE' THEN
                IF OLD.status <> 'draft' THEN {refuse}; END IF;
                RETURN OLD;
              END IF;
              IF (OLD.id, OLD.code, OLD.version) IS DISTINCT FROM (NEW.id, NEW.code, NEW.version)
                OR (OLD.status <> 'draft' AND ({old}) IS DISTINCT FROM ({new}))
                OR (OLD.status = 'draft' AND NEW.status NOT IN ('draft', 'published'))
                OR (OLD.status = 'published' AND NEW.status NOT IN ('published', 'retired'))
                OR (OLD.status = 'retired'
                    AND (NEW.status <> 'retired' OR OLD.retired_at IS DISTINCT FROM NEW.retired_at))
              THEN {refuse}; END IF;
              RETURN NEW;
            END $$""",
        f"""CREATE FUNCTION scheme_versions_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF EXISTS (SELECT 1 FROM scheme_versions WHERE status <> 'draft') THEN {refuse}; END IF;
              RETURN NULL;
            END $$""",  # noqa: S608 -- constants of this file
        """CREATE TRIGGER scheme_versions_sealed BEFORE UPDATE OR DELETE ON scheme_versions
            FOR EACH ROW EXECUTE FUNCTION scheme_versions_sealed()""",
        """CREATE TRIGGER scheme_versions_not_emptied BEFORE TRUNCATE ON scheme_versions
            FOR EACH STATEMENT EXECUTE FUNCTION scheme_versions_not_emptied()""",
        "ALTER TABLE scheme_versions ENABLE ALWAYS TRIGGER scheme_versions_sealed",
        "ALTER TABLE scheme_versions ENABLE ALWAYS TRIGGER scheme_versions_not_emptied",
    ]
