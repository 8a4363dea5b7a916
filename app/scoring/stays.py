"""The longest continuous stay of one person, over the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from app.scoring.facts import Given, Look, Values
from app.scoring.fields import Value
from app.scoring.periods import Stay, StayLength, merged
from app.scoring.rows import UNDECIDED, Verdicts
from app.scoring.wording import Fact

NO_STAY = StayLength(0, 0)


@dataclass(frozen=True, slots=True)
class LongestStayFold(Look):
    """Tied to its table and columns."""

    fact: Fact
    table: str
    person: tuple[str, ...]
    start: str
    end: str
    during: bool
    reads: tuple[str, ...] = ()
    waits: bool = False

    def look(self, given: Given, values: Values) -> tuple[Value | None, Verdicts | None]:
        """The longest stay and which rows belong to a stay that counts; no rows give no months and no days."""
        rows = given.tables.get(self.table)
        if rows is None:
            return None, None
        verdicts: Verdicts = {}
        stays: dict[tuple[object, ...], list[Stay]] = {}
        for number, row in rows:
            try:
                who = tuple([row[code] for code in self.person])
                stay = Stay(row[self.start], row[self.end], (number,))
            except KeyError:
                verdicts[number] = UNDECIDED
            else:
                stays.setdefault(who, []).append(stay)
        longest = NO_STAY
        for own in stays.values():
            for stay in merged(own) if len(own) > 1 else own:
                counts = not self.during or given.period.overlaps(stay.start, stay.end)
                longest = max(longest, stay.length) if counts else longest
                reason = None if counts else f"{stay.start.isoformat()}至{stay.end.isoformat()}不在考评期内"
                for number in stay.rows:
                    verdicts[number] = reason
        return (None if UNDECIDED in verdicts.values() else longest), verdicts
