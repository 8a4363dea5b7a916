"""Routes of evidence: revisions, remarks, erasures, attachments."""

from typing import Final

from fastapi import APIRouter

from app.evidence.api import attachments, erasures, remarks, revisions
from app.evidence.api.revisions import matching, to_evidence
from app.evidence.service.claims import Claims

__all__ = ["Claims", "matching", "routers", "to_evidence"]

routers: Final[tuple[APIRouter, ...]] = (revisions.router, remarks.router, erasures.router, attachments.router)
