"""The whole application in one process, called without a socket; streaming and start-up are tested on a real server."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from app.config import Settings
from app.main import create_app
from tests.attaching import prove
from tests.people import People, usual

OPENED = re.compile(r"(/api/v1/rounds/[^/]+)/open")


class Service:
    """Plain calls, one after the other, each by the one who does so as a rule unless `by` names another (None: nobody).

    Once a round is opened, one evaluator is assigned to everybody in it. Whoever saves evidence has seen the last one,
    and whoever hands it in attaches what is asked for.
    """

    def __init__(self, database_url: str, **settings: Any) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.settings = Settings(**{"database_url": database_url, **beside(Path(self._folder.name)), **settings})
        self.app = create_app(self.settings)
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        self.people = People(self.database)
        self.evaluator: str | None = "evaluator"
        """Who is assigned to every subject of a round once it is opened."""
        self._tags: dict[str, str] = {}
        self._asked = False

    @property
    def untouched(self) -> bool:
        """Whether nobody has come and nothing was asked for yet."""
        return not self._asked and self.people.nobody

    def tags(self) -> dict[str, str]:
        """The last tags of evidence, by its address."""
        return dict(self._tags)

    def note(self, tags: dict[str, str]) -> None:
        """These tags have been seen."""
        self._tags |= tags

    def warm(self, *names: str) -> None:
        """These have been here before: their accounts are made, and the first use of their tokens is noted."""
        for name in names:
            assert self.get("/api/v1/schemes", by=name).status_code == 200

    @property
    def database(self) -> Any:
        return self.app.state.database

    def request(self, method: str, path: str, by: str | None = "usual", **arguments: Any) -> httpx.Response:
        self._asked = True
        asked = f"{path}?{urlencode(arguments.get('params') or {})}"
        who = usual(method, asked) if by == "usual" else by
        headers = httpx.Headers(arguments.pop("headers", None))
        if who is not None and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.people.secret(who)}"
        if by == "usual" and method == "PUT" and "If-Match" not in headers and path in self._tags:
            headers["If-Match"] = self._tags[path]
        answer = self._runner.run(self._client.request(method, path, headers=headers, **arguments))
        if by == "usual" and answer.status_code == 422 and answer.json()["type"] == "/problems/proof_missing":
            prove(self, path.removesuffix("/evidence/submit"), answer)
            return self.request(method, path, headers=headers, **arguments)
        self._note(path, answer)
        return answer

    def _note(self, path: str, answer: httpx.Response) -> None:
        opened = OPENED.fullmatch(path)
        if path.endswith("/evidence") and answer.status_code == 200 and "ETag" in answer.headers:
            self._tags[path] = answer.headers["ETag"]
        elif path.endswith("/evidence/submit") and answer.status_code == 200:
            self._tags[path.removesuffix("/submit")] = answer.headers["ETag"]
        elif opened and answer.status_code == 200 and self.evaluator is not None:
            self.assign(opened[1], self.evaluator)

    def assign(self, round_: str, evaluator: str) -> None:
        """Have somebody evaluate every subject of a round."""
        self.people.actor(evaluator)
        subjects = [each["subject"] for each in self.get(f"{round_}/subjects?limit=200").json()["data"]]
        body = {"evaluator": evaluator, "subjects": subjects}
        assert self.post(f"{round_}/assignments", json=body).status_code == 201

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("POST", path, **arguments)

    def put(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("PUT", path, **arguments)

    def delete(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("DELETE", path, **arguments)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.database.close()
        self._folder.cleanup()


def beside(folder: Path) -> dict[str, Path]:
    """What the service keeps beside its database, in a folder of the test's own."""
    return {
        "signing_key": folder / "signing.key",
        "audit_heads": folder / "audit-heads.jsonl",
        "attachments": folder / "attachments",
    }


@contextmanager
def serving(database_url: str, **settings: Any) -> Iterator[Service]:
    """The application on a database, for the length of a block."""
    service = Service(database_url, **settings)
    try:
        yield service
    finally:
        service.close()
