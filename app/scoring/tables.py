"""Tables of records: a row each, every column typed, everything wrong in any row at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag
from pydantic import Field as Limited

from app.scoring.document import TAG_MARK, Code, Whole
from app.scoring.fields import (
    BooleanField,
    ChoiceField,
    Column,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    PercentField,
    Row,
    TextField,
    described,
    type_tag,
)
from app.scoring.problems import Problem, Problems

MOST_ROWS = 5000
STAY_COLUMNS = ("start_date", "end_date")


def reversed_stay(row: Row, start: str, end: str) -> list[Problem]:
    """A stay that ends before it starts."""
    first, last = row.get(start), row.get(end)
    if isinstance(first, date) and isinstance(last, date) and last < first:
        return [Problem((end,), "end_before_start", "结束日期早于开始日期")]
    return []


class TableField(Field):
    """Records, a row each; the order is kept, an empty table is an answer (none)."""

    type: Literal["table"]
    columns: Annotated[dict[Code, Column], Limited(min_length=1)]
    max_rows: Annotated[Whole, Limited(ge=1, le=MOST_ROWS)] = MOST_ROWS

    def read(self, value: object) -> list[Row] | Problems:
        """The rows, each column typed; everything wrong in any row at once."""
        if not isinstance(value, list):
            return Problems.one((), "list_type", "应为表格：由行组成的列表")
        if len(value) > self.max_rows:
            return Problems.one((), "too_many_rows", f"最多 {self.max_rows} 行")
        rows: list[Row] = []
        problems: list[Problem] = []
        for number, stated in enumerate(value):
            row = self._read_row(stated)
            if isinstance(row, Problems):
                problems += row.under(number)
            else:
                rows.append(row)
        return Problems(problems) if problems else rows

    def _read_row(self, stated: object) -> Row | Problems:
        if not isinstance(stated, Mapping):
            return Problems.one((), "object_type", "每一行应为对象")
        problems = [Problem((name,), "unknown_column", "表中没有这一列") for name in stated if name not in self.columns]
        row: Row = {}
        for code, column in self.columns.items():
            if code not in stated:
                if column.required:
                    problems.append(Problem((code,), "missing", f"缺少“{column.label}”"))
                continue
            value = column.read(stated[code])
            if isinstance(value, Problems):
                problems += value.under(code)
            else:
                row[code] = value
        problems += reversed_stay(row, *STAY_COLUMNS)
        return Problems(problems) if problems else row

    def as_schema(self) -> dict[str, object]:
        """A list of objects."""
        return {
            "type": "array",
            "maxItems": self.max_rows,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [code for code, column in self.columns.items() if column.required],
                "properties": {code: described(column) for code, column in self.columns.items()},
            },
        }


AnyField: TypeAlias = Annotated[
    Annotated[BooleanField, Tag(TAG_MARK + "boolean")]
    | Annotated[IntegerField, Tag(TAG_MARK + "integer")]
    | Annotated[DecimalField, Tag(TAG_MARK + "decimal")]
    | Annotated[PercentField, Tag(TAG_MARK + "percent")]
    | Annotated[ChoiceField, Tag(TAG_MARK + "choice")]
    | Annotated[DateField, Tag(TAG_MARK + "date")]
    | Annotated[TextField, Tag(TAG_MARK + "text")]
    | Annotated[TableField, Tag(TAG_MARK + "table")],
    Discriminator(type_tag),
]
