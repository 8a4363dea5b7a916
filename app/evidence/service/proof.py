"""Proof: which items need an attachment before they are handed in, and what is handed in beside the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from app.db import Session
from app.errors import Invalid
from app.evidence.service import attachments
from app.evidence.service.names import read
from app.evidence.values import Plain, Revision
from app.rounds.service import schemes
from app.rounds.values.rounds import Place
from app.scoring.engine import Program
from app.scoring.problems import Problem, Problems
from app.scoring.program import ItemProgram


def refuse_unproved(session: Session, place: Place, revision: Revision) -> None:
    """Raises Invalid while items of which something is stated lack the attachment that the scheme asks for."""
    program = schemes.program(session, place.round)
    asked = list(_asked(program, read(revision.content)))
    if not asked:
        return
    proved = {each.item for each in attachments.of(session, place).present}
    problems = [
        Problem(("attachments", each.item.code), "proof_missing", f"“{each.item.title}”须上传佐证附件")
        for each in asked
        if each.item.code not in proved
    ]
    if problems:
        raise Invalid(Problems(problems), "proof_missing", "有计分项目缺少佐证附件，不能提交")


def sealed_attachments(session: Session, place: Place) -> list[Plain]:
    """What belongs to the evidence that is handed in, the first one first; with labels that name nobody."""
    return [
        {
            "item": each.item,
            "sha256": each.sha256,
            "size": each.size,
            "media_type": each.media_type,
            "label": attachments.plain_label(each),
        }
        for each in attachments.of(session, place).sealed
    ]


def fields_of(program: Program, each: ItemProgram) -> frozenset[str]:
    """The fields of evidence that an item rests on, also by way of measures, and those that a judgement looks at."""
    workings, seen, found = program.workings, set[str](), set[str]()
    waiting = [*each.reads, *each.basis]
    while waiting:
        code = waiting.pop()
        if code in program.scheme.evidence:
            found.add(code)
        elif code not in seen:
            seen.add(code)
            waiting += workings.leaves.get(code, ())
            waiting += workings.sources.get(code, ())
    return frozenset(found)


def _asked(program: Program, evidence: Plain) -> Iterator[ItemProgram]:
    for each in program.items:
        if each.item.attachments == "required" and not fields_of(program, each).isdisjoint(evidence):
            yield each
