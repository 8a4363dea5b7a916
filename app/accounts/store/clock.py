"""The database's clock inside a statement, so that what is valid is decided by the one clock that all workers share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.db import Moment


class ago(FunctionElement[datetime]):  # noqa: N801 -- stands where a function of SQL stands
    """The moment that lies so many whole seconds back; `ago(0)` is this instant."""

    type = Moment()
    inherit_cache = True


@compiles(ago, "postgresql")
def _on_postgresql(element: ago, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's signature
    return f"(clock_timestamp() - make_interval(secs => {compiler.process(element.clauses, **options)}))"


@compiles(ago, "sqlite")
def _on_sqlite(element: ago, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    """As text of the form in which moments are stored, which sorts as they do."""
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || {seconds} || ' seconds')"
