"""Improvements: what would have to change for more points, each proved by scoring it before it is said."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from app.scoring.derived import Combined
from app.scoring.exact import Exact
from app.scoring.facts import Derived
from app.scoring.fields import Value
from app.scoring.items import Outcome, rounded_score, settle
from app.scoring.program import APPLIES, ItemProgram, Program
from app.scoring.quick import quick_rules
from app.scoring.ranges import affordable_parts
from app.scoring.repairs import on_grid, stateable
from app.scoring.rules.shape import Judging, Open
from app.scoring.wording import Fact, label_text, points_text, value_text

MOST_SHOWN = 4
MOST_STEPS = 12
MOST_FOUND = 200
"""Answers kept for an item on which a person or one fact alone decides."""

Changes: TypeAlias = tuple[tuple[str, Value], ...]
NOTHING: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class Gain:
    """Facts set to other values, and the points that brings."""

    points: Exact
    changes: Changes
    text: str


def find_improvements(program: Program, outcome: Outcome) -> tuple[Gain, ...]:
    """The changes that bring the most, fewest changes first."""
    item = outcome.program
    score = outcome.score
    if outcome.status != "scored" or score is None or score >= item.item.points:
        return ()
    key = (_Ground, item.item.code)
    ground = program.recall(key)
    if not isinstance(ground, _Ground):
        ground = _Ground(program, item)
        program.remember(key, ground)
    return _Finder(ground, outcome, score).find()


class _Ground:
    """What can be tried on an item, however it came out."""

    def __init__(self, program: Program, item: ItemProgram) -> None:
        self.item = item
        self.found: dict[Hashable, list[tuple[Changes, Exact]]] = {}
        self.derived = {each.fact.code: each for each in item.workings.derived}
        self.quick = quick_rules(program).items[item.item.code]
        self.most_tried = affordable_parts(item.weight)
        self.barred = {code for code, fact in item.workings.facts.items() if fact.fixed or self._is_compared(code)}
        self.solved = {code: each for code, each in self.derived.items() if not self._is_free(each)}

        self.lone = self._lone()

    def _lone(self) -> str | None:
        """The fact on which alone the score depends, where it can be set by itself."""
        if len(self.item.reads) > 1 or self.item.judgeables or self.item.gates:
            return None
        return next((code for code in self.item.reads if code not in self.barred and code not in self.solved), None)

    def keep(self, key: Hashable, found: list[tuple[Changes, Exact]]) -> None:
        """Remember what was found, so many times at the most."""
        if len(self.found) >= MOST_FOUND:
            self.found.clear()
        self.found[key] = found

    def _is_free(self, derived: Derived) -> bool:
        """Whether a measure can be set by itself: a ratio, or an unknown of its own, that nothing else reads."""
        if derived.is_leaf:
            return self.item.reads.isdisjoint(derived.reads)
        return _is_ratio(derived) and self._stands_alone(derived.fact.code)

    def _is_compared(self, code: str) -> bool:
        """Whether the item also looks at where this number stands among those of other units, which would change."""
        workings = self.item.workings
        return any(
            own is not None and code in {own, *workings.leaves[own]}
            for leaf, own in workings.waiting.items()
            if leaf in workings.facts
        )

    def _stands_alone(self, code: str) -> bool:
        leaves = self.item.workings.leaves
        return all(other == code or leaves[code].isdisjoint(leaves[other]) for other in self.item.reads)


class _Finder:
    """Tries changes on one settled row."""

    def __init__(self, ground: _Ground, outcome: Outcome, score: Exact) -> None:
        self.ground = ground
        self.outcome = outcome
        self.item = outcome.program
        self.score = score
        self.is_judged = bool(self.item.judgeables)
        self.judgeable = self.item.ruling.judged(outcome.known) if self.is_judged else None

    def find(self) -> tuple[Gain, ...]:
        """What is found once holds for all outcomes with the same key."""
        key = self._key()
        found = None if key is None else self.ground.found.get(key)
        if found is None:
            found = self._found()
            if key is not None:
                self.ground.keep(key, found)
        return tuple(Gain(gained, changes, self._text(changes, gained)) for changes, gained in found)

    def _key(self) -> Hashable | None:
        """What the answer depends on where that is likely to come again.

        Where one fact alone decides, it is what suggests itself; the words of a judgement never matter.
        """
        known, judging, lone = self.outcome.known, self.outcome.judging, self.ground.lone
        asked = (judging.points, judging.stated, judging.closing, self.score)
        if self.is_judged:
            return (tuple(known.items()), asked)
        if lone is None:
            return None
        before = known.get(lone)
        suggested = list(itertools.islice(self.item.ruling.changes(known), self.ground.most_tried))
        if len(suggested) == self.ground.most_tried:
            return None
        return (tuple([each[lone] for each in suggested if each and each[lone] != before]), asked)

    def _found(self) -> list[tuple[Changes, Exact]]:
        """Single changes, and the way up as far as it goes."""
        tried = self._tried(self.outcome.known)
        found: dict[Changes, Exact] = {}
        for changes, gained in tried.items():
            if gained is not None and gained > 0:
                found[self._lean(changes, gained)] = gained
        best = max(found.values(), default=0)
        if self.score + best < self.item.item.points:
            climbed = self._climb(tried)
            gained = self._gain(climbed)
            if gained is not None and gained > best:
                found[self._lean(climbed, gained)] = gained
        return _distinct(sorted(found.items(), key=lambda each: (-each[1], len(each[0]), str(each[0]))))

    def _tried(self, known: Mapping[str, Value], taken: Mapping[str, Value] = NOTHING) -> dict[Changes, Exact | None]:
        """What each change that suggests itself gains, together with those taken already."""
        tried: dict[Changes, Exact | None] = {}
        for changes in itertools.islice(self._candidates(known), self.ground.most_tried):
            step = _in_order({**taken, **dict(changes)}) if taken else changes
            if step not in tried:
                tried[step] = self._gain(step)
        return tried

    def _candidates(self, known: Mapping[str, Value]) -> Iterable[Changes]:
        for raw in self.item.ruling.changes(known):
            changed = [(code, value) for code, value in raw.items() if known.get(code) != value]
            if len(changed) == 1:
                for way in self._ways(*changed[0], known):
                    yield (way,)
            elif changed:
                for choice in itertools.product(*(self._ways(code, value, known) for code, value in changed)):
                    yield _in_order(dict(choice))

    def _ways(self, code: str, value: Value, known: Mapping[str, Value]) -> list[tuple[str, Value]]:
        """How a fact can come to a value: by itself, or through a number it is worked out from.

        A total is never set by itself, nor a ratio whose numbers the item also reads another way: what is promised
        has to be possible.
        """
        if code in self.ground.barred:
            return []
        facts = self.item.workings.facts
        derived = self.ground.solved.get(code)
        if derived is None:
            return [(code, value)] if stateable(facts[code], value, 1) == value else []
        found = []
        for leaf, wanted in derived.leading_to(cast("Exact", value), known):
            fact = facts[leaf]
            near = stateable(fact, on_grid(fact, wanted, known[leaf]), 1)
            if near is not None and near != known[leaf]:
                found += self._ways(leaf, near, known)
        return found

    def _gain(self, changes: Changes) -> Exact | None:
        known = self.item.workings.changed(self.outcome.known, dict(changes))
        judging = self.outcome.judging
        reached = self.item.ruling.judged(known) if self.is_judged else None
        if reached is not None and reached is not self.judgeable:
            return None
        if self.is_judged and reached is None:
            judging = Judging(stated=judging.stated)
        if self.item.gates and self.item.states(known) != (APPLIES,):
            return None
        quick = self.ground.quick(known, judging)
        if quick is not None:
            return quick.score - self.score
        result = settle(self.item, known, judging)
        return None if isinstance(result, Open) else rounded_score(self.item, result.value) - self.score

    def _climb(self, tried: Mapping[Changes, Exact | None]) -> Changes:
        """Step by step the change that brings the most, until the points are full or nothing brings more."""
        taken: Changes = ()
        reached: Exact = 0
        for _ in range(MOST_STEPS):
            gains = [(gained, step) for step, gained in tried.items() if gained is not None]
            best = max(gains, key=lambda each: (each[0], -len(each[1])), default=None)
            if best is None or best[0] <= reached:
                break
            reached, taken = best
            tried = self._tried(self.item.workings.changed(self.outcome.known, dict(taken)), dict(taken))
        return taken

    def _lean(self, changes: Changes, gained: Exact) -> Changes:
        """Without the changes that bring nothing."""
        for change in changes:
            fewer = tuple(each for each in changes if each != change)
            if fewer and self._gain(fewer) == gained:
                return self._lean(fewer, gained)
        return changes

    def _text(self, changes: Changes, gained: Exact) -> str:
        facts = self.item.workings.facts
        said = "，且".join(_change_text(facts[code], self.outcome.known.get(code), value) for code, value in changes)
        full = not self.item.section.bonus and self.score + gained == self.item.item.points
        return f"{said}，即可{'得满分，' if full else ''}多得{points_text(gained, self.item.unit)}"


def _in_order(changes: Mapping[str, Value]) -> Changes:
    return tuple(sorted(changes.items()))


def _is_ratio(derived: Derived) -> bool:
    return isinstance(derived, Combined) and derived.whole is not None


def _change_text(fact: Fact, before: Value | None, after: Value) -> str:
    if before is None:
        return f"{label_text(fact)}为{value_text(fact, after)}"
    return f"{label_text(fact)}由{value_text(fact, before)}变为{value_text(fact, after)}"


def _distinct(ranked: list[tuple[Changes, Exact]]) -> list[tuple[Changes, Exact]]:
    """The best few: one change of several facts at the most; of changes to one fact with the same gain the first."""
    kept: list[tuple[Changes, Exact]] = []
    seen: set[tuple[frozenset[str], Exact] | str] = set()
    for changes, gained in ranked:
        key = "several" if len(changes) > 1 else (frozenset(code for code, _ in changes), gained)
        if key not in seen:
            seen.add(key)
            kept.append((changes, gained))
    return kept[:MOST_SHOWN]
