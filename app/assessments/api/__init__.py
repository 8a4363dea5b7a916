"""Routes of assessments, in the order in which addresses are compared."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from app.assessments.api import bundles, insights, moves, objections, records, scores, sheets, tasks
from app.assessments.api.sheets import Kept, to_sheet

routers: Final[tuple[APIRouter, ...]] = (
    sheets.router,
    records.router,
    moves.router,
    scores.router,
    insights.router,
    objections.router,
    tasks.router,
    bundles.router,
)

__all__ = ["Kept", "routers", "to_sheet"]
