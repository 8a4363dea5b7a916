"""What other rooms ask of evidence: what was saved and handed in, tokens for names, attachments."""

from app.evidence.service.attachments import refuse_unattached
from app.evidence.service.names import finding_with_tokens
from app.evidence.service.proof import refuse_unproved, sealed_attachments
from app.evidence.service.revisions import (
    Seen,
    latest,
    latest_seen,
    page,
    read,
    revision,
    revision_row,
    save,
    submitted,
    submitted_of,
    with_submission,
    writable,
)

__all__ = [
    "Seen",
    "finding_with_tokens",
    "latest",
    "latest_seen",
    "page",
    "read",
    "refuse_unattached",
    "refuse_unproved",
    "revision",
    "revision_row",
    "save",
    "sealed_attachments",
    "submitted",
    "submitted_of",
    "with_submission",
    "writable",
]
