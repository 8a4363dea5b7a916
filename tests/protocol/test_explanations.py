"""Every type of refusal is explained, nothing else is, and its address leads to the explanation."""

from __future__ import annotations

import re

import pytest

from app.errors import Refused
from app.protocol.explanations import sections
from tests.protocol.refusal_types import ROOT, in_source, in_sources, kinds
from tests.service import serving

PAGE = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
HEADING = re.compile(r"### `([a-z_]+)` (\d{3}(?:, \d{3})*) (\S*[\u4e00-\u9fff].*)")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(f"sqlite:///{tmp_path_factory.mktemp('problems')}/x.sqlite3") as running:
        yield running


def test_the_page_explains_what_the_source_says_and_nothing_else():
    headings = [HEADING.fullmatch(line) for line in PAGE.splitlines() if line.startswith("### ")]
    assert all(headings)
    shown = {found[1]: {int(status) for status in found[2].split(", ")} for found in headings if found}
    assert len(shown) == len(headings)
    assert shown == in_sources()


def test_every_paragraph_says_what_to_do():
    found = sections(PAGE)
    assert len(found) > 80
    for name, text in found.items():
        assert "**Then:**" in text, name
        assert text.count("\n#") == 0, name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('raise Conflict("a_b", "…")', [("a_b", 409)]),
        ('raise errors.NotFound("a_b", f"{x}")', [("a_b", 404)]),
        ("raise NotFound(*missing)", []),
        ("raise Invalid(found)", [("invalid", 422)]),
        ('raise Invalid(found, "a_b", "…", "document")', [("a_b", 422)]),
        ('raise Unreadable(413, "a_b", "…")', [("a_b", 413)]),
        ("raise InvalidCursor", []),
        ("raise InvalidQuery(found)", [("invalid_parameters", 422)]),
        ('TooMany("a_b", "…", 1)', [("a_b", 429)]),
        ('OutcomeUnknown("a_b", "…")', [("a_b", 503)]),
        ('problem(405, "a_b", "…")', [("a_b", 405)]),
        ('Thing(missing=("a_b", "…"))', [("a_b", 404)]),
        ('Problem((), "a_b", "…")', []),
    ],
)
def test_types_are_found(source, expected):
    assert list(in_source(source, kinds())) == expected


def test_every_kind_of_refusal_is_known():
    assert {"Refused", "TooMany", "InvalidCursor", "Unreadable"} < kinds().keys()
    assert all(issubclass(kind, Refused) for kind in kinds().values())


def test_the_address_of_a_type_leads_to_its_paragraph(service):
    refused = service.get("/api/v1/me", by=None)
    answer = service.get(refused.json()["type"], by=None)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text == sections(PAGE)["unauthenticated"]
    assert answer.text.startswith("### `unauthenticated` 401 未登录\n")


@pytest.mark.parametrize(("name", "status"), [("nothing", 404), ("A", 422), ("..%2f..%2fREADME", 404), ("a" * 65, 422)])
def test_what_is_no_type_leads_nowhere(service, name, status):
    assert service.get(f"/problems/{name}", by=None).status_code == status
