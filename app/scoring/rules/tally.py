"""`tally`: where it starts from, what is taken off, what is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field as Limited
from pydantic import PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.scoring.conditions import Condition, bind
from app.scoring.document import Code, Part, Text, read_number
from app.scoring.exact import Exact
from app.scoring.problems import Path
from app.scoring.profiles import AnyAmount, AnyNumber, AnyPositive, AnyShare, NumberByProfile, plain_or_by
from app.scoring.rules.shape import Binding, Place
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Added, Counted, Quantity

if TYPE_CHECKING:
    from app.scoring.rules.shape import Rule


class Term(Part):
    """One thing that is lost, gained or added."""

    lose: AnyAmount | None = None
    gain: AnyAmount | None = None
    add: Rule | None = None
    each: Code | None = None
    of: Code | None = None
    above: AnyNumber | None = None
    below: AnyNumber | None = None
    every: AnyPositive | None = None
    step: Literal["completed", "started", "proportional"] | None = None
    when: Condition | None = None
    most: AnyAmount | None = None
    points: AnyNumber | None = None
    times: AnyShare | None = None
    unproven: AnyAmount | None = None
    reason: Text | None = None
    clause: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Term:
        named = [word for word in ("lose", "gain", "add") if getattr(self, word) is not None]
        if len(named) != 1:
            raise PydanticCustomError("one_term", "每一项应写 lose、gain、add 中的一个")
        foreign = _FOREIGN[named[0]].intersection(self.model_fields_set)
        if foreign:
            raise PydanticCustomError("term_members", f"{named[0]} 项不能有：{'、'.join(sorted(foreign))}")
        if self.add is not None:
            if self.points is None:
                raise PydanticCustomError("term_points", "add 项要用 points 写明应得多少分")
            return self
        return self._counted()

    def _counted(self) -> Term:
        sides = [self.above is not None, self.below is not None]
        if (self.each is not None and self.of is not None) or (self.of is not None) != any(sides) or all(sides):
            raise PydanticCustomError("term_quantity", "数量应写 each，或 of 加上 above、below 中的一个")
        if self.every is not None and self.of is None:
            raise PydanticCustomError("term_quantity", "every 只能与 of 一起使用")
        if self.each is None and self.of is None and (self.when is None or self.step is not None):
            raise PydanticCustomError("term_quantity", "没有数量的项要有 when，且不写 step")
        return self


_QUANTITY = frozenset({"each", "of", "above", "below", "every", "step", "most", "unproven"})
_FOREIGN = {
    "lose": frozenset({"points", "times"}),
    "gain": frozenset({"points", "times", "unproven"}),
    "add": _QUANTITY,
}


def _word_or_number(*words: str) -> PlainValidator:
    def read(value: object) -> Exact | str:
        if isinstance(value, str):
            if value not in words:
                raise PydanticCustomError("limit_word", f"应为数字，或 {'、'.join(words)}")
            return value
        return read_number(value)

    return PlainValidator(read)


def _limit_schema(*words: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": list(words)}]})


if TYPE_CHECKING:
    Start: TypeAlias = Exact | str
    Floor: TypeAlias = Exact | str
    Ceiling: TypeAlias = Exact | str
else:
    Start, Floor, Ceiling = (
        plain_or_by(Annotated[Exact | str, _word_or_number(*words), _limit_schema(*words)], NumberByProfile)
        for words in (("full",), ("none",), ("none", "full"))
    )


class Tally(Part):
    """`floor` and `ceiling` have no defaults: each has to be written."""

    start: Start
    terms: Annotated[list[Term], Limited(min_length=1)]
    floor: Floor
    ceiling: Ceiling


class TallyRule(Part):
    """每少1次扣0.5分，扣完为止."""

    tally: Tally

    def bind(self, binding: Binding, place: Place, path: Path) -> TallyRuling:
        """Tie every term."""
        binding.check_depth(place, path)
        inner = (*path, "tally", "terms")
        terms = [
            self._bind_term(term, binding, place.inner(f"term_{number + 1}", term.clause), (*inner, number))
            for number, term in enumerate(self.tally.terms)
        ]
        start, floor, ceiling = (
            _limit(limit, binding) for limit in (self.tally.start, self.tally.floor, self.tally.ceiling)
        )
        if sum(1 for term in terms if isinstance(term, Added) and any(term.ruling.judgeables())) > 1:
            binding.refuse(inner, "judged_twice", "一个计分项目一次只能有一个评判")
        return TallyRuling(start or 0, tuple(terms), floor, ceiling, place)

    def _bind_term(self, term: Term, binding: Binding, place: Place, path: Path) -> Counted | Added:
        binding.check_clause(term.clause, path)
        when = None if term.when is None else bind(term.when, binding.facts, (*path, "when"), binding.problems)
        if term.add is not None:
            ruling = term.add.bind(binding, place, (*path, "add"))
            return Added(ruling, term.points or 0, term.times or 1, when, term.reason, place)
        amount = term.lose if term.lose is not None else term.gain
        quantity = self._bind_quantity(term, binding, place, path)
        return Counted(term.lose is not None, amount or 0, quantity, when, term.most, term.unproven, term.reason, place)

    @staticmethod
    def _bind_quantity(term: Term, binding: Binding, place: Place, path: Path) -> Quantity | None:
        if term.each is None and term.of is None:
            return None
        word = "each" if term.of is None else "of"
        fact = binding.number(term.of or term.each or "", (*path, word))
        every = term.every or 1
        whole_mark = isinstance(term.above or term.below or 0, int)
        if term.step is None and not (fact.whole and every == 1 and whole_mark):
            binding.refuse(path, "step_missing", "应写明 step：completed、started 或 proportional")
        above = term.above is not None or term.each is not None
        mark = term.above if term.above is not None else term.below if term.below is not None else 0
        step = term.step or "completed"
        return Quantity(fact, mark, above, every, step, counts=term.each is not None, money=place.unit)


def _limit(limit: Exact | str, binding: Binding) -> Exact | None:
    if limit == "none":
        return None
    return binding.points if isinstance(limit, str) else limit
