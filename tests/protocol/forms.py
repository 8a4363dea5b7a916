"""Forms with files, byte by byte."""

from __future__ import annotations

from tests.storage.builders import a_pdf

PDF = a_pdf()
LINE = b"\r\n"
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def part(name, content=b"", more=b"", kind=b"form-data"):
    head = b'Content-Disposition: %s; name="%s"%s' % (kind, name, more)
    return b"--b" + LINE + head + LINE + LINE + content + LINE


def a_file(content=PDF, name="协议.pdf"):
    return part(b"file", content, b'; filename="%s"' % (name if isinstance(name, bytes) else name.encode()))


def form(*parts, end=b"--b--\r\n"):
    return b"".join(parts) + end


ITEM = part(b"item", b"agreement")
