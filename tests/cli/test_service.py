"""`migrate`, `schemes`, `serve`: the database and the service from the command line."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.cli.calls import ROOT, SCHEME, SCHEME_FILE, call, document, read, start
from tests.server import free_port

PATIENCE = 60


def fetched(port: int, path: str, secret: str | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={} if secret is None else {"Authorization": f"Bearer {secret}"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def answering(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until somebody listens; False when the process has ended before."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            return fetched(port, "/healthz")[0] == 200
        except OSError:
            time.sleep(0.02)
    return False


@contextmanager
def running(*arguments: str | Path, **environment: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A command that serves, on a port of its own, until the block ends."""
    port = free_port()
    process = start(*arguments, "--port", str(port), **environment)
    try:
        if not answering(process, port):
            process.kill()
            pytest.fail(process.communicate()[1].decode())
        yield port, process
    finally:
        process.kill()
        process.communicate()


# --- migrate, schemes -------------------------------------------------------------------------------------------------


def test_migrate_then_load(blank_database_url: str) -> None:
    early = call("schemes", "load", MEA_DATABASE_URL=blank_database_url)
    assert (early.exit_code, early.stdout) == (2, "")
    assert "请先执行 python -m app migrate" in early.stderr
    for _ in range(2):
        done = call("migrate", MEA_DATABASE_URL=blank_database_url)
        assert (done.exit_code, done.stdout) == (0, "数据库的表已是本版本\n")
    loaded = call("schemes", "load", MEA_DATABASE_URL=blank_database_url)
    assert (loaded.exit_code, loaded.stdout) == (0, f"已发布 {SCHEME} {document()['title']}\n")
    again = call("schemes", "load", MEA_DATABASE_URL=blank_database_url)
    assert (again.exit_code, again.stdout) == (0, "方案库中的评价方案都已载入\n")


def test_broken_library_ends_with_1(database_url: str, tmp_path: Path) -> None:
    place = tmp_path / "a" / "1.yaml"
    place.parent.mkdir()
    place.write_text("scheme: a\n", encoding="utf-8")
    done = call("schemes", "load", MEA_DATABASE_URL=database_url, MEA_SCHEMES_DIRECTORY=str(tmp_path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "方案库文件 a/1.yaml 有误" in done.stderr
    assert "  /version：" in done.stderr
    listed = call("schemes", "list", MEA_SCHEMES_DIRECTORY=str(tmp_path))
    assert (listed.exit_code, "  /version：" in listed.stderr) == (1, True)


def test_unusable_database_ends_with_2() -> None:
    done = call("migrate", MEA_DATABASE_URL="mysql://nowhere/a")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "数据库设置有误" in done.stderr


def test_database_that_is_away_ends_with_1() -> None:
    done = call("migrate", MEA_DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/a")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "数据库暂时不可用" in done.stderr


def test_list_names_every_scheme_on_disk() -> None:
    done = call("schemes", "list")
    assert done.exit_code == 0
    assert f"{SCHEME}  {document()['title']}（22项，基本分100，加分6）" in done.stdout.splitlines()


@pytest.mark.parametrize("asked", [SCHEME, SCHEME_FILE])
def test_show_has_every_clause_and_reading(asked: str | Path) -> None:
    done = call("schemes", "show", asked, COLUMNS="80")
    said = re.sub(r"\s", "", done.stdout)
    items = [item for section in document()["sections"] for item in section["items"]]
    texts = [item["criteria"] for item in items] + [each["chosen"] for item in items for each in item["readings"]]
    assert done.exit_code == 0
    assert [text for text in texts if re.sub(r"\s", "", text) not in said] == []


def test_show_as_json_is_the_document() -> None:
    assert read(call("schemes", "show", SCHEME, "--json").stdout_bytes) == document()


def test_check_says_what_keeps_a_scheme_from_being_published(tmp_path: Path) -> None:
    assert call("schemes", "check", SCHEME).exit_code == 0
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(json.dumps(document() | {"base": 99}, default=float).encode())
    done = call("schemes", "check", wrong)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "/base" in done.stderr
    assert "各基本指标合计100分，与所列总分99分不符" in done.stderr


def test_schema_is_the_published_one() -> None:
    done = call("schemes", "schema")
    assert done.exit_code == 0
    assert done.stdout == (ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8")


# --- serve ------------------------------------------------------------------------------------------------------------


def test_serve_answers_on_loopback_and_stops_when_asked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'served.sqlite3'}"
    assert call("migrate", MEA_DATABASE_URL=url).exit_code == 0
    beside = {"MEA_AUDIT_HEADS": str(tmp_path / "heads.jsonl"), "MEA_SIGNING_KEY": str(tmp_path / "signing.key")}
    with running("serve", MEA_DATABASE_URL=url, **beside) as (port, process):
        assert fetched(port, "/readyz")[0] == 200
        status, page = fetched(port, "/docs")
        assert (status, b"swagger" in page) == (200, True)
        assert listening(process.pid) == {"127.0.0.1"}
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=PATIENCE)
    assert out.decode() == (
        f"服务地址 http://127.0.0.1:{port}，接口文档 http://127.0.0.1:{port}/docs；按 Ctrl+C 停止\n"
    )
    assert "Application shutdown complete" in said.decode()
    assert process.returncode in {0, -signal.SIGTERM}


def listening(pid: int) -> set[str]:
    """The addresses on which a process listens."""
    inodes = {
        found[1]
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if (found := re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink())))
    }
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            local, state, inode = (line.split()[at] for at in (1, 3, 9))
            if state == "0A" and inode in inodes:
                packed = bytes.fromhex(local.partition(":")[0])[::-1]
                addresses.add(".".join(map(str, packed)))
    return addresses


