"""What other rooms do with the audit record: record acts, sign its head, verify it, read it."""

from app.audit.service.checks import MOST_ENTRIES, Checks
from app.audit.service.heads import read as read_heads
from app.audit.service.heads import sign_head, sign_if_due
from app.audit.service.recording import page, record, recorded
from app.audit.service.seals import LOOK_EVERY, Seals
from app.audit.service.verification import MOST_PROBLEMS, verify

__all__ = [
    "LOOK_EVERY",
    "MOST_ENTRIES",
    "MOST_PROBLEMS",
    "Checks",
    "Seals",
    "page",
    "read_heads",
    "record",
    "recorded",
    "sign_head",
    "sign_if_due",
    "verify",
]
