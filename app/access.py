"""Who may do what: the roles, the acts, and one question, `may(actor, act, thing)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal, TypeAlias

from app.errors import Forbidden, NotFound

Role: TypeAlias = Literal["admin", "chief", "evaluator", "submitter", "dashboard", "auditor"]
Act: TypeAlias = Literal[
    "read_schemes",
    "read_drafts",
    "change_schemes",
    "score",
    "read_register",
    "change_register",
    "read_rounds",
    "run_rounds",
    "read_entries",
    "publish_round",
    "extend_deadline",
    "read_assignments",
    "assign",
    "read_standing",
    "read_evidence",
    "read_names",
    "write_evidence",
    "return_evidence",
    "read_remarks",
    "read_attachments",
    "write_attachments",
    "erase_names",
    "read_self_score",
    "read_assessment",
    "read_records",
    "judge",
    "override",
    "propose",
    "approve",
    "reopen",
    "read_bundle",
    "read_objections",
    "object",
    "decide_objection",
    "read_scores",
    "read_consistency",
    "read_accounts",
    "manage_accounts",
    "manage_own",
    "read_audit",
    "read_metrics",
]


class Answer(IntEnum):
    """What one hears who asks to act; the highest of several roles counts."""

    HIDDEN = 0
    """There is no such thing, as far as he or she may know: 404."""
    REFUSED = 1
    """The thing may be known, the act is not allowed: 403."""
    ALLOWED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account as one of its credentials lets it act, in one request.

    `number` is the account's row (0: nobody's), `name` what the audit record calls it; `institution` is the code of the
    one that he or she belongs to, `subjects` are codes of subjects that a submitter acts for beside those that the
    institution leads; `unpublished`: a dashboard's token that also sees what is not published yet.
    """

    number: int
    name: str
    roles: frozenset[Role] = frozenset()
    institution: str | None = None
    subjects: frozenset[str] = frozenset()
    unpublished: bool = False
    request: str = ""


NOBODY: Final = Actor(number=0, name="")
CONSOLE: Final = Actor(number=0, name="console", roles=frozenset({"admin"}))
"""The command line on the machine of the service, which can do what an administrator can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What somebody wants to act on, as far as the answer depends on it; the service that knows it fills it.

    `subject`: its code, where the thing belongs to one; `leads`: institutions that act for the subject; `members`: all
    that belong to it within the period; `evaluators`: accounts that are assigned to it. `opened`, `published`: whether
    its round is. `missing`: type and words of the refusal where the thing must not be known.
    """

    subject: str | None = None
    leads: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    evaluators: frozenset[int] = frozenset()
    opened: bool = True
    published: bool = False
    missing: tuple[str, str] = ("not_found", "没有找到")


ANYTHING: Final = Thing()
"""For acts that do not depend on the thing."""

_Rule: TypeAlias = Literal["yes", "403", "404", "opened", "published", "published 403"]
"""`opened`, `published`: yes once the round is, before that 404; `published 403`: before that 403.

`404`: not there, and 403 once the round is published, since everybody knows then who was evaluated.
"""
_COLUMNS: Final = ("admin", "chief", "assigned", "other evaluator", "own", "other submitter", "dashboard", "auditor")
YES: Final = "yes"
NO: Final = "403"
HID: Final = "404"
OPENED: Final = "opened"
PUBLISHED: Final = "published"
THEN: Final = "published 403"

RULES: Final[Mapping[Act, tuple[_Rule, ...]]] = {
    # in the order of _COLUMNS: admin, chief, evaluator assigned / not, submitter's own / another's, dashboard, auditor
    "read_schemes": (YES, YES, YES, YES, YES, YES, YES, YES),
    "read_drafts": (YES, YES, YES, YES, HID, HID, HID, YES),
    "change_schemes": (YES, NO, NO, NO, NO, NO, NO, NO),
    "score": (YES, YES, YES, YES, YES, YES, NO, YES),
    "read_register": (YES, YES, YES, YES, YES, YES, YES, YES),
    "change_register": (YES, NO, NO, NO, NO, NO, NO, NO),
    "read_rounds": (YES, YES, OPENED, OPENED, OPENED, OPENED, PUBLISHED, YES),
    "run_rounds": (YES, NO, NO, NO, NO, NO, NO, NO),
    "read_entries": (YES, YES, OPENED, OPENED, NO, NO, NO, YES),
    "publish_round": (NO, YES, NO, NO, NO, NO, NO, NO),
    "extend_deadline": (YES, YES, NO, NO, NO, NO, NO, NO),
    "read_assignments": (YES, YES, NO, NO, NO, NO, NO, YES),
    "assign": (NO, YES, NO, NO, NO, NO, NO, NO),
    "read_standing": (YES, YES, YES, NO, OPENED, HID, NO, YES),
    "read_evidence": (NO, YES, YES, NO, OPENED, HID, NO, YES),
    "read_names": (NO, NO, YES, NO, YES, HID, NO, NO),
    "write_evidence": (NO, NO, NO, NO, OPENED, HID, NO, NO),
    "return_evidence": (NO, YES, YES, NO, NO, NO, NO, NO),
    "read_remarks": (NO, YES, YES, NO, NO, NO, NO, YES),
    "read_attachments": (NO, YES, YES, NO, OPENED, HID, NO, YES),
    "write_attachments": (NO, NO, NO, NO, OPENED, HID, NO, NO),
    "erase_names": (YES, YES, NO, NO, NO, NO, NO, NO),
    "read_self_score": (NO, YES, YES, NO, OPENED, HID, NO, YES),
    "read_assessment": (THEN, YES, YES, NO, THEN, HID, PUBLISHED, YES),
    "read_records": (NO, YES, YES, NO, NO, NO, NO, YES),
    "judge": (NO, NO, YES, NO, NO, NO, NO, NO),
    "override": (NO, YES, YES, NO, NO, NO, NO, NO),
    "propose": (NO, NO, YES, NO, NO, NO, NO, NO),
    "approve": (NO, YES, NO, NO, NO, NO, NO, NO),
    "reopen": (NO, YES, NO, NO, NO, NO, NO, NO),
    "read_bundle": (NO, YES, NO, NO, THEN, HID, NO, YES),
    "read_objections": (NO, YES, YES, NO, OPENED, HID, NO, YES),
    "object": (NO, NO, NO, NO, OPENED, HID, NO, NO),
    "decide_objection": (NO, YES, NO, NO, NO, NO, NO, NO),
    "read_scores": (YES, YES, YES, YES, OPENED, OPENED, PUBLISHED, YES),
    "read_consistency": (NO, YES, NO, NO, NO, NO, NO, YES),
    "read_accounts": (YES, YES, NO, NO, NO, NO, NO, YES),
    "manage_accounts": (YES, NO, NO, NO, NO, NO, NO, NO),
    "manage_own": (YES, YES, YES, YES, YES, YES, YES, YES),
    "read_audit": (YES, NO, NO, NO, NO, NO, NO, YES),
    "read_metrics": (YES, NO, NO, NO, NO, NO, YES, YES),
}
NEVER_ON_ONES_OWN: Final = frozenset(
    {"judge", "override", "propose", "approve", "reopen", "return_evidence", "decide_objection"}
)
"""Acts on a subject that nobody does who belongs to one of its institutions."""


