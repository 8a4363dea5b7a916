"""The Hangzhou scheme says what the published plan says: every cell of the annex, every clause, every quotation."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PLAN = (ROOT / "tests/data/seed_004_plan.txt").read_text(encoding="utf-8")
ANNEX = (ROOT / "tests/data/seed_004_annex.txt").read_text(encoding="utf-8")
SCHEME = yaml.safe_load((ROOT / "scoring_schemes/hangzhou-close-alliance/2020-draft.yaml").read_text(encoding="utf-8"))
ITEMS = {item["code"]: item for section in SCHEME["sections"] for item in section["items"]}

# What clients rely on, row by row: item → its fields → their types, the codes of a choice, the columns.
BOOLEAN, INTEGER, TEXT, DATE, PERSONAL = "boolean", "integer", "text", "date", "personal text"
STAY = {"start_date": DATE, "end_date": DATE}
YEARS = {"previous_year": INTEGER, "current_year": INTEGER}
CONTRACT: dict[str, dict[str, dict[str, Any]]] = {
    "organisation": {
        "agreement": {
            "agreement_signed": BOOLEAN,
            "agreement_responsibilities_clear": BOOLEAN,
            "agreement_targets_clear": BOOLEAN,
            "agreement_operable": BOOLEAN,
        },
        "annual_plan": {"plan_made": BOOLEAN, "plan_jointly_agreed": BOOLEAN, "plan_targets_specific": BOOLEAN},
        "incentive": {"incentive_mechanism": "implemented | issued | none"},
    },
    "actions": {
        "quality_system": {"quality_system": BOOLEAN},
        "referral_system": {"referral_system": BOOLEAN},
        "two_way_referral": {
            "priority_reception": BOOLEAN,
            "priority_examination": BOOLEAN,
            "priority_admission": BOOLEAN,
            "downward_referrals": INTEGER,
        },
        "grassroots_support": {"grassroots_support": "implemented | issued | none"},
        "dispatched_staff": {
            "dispatched_staff": {"name": PERSONAL, "category": "technical | management", "institution": TEXT, **STAY}
        },
        "supported_disciplines": {"supported_disciplines": INTEGER},
        "discipline_plan": {"discipline_plan": "implemented | annual_plan_unfinished | none"},
        "leader_training": {"leader_training": "implemented | below_requirement | none"},
        "trainees": {"trainees": {"name": PERSONAL, "institution": TEXT, **STAY}},
        "lectures": {"lectures": {"date": DATE, "title": TEXT, "venue": TEXT, "related": BOOLEAN}},
    },
    "results": {
        "service_volume": {
            "member_visits": {"member": TEXT, "kind": "outpatient | inpatient", **YEARS},
            "disease_mix": {"member": TEXT, "disease": TEXT, **YEARS},
        },
        "chronic_care": {"chronic_care": "standard | nonstandard | none"},
        "new_techniques": {"new_techniques": {"name": TEXT, "date": DATE}},
        "management_documents": {"management_documents": {"name": TEXT, "date": DATE}},
        "referral_information": {"referral_information": "running | built | none"},
        "fund_use": {"fund_use": "compliant | unused | diverted"},
    },
    "satisfaction": {
        "satisfaction": {
            "satisfaction_survey": {
                "group": "health_authority | institution_admin | patient | medical_staff",
                "satisfied": INTEGER,
                "neutral": INTEGER,
                "dissatisfied": INTEGER,
            }
        }
    },
    "bonus": {
        "publicity": {
            "publicity": {
                "kind": "media_report | leader_commendation",
                "level": "national | provincial | municipal | district",
                "title": TEXT,
                "date": DATE,
            }
        },
        "research": {
            "key_disciplines": {
                "name": TEXT,
                "level": "national | provincial | municipal | district | institution",
                "date": DATE,
            },
            "research_projects": {
                "name": TEXT,
                "level": "national | provincial | municipal | bureau | institution",
                "date": DATE,
            },
            "papers": {"title": TEXT, "level": "first | second | other", "date": DATE},
        },
    },
}

# The points the criteria speak of, each of which some example has to reach.
REACHED: dict[str, set[str]] = {
    "agreement": {"5", "0"},
    "annual_plan": {"5", "0"},
    "incentive": {"6", "3", "0"},
    "quality_system": {"5", "0"},
    "referral_system": {"5", "0"},
    "two_way_referral": {"6", "3", "0"},
    "grassroots_support": {"10", "5", "0"},
    "dispatched_staff": {"5", "2", "0"},
    "supported_disciplines": {"2", "0"},
    "discipline_plan": {"2", "1", "0"},
    "leader_training": {"2", "1", "0"},
    "trainees": {"4", "2", "0"},
    "lectures": {"2", "0"},
    "service_volume": {"5", "0"},
    "chronic_care": {"6", "5", "4", "3", "2", "0"},
    "new_techniques": {"5", "2", "0"},
    "management_documents": {"6", "3", "0"},
    "referral_information": {"5", "3", "0"},
    "fund_use": {"4", "0"},
    "satisfaction": {"10", "8", "6", "4", "0"},
    "publicity": {"3", "0"},
    "research": {"3", "2.5", "2", "1.5", "0.5", "0"},
}


class Row(NamedTuple):
    """One row of the table, white space taken out."""

    section: str
    section_points: int
    indicator: str
    number: str
    title: str
    points: int
    criteria: str


def squeeze(text: str) -> str:
    """Take out all white space, which the published text uses for lay-out only."""
    return "".join(text.split())


def annex_rows(text: str) -> Iterator[Row]:
    """Read the published table; an empty section or indicator is a merged cell and goes on from the row above."""
    section = indicator = ""
    for block in text.split("\n\n")[2:]:
        cells = [squeeze(cell) for cell in f"\n{block}".split("\n\t")[1:]]
        number, section, indicator = cells[0], cells[1] or section, cells[2] or indicator
        title, points, criteria = cells[3:6]
        heading = re.fullmatch(r"(?P<title>.+)（(?P<points>\d+)分）", section)
        assert heading, section
        yield Row(heading["title"], int(heading["points"]), indicator, number, title, int(points), criteria)


def scheme_rows() -> Iterator[Row]:
    """Read the same from the scheme document."""
    for section in SCHEME["sections"]:
        for item in section["items"]:
            texts = [item["indicator"], item["number"] or "", item["title"]]
            indicator, number, title = (squeeze(text) for text in texts)
            points, criteria = item["points"], squeeze(item["criteria"])
            yield Row(squeeze(section["title"]), section["points"], indicator, number, title, points, criteria)


def members(node: object, name: str) -> Iterator[Any]:
    """Find every member of that name, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            yield from members(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from members(value, name)


def words(node: object) -> Iterator[str]:
    """List every name a rule or measure is made of, without its clauses and labels."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key not in {"clause", "reason", "label", "unit"}:
                yield from words(value)
    elif isinstance(node, list):
        for value in node:
            yield from words(value)
    elif isinstance(node, str):
        yield node


def fields_of(node: object) -> set[str]:
    """Name the evidence fields that a rule looks at, through its measures."""
    seen: set[str] = set()
    waiting = set(words(node))
    while waiting:
        seen |= waiting
        waiting = {word for name in waiting for word in words(SCHEME["measures"].get(name))} - seen
    return seen & set(SCHEME["evidence"])


def shape(field: dict[str, Any]) -> str | dict[str, Any]:
    """Write a field as the contract writes it."""
    if field["type"] == "table":
        return {code: shape(column) for code, column in field["columns"].items()}
    if field["type"] == "choice":
        return " | ".join(field["choices"])
    return f"personal {field['type']}" if field.get("personal") else field["type"]


def readings() -> Iterator[tuple[str, dict[str, Any]]]:
    """List all readings, each with the code of what it stands under."""
    yield from (("scheme", reading) for reading in SCHEME["readings"])
    yield from ((code, reading) for code, item in ITEMS.items() for reading in item["readings"])


def ends(expected: object) -> tuple[Decimal | None, Decimal | None]:
    """Give the least and the most of an expected result."""
    low, high = expected if isinstance(expected, list) else (expected, expected)
    return Decimal(str(low)), Decimal(str(high))


def test_the_stored_text_is_the_published_one() -> None:
    """Nobody mends the source by hand."""
    found = hashlib.sha256((PLAN + ANNEX).encode()).hexdigest()
    assert found == "344796529a304c02f4dd1564d9bbf611f5d900ab9a8ac4fe907df8a76133e9fc"


def test_the_annex_is_read_whole() -> None:
    """22 rows: no number 3, one row without a number."""
    rows = list(annex_rows(ANNEX))
    assert [row.number for row in rows] == ["1", "2", *map(str, range(4, 16)), "", *map(str, range(16, 23))]


def test_every_row_is_the_published_one_in_its_order() -> None:
    """Section, indicator, number, title, points and criteria; none missing, none added."""
    assert list(scheme_rows()) == list(annex_rows(ANNEX))


def test_the_row_without_a_number_has_none() -> None:
    """Null, not an empty text."""
    assert [code for code, item in ITEMS.items() if item["number"] is None] == ["chronic_care"]


def test_titles_are_the_published_ones() -> None:
    """Of the table and of the document, which the word processor's bookmark runs through."""
    assert squeeze(SCHEME["title"]) == squeeze(ANNEX.splitlines()[1])
    assert squeeze(PLAN.replace("[bookmark: _GoBack]", "")).startswith(squeeze(SCHEME["source"]["document"]))


def test_points_add_up() -> None:
    """16, 43, 31 and 10 are the base of 100; the bonus of 6 stands apart."""
    sections = {section["code"]: section for section in SCHEME["sections"]}
    sums = {code: sum(item["points"] for item in section["items"]) for code, section in sections.items()}
    assert sums == {"organisation": 16, "actions": 43, "results": 31, "satisfaction": 10, "bonus": 6}
    assert sums == {code: section["points"] for code, section in sections.items()}
    assert [code for code, section in sections.items() if section.get("bonus")] == ["bonus"]
    assert sum(sums.values()) - sums["bonus"] == SCHEME["base"] == 100


@pytest.mark.parametrize("code", ITEMS)
def test_every_clause_is_a_fragment_of_its_criteria(code: str) -> None:
    """A deduction cites the clause it rests on, so the clause has to be printed there."""
    criteria = squeeze(ITEMS[code]["criteria"])
    clauses = [squeeze(clause) for clause in members(ITEMS[code]["rule"], "clause")]
    assert all(clauses)
    assert [clause for clause in clauses if clause not in criteria] == []


def test_items_stand_in_the_sections_of_the_contract() -> None:
    """Codes and order."""
    found = {section["code"]: [item["code"] for item in section["items"]] for section in SCHEME["sections"]}
    assert found == {code: list(items) for code, items in CONTRACT.items()}
    assert list(found) == list(CONTRACT)


def test_fields_columns_and_choices_are_those_of_the_contract() -> None:
    """Every code, in the order of the contract, and nothing more."""
    wanted = {field: kind for items in CONTRACT.values() for fields in items.values() for field, kind in fields.items()}
    found = {code: shape(field) for code, field in SCHEME["evidence"].items()}
    assert found == wanted
    assert list(found) == list(wanted)


@pytest.mark.parametrize("code", ITEMS)
def test_an_item_looks_at_the_fields_of_the_contract(code: str) -> None:
    """All of them, and at no others."""
    assert fields_of(ITEMS[code]["rule"]) == {f for items in CONTRACT.values() for f in items.get(code, {})}


def test_everything_that_can_be_filled_in_has_a_label() -> None:
    """Fields, columns, choices and measures are read by people; measures also say in what they are counted."""
    fields = [
        *SCHEME["evidence"].values(),
        *(c for columns in members(SCHEME["evidence"], "columns") for c in columns.values()),
    ]
    labels = [field["label"] for field in fields]
    labels += [label for choices in members(SCHEME["evidence"], "choices") for label in choices.values()]
    labels += [measure[key] for measure in SCHEME["measures"].values() for key in ("label", "unit")]
    assert [label for label in labels if not re.search(r"[\u4e00-\u9fff%]", label)] == []


def test_proof_is_required_where_the_clause_asks_for_it() -> None:
    """查看相关文件和资料, 佐证资料: rows 8 and 9."""
    required = [code for code, item in ITEMS.items() if item.get("attachments", "optional") == "required"]
    assert required == ["grassroots_support", "dispatched_staff"]


@pytest.mark.parametrize("sentence", SCHEME["composition"]["basis"].splitlines())
def test_composition_rests_on_sentences_of_the_plan(sentence: str) -> None:
    """Word for word."""
    assert squeeze(sentence) in squeeze(PLAN)


def test_readings_quote_word_for_word() -> None:
    """Whatever stands in 「」 stands in the plan or its annex; what a reading is about stands in the criteria."""
    published = squeeze(PLAN + ANNEX)
    for code, reading in readings():
        quotes = re.findall(r"「([^「」]+)」", "".join(map(str, reading.values())))
        assert [quote for quote in quotes if squeeze(quote) not in published] == [], (code, reading["about"])
        if code != "scheme":
            assert squeeze(reading["about"]) in squeeze(ITEMS[code]["criteria"]), (code, reading["about"])


def test_readings_are_whole() -> None:
    """What is open, what was chosen, what else could be, and why."""
    for code, reading in readings():
        assert list(reading) == ["about", "question", "chosen", "others", "basis"], code
        assert all(reading[part] for part in ("about", "question", "chosen", "basis")), code
        assert reading["chosen"] not in reading["others"]


def test_examples_are_whole() -> None:
    """Each names every item, and its totals are the sums of its items."""
    assert len({example["name"] for example in SCHEME["examples"]}) == len(SCHEME["examples"]) >= 14
    bonus = list(CONTRACT["bonus"])
    for example in SCHEME["examples"]:
        expected = example["expect"]
        assert list(expected["items"]) == list(ITEMS), example["name"]
        items = {code: ends(value) for code, value in expected["items"].items()}
        parts = {"base": items.keys() - set(bonus), "bonus": bonus, "total": items.keys()}
        for part, codes in parts.items():
            sums = tuple(sum(items[code][end] for code in codes) for end in (0, 1))
            assert ends(expected[part]) == sums, (example["name"], part)


@pytest.mark.parametrize("code", ITEMS)
def test_examples_reach_all_the_points_an_item_can_give(code: str) -> None:
    """So that every level is tried out, and nothing beyond what the criteria name."""
    expected = [example["expect"]["items"][code] for example in SCHEME["examples"]]
    reached = {str(Decimal(str(points))) for points in expected if not isinstance(points, list)}
    assert reached == REACHED[code]
