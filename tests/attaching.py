"""Attachments as people bring them: a form with one small file."""

from __future__ import annotations

from typing import Any

import httpx

from tests.storage.builders import a_pdf

PDF = a_pdf()


def attach(
    service: Any, subject: str, item: str, *, content: bytes = PDF, name: str = "材料.pdf", **changes: Any
) -> httpx.Response:
    """A file for an item of a subject in a round (its address)."""
    note = changes.pop("note", None)
    data = {"item": item} | ({} if note is None else {"note": note})
    return service.post(f"{subject}/attachments", data=data, files={"file": (name, content)}, **changes)


def prove(service: Any, subject: str, refused: httpx.Response) -> None:
    """A file for every item for which one was asked."""
    for error in refused.json()["errors"]:
        made = attach(service, subject, error["pointer"].removeprefix("/attachments/"))
        assert made.status_code == 201, made.text
