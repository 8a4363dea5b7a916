"""The picture in the README is what the product draws today."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from xml.etree import ElementTree as ET

from tests.readme.pages import ROOT

IMAGES = ROOT / "docs" / "images"
AGAIN = "PYTHONPATH=. .venv/bin/python docs/images/make_sheet.py"


def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location("make_sheet", IMAGES / "make_sheet.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_picture_is_of_today() -> None:
    making = maker()
    today = making.picture(making.lines_on_terminal())
    assert today == (IMAGES / "sheet.svg").read_text(encoding="utf-8"), f"draw it again: {AGAIN}"


def test_picture_holds_all_words_and_fetches_nothing() -> None:
    picture = ET.fromstring((IMAGES / "sheet.svg").read_bytes())  # noqa: S314 -- our own file
    said = "".join(picture.itertext()).replace("\n", "")
    assert all(word in said for word in ("工作组织", "扣5分", "依据", "总分", "可提升之处", "sha256"))
    assert {each.rpartition("}")[2] for each in (element.tag for element in picture.iter())} == {
        *("svg", "rect", "g", "path", "text"),
    }


def test_script_says_how_it_is_run() -> None:
    assert AGAIN in (IMAGES / "make_sheet.py").read_text(encoding="utf-8")
