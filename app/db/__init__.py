"""The database: engines, sessions, columns, the clock, migrations; SQLAlchemy ends here and in the stores."""

from sqlalchemy.orm import Session

from app.db.clock import ago, instant
from app.db.columns import Base, CodeText, Exact, Moment, RowNumber
from app.db.copying import copy_database, database_file
from app.db.engines import make_engine, sqlite_warning
from app.db.looks import Looks
from app.db.migrations import MIGRATIONS, heads, migrate, migration_settings
from app.db.sessions import Database, at_the_end, at_the_start, database_now, directly, last_now, note_now

__all__ = [
    "MIGRATIONS",
    "Base",
    "CodeText",
    "Database",
    "Exact",
    "Looks",
    "Moment",
    "RowNumber",
    "Session",
    "ago",
    "at_the_end",
    "at_the_start",
    "copy_database",
    "database_file",
    "database_now",
    "directly",
    "heads",
    "instant",
    "last_now",
    "make_engine",
    "migrate",
    "migration_settings",
    "note_now",
    "sqlite_warning",
]
