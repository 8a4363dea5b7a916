"""A used PostgreSQL database made as good as new: its rows are those of the template, where all else still is.

Making one takes the server three hundred files, and on some file systems the longer the more were lately removed.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

FIRST_OF_USERS = 16384
"""Lower numbers are the server's own."""
CATALOGS: dict[LiteralString, LiteralString] = {
    "pg_attrdef": "adrelid",
    "pg_attribute": "attrelid",
    "pg_class": "oid",
    "pg_constraint": "oid",
    "pg_default_acl": "oid",
    "pg_event_trigger": "oid",
    "pg_extension": "oid",
    "pg_index": "indexrelid",
    "pg_largeobject_metadata": "oid",
    "pg_namespace": "oid",
    "pg_policy": "oid",
    "pg_proc": "oid",
    "pg_rewrite": "ev_class",
    "pg_sequence": "seqrelid",
    "pg_statistic_ext": "oid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
SETTINGS = """
SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase IN (
  SELECT oid FROM pg_database WHERE datname = current_database())"""
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
STRANGERS = """
SELECT format('DROP %%s IF EXISTS %%s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass)
FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace AND oid <> ALL (%s::oid[])
UNION ALL SELECT format('DROP FUNCTION IF EXISTS %%s CASCADE', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND oid <> ALL (%s::oid[])"""
KNOWN = "SELECT array(SELECT oid FROM pg_class), array(SELECT oid FROM pg_proc)"
EMPTY = "ALTER TABLE {0} DISABLE TRIGGER USER; DELETE FROM {0}"
CONTENT = "SELECT coalesce(jsonb_agg(t), '[]')::text FROM {} t"
FILL = "INSERT INTO {0} SELECT * FROM jsonb_populate_recordset(NULL::{0}, {1})"
TRIGGERS = """
SELECT tgrelid::regclass::text, format('ALTER TABLE %s ENABLE %s TRIGGER %I',
  tgrelid::regclass, CASE tgenabled WHEN 'A' THEN 'ALWAYS' END, tgname) FROM pg_trigger WHERE NOT tgisinternal"""
NO_FOREIGN_KEYS = "SET LOCAL session_replication_role = replica"
ANY = "SELECT EXISTS (SELECT FROM {})"
NUMBERED_ON = """
SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)
FROM pg_sequences WHERE last_value IS NOT NULL"""
NUMBERED_AGAIN = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


class Template:
    """What a database is, blank or migrated, before anybody has used it; the rows it then has are few."""

    def __init__(self, connection: psycopg.Connection) -> None:
        tables = [name for (name,) in connection.execute(TABLES)]
        self._filled = [name for name in tables if _rows(connection, name)]
        self._known = connection.execute(KNOWN).fetchone()
        self._empty = [EMPTY.format(name) for name in tables]
        self._fill = [_filling(connection, name) for name in self._filled]
        self._fire_again = [statement for _, statement in connection.execute(TRIGGERS)]
        self._found = self._described(connection)

    def describes(self, connection: psycopg.Connection) -> bool:
        """Whether all is still as it was, but for rows in tables that were empty."""
        return self._described(connection) == self._found

    def restored(self, connection: psycopg.Connection) -> bool:
        """Put back the rows it had, remove what was not there; say whether all is as it was then."""
        try:
            strangers = [statement for (statement,) in connection.execute(STRANGERS, self._known)]
            statements = [NO_FOREIGN_KEYS, *strangers, *self._empty, *self._fill, *self._fire_again, NUMBERED_AGAIN]
            connection.execute("; ".join(statements))
        except psycopg.Error:
            return False
        return self.describes(connection)

    def _described(self, connection: psycopg.Connection) -> list[list[str]]:
        return [_structure(connection), *(_rows(connection, name) for name in self._filled)]


class Rows:
    """All that the tables of a database hold, to be put into an unused one that was migrated alike."""

    def __init__(self, connection: psycopg.Connection) -> None:
        tables = [name for (name,) in connection.execute(TABLES)]
        filled = [name for name in tables if connection.execute(sql.SQL(ANY).format(sql.SQL(name))).fetchone()[0]]
        statements = [NO_FOREIGN_KEYS, *(EMPTY.format(name) for name in filled)]
        statements += [_filling(connection, name) for name in filled]
        statements += [statement for table, statement in connection.execute(TRIGGERS) if table in filled]
        statements += [statement for (statement,) in connection.execute(NUMBERED_ON)]
        self._statement = "; ".join(statements)

    def put(self, connection: psycopg.Connection) -> None:
        """In the transaction that is under way."""
        connection.execute(self._statement)


def _rows(connection: psycopg.Connection, table: str) -> list[str]:
    query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.SQL(table))
    return [row for (row,) in connection.execute(query)]


def _filling(connection: psycopg.Connection, table: str) -> str:
    """The statement that writes its present rows again."""
    [(rows,)] = connection.execute(sql.SQL(CONTENT).format(sql.SQL(table)))
    return sql.SQL(FILL).format(sql.SQL(table), sql.Literal(rows)).as_string(connection)


def _structure(connection: psycopg.Connection) -> list[str]:
    parts = [
        sql.SQL("SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t WHERE {} >= {}").format(
            sql.Identifier(catalog), sql.Identifier(number), FIRST_OF_USERS
        )
        for catalog, number in CATALOGS.items()
    ]
    query = sql.SQL(" UNION ALL ").join([*parts, sql.SQL(SETTINGS)])
    return [str(digest) for (digest,) in connection.execute(query)]
