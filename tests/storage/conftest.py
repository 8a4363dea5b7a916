"""A folder for contents."""

from __future__ import annotations

import pytest

from app.storage import Folder, Storage


@pytest.fixture
def root(tmp_path):
    return tmp_path / "var" / "attachments"


@pytest.fixture
def folder(root) -> Storage:
    return Folder(root)
