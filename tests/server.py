"""The service as it really runs: a process of its own on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.config import Settings
from app.db import Database
from tests.people import People
from tests.service import beside

SERVE = """
import os
from app.config import Settings
from app.main import serve
serve(Settings.from_environment(os.environ))
"""


def free_port() -> int:
    """A port nobody listens on, of this worker's share: the others look for theirs at the same time."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    this = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port // 2 % workers == this:  # systems hand out every other port
            return port


def shown_by(database_url: str, name: str) -> dict[str, str]:
    """The header by which somebody is known to the service on this database."""
    with closing(Database(Settings(database_url=database_url))) as database:
        return {"Authorization": f"Bearer {People(database).secret(name)}"}


@contextmanager
def running(database_url: str, by: str | None = None, **environment: str) -> Iterator[tuple[httpx.Client, Any]]:
    """The service and a client of it, for the length of a block; `by`: who asks."""
    headers = None if by is None else shown_by(database_url, by)
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,  # a pipe that nobody reads would stop the service
    ):
        own = {f"MEA_{name.upper()}": str(path) for name, path in beside(Path(folder)).items()}
        settings = {"MEA_DATABASE_URL": database_url, "MEA_PORT": str(port), **own, **environment}
        process = subprocess.Popen(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", SERVE],
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False, headers=headers
            ) as client:
                wait_for(client, process)
                yield client, process
        finally:
            process.terminate()
            process.wait(20)
            log.seek(0)
            process.log = log.read()


def wait_for(client: httpx.Client, process: Any) -> None:
    for _ in range(400):
        assert process.poll() is None, "the service ended"
        try:
            client.get("/healthz")
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the service does not answer")
