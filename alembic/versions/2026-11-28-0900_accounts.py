"""Accounts, their tokens and their sessions; of every secret only a hash."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261128090000"
down_revision = "20261122200000"
branch_labels = None
depends_on = None

CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
STAYS = {
    "accounts": ("id", "name", "created_at"),
    "account_tokens": ("id", "account_id", "hash", "scope", "unpublished", "loopback", "created_at", "expires_at"),
    "account_sessions": ("id", "account_id", "hash", "created_at", "expires_at"),
}
"""By table: what a row says for ever."""
ENDS = {"account_tokens": "revoked_at", "account_sessions": "ended_at"}
"""By table: the moment that is set once."""


def upgrade() -> None:
    _accounts()
    _tokens()
    _sessions()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(sa.text(statement))


def downgrade() -> None:
    for table in ("account_sessions", "account_tokens", "accounts"):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("institution", CODE),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("failed_logins", sa.Integer, nullable=False),
        sa.Column("locked_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sa.CheckConstraint("failed_logins >= 0", name="ck_accounts_failed_logins"),
    )


def _tokens() -> None:
    op.create_table(
        "account_tokens",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("unpublished", sa.Boolean, nullable=False),
        sa.Column("loopback", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_reason", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_account_tokens"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_tokens_account_id"),
        sa.UniqueConstraint("hash", name="uq_account_tokens_hash"),
        sa.CheckConstraint("expires_at > created_at", name="ck_account_tokens_expires_at"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="ck_account_tokens_revoked_reason"),
    )
    op.create_index("ix_account_tokens_account_id", "account_tokens", ["account_id"])


def _sessions() -> None:
    op.create_table(
        "account_sessions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_account_sessions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_sessions_account_id"),
        sa.UniqueConstraint("hash", name="uq_account_sessions_hash"),
        sa.CheckConstraint("expires_at > created_at", name="ck_account_sessions_expires_at"),
    )
    op.create_index("ix_account_sessions_account_id", "account_sessions", ["account_id"])


def _sqlite() -> Iterator[str]:
    """Writing over a row (REPLACE) sets off no trigger of DELETE, hence the one of INSERT."""
    for table in STAYS:
        refuse = f"BEGIN SELECT RAISE(ABORT, 'what {table} says stays'); END"
        yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} WHEN {_changed(table, 'IS NOT')} {refuse}"
        yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {refuse}"
        key = "name" if table == "accounts" else "hash"
        same = f"SELECT 1 FROM {table} AS old WHERE old.id = NEW.id OR old.{key} = NEW.{key}"  # noqa: S608 -- as above
        yield f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} WHEN EXISTS ({same}) {refuse}"


def _postgresql() -> Iterator[str]:
    """The triggers fire for replication roles too (ENABLE ALWAYS); only changing the table itself gets round them."""
    for table in STAYS:
        changed = _changed(table, "IS DISTINCT FROM")
        refuse = "EXECUTE FUNCTION table_not_emptied()"
        yield f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refuse}"
        yield f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
        yield f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
        for trigger in ("changed", "removed", "not_emptied"):
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{trigger}"


def _changed(table: str, differs: str) -> str:
    changed = [f"OLD.{column} {differs} NEW.{column}" for column in STAYS[table]]
    if table in ENDS:
        changed.append(f"(OLD.{ENDS[table]} IS NOT NULL AND OLD.{ENDS[table]} {differs} NEW.{ENDS[table]})")
    return " OR ".join(changed)
