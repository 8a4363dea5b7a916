"""Nowhere but where names are kept does a name stand: not in the database, the log, or an answer to who reads none."""

from __future__ import annotations

import io
import logging
import zipfile
from collections import defaultdict
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import inspect, text

from tests.attaching import attach
from tests.evidence.naming import FIRST, NAME, OTHER, SECOND, a_stay, hand_in, named_round, put, stated
from tests.rounds.builders import ROUNDS
from tests.service import Service

THIRD = "皇甫嵩岳"
NAMES = (NAME, SECOND, THIRD)
VALUES = {"round": "2020", "subject": "alliance", "number": "1", "version": "1", "scheme": "small"}
"""For the addresses of the documentation; a code is that of the thing the address is about."""
CODES = {"schemes": "small", "alliances": "alliance", "subjects": "alliance", "institutions": "hospital"}


def played(service: Service) -> None:
    """A round from the first draft to the publishing, with names wherever names may be stated."""
    named_round(service, others=True)
    put(service, stated(a_stay(NAME, end="2020-13-01"), contact=NAME))
    put(service, stated(contact=NAME))
    refused = service.put(f"{FIRST}/evidence", json=stated(a_stay(SECOND)), by="submitter", headers={"If-Match": '"x"'})
    assert refused.status_code == 412
    hand_in(service, stated(a_stay(), a_stay(SECOND), contact=NAME))
    hand_in(service, stated(a_stay()), OTHER, "stranger")
    assessment = f"{FIRST}/assessment"
    told = {"value": [a_stay(), a_stay(THIRD)], "reason": "核实与所报不符"}
    assert service.put(f"{assessment}/findings/staff", json=told).status_code == 200
    wrong = {"value": [a_stay(THIRD, end="x")], "reason": "核实与所报不符"}
    assert service.put(f"{assessment}/findings/staff", json=wrong).status_code == 422
    marks = {"value": [{"name": SECOND, "mark": 5}], "reason": "专家现场评分"}
    assert service.put(f"{assessment}/findings/experts", json=marks).status_code == 200
    for subject in (FIRST, OTHER):
        assert service.post(f"{subject}/assessment/propose").status_code == 200
        assert service.post(f"{subject}/assessment/approve").status_code == 200
    asked = service.post(f"{FIRST}/personal/erasures", json={"reason": "当事人要求删除"}, by="chief")
    assert asked.status_code == 201
    assert service.post(f"{ROUNDS}/2020/close").status_code == 200
    assert service.post(f"{ROUNDS}/2020/publish").status_code == 200
    assert attach(service, FIRST, "dispatch").status_code == 200  # for an objection; it is there already


def all_rows(service: Service) -> Iterator[tuple[str, str]]:
    """Every table but the one that keeps names, as text."""
    with service.database.engine.connect() as connection:
        for table in sorted(set(inspect(connection).get_table_names()) - {"personal_values"}):
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 -- names of our own
                yield table, " ".join(_readable(each) for each in row)


def _readable(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def _told(answer: httpx.Response) -> str:
    """All that an answer says, also what is packed in it."""
    said = f"{answer.headers} {answer.text}"
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            said += "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return said


def addresses(service: Service) -> list[str]:
    """Every address that can be read, about the things there are."""
    found = []
    for path, operations in service.get("/openapi.json", by=None).json()["paths"].items():
        if "get" in operations:
            kind = path.removeprefix("/api/v1/").partition("/")[0]
            values = VALUES | {"code": CODES.get(kind, "2020"), "sha256": "0" * 64, "account": "submitter"}
            values |= {"item": "dispatch", "field": "staff", "name": "submitter", "type": "forbidden"}
            found.append(path.format_map(defaultdict(lambda: "1", values)))
    return found


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged; the log of requests is handed on, as it is not as a rule."""
    requests = logging.getLogger("app.requests")
    handed_on, requests.propagate = requests.propagate, True
    with caplog.at_level(logging.DEBUG):
        yield caplog
    requests.propagate = handed_on


def test_nobody_is_named_anywhere(service: Service, told: pytest.LogCaptureFixture) -> None:
    played(service)
    dumped = list(all_rows(service))
    assert {"evidence_revisions", "findings", "score_sheets", "audit_entries"} <= {table for table, _ in dumped}
    assert [where for where, what in dumped if any(name in what for name in NAMES)] == []
    read = 0
    for path in addresses(service):
        for by in ("auditor", "chief", "dashboard", "admin"):
            answer = service.get(path, by=by)
            read += answer.status_code == 200
            assert not any(name in _told(answer) for name in NAMES), path
    assert read > 40
    log = "\n".join(record.getMessage() for record in told.records)
    assert "/evidence" in log
    assert not any(name in log for name in NAMES)


def test_the_names_are_where_names_are_kept(service: Service) -> None:
    played(service)
    with service.database.reading() as session:
        kept = list(session.scalars(text("SELECT value FROM personal_values ORDER BY id")))
    assert kept == [NAME, SECOND, NAME, THIRD]
    assert service.get(f"{FIRST}/evidence", by="submitter").json()["evidence"]["contact"] == NAME
