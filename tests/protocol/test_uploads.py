"""Uploads: one file in a form, straight into the storage, or nothing."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.multipart import LONGEST_HEADER, Form
from app.protocol.problems import Unreadable
from app.protocol.uploads import LARGEST_FILE, LARGEST_UPLOAD, LONGEST_NOTE
from tests.protocol.attaching import ADDRESS, attaching
from tests.protocol.forms import FORM, ITEM, PDF, a_file, form, part
from tests.storage.builders import a_large_png, a_png


class Client:
    def __init__(self, root):
        self.root = root
        self.service = attaching(root)

    def send(self, method, path, **arguments):
        async def call():
            transport = httpx.ASGITransport(self.service)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, **arguments)

        return asyncio.run(call())

    def post(self, content, headers=FORM, **arguments):
        return self.send("POST", ADDRESS, content=content, headers=headers, **arguments)

    @property
    def files(self):
        return [path.name for path in self.root.rglob("*") if path.is_file()]


@pytest.fixture
def client(tmp_path):
    return Client(tmp_path / "attachments")


def problems(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return [(error["in"], error["pointer"], error["code"]) for error in answer.json().get("errors", [])]


def test_a_file_is_kept_and_told_of(client):
    answer = client.post(form(ITEM, part(b"note", "第一页\r\n第二页".encode()), a_file()))
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert answer.status_code == 201
    assert answer.json() == {
        "item": "agreement",
        "note": "第一页\n第二页",
        "label": "协议.pdf",
        "sha256": sha256,
        "size": len(PDF),
        "kind": "pdf",
    }
    assert client.files == [sha256]


def test_the_parts_may_come_in_any_order(client):
    answer = client.post(form(a_file(), ITEM))
    assert (answer.status_code, answer.json()["note"]) == (201, None)


def test_what_clients_send_is_understood(client):
    answer = client.send("POST", ADDRESS, data={"item": "a", "note": "b"}, files={"file": ("照片.png", a_png())})
    assert answer.status_code == 201
    assert [answer.json()[name] for name in ("item", "note", "label", "kind")] == ["a", "b", "照片.png", "png"]


def test_the_name_is_only_a_label(client):
    answer = client.post(form(ITEM, a_file(PDF, "C:\\fakepath\\照片.png")))
    assert [answer.json()[name] for name in ("label", "kind")] == ["照片.png", "pdf"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("协议.pdf".encode("gb18030"), "协议.pdf"), (b"../a.pdf", "a.pdf"), (b"\xff\xff", "\ufffd\ufffd")],
)
def test_names_in_any_encoding_become_labels(client, name, label):
    assert client.post(form(ITEM, a_file(PDF, name))).json()["label"] == label


def test_the_journal_is_closed_before_the_content_is_let_go(client):
    """A sweep at the moment of the commit takes nothing; the same a moment later would."""
    client.post(form(ITEM, a_file()))
    [(item, sha256, swept)] = client.service.state.journal
    assert (item, sha256, swept) == ("agreement", hashlib.sha256(PDF).hexdigest(), 0)
    assert client.service.state.storage.sweep(lambda _: ()) == 1


def test_what_is_refused_before_it_is_kept_leaves_nothing(client):
    answer = client.post(form(ITEM, a_file()), params={"refuse": "before"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/quota_exceeded")
    assert client.files == []


def test_what_fails_after_it_is_kept_is_a_sweeps(client):
    assert client.post(form(ITEM, a_file()), params={"refuse": "after"}).status_code == 409
    assert client.service.state.storage.sweep(lambda _: ()) == 1
    assert client.files == []


WRONG_PARTS = {
    "nothing": (form(), [("/file", "missing"), ("/item", "missing")]),
    "no file": (form(ITEM), [("/file", "missing")]),
    "no item": (form(a_file()), [("/item", "missing")]),
    "an empty item": (form(a_file(), part(b"item")), [("/item", "missing")]),
    "a file without a name": (form(ITEM, part(b"file", PDF)), [("/file", "missing")]),
    "no file chosen": (form(ITEM, a_file(b"", "")), [("/file", "missing")]),
    "an empty file": (form(ITEM, a_file(b"")), [("/file", "empty_file")]),
    "a page": (form(ITEM, a_file(b"<html></html>", "a.pdf")), [("/file", "kind_not_allowed")]),
    "two files": (form(ITEM, a_file(), a_file()), [("/file", "duplicate_member")]),
    "two items": (form(ITEM, ITEM, a_file()), [("/item", "duplicate_member")]),
    "another part": (form(ITEM, a_file(), part(b"a/b", b"c")), [("/a~1b", "unknown_member")]),
    "another part of a long name": (form(ITEM, a_file(), part(b"a" * 999)), [("/" + "a" * 64, "unknown_member")]),
    "an item too long": (form(part(b"item", b"a" * 65), a_file()), [("/item", "text_too_long")]),
    "a note too long": (
        form(ITEM, part(b"note", "长".encode() * (LONGEST_NOTE + 1)), a_file()),
        [("/note", "text_too_long")],
    ),
    "a note of a mebibyte": (
        form(ITEM, part(b"note", "长a".encode() * 300_000), a_file()),
        [("/note", "text_too_long")],
    ),
    "a note of no encoding": (form(ITEM, part(b"note", b"\xff"), a_file()), [("/note", "not_utf8")]),
    "a note with a control character": (form(ITEM, part(b"note", b"\0"), a_file()), [("/note", "control_character")]),
    "everything at once": (
        form(part(b"x"), part(b"item", b"\0"), a_file(b"MZ\0"), a_file()),
        [
            ("/x", "unknown_member"),
            ("/file", "duplicate_member"),
            ("/item", "control_character"),
            ("/file", "kind_not_allowed"),
        ],
    ),
}


@pytest.mark.parametrize(("content", "expected"), WRONG_PARTS.values(), ids=WRONG_PARTS)
def test_wrong_parts_are_named_and_nothing_is_left(client, content, expected):
    answer = client.post(content)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert problems(answer) == [("body", pointer, code) for pointer, code in expected]
    assert client.files == []


def test_texts_may_be_as_long_as_they_may_be(client):
    answer = client.post(form(part(b"item", b"a" * 64), part(b"note", "𠮷".encode() * LONGEST_NOTE), a_file()))
    assert (answer.status_code, len(answer.json()["note"])) == (201, LONGEST_NOTE)


WHOLE = form(ITEM, a_file())
BROKEN = {
    "nothing": b"",
    "another boundary": WHOLE.replace(b"--b", b"--c"),
    "a page before it": b"<html>" + WHOLE,
    "cut off in a part": WHOLE[:-40],
    "cut off before its end": WHOLE[:-4],
    "a part without a name": form(ITEM, a_file(), b"--b\r\nContent-Disposition: form-data\r\n\r\na\r\n"),
    "a part of another disposition": form(ITEM, a_file(), part(b"a", kind=b"attachment")),
    "a part without headers": form(ITEM, a_file(), b"--b\r\n\r\na\r\n"),
    "a header that is none": form(ITEM, a_file(), b"--b\r\n<script>\r\n\r\n"),
    "too many parts": form(ITEM, a_file(), *[part(b"%d" % n) for n in range(9)]),
    "too many headers": form(ITEM, a_file(), b"--b\r\n" + b"a: b\r\n" * 9 + b"\r\n"),
    "a header too long": form(ITEM, a_file(PDF, "a" * LONGEST_HEADER)),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_forms_are_refused_and_nothing_is_left(client, content):
    answer = client.post(content)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable")
    assert client.files == []


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "b" * 71, "; boundary=é".encode()])
def test_a_form_needs_a_boundary(client, boundary):
    kind = b"multipart/form-data" + (boundary if isinstance(boundary, bytes) else boundary.encode())
    assert client.post(form(ITEM, a_file()), {"Content-Type": kind}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/json"},
        {"Content-Type": "application/pdf"},
        {"Content-Type": "multipart/mixed; boundary=b"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        FORM | {"Content-Encoding": "gzip"},
    ],
)
def test_other_content_types_are_refused(client, headers):
    answer = client.post(form(ITEM, a_file()), headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported_media_type")


def test_a_file_may_be_as_large_as_it_may_be(client):
    answer = client.post(form(ITEM, a_file(a_large_png(LARGEST_FILE))))
    assert (answer.status_code, answer.json()["size"]) == (201, LARGEST_FILE)


def test_a_larger_file_is_refused_and_nothing_is_left(client):
    answer = client.post(form(ITEM, a_file(a_large_png(LARGEST_FILE + 1))))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too_large")
    assert client.files == []


def test_an_upload_that_says_it_is_too_large_is_not_waited_for(client):
    async def never():
        raise AssertionError("the body was read")
        yield b""

    for length in (str(LARGEST_UPLOAD + 1), "9" * 30):
        assert client.post(never(), FORM | {"Content-Length": length}).status_code == 413


def test_an_upload_that_never_ends_is_cut_off(client):
    """In whatever part, and behind the last."""
    for beginning in (form(ITEM, a_file(), end=b""), form(part(b"x"), end=b"")[:-2], form(ITEM, a_file())):
        came = 0

        async def endless(beginning=beginning):
            nonlocal came
            yield beginning
            while True:
                came += 1
                yield b"a" * 65_536

        assert client.post(endless()).status_code in {400, 413}
        assert came < 400
        assert client.files == []


def test_a_full_storage_is_told_with_503(client):
    client.root.write_text("")
    answer = client.post(form(ITEM, a_file()))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage_unavailable")
    assert answer.headers["retry-after"]
    assert str(client.root) not in answer.text


class Taken:
    """A file as it came."""

    def __init__(self):
        self.name = None
        self.data = bytearray()

    def begin(self, name):
        self.name = name
        return self.data.extend


def read(content, pieces):
    taken = Taken()
    reading = Form(b"b", "file", {"item": 64}, taken)
    try:
        for piece in pieces(content):
            reading.feed(piece)
        return reading.end(), bytes(taken.data), reading.problems
    except Unreadable as refused:
        return refused.status


@given(st.binary(max_size=60) | st.sampled_from([b"\r\n--", b"\r\n--b", b"\r\n--bb", b"\r\r\n--b\r"]), st.data())
def test_a_form_is_the_same_in_whatever_pieces_it_comes(inside, data):
    content = form(ITEM, a_file(inside))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=8)))

    def in_pieces(content):
        return [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]

    expected = read(content, lambda content: [content])
    assert read(content, in_pieces) == expected
    assert read(content, lambda content: [bytes([byte]) for byte in content]) == expected
    if b"\r\n--b" not in inside:
        assert expected == ({"item": "agreement"}, inside, [])
