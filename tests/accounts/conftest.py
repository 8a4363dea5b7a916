"""A database of each engine, and the way in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.accounts.service.entrance import Entrance
from app.config import Settings
from app.db import Database
from tests.accounts.builders import an_entrance


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(Settings(database_url=database_url))) as opened:
        yield opened


@pytest.fixture
def entrance(database: Database) -> Entrance:
    return an_entrance(database)
