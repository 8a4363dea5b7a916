"""Databases for tests, on both engines: a migrated one each, a blank one for migrations, and a word at the end on which engines ran."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REQUIRED = os.environ.get("REQUIRE_POSTGRES", "") not in {"", "0"}
PREFIX = "mea_test_"
RUN = f"{PREFIX}{os.getpid()}_{os.urandom(4).hex()}"

settings.register_profile("default", deadline=None)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True, database=None)
settings.register_profile(
    "soak",
    settings.get_profile("default"),
    max_examples=10_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


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
    """Databases made from one migrated template, named after this run, on a server that is shared with others."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._template: str | None = None
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

    @contextmanager
    def blank(self) -> Iterator[str]:
        name = self._create("template0")
        yield self._url(name)
        self._drop(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        if self._template is None:
            template = self._create("template0")
            migrate(self._url(template))
            self._template = template
        name = self._create(self._template)
        yield self._url(name)
        self._drop(name)

    def close(self) -> None:
        for name in self._databases(f"{RUN}_"):
            self._drop(name)
        self._admin.close()

    def _url(self, name: str) -> str:
        return self._server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        self._count += 1
        name = f"{RUN}_{self._count}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _databases(self, prefix: str) -> list[str]:
        rows = self._admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in rows]

    def _sweep(self) -> None:
        """Drop what runs that were killed left behind: a run lives as long as its connection of that name."""
        alive = {name for (name,) in self._admin.execute("SELECT application_name FROM pg_stat_activity")}
        for name in self._databases(PREFIX):
            if name.rpartition("_")[0] not in alive:
                self._drop(name)


Databases = SQLiteFiles | PostgreSQLDatabases


def migrate(url: str) -> None:
    """As the product does; imported late, so that tests of the core need no database code."""
    from app.db import migrate as upgrade

    upgrade(url)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Databases]]:
    """The databases of an engine; a test of an engine whose server does not answer is skipped."""
    opened: dict[str, Databases] = {}
    unreachable: list[str] = []

    def of(engine: str) -> Databases:
        if engine in unreachable:
            pytest.skip("PostgreSQL is not reachable")
        if engine not in opened:
            try:
                opened[engine] = open_databases(engine, tmp_path_factory)
            except psycopg.OperationalError:
                unreachable.append(engine)
                pytest.skip("PostgreSQL is not reachable")
        return opened[engine]

    yield of
    for each in opened.values():
        each.close()


def open_databases(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    if engine == "sqlite":
        return SQLiteFiles(tmp_path_factory.mktemp("sqlite"))
    return PostgreSQLDatabases(make_url(SERVER))


@pytest.fixture(params=list(ENGINES))
def database_engine(
    request: pytest.FixtureRequest, databases: Callable[[str], Databases], record_property: Callable[[str, object], None]
) -> Databases:
    """The engine this test runs on: each test that asks for a database runs once on every engine."""
    found = databases(request.param)
    record_property("database", f"{ENGINES[request.param]} {found.version()}")
    return found


@pytest.fixture
def database_url(database_engine: Databases) -> Iterator[str]:
    """A migrated, empty database for this test alone."""
    with database_engine.migrated() as url:
        yield url


@pytest.fixture
def blank_database_url(database_engine: Databases) -> Iterator[str]:
    """A database without a single table, for tests of migrations."""
    with database_engine.blank() as url:
        yield url


class EngineTally:
    """Counts the database tests by engine, and refuses a run without PostgreSQL where it was asked for."""

    def __init__(self) -> None:
        self.ran: dict[str, int] = {}
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not report.skipped:
            for name, value in report.user_properties:
                if name == "database":
                    self.ran[str(value)] = self.ran.get(str(value), 0) + 1
        if report.skipped and "PostgreSQL is not reachable" in str(report.longrepr):
            self.skipped += 1

    def lacking(self) -> bool:
        return not any(name.startswith("PostgreSQL") for name in self.ran)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if REQUIRED and self.lacking() and session.exitstatus == pytest.ExitCode.OK and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name, count in sorted(self.ran.items()):
            terminalreporter.write_line(f"databases: {name}, {count} tests")
        if self.skipped:
            terminalreporter.write_line(
                f"databases: PostgreSQL is not reachable, {self.skipped} tests were skipped; "
                "start one or say where it is with TEST_POSTGRES_URL",
                yellow=True,
            )
        if REQUIRED and self.lacking():
            terminalreporter.write_line("databases: no test ran on PostgreSQL, and REQUIRE_POSTGRES asks for it", red=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(EngineTally(), "engine-tally")
