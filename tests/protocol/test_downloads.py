"""Downloads: a file to save, whole or a range, never a page."""

from __future__ import annotations

import asyncio
import hashlib
import re
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.downloads import disposition
from app.storage import KINDS
from tests.protocol.attaching import ADDRESS, attaching, serving

DATA = bytes(range(256)) * 2500
SHA256 = hashlib.sha256(DATA).hexdigest()
TAG = f'"{SHA256}"'
SIZE = len(DATA)


def fetch_from(service, method="GET", *, sha256=SHA256, label="协议.pdf", kind="pdf", **headers):
    async def call():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://127.0.0.1") as client:
            query = {"label": label, "kind": kind}
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, f"{ADDRESS}/{sha256}", params=query, headers=named)

    return asyncio.run(call())


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = attaching(tmp_path_factory.mktemp("attachments"))
    incoming = service.state.storage.begin()
    incoming.write(DATA)
    incoming.finish()
    incoming.keep()
    incoming.drop()
    return service


def test_a_file_is_sent_to_be_saved(service):
    answer = fetch_from(service)
    assert (answer.status_code, answer.content) == (200, DATA)
    told = {name: answer.headers[name] for name in answer.headers if name != "x-request-id"}
    assert told == {
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "content-disposition": "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%8D%8F%E8%AE%AE.pdf",
        "content-length": str(SIZE),
        "content-security-policy": "sandbox; default-src 'none'",
        "content-type": "application/pdf",
        "etag": TAG,
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_says_the_type_and_the_name_does_not(service, kind):
    answer = fetch_from(service, label="page.html", kind=kind)
    assert answer.headers["content-type"] == KINDS[kind].media_type
    assert answer.headers["content-disposition"].endswith("page.html" + KINDS[kind].suffixes[0])


def test_one_who_asks_for_the_head_gets_no_more(service):
    whole, head = fetch_from(service), fetch_from(service, "HEAD", Range="bytes=0-1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(SIZE)
    assert {*head.headers} == {*whole.headers}


@pytest.mark.parametrize("given_", [TAG, f"W/{TAG}", f'"a", {TAG}', "*"])
def test_one_who_has_it_is_told_so(service, given_):
    for method in ("GET", "HEAD"):
        answer = fetch_from(service, method, If_None_Match=given_, Range="bytes=0-1")
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", TAG)


def test_one_who_has_something_else_is_sent_this(service):
    assert fetch_from(service, If_None_Match='"a"').status_code == 200


RANGES = {
    "bytes=0-0": (0, 0),
    "bytes=0-499": (0, 499),
    "bytes=500-": (500, SIZE - 1),
    "bytes=-1": (SIZE - 1, SIZE - 1),
    f"bytes=-{SIZE * 2}": (0, SIZE - 1),
    f"bytes=10-{SIZE * 2}": (10, SIZE - 1),
    f"bytes={SIZE - 1}-": (SIZE - 1, SIZE - 1),
    "BYTES= 262143-262144 ": (262_143, 262_144),
    "bytes=1-600000": (1, 600_000),
}
NO_RANGES = [
    "bytes=",
    "bytes=-",
    "bytes=5-4",
    "bytes=a-b",
    "bytes=1.5-2",
    "bytes=0x1-2",
    "bytes=-1-2",
    "bytes=٣-٤",
    "bytes=0-1,5-6",
    "bytes=0-,0-,0-,0-",
    "pages=0-1",
    "0-1",
    "bytes=" + "9" * 30 + "-",
    "",
]
NOTHING_THERE = [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", "bytes=" + "9" * 18 + "-"]


@pytest.mark.parametrize(("asked", "sent"), RANGES.items(), ids=RANGES)
def test_a_range_is_sent(service, asked, sent):
    answer = fetch_from(service, Range=asked)
    first, last = sent
    assert (answer.status_code, answer.content) == (206, DATA[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert (answer.headers["etag"], answer.headers["content-type"]) == (TAG, "application/pdf")


@pytest.mark.parametrize("asked", NO_RANGES)
def test_what_is_no_single_range_is_not_looked_at(service, asked):
    answer = fetch_from(service, Range=asked.encode())
    assert (answer.status_code, answer.content) == (200, DATA)
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("asked", NOTHING_THERE)
def test_a_range_of_nothing_is_refused(service, asked):
    answer = fetch_from(service, Range=asked)
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["status"]) == ("/problems/range_not_satisfiable", 416)
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    ("given_", "status"),
    [(TAG, 206), (f"W/{TAG}", 200), ('"a"', 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200), ("", 200)],
)
def test_a_range_of_something_else_is_not_wanted(service, given_, status):
    assert fetch_from(service, Range="bytes=0-1", If_Range=given_).status_code == status


@given(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
def test_two_ranges_make_the_whole(service, one, other):
    middle = max(1, min(one, other))
    first, second = fetch_from(service, Range=f"bytes=0-{middle - 1}"), fetch_from(service, Range=f"bytes={middle}-")
    assert first.content + second.content == DATA


def test_content_that_cannot_be_read_is_told_before_anything_goes_out(service):
    answer = fetch_from(service, sha256="0" * 64)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage_unavailable")
    assert "0" * 64 not in answer.text


NAMES = ["a.pdf", 'a"b\\c.pdf', "100%.pdf", "a'b(c)*.pdf", "协议 (1).pdf", "a;b,c.pdf", "é.pdf", "🐟.pdf"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_written_so_that_it_can_be_read(name):
    plain, _, extended = disposition(name).partition("; filename*=UTF-8''")
    assert unquote(extended) == name
    assert re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~%-]*", extended)
    assert re.fullmatch(r'attachment; filename="[^"\\%]*"', plain)


@given(st.text(max_size=50).filter(str.isprintable))
def test_no_name_breaks_out_of_its_header(name):
    written = disposition(name)
    assert written.isascii()
    assert written.isprintable()
    assert written.count('"') == 2


def test_a_real_server_sends_ranges_and_heads(tmp_path):
    with serving(tmp_path) as (client, _):
        form = {"item": "a"}, {"file": ("表.csv", b"a,b\n" + b"1,2\n" * 200_000)}
        sha256 = client.post(ADDRESS, data=form[0], files=form[1]).json()["sha256"]
        address, query = f"{ADDRESS}/{sha256}", {"label": "表.csv", "kind": "csv"}
        whole = client.get(address, params=query)
        assert hashlib.sha256(whole.content).hexdigest() == sha256
        part = client.get(address, params=query, headers={"Range": "bytes=-8"})
        assert (part.status_code, part.content) == (206, b"1,2\n1,2\n")
        assert client.head(address, params=query).headers["content-length"] == "800004"
        assert client.get(address, params=query, headers={"Range": "bytes=800004-"}).status_code == 416
        with client.stream("GET", address, params=query) as given_up:
            assert next(given_up.iter_bytes(10))
        assert client.get(address, params=query).content == whole.content
