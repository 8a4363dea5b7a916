"""The settings of this process, with what the command line says otherwise."""

from __future__ import annotations

import os
from dataclasses import replace

from app.cli.speech import Misused
from app.config import Settings


def settings(**changes: object) -> Settings:
    """The settings of the environment with these members changed; raises Misused."""
    try:
        return replace(Settings.from_environment(os.environ), **changes)  # type: ignore[arg-type]
    except ValueError as error:
        raise Misused(f"设置有误：{error}") from error
