"""Names of files are labels: shown to people, never a path, never a reason to take the content for something."""

from __future__ import annotations

import unicodedata
from typing import Final

from app.storage.kinds import Kind

LONGEST_LABEL: Final = 200
"""Characters."""
_LONGEST_SUFFIX: Final = 16
NAMELESS: Final = "未命名"


def label_of(name: str) -> str:
    """The last part of a path as one clean line in NFC: no control, invisible or direction-changing characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in last)
    clean = "".join(each for each in spaced if each.isprintable()).strip().lstrip(".").strip()
    return _cut(clean) or NAMELESS


def _cut(label: str) -> str:
    """At most so many characters, with the suffix where there is one."""
    stem, dot, suffix = label.rpartition(".")
    if len(label) <= LONGEST_LABEL:
        return label
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        return label[:LONGEST_LABEL]
    return stem[: LONGEST_LABEL - len(suffix) - 1] + dot + suffix


def download_name(label: str, kind: Kind) -> str:
    """The label with a suffix that tells what is in it: a table named `a.html` is saved as `a.html.csv`."""
    return label if label.lower().endswith(kind.suffixes) else label + kind.suffixes[0]
