"""What an answer costs over HTTP: scoring, reading sheets, saving evidence, against a bare Starlette answer of a sheet.

Access control is in force: every request shows a token. The published sheet is read by a lead hospital and by a
dashboard, the one under review by a chief; evidence is saved by a lead hospital: checked, scored, stored, recorded.

One worker each (uvicorn with uvloop and httptools), one client for all, rounds interleaved, medians of the rounds.
The bare answer is Starlette's JSONResponse of the decoded sheet: no body read, no database, no log.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import uvloop

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.access import CONSOLE  # noqa: E402
from app.config import Settings  # noqa: E402 -- the folder above has to be found first
from app.db import Database, migrate  # noqa: E402
from app.demonstration.build import ROUNDS, Held, build, hold  # noqa: E402
from app.demonstration.city import ALLIANCES  # noqa: E402
from app.demonstration.evidence import WEAKNESSES, full, weakened  # noqa: E402
from app.demonstration.people import ADMIN, submitter_name, token, tokens_of_each_role  # noqa: E402
from app.evidence import service as evidence  # noqa: E402
from app.schemes import service as schemes  # noqa: E402
from app.storage import Folder  # noqa: E402

SECONDS: Final = float(os.environ.get("BENCH_SECONDS", "0.6"))
"""How long a measurement lasts."""
TIMES: Final = int(os.environ.get("BENCH_ROUNDS", "7"))
"""Rounds; in each everything is measured once."""
CONNECTIONS: Final = (1, 16)
BODIES: Final = 4000
SCORE: Final = "/api/v1/schemes/hangzhou-close-alliance/versions/2020-draft/score"
PUBLISHED: Final = f"/api/v1/rounds/{ROUNDS[0].code}/subjects/{ALLIANCES[0].code}/assessment"
REVIEWED: Final = f"/api/v1/rounds/{ROUNDS[1].code}/subjects/{ALLIANCES[0].code}/assessment"
FILLING: Final = "bench"
"""The round in which every alliance is still filling in, each by a hospital of its own."""
EVIDENCE: Final = f"/api/v1/rounds/{FILLING}/subjects/{{}}/evidence"
SERVER: Final = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
Settled = dict[str, Any]


# --- servers ------------------------------------------------------------------------------------------------------


def serve_bare(port: int, path: str) -> None:
    """The yardstick: one route, one JSON answer, encoded anew each time."""
    import uvicorn  # noqa: PLC0415 -- the process that measures needs none of it
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import JSONResponse  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    content = json.loads(Path(path).read_bytes())

    async def answer(_request: Request) -> JSONResponse:
        return JSONResponse(content)

    uvicorn.run(Starlette(routes=[Route("/", answer)]), port=port, access_log=False, log_level="warning")


def serve_ours() -> None:
    """The service as it is deployed, with its log."""
    from app.main import serve  # noqa: PLC0415

    serve(Settings.from_environment(os.environ))


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[int]:
    """A server in a process of its own, from its first answer on; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, *(each.format(port=port) for each in arguments)]
    process = subprocess.Popen(  # noqa: S603 -- this very file
        command, env={**os.environ, "MEA_PORT": str(port), **environment}, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert process.poll() is None, "a server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("a server does not answer")


@contextmanager
def postgresql() -> Iterator[str | None]:
    """An empty database on the server, None where none answers."""
    import psycopg  # noqa: PLC0415

    address, name = SERVER.replace("+psycopg", ""), f"mea_bench_{os.getpid()}"
    try:
        admin = psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield f"{address.rpartition('/')[0]}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(url: str, attachments: Path) -> dict[str, str]:
    """The demonstration city; a token for each role, and for the hospital whose alliance is still filling in."""
    migrate(url)
    database = Database(Settings(database_url=url))
    with database.writing() as session:
        schemes.load_library(session, CONSOLE, ROOT / "scoring_schemes")
        people = build(session, Folder(attachments))
        admin = people.actors[ADMIN]
        hold(session, admin, Held(2021, {}, published=False), FILLING)
        for each in ALLIANCES:
            evidence.save(session, people.submitter(each), FILLING, each.code, {}, lambda _: None)
        secrets = tokens_of_each_role(session)
        secrets |= {each.code: token(session, submitter_name(each), "submitter") for each in ALLIANCES}
    database.close()
    return secrets


# --- the client ---------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What one measurement came to."""

    until: float
    took: list[float] = field(default_factory=list)


class Asking(asyncio.Protocol):
    """One connection that asks again as soon as it has its answer; it looks at status and length and no further."""

    def __init__(self, requests: Iterator[bytes], expected: bytes, tally: Tally) -> None:
        self.requests = requests
        self.expected = expected
        self.tally = tally
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.data = b""
        self.left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.ask()

    def ask(self) -> None:
        self.started = time.perf_counter()
        if self.started >= self.tally.until:
            self.done.set_result(None)
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        if self.left:
            self.left -= len(data)
        else:
            self.data += data
            head = self.data.find(b"\r\n\r\n")
            if head < 0:
                return
            assert self.data.startswith(self.expected), self.data[:200]
            at = self.data.find(b"content-length: ", 0, head)
            length = 0 if at < 0 else int(self.data[at + 16 : self.data.index(b"\r\n", at)])
            self.left = head + 4 + length - len(self.data)
            self.data = b""
        if not self.left:
            self.tally.took.append(time.perf_counter() - self.started)
            self.ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(AssertionError("a server closed the connection"))


async def measure(port: int, requests: Iterator[bytes], expected: bytes, connections: int, seconds: float) -> Tally:
    """So many connections at once for so many seconds."""
    loop = asyncio.get_running_loop()
    tally = Tally(time.perf_counter() + seconds)
    made = [
        await loop.create_connection(lambda: Asking(requests, expected, tally), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    return tally


def fetch(port: int, request: bytes) -> tuple[bytes, bytes]:
    """Head and body of one answer."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        at = head.find(b"content-length: ")
        length = 0 if at < 0 else int(head[at + 16 :].partition(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    return head, body


def get(path: str, secret: str = "", *headers: str) -> bytes:
    shown = (f"authorization: Bearer {secret}",) if secret else ()
    return "\r\n".join((f"GET {path} HTTP/1.1", "host: 127.0.0.1", *shown, *headers, "", "")).encode()


def send(method: str, path: str, secret: str, body: bytes, *headers: str) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"authorization: Bearer {secret}",
        f"content-length: {len(body)}",
        *headers,
    )
    return "\r\n".join((*head, "", "")).encode() + body


# --- what is asked ------------------------------------------------------------------------------------------------


def requests_to_score() -> Iterator[Settled]:
    """Alliances that differ in what they did and in every number they state."""
    names = list(WEAKNESSES)
    for number in range(BODIES):
        weak = [names[number % len(names)], names[number * 7 % len(names)]]
        stated = weakened(full(ALLIANCES[number % len(ALLIANCES)], 2020), weak)
        stated["downward_referrals"] = number
        stated["member_visits"] = [
            {**row, "current_year": row["current_year"] + number} for row in stated["member_visits"]
        ]
        judgements = {"service_volume": {"points": 5, "rationale": "收治情况与功能定位相符"}}
        yield {"period": {"start": "2020-04-01", "end": "2021-03-31"}, "evidence": stated, "judgements": judgements}


@dataclass(frozen=True)
class Target:
    """Something to measure."""

    name: str
    port: int
    requests: Iterator[bytes]
    expected: bytes = b"HTTP/1.1 200"


def check_scores(port: int, url: str, requests: Sequence[Settled], secret: str) -> None:
    """The service answers what the engine says."""
    database = Database(Settings(database_url=url))
    with database.reading() as session:
        program = schemes.program(session, "hangzhou-close-alliance", "2020-draft")
    database.close()
    for request in requests[:20]:
        head, body = fetch(port, send("POST", SCORE, secret, written(request)))
        assert head.startswith(b"HTTP/1.1 200"), body
        assert body == schemes.score_sheet(program, request).to_bytes()


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def drafts(secrets: dict[str, str]) -> Iterator[bytes]:
    """Evidence that differs every time, so that each is a new revision; every hospital in its turn."""
    for number, alliance in zip(count(1), cycle(ALLIANCES), strict=False):
        stated = written({**full(alliance, 2021), "downward_referrals": number})
        yield send("PUT", EVIDENCE.format(alliance.code), secrets[alliance.code], stated, "if-match: *")


def read_once(port: int, path: str, secret: str) -> tuple[bytes, str]:
    """A sheet and its tag, checked."""
    head, sheet = fetch(port, get(path, secret))
    assert head.startswith(b"HTTP/1.1 200"), sheet
    tag = next(line for line in head.decode().splitlines() if line.startswith("etag: ")).partition(": ")[2]
    assert json.loads(sheet)["digest"] == tag.strip('"')
    return sheet, tag


def targets_of(
    engine: str, url: str, port: int, scoring: Sequence[Settled], sheets: list[bytes], secrets: dict[str, str]
) -> list[Target]:
    """The ways of asking, their answers checked first."""
    check_scores(port, url, scoring, secrets["evaluator"])
    published, tag = read_once(port, PUBLISHED, secrets["submitter"])
    read_once(port, REVIEWED, secrets["chief"])
    sheets.append(published)
    bodies = [send("POST", SCORE, secrets["evaluator"], written(each)) for each in scoring]
    known = get(PUBLISHED, secrets["submitter"], f"if-none-match: {tag}")
    return [
        Target(f"published sheet, {engine}", port, cycle([get(PUBLISHED, secrets["submitter"])])),
        Target(f"the same, dashboard, {engine}", port, cycle([get(PUBLISHED, secrets["dashboard"])])),
        Target(f"the same, 304, {engine}", port, cycle([known]), b"HTTP/1.1 304"),
        Target(f"sheet under review, {engine}", port, cycle([get(REVIEWED, secrets["chief"])])),
        Target(f"POST …/score, {engine}", port, cycle(bodies)),
        Target(f"PUT …/evidence, {engine}", port, drafts(secrets)),
    ]


# --- the run ------------------------------------------------------------------------------------------------------


async def run(bare: Target, targets: Sequence[Target]) -> None:
    """Every target in every round, one after the other."""
    took: dict[tuple[str, int], list[Tally]] = {}
    for number in range(TIMES + 1):
        for connections in CONNECTIONS:
            for target in (bare, *targets):
                seconds = SECONDS if number else SECONDS / 2
                tally = await measure(target.port, target.requests, target.expected, connections, seconds)
                if number:  # the first round warms up
                    took.setdefault((target.name, connections), []).append(tally)
    for connections in CONNECTIONS:
        heading = f"{connections} connection{'s' if connections > 1 else ''}"
        print(f"\n{heading:<30} {'answers/s':>9} {'p50 ms':>9} {'p99 ms':>9} {'ratio':>7}")
        yardstick = rate(took[bare.name, connections])
        for target in (bare, *targets):
            tallies = took[target.name, connections]
            half, most = (statistics.median(quantile(each, share) for each in tallies) * 1000 for share in (0.5, 0.99))
            print(
                f"{target.name:<30} {rate(tallies):>9.0f} {half:>9.2f} {most:>9.2f} {rate(tallies) / yardstick:>7.2f}"
            )


def rate(tallies: Sequence[Tally]) -> float:
    """Answers a second, the median of the rounds."""
    return statistics.median(len(each.took) / SECONDS for each in tallies)


def quantile(tally: Tally, share: float) -> float:
    took = sorted(tally.took)
    return took[min(len(took) - 1, int(len(took) * share))]


def main() -> None:
    scoring = list(requests_to_score())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
        if (found := stack.enter_context(postgresql())) is not None:
            urls["PostgreSQL"] = found
        targets: list[Target] = []
        sheets: list[bytes] = []
        for engine, url in urls.items():
            attachments = folder / f"attachments-{engine}"
            secrets = fill(url, attachments)
            port = stack.enter_context(running("ours", MEA_DATABASE_URL=url, MEA_ATTACHMENTS=str(attachments)))
            targets += targets_of(engine, url, port, scoring, sheets, secrets)
        (folder / "sheet.json").write_bytes(sheets[0])
        port = stack.enter_context(running("bare", "{port}", str(folder / "sheet.json")))
        assert json.loads(fetch(port, get("/"))[1]) == json.loads(sheets[0])
        bare = Target("bare Starlette JSON", port, cycle([get("/")]))
        print(f"a sheet of {len(sheets[0])} bytes; {TIMES} rounds of {SECONDS} s; equal content checked")
        uvloop.run(run(bare, targets))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", port, path]:
            serve_bare(int(port), path)
        case ["ours"]:
            serve_ours()
        case _:
            main()
