"""Fixtures of the whole suite: a database of each engine for each test, and a word at the end on which engines ran."""

from __future__ import annotations

import gc
import os
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from hypothesis import HealthCheck, settings

import app
from tests.databases import ENGINES, Databases, Unreachable, open_databases

REQUIRED = os.environ.get("REQUIRE_POSTGRES", "") not in {"", "0"}
NOT_REACHABLE = "PostgreSQL is not reachable"

settings.register_profile("default", deadline=None)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True, database=None)
settings.register_profile(
    "soak",
    settings.get_profile("default"),
    max_examples=10_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
gc.disable()  # until everything is collected: nothing of that ever goes
BETWEEN_COLLECTIONS = (50_000, 10, 10)
"""Objects until the collector looks at the youngest ones; the usual 700 take a tenth of the suite's time."""
IN_CI = bool(os.environ.get("CI"))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "default"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait, for a clock, a lock or a server."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) + 1


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Databases]]:
    """The databases of an engine; a test of an engine whose server does not answer is skipped."""
    opened: dict[str, Databases | None] = {}

    def of(engine: str) -> Databases:
        if engine not in opened:
            try:
                opened[engine] = open_databases(engine, tmp_path_factory.mktemp(engine))
            except Unreachable:
                opened[engine] = None
        return opened[engine] or pytest.skip(NOT_REACHABLE)

    yield of
    for each in opened.values():
        if each:
            each.close()


@pytest.fixture(params=list(ENGINES))
def database_engine(
    request: pytest.FixtureRequest,
    databases: Callable[[str], Databases],
    record_property: Callable[[str, object], None],
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
    """Counts the database tests by engine, and fails a run without PostgreSQL where REQUIRE_POSTGRES is set.

    Where workers run the tests, the process that started them hears of every test and counts; a worker counts nothing.
    """

    def __init__(self) -> None:
        self.ran: dict[str, set[str]] = {}
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and NOT_REACHABLE in str(report.longrepr):
            self.skipped += 1
        if report.when == "call" and not report.skipped:
            for name in (str(value) for key, value in report.user_properties if key == "database"):
                self.ran.setdefault(name, set()).add(report.nodeid)

    @property
    def lacking(self) -> bool:
        return REQUIRED and not any(name.startswith(ENGINES["postgresql"]) for name in self.ran)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.lacking and session.exitstatus == pytest.ExitCode.OK and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name, tests in sorted(self.ran.items()):
            terminalreporter.write_line(f"databases: {name}, {len(tests)} tests")
        if self.skipped:
            terminalreporter.write_line(
                f"databases: {NOT_REACHABLE}, {self.skipped} tests ran on SQLite alone; "
                "start a server, or name one with TEST_POSTGRES_URL",
                yellow=True,
            )
        if self.lacking:
            terminalreporter.write_line("databases: no test ran on PostgreSQL; REQUIRE_POSTGRES asks for it", red=True)


def pytest_collection_finish() -> None:
    """Load and set aside what stays.

    Hypothesis draws now and then what stands in loaded modules: in CI all are, whatever tests came before. And what
    thousands of tests are made of need not be looked at by the collector again after every few of them.
    """
    for module in pkgutil.walk_packages(app.__path__, "app.") if IN_CI else ():
        if not module.name.endswith("__main__"):
            import_module(module.name)
    gc.freeze()
    gc.set_threshold(*BETWEEN_COLLECTIONS)
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        if getattr(config.option, "numprocesses", None):
            gc.enable()  # this process hands out tests and collects none
        config.pluginmanager.register(EngineTally(), "engine-tally")
