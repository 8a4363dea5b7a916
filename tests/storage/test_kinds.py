"""The kind of a file is told by what is in it."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.problems import Problem
from app.storage import ALLOWED, KINDS, Kind, kind_of
from tests.storage.builders import (
    EXCEL,
    FRAME,
    MACRO_WORD,
    SCAN,
    WORD,
    a_docx,
    a_jpeg,
    a_large_png,
    a_pdf,
    a_png,
    a_xlsx,
    a_zip,
    chunk,
    encrypted,
    in_the_large_form,
    lying,
    segment,
    types,
)

WRITTEN = sorted((Path(__file__).parent / "written").iterdir())
"""By openpyxl, XlsxWriter, python-docx, ReportLab and Pillow."""
NAMES = {".jpg": "jpeg"}

GOOD = {
    "pdf": (a_pdf(), "pdf"),
    "pdf with blanks behind its end": (a_pdf() + b"\r\n\0\0", "pdf"),
    "png": (a_png(), "png"),
    "png with a text": (a_png(chunk(b"tEXt", b"Title\0<html>")), "png"),
    "large png": (a_large_png(300_000), "png"),
    "jpeg": (a_jpeg(), "jpeg"),
    "jpeg of several scans": (a_jpeg(FRAME, SCAN, segment(0xC4, b"\0" * 17), SCAN), "jpeg"),
    "jpeg with more markers than needed": (a_jpeg(FRAME, SCAN, end=b"\xff\xff\xff\xd9"), "jpeg"),
    "jpeg as telephones write it": (a_jpeg() + b"vivo{'a': 1}\0ftypmp4", "jpeg"),
    "jpeg whose marker spans two blocks": (a_jpeg(FRAME, SCAN + b"\0" * (65_536 - len(SCAN) + 6)), "jpeg"),
    "docx": (a_docx(), "docx"),
    "docx of Word in the browser": (a_docx(part="word/document2.xml"), "docx"),
    "docx with a sheet in it": (a_docx(**{"word/embeddings/sheet.xlsx": a_xlsx()}), "docx"),
    "xlsx": (a_xlsx(), "xlsx"),
    "xlsx in the form for large archives": (in_the_large_form(a_xlsx()), "xlsx"),
    "xlsx whose parts have a type by suffix": (
        a_zip(
            {
                "[Content_Types].xml": types(
                    "other", "text/plain", f'<Default Extension="xml" ContentType="{EXCEL}"/>'
                ),
                "xl/workbook.xml": "",
            }
        ),
        "xlsx",
    ),
    "xlsx that is not compressed": (
        a_zip({"[Content_Types].xml": types("xl/workbook.xml", EXCEL), "xl/workbook.xml": ""}, zipfile.ZIP_STORED),
        "xlsx",
    ),
    "csv": ("医院,人数\n甲,3\n".encode(), "csv"),
    "csv with a mark": (b"\xef\xbb\xbf" + "医院,人数\r\n甲,3\r\n".encode(), "csv"),
    "csv of GB18030": ("医院,人数\r\n甲㐀,3".encode("gb18030"), "csv"),
    "csv with line breaks in quotes": (b'a,b\n"1\n2",3\n', "csv"),
    "csv with semicolons": (b"a;b\n1;2\n", "csv"),
    "csv with tabs": (b"a\tb\n1\t2\n", "csv"),
    "csv with a title": ("转诊统计表\n医院,人数\n".encode(), "csv"),
}

BAD = {
    "nothing": (b"", "empty_file"),
    "one byte": (b"\0", "kind_not_allowed"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "kind_not_allowed"),
    "html with commas": (b"\n <html>,<script>alert(1, 2)</script>", "kind_not_allowed"),
    "html with a mark": (b"\xef\xbb\xbf<html>,</html>", "kind_not_allowed"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1,2)"/>', "kind_not_allowed"),
    "xml": (b'<?xml version="1.0"?><a b="1,2"/>', "kind_not_allowed"),
    "script": (b"#!/bin/sh\necho a,b\n", "kind_not_allowed"),
    "json": (b'{"a": 1, "b": 2}', "kind_not_allowed"),
    "prose": ("本院与下列机构签订了合作协议。\n特此证明。\n".encode(), "kind_not_allowed"),
    "exe": (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "kind_not_allowed"),
    "elf": (b"\x7fELF\x02\x01\x01\0", "kind_not_allowed"),
    "gif": (b"GIF89a\x01\0\x01\0\0\0\0;", "kind_not_allowed"),
    "old office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "kind_not_allowed"),
    "csv with NUL": (b"a,b\n1,\0\n", "kind_not_allowed"),
    "csv with an escape sequence": (b"a,b\n1,\x1b[2J\n", "kind_not_allowed"),
    "csv of UTF-16": ("a,b\n1,2\n".encode("utf-16"), "kind_not_allowed"),
    "csv of no encoding": (b"a,b\n\xff\xff,1\n", "kind_not_allowed"),
    "csv with half a character at its end": ("a,医".encode("gb18030")[:-1], "kind_not_allowed"),
    "csv with an endless line": (b"a," * 200_000, "kind_not_allowed"),
    "csv with an endless field": (b'a,"' + b"b\n" * 100_000 + b'"', "broken_file"),
    "csv with a quote that never ends": (b'a,b\n"1,2\n', "broken_file"),
    "csv with too many columns": (b"," * 16_384, "broken_file"),
    "csv with too many rows": (b"a,b" + b"\n" * 1_048_580, "broken_file"),
    "only a mark": (b"\xef\xbb\xbf", "kind_not_allowed"),
    "only blanks": (b" \n \n", "kind_not_allowed"),
    "pdf cut off": (a_pdf()[:-10], "broken_file"),
    "pdf that is a header": (b"%PDF-1.4\n", "broken_file"),
    "pdf of no version": (a_pdf().replace(b"1.4", b"9.9"), "broken_file"),
    "pdf with an archive behind it": (a_pdf() + a_zip({"a": "b"}), "broken_file"),
    "pdf whose table is beyond its end": (a_pdf().replace(b"startxref\n", b"startxref\n9"), "broken_file"),
    "page in the clothes of a pdf": (b"%PDF-1.4\n<html><script>alert(1)</script></html>", "broken_file"),
    "page before a pdf": (b"<html></html>\n" + a_pdf(), "kind_not_allowed"),
    "png cut off": (a_png()[:-1], "broken_file"),
    "png cut off between chunks": (a_png()[:-12], "broken_file"),
    "png that is a signature": (a_png()[:8], "broken_file"),
    "page in the clothes of a png": (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>", "broken_file"),
    "page in the clothes of a png with a header": (a_png()[:33] + b"<html><script>1</script></html>", "broken_file"),
    "png that went through a mailer": (a_png().replace(b"\r\n", b"\n"), "broken_file"),
    "png with another bit": (a_png()[:45] + b"\xff" + a_png()[46:], "broken_file"),
    "png of no width": (a_png(width=0), "broken_file"),
    "png of three bits": (a_png(depth=3), "broken_file"),
    "png without an image": (a_png(pixels=None), "broken_file"),
    "png with a page behind it": (a_png() + b"<html></html>", "broken_file"),
    "png with a chunk beyond its end": (a_png()[:33] + b"\x7f\xff\xff\xffIDAT", "broken_file"),
    "png with two headers": (a_png(a_png()[8:33]), "broken_file"),
    "png of nothing but chunks": (a_png(*[chunk(b"teXt", b"")] * 65_536), "broken_file"),
    "jpeg cut off": (a_jpeg(end=b""), "broken_file"),
    "jpeg cut off in a segment": (a_jpeg()[:12], "broken_file"),
    "jpeg that is a beginning": (b"\xff\xd8", "broken_file"),
    "jpeg without a frame": (a_jpeg(segment(0xFE, b"hello")), "broken_file"),
    "jpeg without a scan": (a_jpeg(FRAME), "broken_file"),
    "jpeg whose scan comes first": (a_jpeg(SCAN, FRAME), "broken_file"),
    "jpeg with an empty frame": (a_jpeg(segment(0xC0, b""), SCAN), "broken_file"),
    "jpeg with a segment of no length": (a_jpeg(b"\xff\xe1\0\0"), "broken_file"),
    "jpeg of nothing but segments": (a_jpeg(*[segment(0xFE, b"")] * 10_001), "broken_file"),
    "page in the clothes of a jpeg": (b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>", "broken_file"),
    "archive": (a_zip({"a.txt": "b"}), "kind_not_allowed"),
    "archive without entries": (a_zip({}), "broken_file"),
    "jar": (a_zip({"META-INF/MANIFEST.MF": "Main-Class: a"}), "kind_not_allowed"),
    "archive cut off": (a_docx()[:-30], "broken_file"),
    "archive that is a beginning": (b"PK\3\4", "broken_file"),
    "archive with a page before it": (b"PK\3\4<html>" + a_docx(), "broken_file"),
    "archive with a page behind it": (a_docx() + b"<html></html>", "broken_file"),
    "archive with another bit": (
        a_zip(
            {"[Content_Types].xml": types("xl/workbook.xml", EXCEL), "xl/workbook.xml": "1"}, zipfile.ZIP_STORED
        ).replace(b".xml1", b".xml2"),
        "broken_file",
    ),
    "archive whose entry has two names": (a_docx().replace(b"[Content", b"[CONTENT", 1), "broken_file"),
    "archive with a way out": (a_docx(**{"../../etc/passwd": "x"}), "broken_file"),
    "archive with an address": (a_docx(**{"/etc/passwd": "x"}), "broken_file"),
    "archive with the same name twice": (a_docx(**{"word/DOCUMENT.xml": "x"}), "broken_file"),
    "archive packed otherwise": (
        a_zip({"[Content_Types].xml": types("word/document.xml", WORD), "word/document.xml": ""}, zipfile.ZIP_LZMA),
        "broken_file",
    ),
    "bomb": (a_xlsx(**{"xl/worksheets/sheet1.xml": b"\0" * 40_000_000}), "too_much_inside"),
    "bomb of many entries": (a_xlsx(**{f"xl/{n}": b"" for n in range(5000)}), "too_much_inside"),
    "bomb that says it is small": (lying(a_xlsx(**{"xl/a.xml": b"\0" * 40_000_000}), 100), "broken_file"),
    "entry that says it is smaller": (lying(a_xlsx(**{"xl/a.xml": b"1234567"}), 3), "broken_file"),
    "encrypted archive": (encrypted(a_docx()), "encrypted_file"),
    "docm": (a_docx(MACRO_WORD, **{"word/vbaProject.bin": b"\0"}), "macros_not_allowed"),
    "docm whose macros have another name": (a_docx(MACRO_WORD), "macros_not_allowed"),
    "docx with macros": (a_docx(**{"word/VBAproject.bin": b"\0"}), "macros_not_allowed"),
    "xlsx with macros of another age": (a_xlsx(**{"xl/macrosheets/sheet1.xml": ""}), "macros_not_allowed"),
    "docx that declares itself a template": (
        a_docx(WORD.replace("document.main", "template.main")),
        "kind_not_allowed",
    ),
    "docx that declares itself a workbook": (a_docx(EXCEL), "kind_not_allowed"),
    "docx without its document": (a_zip({"[Content_Types].xml": types("word/document.xml", WORD)}), "kind_not_allowed"),
    "docx and xlsx in one": (
        a_docx(more=f'<Override PartName="/xl/workbook.xml" ContentType="{EXCEL}"/>', **{"xl/workbook.xml": ""}),
        "kind_not_allowed",
    ),
    "docx without a list of contents": (a_zip({"word/document.xml": ""}), "kind_not_allowed"),
    "docx whose list is no XML": (a_zip({"[Content_Types].xml": "<Types", "word/document.xml": ""}), "broken_file"),
    "docx whose list has entities": (
        a_zip({"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "word/document.xml": ""}),
        "broken_file",
    ),
    "pptx": (
        a_docx(WORD.replace("wordprocessingml.document", "presentationml.presentation"), part="ppt/presentation.xml"),
        "kind_not_allowed",
    ),
}


@pytest.mark.parametrize("path", WRITTEN, ids=[path.name for path in WRITTEN])
def test_what_real_programs_write_is_known(path):
    with path.open("rb") as file:
        assert kind_of(file) == KINDS[NAMES.get(path.suffix, path.suffix[1:])]


@pytest.mark.parametrize(("data", "name"), GOOD.values(), ids=GOOD)
def test_files_are_known_by_what_is_in_them(data, name):
    assert kind_of(io.BytesIO(data)) == KINDS[name]


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD)
def test_anything_else_is_refused_with_what_would_be_right(data, code):
    found = kind_of(io.BytesIO(data))
    assert isinstance(found, Problem)
    assert (found.path, found.code) == ((), code)
    assert found.message.endswith("。" + ALLOWED)
    assert all(name in found.message for name in KINDS)


SMALL = {name: data for name, (data, _) in GOOD.items() if len(data) < 2000}


@given(st.data())
def test_spoilt_files_are_refused_or_known_and_never_an_error(data):
    """One byte other, or cut off, or one more."""
    good = data.draw(st.sampled_from(sorted(SMALL)))
    spoilt = bytearray(SMALL[good])
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    del spoilt[data.draw(st.integers(1, len(spoilt))) :]
    assert isinstance(kind_of(io.BytesIO(spoilt + data.draw(st.binary(max_size=4)))), Kind | Problem)


@given(st.sampled_from([b"", b"PK\3\4", b"\xff\xd8", b"%PDF-", a_png()[:8]]), st.binary(max_size=300))
def test_bytes_by_chance_are_never_an_error(head, data):
    assert isinstance(kind_of(io.BytesIO(head + data)), Kind | Problem)


@pytest.mark.parametrize("name", ["pdf", "png", "jpeg", "docx"])
def test_no_picture_and_no_document_stays_one_when_cut_off(name):
    whole = GOOD[name][0].rstrip()
    for length in range(8, len(whole)):
        assert isinstance(kind_of(io.BytesIO(whole[:length])), Problem), length


LARGE = {
    "rows": b"1234567,1234567890\n" * 1_000_000,
    "nothing but commas and line breaks": b",\n" * 10_000_000,
    "markers": a_jpeg(FRAME, SCAN + b"\xff\x00" * 10_000_000),
    "chunks": a_large_png(20_000_000),
}


@pytest.mark.parametrize("data", LARGE.values(), ids=LARGE)
def test_large_files_are_known_soon(data):
    began = time.process_time()
    kind_of(io.BytesIO(data))
    assert time.process_time() - began < 10


PIECES = {
    "csv": b"1234567,1234567890\n" * 150_000,
    "csv of GB18030": "一二三,四五六\n".encode("gb18030") * 150_000,
    "png": a_large_png(3_000_000),
    "jpeg": a_jpeg(FRAME, SCAN + b"\0" * 3_000_000),
    "xlsx": a_xlsx(**{"xl/a.xml": b"1" * 10_000_000}),
}


@pytest.mark.parametrize("data", PIECES.values(), ids=PIECES)
def test_files_are_read_piece_by_piece(data):
    file = io.BytesIO(data)
    kind_of(file)
    tracemalloc.start()
    assert isinstance(kind_of(file), Kind)
    assert tracemalloc.get_traced_memory()[1] < 2_500_000
    tracemalloc.stop()
