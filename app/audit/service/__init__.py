"""What other rooms do with the audit record: record acts, sign its head, verify it, read it."""

from app.audit.service.checks import Checks
from app.audit.service.heads import sign_head, sign_if_due
from app.audit.service.recording import page, record
from app.audit.service.verification import verify

__all__ = ["Checks", "page", "record", "sign_head", "sign_if_due", "verify"]
