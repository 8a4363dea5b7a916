"""Routes of evidence: revisions, remarks, erasures, attachments."""

from typing import Final

from fastapi import APIRouter

from app.evidence.api import revisions
from app.evidence.api.revisions import matching

__all__ = ["matching", "routers"]

routers: Final[tuple[APIRouter, ...]] = (revisions.router,)
