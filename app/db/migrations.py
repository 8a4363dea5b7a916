"""Migrations: run by those who migrate, and named for those who serve."""

from __future__ import annotations

import re
from typing import Any, Final

from app.config import ROOT, Settings

MIGRATIONS: Final = ROOT / "alembic"


def heads() -> set[str]:
    """The revisions that no other follows, read off the files so that serving need not import alembic."""
    sources = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    return _named("revision", sources) - _named("down_revision", sources)


def _named(name: str, sources: list[str]) -> set[str]:
    pattern = re.compile(rf'^{name}\b[^=\n]*= "(\w+)"', re.MULTILINE)
    return {match.group(1) for source in sources for match in pattern.finditer(source)}


def migrate(url: str) -> None:
    """Bring the tables to this release; nothing to do where they are."""
    from alembic import command

    command.upgrade(migration_settings(url), "head")


def migration_settings(url: str) -> Any:  # noqa: ANN401 -- alembic's Config, imported only when needed
    """What alembic's commands need to work on the database at `url`."""
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["settings"] = Settings(database_url=url)
    return config