def may(actor: Actor, act: Act, thing: Thing = ANYTHING) -> Answer:
    """The answer to `actor` who wants to do `act` on `thing`; nobody, and a role without a rule, is told nothing."""
    rules = dict(zip(_COLUMNS, RULES[act], strict=True))
    answer = max(
        (_answer(rules[_column(actor, role, thing)], _published(actor, role, thing), thing) for role in actor.roles),
        default=None,
    )
    if answer is None:
        return Answer.HIDDEN
    if answer is Answer.ALLOWED and act in NEVER_ON_ONES_OWN and _belongs(actor, thing):
        return Answer.REFUSED
    return answer


def could(actor: Actor, act: Act) -> bool:
    """Whether there is anything at all on which the actor may do this."""
    return any(
        rule not in {NO, HID}
        for role in actor.roles
        for column, rule in zip(_COLUMNS, RULES[act], strict=True)
        if column in _columns(role)
    )


def require(actor: Actor, act: Act, thing: Thing = ANYTHING) -> None:
    """Refuse what may not be done: as missing where the thing must not be known, else as forbidden."""
    match may(actor, act, thing):
        case Answer.HIDDEN:
            raise NotFound(*thing.missing)
        case Answer.REFUSED:
            raise refusal(actor, act, thing)
        case Answer.ALLOWED:
            return


def refusal(actor: Actor, act: Act, thing: Thing = ANYTHING) -> Forbidden:
    """The words for one who may know of the thing."""
    if act in NEVER_ON_ONES_OWN and _belongs(actor, thing):
        return Forbidden("conflict_of_interest", "您所在的机构属于该考评对象，应当回避")
    return Forbidden("forbidden", "您的角色不能进行此操作，或该对象不由您负责")


def acts_for(actor: Actor, thing: Thing) -> bool:
    """Whether a submitter acts for the subject: it is named for the account, or led by its institution."""
    return thing.subject in actor.subjects or (actor.institution is not None and actor.institution in thing.leads)


def sees_drafts(actor: Actor, thing: Thing) -> bool:
    """Whether evidence is read before it is handed in: by those who write it, and those who look at everything."""
    return "auditor" in actor.roles or ("submitter" in actor.roles and acts_for(actor, thing))


def _belongs(actor: Actor, thing: Thing) -> bool:
    return actor.institution is not None and actor.institution in thing.members


def _columns(role: Role) -> tuple[str, ...]:
    return {"evaluator": ("assigned", "other evaluator"), "submitter": ("own", "other submitter")}.get(role, (role,))


def _column(actor: Actor, role: Role, thing: Thing) -> str:
    if role == "evaluator":
        return "assigned" if actor.number in thing.evaluators else "other evaluator"
    if role == "submitter":
        return "own" if acts_for(actor, thing) else "other submitter"
    return role


def _published(actor: Actor, role: Role, thing: Thing) -> bool:
    """Whether this role sees results; the token of a dashboard may open them before, and no other role with it."""
    return thing.published or (role == "dashboard" and actor.unpublished and thing.opened)


def _answer(rule: _Rule, published: bool, thing: Thing) -> Answer:  # noqa: FBT001 -- what the rule depends on
    fulfilled = {"opened": thing.opened, "published": published, "published 403": published}
    if fulfilled.get(rule, rule == "yes"):
        return Answer.ALLOWED
    known = rule in {"403", "published 403"} or (rule == "404" and published)
    return Answer.REFUSED if known else Answer.HIDDEN
