"""Databases made and thrown away by the tests: copies of a template that each process migrates, on both engines."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.emptying import Template

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
PREFIX = "mea_test_"
RUN = f"{PREFIX}{os.getpid()}_{os.urandom(4).hex()}"
"""This process, which runs the tests alone or as one of several workers."""


class Unreachable(Exception):
    """The engine's server does not answer."""


def migrate(url: str) -> None:
    """As the product does; imported late, so that tests of the core need no database code."""
    from app.db import migrate as upgrade

    upgrade(url)


class SQLiteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None
        self._count = 0

    def version(self) -> str:
        return sqlite3.sqlite_version

    @contextmanager
    def blank(self) -> Iterator[str]:
        path = self._next()
        yield f"sqlite:///{path}"
        self._remove(path)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        if self._template is None:
            template = self._folder / "template.sqlite3"
            migrate(f"sqlite:///{template}")
            with sqlite3.connect(template) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._template = template
        path = self._next()
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"
        self._remove(path)

    def close(self) -> None:
        """The folder is pytest's."""

    def _next(self) -> Path:
        self._count += 1
        return self._folder / f"{self._count}.sqlite3"

    @staticmethod
    def _remove(path: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgreSQLDatabases:
    """Databases made from one migrated template, named after this process, on a server that is shared with others."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._template: str | None = None
        self._described: dict[str, Template] = {}
        self._emptied: dict[str, list[str]] = {}
        self._count = 0
        self._admin = psycopg.connect(
            server.set(drivername="postgresql").render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=3,
            application_name=RUN,
        )
        self._sweep()

    def version(self) -> str:
        return self._admin.execute("SHOW server_version").fetchone()[0].split()[0]

    def blank(self) -> AbstractContextManager[str]:
        return self._one("template0")

    def migrated(self) -> AbstractContextManager[str]:
        if self._template is None:
            self._template = self._create("template0")
            migrate(self._url(self._template))
            self._vacate(self._template)
        return self._one(self._template)

    def close(self) -> None:
        for name in self._databases(f"{RUN}_"):
            self._drop(name)
        self._admin.close()

    def _url(self, name: str, driver: str = "postgresql+psycopg") -> str:
        return self._server.set(drivername=driver, database=name).render_as_string(hide_password=False)

    def _entered(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._url(name, "postgresql"))

    def _name(self) -> str:
        self._count += 1
        return f"{RUN}_{self._count}"

    @contextmanager
    def _one(self, template: str) -> Iterator[str]:
        """A copy of a template, or one that has been made as good as new."""
        emptied = self._emptied.setdefault(template, [])
        name = self._renamed(emptied.pop()) if emptied else self._create(template)
        yield self._url(name)
        self._vacate(name)
        with self._entered(name) as connection:
            as_new = self._described[template].restored(connection)
        if as_new:
            emptied.append(name)
        else:
            self._drop(name)

    def _renamed(self, used: str) -> str:
        """Nobody who knew it finds it again."""
        self._vacate(used)
        name = self._name()
        self._admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(used), sql.Identifier(name))
        )
        return name

    def _create(self, template: str) -> str:
        name = self._name()
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        if template not in self._described:
            with self._entered(name) as connection:
                self._described[template] = Template(connection)
        return name

    def _vacate(self, name: str) -> None:
        """Put out whoever is still in a database; the server is slow to notice that the last one has left."""
        everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        while self._admin.execute(everybody, [name]).rowcount:
            time.sleep(0.001)

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _databases(self, prefix: str) -> list[str]:
        ours = (
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_get_userbyid(datdba) = current_user"
        )
        return [name for (name,) in self._admin.execute(ours, [prefix])]

    def _sweep(self) -> None:
        """Drop what processes that were killed left behind: one lives as long as its connection of that name.

        The databases are asked for first, so that none belongs to a process that has connected since.
        """
        found = self._databases(PREFIX)
        alive = {name for (name,) in self._admin.execute("SELECT application_name FROM pg_stat_activity")}
        for name in found:
            if name.rpartition("_")[0] not in alive:
                self._drop(name)


Databases = SQLiteFiles | PostgreSQLDatabases


def open_databases(engine: str, folder: Path) -> Databases:
    if engine == "sqlite":
        return SQLiteFiles(folder)
    try:
        return PostgreSQLDatabases(make_url(SERVER))
    except psycopg.OperationalError as error:
        raise Unreachable(engine) from error
