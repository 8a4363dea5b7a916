"""Hold a sheet, as it is sent, against what the table gives; say every difference in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.hangzhou import Expected, Span, expected_of
from tests.oracle.records import counted, with_findings

Sheet = dict[str, Any]
Request = dict[str, Any]

TABLES = {
    "dispatched_staff": ["dispatched_staff"],
    "trainees": ["trainees"],
    "lectures": ["lectures"],
    "service_volume": ["member_visits", "disease_mix"],
    "new_techniques": ["new_techniques"],
    "management_documents": ["management_documents"],
    "satisfaction": ["satisfaction_survey"],
    "publicity": ["publicity"],
    "research": ["key_disciplines", "research_projects", "papers"],
}


def exact(value: object) -> Fraction | None:
    """Read a number of a sheet."""
    return None if value is None else Fraction(str(value))


def told(thing: Sheet) -> Fraction | Span | None:
    """Read a score, or the range while there is none."""
    if thing["score"] is not None:
        return exact(thing["score"])
    low, high = exact(thing["range"]["low"]), exact(thing["range"]["high"])
    return None if low is None or high is None else (low, high)


def differing(what: str, said: object, wanted: object) -> list[str]:
    """Say one difference, or nothing."""
    return [] if said == wanted else [f"{what}: sheet {said!s}, table {wanted!s}"]


def items_of(sheet: Sheet) -> dict[str, Sheet]:
    """Find the items of a sheet by their codes."""
    return {item["code"]: item for section in sheet["sections"] for item in section["items"]}


def differing_items(sheet: Sheet, wanted: Expected) -> list[str]:
    """Compare every row's score, range and status."""
    found = differing("items", list(items_of(sheet)), list(wanted["items"]))
    for code, item in items_of(sheet).items():
        waits = wanted["pending"].get(code)
        found += differing(code, told(item), wanted["items"].get(code))
        found += differing(f"{code} status", item["status"], f"pending_{waits}" if waits else "scored")
        if not waits:
            ends = {exact(end) for end in item["range"].values()}
            found += differing(f"{code} range of a settled score", ends, {exact(item["score"])})
    return found


def differing_deductions(sheet: Sheet) -> list[str]:
    """Demand that score and deductions add up to the points; a bonus item never lost anything."""
    found = []
    for section in sheet["sections"]:
        for item in section["items"]:
            if item["score"] is not None:
                lost = sum((Fraction(str(line["points"])) for line in item["deductions"]), Fraction(0))
                due = 0 if section["bonus"] else item["points"] - Fraction(str(item["score"]))
                found += differing(f"{item['code']} deductions", lost, due)
    return found


def differing_totals(sheet: Sheet, wanted: Expected, *, final: bool) -> list[str]:
    """Compare sections, base, bonus, total, its range, what was not used and the status of the sheet."""
    status = "final" if final else "pending" if wanted["pending"] else "complete"
    sections = {section["code"]: told(section) for section in sheet["sections"]}
    return [
        *differing("sections", sections, wanted["sections"]),
        *differing("base", exact(sheet["base"]), wanted["base"]),
        *differing("bonus", exact(sheet["bonus"]), wanted["bonus"]),
        *differing("total", exact(sheet["total"]), wanted["total"]),
        *differing("range", tuple(exact(sheet["range"][end]) for end in ("low", "high")), wanted["range"]),
        *differing("unused judgements", sorted(sheet["unused_judgements"]), wanted["unused"]),
        *differing("status", sheet["status"], status),
    ]


def differing_rows(sheet: Sheet, request: Request) -> list[str]:
    """Compare which rows count: every row of every table given is in the trace of its item."""
    period = tuple(date.fromisoformat(request["period"][end]) for end in ("start", "end"))
    standing = with_findings(request["evidence"], request.get("findings", {}))
    wanted = counted(standing, (period[0], period[1]))
    found = []
    for code, fields in TABLES.items():
        rows = items_of(sheet)[code]["trace"]["records"]
        said = {field: {row["row"]: row["counted"] for row in rows if row["field"] == field} for field in fields}
        for field in fields:
            found += differing(f"{field} rows", said[field], dict(enumerate(wanted.get(field, []), start=1)))
    return found


def disagreements(request: Request, sheet: Sheet) -> list[str]:
    """Name everything in which a sheet differs from the table."""
    wanted = expected_of(request)
    final = request.get("final", False)
    if wanted["refused"] and final:
        return [f"final although judgements are missing: {wanted['refused']}"]
    return [
        *differing_items(sheet, wanted),
        *differing_deductions(sheet),
        *differing_totals(sheet, wanted, final=final),
        *differing_rows(sheet, request),
    ]


def wrongly_refused(request: Request) -> list[str]:
    """Say that a request was refused that the table can answer."""
    return [] if expected_of(request)["refused"] else ["refused, although nothing is missing"]