def test_port_of_another_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = call("serve", "--port", str(port))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"不能监听 127.0.0.1:{port}" in done.stderr


# --- demo -------------------------------------------------------------------------------------------------------------


def test_demo_builds_shows_and_serves(tmp_path: Path) -> None:
    with running("demo", "--directory", tmp_path, "--serve", COLUMNS="100") as (port, process):
        tokens = handed_out(tmp_path)
        path = "/api/v1/rounds/demo-2020/scores"
        assert fetched(port, path)[0] == fetched(port, path, "mea_t_" + "x" * 43)[0] == 401
        answers = {role: fetched(port, path, secret) for role, secret in tokens.items()}
        process.send_signal(signal.SIGTERM)
        shown = process.communicate(timeout=PATIENCE)[0].decode()
    assert set(answers) == {"ADMIN", "CHIEF", "CHIEF2", "EVALUATOR", "SUBMITTER", "DASHBOARD", "AUDITOR"}
    assert {status for status, _ in answers.values()} == {200}
    assert all("106" in ranked.decode() for _, ranked in answers.values())
    assert all(secret in shown for secret in tokens.values())
    assert stat.S_IMODE((tmp_path / "tokens.env").stat().st_mode) == 0o600
    assert shown.startswith("示例市第三人民医院紧密医养联合体，2020年度试点工作考评（演示数据）\n")
    assert "考评得分" in shown
    assert "演示数据已建立" in shown
    assert f"http://127.0.0.1:{port}/docs" in shown


def handed_out(directory: Path) -> dict[str, str]:
    """The tokens by role."""
    lines = (directory / "tokens.env").read_text(encoding="utf-8").splitlines()
    return {name: secret for name, _, secret in (line.partition("=") for line in lines)}


def test_demo_starts_afresh(tmp_path: Path) -> None:
    shown, secrets = [], []
    for _ in range(2):
        said = call("demo", "--directory", tmp_path)
        assert said.exit_code == 0
        tokens = handed_out(tmp_path).values()
        told = re.sub("|".join(tokens), "mea_t_", said.stdout)
        shown.append(re.sub(r"sha256:[0-9a-f]{64}", "sha256:", told))
        secrets += tokens
    assert shown[0] == shown[1]
    assert shown[0].count("mea_t_") == 7
    assert shown[0].count("sha256:") == 1, "names are salted, so it is another each time"
    assert len(set(secrets)) == 14, "no token twice"


def test_demo_that_has_no_place_ends_with_2(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    done = call("demo", "--directory", place)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "不能在" in done.stderr


def test_demo_does_not_touch_a_database_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = call("demo", "--directory", tmp_path, "--serve", "--port", str(other.getsockname()[1]))
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
