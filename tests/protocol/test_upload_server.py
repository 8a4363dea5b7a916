"""Uploads to a real server: given up, cut off, large, and many."""

from __future__ import annotations

import hashlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.protocol.uploads import LARGEST_FILE
from tests.protocol.attaching import ADDRESS, serving
from tests.protocol.forms import FORM, ITEM, a_file, form
from tests.storage.builders import a_large_png, a_png


def memory(process, figure):
    """In KiB, as the kernel counts."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(figure))


def files(root):
    return [path for path in root.rglob("*") if path.is_file()]


def until(true):
    for _ in range(200):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to be")


@contextmanager
def half_an_upload(client):
    content = form(ITEM, a_file(a_large_png(3_000_000)))
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM['Content-Type']}\r\n"
    with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content[:1_500_000])
        yield


def test_an_upload_that_is_given_up_leaves_nothing(tmp_path):
    with serving(tmp_path) as (client, _):
        with half_an_upload(client):
            until(lambda: files(tmp_path))
        until(lambda: not files(tmp_path))
        assert client.get("/healthz").status_code == 200


def test_an_upload_that_a_kill_cuts_off_is_gone_with_the_next_start(tmp_path):
    with serving(tmp_path) as (client, process), half_an_upload(client):
        until(lambda: files(tmp_path))
        process.kill()
        process.wait()
    assert len(files(tmp_path)) == 1
    with serving(tmp_path):
        assert files(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells nothing of memory")
def test_large_files_pass_through_little_memory(tmp_path):
    """Four at once, and back; without the storage they would stay in memory."""
    content = form(ITEM, a_file(a_large_png(LARGEST_FILE)))
    with serving(tmp_path) as (client, process):
        first = client.post(ADDRESS, content=form(ITEM, a_file(a_png())), headers=FORM)
        assert first.status_code == 201
        before = memory(process, "VmRSS")
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: client.post(ADDRESS, content=content, headers=FORM), range(8)))
        assert [answer.status_code for answer in answers] == [201] * 8
        sha256 = answers[0].json()["sha256"]
        fetched = client.get(f"{ADDRESS}/{sha256}", params={"label": "a", "kind": "png"})
        assert hashlib.sha256(fetched.content).hexdigest() == sha256
        assert memory(process, "VmHWM") - before < 16 * 1024


def test_others_are_answered_while_large_files_come(tmp_path):
    rows = form(ITEM, a_file(b"123456,1234567\n" * 1_048_000))
    with serving(tmp_path) as (client, _), ThreadPoolExecutor(3) as threads:
        uploads = [threads.submit(client.post, ADDRESS, content=rows, headers=FORM) for _ in range(3)]
        slowest, first = 0.0, time.perf_counter()
        while not all(each.done() for each in uploads):
            began = time.perf_counter()
            client.get("/healthz")
            slowest = max(slowest, time.perf_counter() - began)
        assert [each.result().status_code for each in uploads] == [201] * 3
        assert slowest < (time.perf_counter() - first) / 8
