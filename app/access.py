"""Who may do what: the roles, and one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["admin", "chief", "evaluator", "submitter", "dashboard", "auditor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account as one of its credentials lets it act, in one request.

    `number` is the account's row (0: nobody's), `name` what the audit record calls it; `institution` is the code of the
    one that he or she belongs to, `subjects` are codes of subjects that a submitter acts for beside those that the
    institution leads.
    """

    number: int
    name: str
    roles: frozenset[Role] = frozenset()
    institution: str | None = None
    subjects: frozenset[str] = frozenset()
    unpublished: bool = False
    request: str = ""


NOBODY = Actor(number=0, name="")
CONSOLE = Actor(number=0, name="console", roles=frozenset({"admin"}))
"""The command line on the machine of the service, which can do what an administrator can."""
