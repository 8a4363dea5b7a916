"""Small files of every kind, byte by byte, and ways to spoil them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = OFFICE + "wordprocessingml.document.main+xml"
EXCEL = OFFICE + "spreadsheetml.sheet.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"


def a_pdf() -> bytes:
    body = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
    )
    table = b"endobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % (len(body) + 7)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png(*more: bytes, width: int = 1, depth: int = 8, pixels: bytes | None = b"\0\0") -> bytes:
    """One row of grey pixels, with other chunks before its end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, depth, 0, 0, 0, 0))
    data = b"" if pixels is None else chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + data + b"".join(more) + chunk(b"IEND", b"")


def a_large_png(size: int) -> bytes:
    """As many bytes as are asked for, in chunks as writers make them."""
    least = len(a_png())
    full, rest = divmod(size - least, 8192 + 12)
    return a_png(*[chunk(b"IDAT", b"\x5a" * 8192)] * (full - 1), chunk(b"IDAT", b"\x5a" * (8192 + rest)))


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


FRAME = segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"


def a_jpeg(*parts: bytes, end: bytes = b"\xff\xd9") -> bytes:
    """The frame of a grey pixel and a scan, unless other parts are given."""
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + b"".join(parts or (FRAME, SCAN)) + end


def types(part: str, media_type: str, more: str = "") -> str:
    return f'<Types xmlns="{SPACE}"><Override PartName="/{part}" ContentType="{media_type}"/>{more}</Types>'


def a_zip(parts: dict[str, Any], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def a_docx(media_type: str = WORD, more: str = "", part: str = "word/document.xml", **others: Any) -> bytes:
    return a_zip({"[Content_Types].xml": types(part, media_type, more), part: "<w:document/>", **others})


def a_xlsx(media_type: str = EXCEL, **others: Any) -> bytes:
    part = "xl/workbook.xml"
    return a_zip({"[Content_Types].xml": types(part, media_type), part: "<workbook/>", **others})


def in_the_large_form(data: bytes) -> bytes:
    """The same archive with the end record for large ones, as some writers put into all."""
    (*_, entries, length, start, _) = struct.unpack("<4s4H2LH", data[-22:])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, length, start)
    return data[:-22] + record + struct.pack("<4sLQL", b"PK\6\7", 0, len(data) - 22, 1) + data[-22:]


def encrypted(data: bytes) -> bytes:
    """The same archive with the flag of encryption on all entries."""
    spoilt = bytearray(data)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = spoilt.find(mark)
        while at >= 0:
            spoilt[at + place] |= 1
            at = spoilt.find(mark, at + 1)
    return bytes(spoilt)


def lying(data: bytes, size: int) -> bytes:
    """The same archive, whose last entry says in the directory that it is `size` bytes large."""
    at = data.rfind(b"PK\1\2")
    return data[: at + 24] + struct.pack("<L", size) + data[at + 28 :]
