"""What stands over the items: what happens where one does not apply, facts of the sheet, vetoes, the grade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.arithmetic import Extreme, Measured, Ratio, Steps, Total, tagged_by
from app.scoring.conditions import Condition
from app.scoring.document import TAG_MARK, Code, Part, Text, Whole
from app.scoring.exact import RoundingMode
from app.scoring.measures import Peers, Previous
from app.scoring.profiles import AnyAmount, AnyNumber

Codes = Annotated[list[Code], Limited(min_length=1)]
OF_CODES = ("score", "rate", "lost", "points")
SHEET_FACTS = {"base": "基本分", "bonus": "加分", "total": "总分"}
"""Facts that every sheet has."""


class LeaveOut(Part):
    """Out of the full marks, with nothing rescaled; or with the rest of the sheet, or of the section, rescaled."""

    leave_out: Literal["total", "rescale", "section"]


def _otherwise_tag(data: object) -> str:
    if isinstance(data, LeaveOut) or (isinstance(data, Mapping) and "by" not in data):
        return TAG_MARK + "leave_out"
    return TAG_MARK + ("word" if isinstance(data, str) else "points")


Otherwise: TypeAlias = Annotated[
    Annotated[Literal["full", "zero", "peers_average"], Tag(TAG_MARK + "word")]
    | Annotated[LeaveOut, Tag(TAG_MARK + "leave_out")]
    | Annotated[AnyNumber, Tag(TAG_MARK + "points")],
    Discriminator(_otherwise_tag),
]


class Applying(Part):
    """A part of the table that may not apply to every unit."""

    applies_when: Condition | None = None
    otherwise: Otherwise | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Applying:
        if (self.applies_when is None) != (self.otherwise is None):
            raise PydanticCustomError("applies_otherwise", "applies_when 与 otherwise 要一起写")
        return self


class ItemRounding(Part):
    """How a score is rounded, once."""

    places: Annotated[Whole, Limited(ge=0, le=6)] = 2
    mode: RoundingMode = "half_up"


class Rounding(ItemRounding):
    """How item scores are rounded, once; and the total, where the table says so."""

    total: ItemRounding | None = None


class TotalLimits(Part):
    """The most and the least that the total comes to."""

    most: AnyNumber | None = None
    floor: AnyNumber | None = None


class OfCodes(Measured):
    """What some items or sections scored, which share of their points that is, what they lost, what they could give."""

    score: Codes | None = None
    rate: Codes | None = None
    lost: Codes | None = None
    points: Codes | None = None

    @model_validator(mode="after")
    def _one_word(self) -> OfCodes:
        said = self.model_fields_set.intersection(OF_CODES)
        if len(said) != 1 or getattr(self, next(iter(said))) is None:
            raise PydanticCustomError("one_sheet_fact", "应写 score、rate、lost、points 中的一个")
        return self

    @property
    def word(self) -> str:
        """Which of the three."""
        return next(word for word in OF_CODES if word in self.model_fields_set)

    @property
    def codes(self) -> list[str]:
        """The items and sections."""
        codes: list[str] = getattr(self, self.word)
        return codes


_WORDS: dict[str, type[Measured]] = {
    "total": Total,
    "ratio": Ratio,
    "lowest": Extreme,
    "highest": Extreme,
    "steps": Steps,
    "previous": Previous,
    "peers": Peers,
}


SheetFact = Annotated[
    Annotated[OfCodes, Tag(TAG_MARK + "OfCodes")]
    | Annotated[Total, Tag(TAG_MARK + "Total")]
    | Annotated[Ratio, Tag(TAG_MARK + "Ratio")]
    | Annotated[Extreme, Tag(TAG_MARK + "Extreme")]
    | Annotated[Steps, Tag(TAG_MARK + "Steps")]
    | Annotated[Previous, Tag(TAG_MARK + "Previous")]
    | Annotated[Peers, Tag(TAG_MARK + "Peers")],
    Discriminator(tagged_by(_WORDS, OfCodes)),
]


class ScoreEffect(Part):
    """Items or sections come to so much at the most, or to a share of what they scored."""

    score: Codes
    is_: AnyNumber | None = Limited(None, alias="is")
    times: AnyAmount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ScoreEffect:
        if (self.is_ is None) == (self.times is None):
            raise PydanticCustomError("veto_score", "应写 is 或 times 中的一个")
        return self


class TotalEffect(Part):
    """The total comes to so much at the most."""

    total: AnyNumber


class TotalTimesEffect(Part):
    """The total comes to a share of itself."""

    total_times: AnyAmount


class GradeByEffect(Part):
    """So many grades lower (negative) or higher than the sheet gives."""

    grade_by: Whole


class GradeEffect(Part):
    """The grade is this one, or a lower one."""

    grade: Text


class GradeAtMostEffect(Part):
    """The grade is not above this one."""

    grade_at_most: Text


_EFFECTS: dict[str, type[Part]] = {
    "score": ScoreEffect,
    "total": TotalEffect,
    "total_times": TotalTimesEffect,
    "grade": GradeEffect,
    "grade_at_most": GradeAtMostEffect,
    "grade_by": GradeByEffect,
}


def _effect_tag(data: object) -> str | None:
    if isinstance(data, Mapping):
        return next((TAG_MARK + shape.__name__ for word, shape in _EFFECTS.items() if word in data), None)
    return TAG_MARK + type(data).__name__


Effect = Annotated[
    Annotated[ScoreEffect, Tag(TAG_MARK + "ScoreEffect")]
    | Annotated[TotalEffect, Tag(TAG_MARK + "TotalEffect")]
    | Annotated[TotalTimesEffect, Tag(TAG_MARK + "TotalTimesEffect")]
    | Annotated[GradeEffect, Tag(TAG_MARK + "GradeEffect")]
    | Annotated[GradeAtMostEffect, Tag(TAG_MARK + "GradeAtMostEffect")]
    | Annotated[GradeByEffect, Tag(TAG_MARK + "GradeByEffect")],
    Discriminator(_effect_tag),
]


def _effects_tag(data: object) -> str:
    return TAG_MARK + ("several" if isinstance(data, list | tuple) else "one")


AnEffect: TypeAlias = ScoreEffect | TotalEffect | TotalTimesEffect | GradeEffect | GradeAtMostEffect | GradeByEffect


class Veto(Part):
    """一票否决: what follows for items, sections, the total or the grade where a condition holds."""

    when: Condition
    effect: Annotated[
        Annotated[Effect, Tag(TAG_MARK + "one")]
        | Annotated[list[Effect], Limited(min_length=1), Tag(TAG_MARK + "several")],
        Discriminator(_effects_tag),
    ]
    reason: Text | None = None
    clause: Text | None = None

    @property
    def effects(self) -> list[AnEffect]:
        """All that follows."""
        return self.effect if isinstance(self.effect, list) else [self.effect]


class GradeLevel(Part):
    """A grade and when it is reached."""

    when: Condition | None = None
    label: Text


class Grade(Part):
    """等次: the first level that holds, the best one first."""

    levels: Annotated[list[GradeLevel], Limited(min_length=1)]
