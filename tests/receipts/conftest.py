"""The service on a database of each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service import Service, serving


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with serving(database_url) as running:
        yield running
