"""Rules: shapes that nest; here they learn of each other, so that none has to know another."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Tag

from app.scoring.document import TAG_MARK
from app.scoring.rules.extreme import ExtremeRule
from app.scoring.rules.flat import FlatRule
from app.scoring.rules.judged import JudgedRule
from app.scoring.rules.levels import Level, LevelsRule
from app.scoring.rules.line import LineRule
from app.scoring.rules.tally import Tally, TallyRule, Term

_SHAPES: dict[str, type] = {
    "levels": LevelsRule,
    "tally": TallyRule,
    "line": LineRule,
    "judged": JudgedRule,
    "highest": ExtremeRule,
    "lowest": ExtremeRule,
}


def _tag(data: object) -> str | None:
    if isinstance(data, int | Decimal | FlatRule) or (isinstance(data, Mapping) and "by" in data):
        return TAG_MARK + "number"
    named = data if isinstance(data, Mapping) else {name for name, shape in _SHAPES.items() if isinstance(data, shape)}
    return next((TAG_MARK + shape.__name__ for name, shape in _SHAPES.items() if name in named), None)


AnyRule: TypeAlias = Annotated[
    Annotated[FlatRule, Tag(TAG_MARK + "number")]
    | Annotated[LevelsRule, Tag(TAG_MARK + "LevelsRule")]
    | Annotated[TallyRule, Tag(TAG_MARK + "TallyRule")]
    | Annotated[LineRule, Tag(TAG_MARK + "LineRule")]
    | Annotated[JudgedRule, Tag(TAG_MARK + "JudgedRule")]
    | Annotated[ExtremeRule, Tag(TAG_MARK + "ExtremeRule")],
    Discriminator(_tag),
]

for _part in (Level, LevelsRule, Term, Tally, TallyRule, ExtremeRule):
    _part.model_rebuild(_types_namespace={"Rule": AnyRule})
