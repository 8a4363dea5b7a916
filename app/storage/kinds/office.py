"""DOCX and XLSX: an archive whose main part is declared as what it should be, and that holds no macros."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO, Final
from xml.parsers import expat

from app.scoring.problems import Problem
from app.storage.kinds.archive import Unfit, archive
from app.storage.kinds.kind import broken, fault

_TYPES: Final = "[Content_Types].xml"
_LARGEST_TYPES: Final = 1024 * 1024
_SPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types "
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_MAIN: Final = {
    "docx": (re.compile(r"word/document[0-9]*\.xml"), _OFFICE + "wordprocessingml.document.main+xml"),
    "xlsx": (re.compile(r"xl/workbook[0-9]*\.xml"), _OFFICE + "spreadsheetml.sheet.main+xml"),
}
"""Where the main part stands, in small letters, and its declared type."""
_MACROS: Final = re.compile(r"vba(project|data)|macrosheet|macroenabled", re.IGNORECASE)


def office_kind(file: BinaryIO, size: int) -> str | Problem:
    """`docx` or `xlsx`, or what is wrong with an archive."""
    try:
        with archive(file, size) as opened:
            names = [info.filename for info in opened.infolist()]
            return _kind(names, _declared(opened))
    except Unfit as unfit:
        return unfit.problem


def _kind(names: list[str], declared: _Declared) -> str | Problem:
    if any(_MACROS.search(each) for each in (*names, *declared.all())):
        return fault("macros_not_allowed", "文件含有宏，请另存为不含宏的格式")
    mains = [
        kind
        for name in names
        for kind, (place, media_type) in _MAIN.items()
        if place.fullmatch(name.lower()) and declared.of(name) == media_type
    ]
    return (
        mains[0]
        if len(mains) == 1
        else fault("kind_not_allowed", "压缩包不是 Word 文档（docx）或 Excel 工作簿（xlsx）")
    )


class _Declared:
    """The media types that the archive declares for its parts."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}

    def take(self, element: str, attributes: dict[str, str]) -> None:
        media_type = attributes.get("ContentType", "")
        if element == _SPACE + "Override":
            self._parts[attributes.get("PartName", "").lower().lstrip("/")] = media_type
        elif element == _SPACE + "Default":
            self._suffixes[attributes.get("Extension", "").lower()] = media_type

    def of(self, name: str) -> str:
        """The type of a part, empty when none is declared."""
        return self._parts.get(name.lower()) or self._suffixes.get(name.lower().rpartition(".")[2], "")

    def all(self) -> list[str]:
        return [*self._parts.values(), *self._suffixes.values()]


def _declared(opened: zipfile.ZipFile) -> _Declared:
    if _TYPES not in opened.namelist() or opened.getinfo(_TYPES).file_size > _LARGEST_TYPES:
        raise Unfit(fault("kind_not_allowed", "压缩包不是 Word 文档（docx）或 Excel 工作簿（xlsx）"))
    declared = _Declared()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = declared.take
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(opened.read(_TYPES), True)  # noqa: FBT003 -- the parser takes it by place only
    except expat.ExpatError:
        raise Unfit(broken("Office 文件的内容清单已损坏")) from None
    return declared


def _refuse(*_: object) -> None:
    """No document type: with one come entities, and with those anything."""
    raise Unfit(broken("Office 文件的内容清单不合规范"))
