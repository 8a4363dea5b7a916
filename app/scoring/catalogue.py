"""Which facts a scheme has: its fields and measures tied together, in the order in which they are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.scoring.arithmetic import Measured
from app.scoring.derived import TickedCount
from app.scoring.exact import ANYTHING, Range, point
from app.scoring.fields import DateField, Field
from app.scoring.fold_limits import fold_limits, grouped_limits, sum_limits
from app.scoring.fold_tying import RowTying
from app.scoring.folds import TableFold
from app.scoring.linear import Linear
from app.scoring.measures import Fold, LongestStay, Peers, Previous
from app.scoring.others import AmongPeers, Before
from app.scoring.problems import Path, Problem
from app.scoring.stays import LongestStayFold
from app.scoring.tables import TableField
from app.scoring.tying import Tying, fact_of
from app.scoring.wording import Fact

HUNDRED = 100
PLACES = ("rank", "percentile")
"""What a unit can work on among its peers; the rest is as the others make it."""


class Cataloguer(Tying):
    """Fields and measures of a whole scheme."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        measures: Mapping[str, Measured],
        problems: list[Problem],
        profile: Mapping[str, Field] | None = None,
    ) -> None:
        """Nothing is tied yet."""
        facts = {code: fact_of(code, each, fixed=True) for code, each in (profile or {}).items()}
        facts |= {code: fact_of(code, each) for code, each in fields.items() if not isinstance(each, TableField)}
        super().__init__(facts, measures, problems, ("measures",))
        self.fields = fields

    def tie_measure(self, code: str, measure: Measured) -> None:
        """By its kind."""
        match measure:
            case Fold():
                self._tie_fold(code, measure)
            case LongestStay():
                self._tie_stay(code, measure)
            case Previous():
                self._tie_previous(code, measure)
            case Peers():
                self._tie_peers(code, measure)
            case _:
                super().tie_measure(code, measure)

    def _table(self, path: Path, name: str) -> TableField | None:
        table = self.fields.get(name)
        if isinstance(table, TableField):
            return table
        self.refuse(path, "table_unknown", f"没有名为 {name} 的表格字段")
        return None

    def _tie_fold(self, code: str, measure: Fold) -> None:
        ticked = self.facts.get(measure.table)
        if measure.word == "count" and ticked is not None and ticked.kind == "choices":
            self._tie_ticked(code, measure, ticked)
            return
        table = self._table((code, measure.word), measure.table)
        if table is None:
            self.add(TickedCount(self.fact(code, measure, ANYTHING, whole=True), ()), sources=(measure.table,))
            return
        row = RowTying(self, code, measure, table)
        worth, limits, whole = row.worth()
        selection = row.selection()
        weight = row.column("weight", measure.weight) if measure.weight is not None else None
        span = fold_limits(measure.word, limits, None if weight is None else weight.limits, row.sizes(), selection)
        if measure.each_at_most is not None:
            span = grouped_limits(span, limits, row.groups_of(measure.each_at_most.groups), measure.each_at_most.most)
        whole = measure.word in ("count", "distinct") or (
            measure.word not in ("average", "median") and whole and (weight is None or weight.whole)
        )
        self.add(
            TableFold(
                self.fact(code, measure, span, whole=whole),
                measure.table,
                measure.word,
                worth,
                row.where(),
                row.columns,
                None if measure.during is None else row.dated(),
                measure.missing == "skip",
                measure.weight,
                selection,
                row.worked,
                row.limit(),
                row.asks(selection),
                row.outside,
                row.is_plain,
            ),
            sources=(measure.table,),
        )

    def _tie_ticked(self, code: str, measure: Fold, ticked: Fact) -> None:
        foreign = measure.model_fields_set - {"count", "label", "unit", "note"}
        if foreign:
            said = f"“{ticked.label}”是多选项，计数时不能写：{'、'.join(sorted(foreign))}"
            self.refuse((code,), "fold_members", said)
        fact = self.fact(code, measure, Range(0, len(ticked.choices)), whole=True)
        self.add(TickedCount(fact, (ticked.code,)), sources=(ticked.code,))

    def _tie_stay(self, code: str, measure: LongestStay) -> None:
        table = self._table((code, "longest_stay"), measure.longest_stay)
        if table is not None:
            for name in measure.person:
                if name not in table.columns:
                    self.refuse((code, "person"), "column_unknown", f"表中没有名为 {name} 的列")
            for word in ("start", "end"):
                if not isinstance(table.columns.get(getattr(measure, word)), DateField):
                    self.refuse((code, word), "column_unfit", "应为表中的日期列")
        fact = Fact(code, "stay", measure.label or code, is_measure=True)
        during = measure.during is not None
        stay = LongestStayFold(
            fact, measure.longest_stay, tuple(measure.person), measure.start, measure.end, during=during
        )
        self.add(stay, form=Linear({}), sources=(measure.longest_stay,))
        self.named[code] = frozenset({code})

    def _tie_previous(self, code: str, measure: Previous) -> None:
        of = None if measure.previous in self.open else self.number((code, "previous"), measure.previous)
        limits, whole, unit = (ANYTHING, False, "") if of is None else (of.limits, of.whole, of.unit)
        if measure.otherwise is not None:
            limits = limits.union(point(measure.otherwise))
            whole = whole and isinstance(measure.otherwise, int)
        label = measure.label or (code if of is None else f"上一考评批次的{of.label}")
        fact = Fact(code, "number", label, measure.unit or unit, limits, whole=whole, is_measure=True, fixed=True)
        self.add(Before(fact, measure.previous, measure.otherwise), sources=(code,))

    def _tie_peers(self, code: str, measure: Peers) -> None:
        of = self.number((code, "peers"), measure.peers)
        counts = measure.as_ in ("rank", "units")
        limits = Range(1, None) if counts else Range(0, 100) if measure.as_ == "percentile" else ANYTHING
        unit = {"rank": "名", "units": "个", "percentile": "%"}.get(measure.as_, "")
        if of is not None and (measure.as_ in ("best", "average", "total") or measure.of is not None):
            limits, unit = of.limits, of.unit
        if measure.as_ == "total":
            limits = sum_limits(limits, None)
        if measure.of is not None and not 0 <= measure.of <= HUNDRED:
            self.refuse((code, "of"), "percent_limits", "应在 0 到 100 之间")
        fact = self.fact(code, measure, limits, whole=counts, unit=measure.unit or unit)
        fact = replace(fact, fixed=measure.as_ not in PLACES)
        reads = () if of is None or measure.as_ == "units" else (of.code,)
        less = measure.better == "less"
        trim = (0, 0) if measure.trim is None else (measure.trim.drop, measure.trim.when_more_than)
        self.add(AmongPeers(fact, measure.peers, measure.as_, measure.of, less, reads, trim), sources=(code,))
