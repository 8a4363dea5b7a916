"""What comes together in a tally, in whole units: `x` is its value so far, `lines` are its deductions so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.scoring.exact import Exact
from app.scoring.generated.scales import is_whole, scale_of
from app.scoring.generated.source import Body, Expression
from app.scoring.generated.terms import loss_reason, nominal, shortfall_reason
from app.scoring.generated.texts import expression
from app.scoring.rules.shape import Place
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Added, Counted


@dataclass(slots=True)
class Count:
    """A tally while its statements are written; `due` is what it should give."""

    ruling: TallyRuling
    body: Body
    due: Exact
    scale: int = field(init=False)
    gains: list[tuple[Counted, Expression]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scale = scale_of(self.ruling, self.due)

    @property
    def adds(self) -> list[Added]:
        """The rules it adds; where they pass what is due, `up` says so."""
        return [term for term in self.ruling.terms if isinstance(term, Added)]

    @property
    def is_whole(self) -> bool:
        """Whether `x` is always a whole number."""
        return is_whole(self.ruling)

    @property
    def judged(self) -> Expression:
        """Whether the points of a person went into it."""
        return "judged" if any(self.ruling.judgeables()) else "False"

    def units(self, points: Exact) -> int:
        """Points in units."""
        return int(points * self.scale)

    def start(self) -> None:
        """Where it starts from."""
        self.body.add(f"x = {self.units(self.ruling.start)}")
        self.body.add("lines = []")
        if self.adds:
            self.body.add("up = False")
        if self.judged != "False":
            self.body.add("judged = False")

    def counted(self, term: Counted) -> None:
        """A loss, or a gain that is looked at again when it is known how far it falls short."""
        body = self.body
        applied = full = body.new("a")
        body.add(f"{full} = {nominal(term, body, self.units(term.amount))}")
        if term.most is not None:
            applied, most = body.new("a"), self.units(term.most)
            body.add(f"{applied} = {full} if {full} < {most} else {most}")
        if not term.loses:
            body.add(f"x += {applied}")
            self.gains.append((term, applied))
            return
        with body.under(f"if {applied}"):
            body.add(f"x -= {applied}")
            said = expression(loss_reason(term, body))
            if term.most is not None:
                said = f"{said} if {applied} == {full} else {body.names.of(term)}.loss(v).reason"
            self.lose(applied, term.place, said, full)

    def lose(self, points: Expression, place: Place, said: Expression, full: Expression | None = None) -> None:
        """One more deduction."""
        line = f"Deducted({points}, {full or points}, {place.code!r}, {said}, {place.clause!r})"
        self.body.add(f"lines.append({line})")

    def limit(self) -> None:
        """At most the ceiling, at least the floor; `y` keeps what it was."""
        ceiling, floor = self.ruling.ceiling, self.ruling.floor
        self.body.add("y = x")
        if ceiling is not None:
            with self.body.under(f"if x > {self.units(ceiling)}"):
                self.body.add(f"x = {self.units(ceiling)}")
        if floor is not None:
            with self.body.under(f"if x < {self.units(floor)}"):
                self.body.add(f"x = {self.units(floor)}")

    def balance(self) -> None:
        """Lay what gains fell short of on the gaining terms in order; what has to be set off is left to the rule."""
        body = self.body
        expected = self.units(self.due - self.ruling.start - sum((term.points for term in self.adds), start=0))
        body.add("z = " + " - ".join([str(expected), *(given for _, given in self.gains)]))
        with body.under(f"if {'up or ' if self.adds else ''}x != y or z < 0"):
            body.add("raise Unsettled")
        for term, given in self.gains:
            self._share(term, given)
        with body.under("if z"):
            body.add("raise Unsettled")

    def _share(self, term: Counted, given: Expression) -> None:
        body, could = self.body, term.could_give
        body.add("s = z" if could is None else f"s = min(z, {self.units(could)} - {given})")
        with body.under("if s > 0"):
            body.add("z -= s")
            self.lose("s", term.place, expression(shortfall_reason(term, body)))
