"""A database with its audit record, a key, and a file for signed heads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app import signing
from app.config import Settings
from app.db import Database
from app.signing import SigningKey


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(Settings(database_url=database_url))) as opened:
        yield opened


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "signing.key"
    signing.create(path)
    return path


@pytest.fixture(scope="session")
def key(key_file: Path) -> SigningKey:
    return signing.load(key_file)


@pytest.fixture
def heads_file(tmp_path: Path) -> Path:
    return tmp_path / "outside" / "audit-heads.jsonl"
