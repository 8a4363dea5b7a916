"""The JSON Schema in `docs/` is the one of the models, and takes what the models take."""

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from app.scoring.scheme import document_schema

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "scheme.schema.json"
SHIPPED = sorted((ROOT / "scoring_schemes").glob("*/*.yaml"))


def test_the_published_schema_is_up_to_date() -> None:
    written = json.dumps(document_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scheme_keeps_to_it(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(document_schema()).validate(document)


@pytest.mark.parametrize(
    ("place", "value"),
    [("scheme", "two words"), ("base", "100"), ("base", -1), ("sections", []), ("kind", "points!"), ("extra", 1)],
)
def test_it_refuses_what_the_models_refuse(place: str, value: object) -> None:
    document = yaml.safe_load(SHIPPED[0].read_text(encoding="utf-8"))
    document[place] = value
    assert not jsonschema.Draft202012Validator(document_schema()).is_valid(document)


def test_numbers_are_numbers_there() -> None:
    definitions = document_schema()["$defs"]
    schema = {**definitions["Section"]["properties"]["points"], "$defs": definitions}  # type: ignore[index]
    assert jsonschema.Draft202012Validator(schema).is_valid(float(Decimal("2.5")))
    assert not jsonschema.Draft202012Validator(schema).is_valid("2.5")
