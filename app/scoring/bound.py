"""Conditions tied to their facts: three-valued tests, the marks they set, and what they have to say in Chinese."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scoring.exact import Range
from app.scoring.fields import Value
from app.scoring.wording import Fact, found_text, label_text, value_text


class Among(tuple[Value, ...]):
    """The values that are still possible for a fact that is not a number."""

    __slots__ = ()


Seen: TypeAlias = Value | Range | Among | None
"""A fact as looked at: known, a range, one of several, or unknown (None)."""
Facts: TypeAlias = Mapping[str, Seen]
Truth: TypeAlias = bool | None


class Bound(ABC):
    """A condition that can be asked."""

    @abstractmethod
    def test(self, facts: Facts) -> Truth:
        """True, False, or None while that is unknown."""

    @abstractmethod
    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """Every comparison inside: the fact, the word, the constant."""

    @abstractmethod
    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """Why it holds, or why it does not: what was found and what was asked."""


@dataclass(frozen=True, slots=True)
class Never(Bound):
    """Stands where the document was wrong; such a document is never run."""

    def test(self, facts: Facts) -> Truth:
        """Unknown."""

    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """Nothing."""
        return iter(())

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """Nothing."""
        return []


@dataclass(frozen=True, slots=True)
class Bare(Bound):
    """A yes-or-no fact."""

    fact: Fact

    def test(self, facts: Facts) -> Truth:
        """The fact itself."""
        seen = facts.get(self.fact.code)
        if type(seen) is Among and len(seen) == 1:
            seen = seen[0]
        return seen if isinstance(seen, bool) else None

    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """The fact is true."""
        yield self.fact, "is", True

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """“已签订协议”为“否”."""
        return [found_text(self.fact, holds)]


@dataclass(frozen=True, slots=True)
class Compare(Bound):
    """A fact compared with a constant."""

    fact: Fact
    word: str
    constant: Any

    def test(self, facts: Facts) -> Truth:
        """Exact; on a range, true or false only where the whole range is."""
        seen = facts.get(self.fact.code)
        if seen is None:
            return None
        if type(seen) is Range:
            return self._over(seen)
        compare = _COMPARE[self.word]
        if type(seen) is Among:
            answers = {compare(value, self.constant) for value in seen}
            return answers.pop() if len(answers) == 1 else None
        return compare(seen, self.constant)

    def _over(self, seen: Range) -> Truth:
        if self.word in ("is", "in"):
            return self._is_over(seen)
        compare = _COMPARE[self.word]
        easy, hard = (seen.low, seen.high) if self.word in ("at_least", "more_than") else (seen.high, seen.low)
        if easy is not None and compare(easy, self.constant):
            return True
        return False if hard is not None and not compare(hard, self.constant) else None

    def _is_over(self, seen: Range) -> Truth:
        named = self.constant if self.word == "in" else (self.constant,)
        if seen.is_point:
            return seen.low in named
        inside = [
            each
            for each in named
            if (seen.low is None or seen.low <= each) and (seen.high is None or each <= seen.high)
        ]
        return None if inside else False

    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """This one."""
        yield self.fact, self.word, self.constant

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """派出人次为1人次，未达到不少于2人次."""
        seen = facts.get(self.fact.code)
        if seen is None or isinstance(seen, Range | Among):
            return [f"{label_text(self.fact)}未知"]
        found = found_text(self.fact, seen)
        if holds and self.word in ("is", "in", "has"):
            return [found]
        return [f"{found}，{'' if holds else '要求'}{self._wording()}"]

    def _wording(self) -> str:
        if self.word == "has":
            return "包括" + value_text(self.fact, frozenset(self.constant))
        if self.word == "in":
            return "为" + "或".join(value_text(self.fact, each) for each in self.constant)
        words = _RATE_WORDS if self.fact.unit == "%" else _WORDS.get(self.fact.kind, _NUMBER_WORDS)
        return words[self.word] + value_text(self.fact, self.constant)


@dataclass(frozen=True, slots=True)
class Joined(Bound):
    """Several conditions in one."""

    parts: tuple[Bound, ...]

    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """Those of the parts."""
        for part in self.parts:
            yield from part.comparisons()

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """The parts that decide it."""
        decisive = (part for part in self.parts if part.test(facts) is holds)
        return list(dict.fromkeys(reason for part in decisive for reason in part.because(facts, holds=holds)))


@dataclass(frozen=True, slots=True)
class All(Joined):
    """Every part holds; a false one beats an unknown one."""

    def test(self, facts: Facts) -> Truth:
        """Three-valued and."""
        answers = [part.test(facts) for part in self.parts]
        if False in answers:
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True)
class AnyOf(Joined):
    """One part holds; a true one beats an unknown one."""

    def test(self, facts: Facts) -> Truth:
        """Three-valued or."""
        answers = [part.test(facts) for part in self.parts]
        if True in answers:
            return True
        return None if None in answers else False


@dataclass(frozen=True, slots=True)
class Not(Bound):
    """The opposite."""

    part: Bound

    def test(self, facts: Facts) -> Truth:
        """Unknown stays unknown."""
        answer = self.part.test(facts)
        return None if answer is None else not answer

    def comparisons(self) -> Iterator[tuple[Fact, str, Any]]:
        """Those of the part."""
        return self.part.comparisons()

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """What the part says of the opposite."""
        return self.part.because(facts, holds=not holds)


@dataclass(frozen=True, slots=True)
class Some(Joined):
    """At least `count` of the parts hold."""

    count: int

    def test(self, facts: Facts) -> Truth:
        """True as soon as enough hold, False as soon as enough can no longer hold."""
        answers = [part.test(facts) for part in self.parts]
        if answers.count(True) >= self.count:
            return True
        return None if len(answers) - answers.count(False) >= self.count else False

    def because(self, facts: Facts, *, holds: bool) -> list[str]:
        """How many hold, and the parts that decide it."""
        reached = [part.test(facts) for part in self.parts].count(True)
        return [
            f"{len(self.parts)}项中有{reached}项符合{'' if holds else f'，要求至少{self.count}项'}",
            *Joined.because(self, facts, holds=holds),
        ]


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "in": lambda value, named: value in named,
    "has": lambda value, named: all(each in value for each in named),
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
}
_NUMBER_WORDS = {
    "is": "为",
    "at_least": "不少于",
    "more_than": "多于",
    "at_most": "不超过",
    "less_than": "少于",
}
_RATE_WORDS = _NUMBER_WORDS | {"at_least": "不低于", "more_than": "高于", "less_than": "低于"}
_WORDS: dict[str, dict[str, str]] = {
    "stay": _NUMBER_WORDS | {"more_than": "超过"},
    "date": _NUMBER_WORDS | {"at_least": "不早于", "more_than": "晚于", "at_most": "不晚于", "less_than": "早于"},
}
