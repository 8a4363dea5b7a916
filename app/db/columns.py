"""The tables' common ground: names of constraints, and types that mean the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

MILLIONTHS: Final = 6


class Base(DeclarativeBase):
    """The tables; constraints get names that are the same on every engine."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that counts up (SQLite counts only in INTEGER)."""


CodeText = String(64).with_variant(String(64, collation="C"), "postgresql")
"""The type of codes: sorted by their bytes, the same on both engines."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, `timestamptz` on PostgreSQL, naive UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse times without an offset; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs an offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read UTC."""
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """Points and rates: Decimal of at most six places in Python, whole millionths in both databases, never a float."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuse what six places cannot hold."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(MILLIONTHS)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {MILLIONTHS} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Whole millionths back to a Decimal."""
        return None if value is None else Decimal(value).scaleb(-MILLIONTHS)
