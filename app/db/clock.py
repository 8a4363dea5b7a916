"""The database's clock inside a statement, so that what is valid is decided by the one clock that all workers share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.db.columns import Moment


class instant(FunctionElement[datetime]):  # noqa: N801 -- stands where a function of SQL stands
    """The moment in which a row is made, not the one in which its transaction began."""

    type = Moment()
    inherit_cache = True


class ago(FunctionElement[datetime]):  # noqa: N801 -- as above
    """The moment that lies so many whole seconds back."""

    type = Moment()
    inherit_cache = True


@compiles(instant, "postgresql")
def _instant_on_postgresql(_element: instant, _compiler: SQLCompiler, **_options: object) -> str:
    return "clock_timestamp()"


@compiles(instant, "sqlite")
def _instant_on_sqlite(_element: instant, _compiler: SQLCompiler, **_options: object) -> str:
    """As text of the form in which moments are stored, which sorts as they do."""
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


@compiles(ago, "postgresql")
def _ago_on_postgresql(element: ago, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's signature
    return f"(clock_timestamp() - make_interval(secs => {compiler.process(element.clauses, **options)}))"


@compiles(ago, "sqlite")
def _ago_on_sqlite(element: ago, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || {seconds} || ' seconds')"
