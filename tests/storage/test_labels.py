"""Names of files are cleaned to labels."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage import KINDS, LONGEST_LABEL, download_name, label_of

LABELS = {
    "协议.pdf": "协议.pdf",
    "C:\\Users\\王\\Desktop\\协议.pdf": "协议.pdf",
    "../../etc/passwd": "passwd",
    "..": "未命名",
    "a/": "未命名",
    "": "未命名",
    ".htaccess": "htaccess",
    " 空 格 .pdf ": "空 格 .pdf",
    "全角\u3000空格.pdf": "全角 空格.pdf",
    "a\r\nSet-Cookie: b\0.pdf": "aSet-Cookie: b.pdf",
    "\u202efdp.exe": "fdp.exe",
    "e\u0301.pdf": "\u00e9.pdf",
    "\ud800.pdf": "pdf",
    "长" * 300 + ".pdf": "长" * 196 + ".pdf",
    "长" * 300: "长" * 200,
    "a." + "长" * 300: "a." + "长" * 198,
}
DOWNLOADS = {
    ("协议.pdf", "pdf"): "协议.pdf",
    ("协议.PDF", "pdf"): "协议.PDF",
    ("协议.png", "pdf"): "协议.png.pdf",
    ("照片.jpeg", "jpeg"): "照片.jpeg",
    ("page.html", "csv"): "page.html.csv",
    ("未命名", "xlsx"): "未命名.xlsx",
}


@pytest.mark.parametrize(("name", "label"), LABELS.items(), ids=range(len(LABELS)))
def test_names_become_labels(name, label):
    assert label_of(name) == label


@given(st.text(max_size=300))
def test_a_label_is_one_clean_line_and_stays_what_it_is(name):
    label = label_of(name)
    assert 0 < len(label) <= LONGEST_LABEL
    assert label.isprintable()
    assert not set("/\\") & set(label)
    assert unicodedata.is_normalized("NFC", label)
    assert label_of(label) == label


@pytest.mark.parametrize(("given_", "name"), DOWNLOADS.items(), ids=range(len(DOWNLOADS)))
def test_a_download_ends_as_its_kind_does(given_, name):
    label, kind = given_
    assert download_name(label, KINDS[kind]) == name
