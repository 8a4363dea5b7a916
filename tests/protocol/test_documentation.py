"""/docs needs nothing from elsewhere; /openapi.json says everything that can be asked and answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tests.service import serving

# Every route can be wrong in a query parameter; every route that asks the database can find it busy.
ALWAYS = {"422", "503"}
# Every route that asks who one is can find it is nobody, one who may not, or one who tried too often.
ASKING = {"401", "403", "429"}
PUBLIC = {"GET /healthz", "GET /readyz", "GET /problems/{type}", "POST /api/v1/login"}
# What makes or moves nothing.
UNKEYED = {"POST /api/v1/schemes/{code}/versions/{version}/score"}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(f"sqlite:///{tmp_path_factory.mktemp('docs')}/x.sqlite3") as running:
        yield running


@pytest.fixture(scope="module")
def document(service):
    return service.get("/openapi.json", by=None).json()


def operations(document) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_page_names_no_other_host(service):
    page = service.get("/docs", by=None)
    assert page.status_code == 200
    assert not re.search(r"(?:https?:)?//[a-z]", page.text)
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert asset.startswith("/assets/docs/")
        assert service.get(asset, by=None).status_code == 200


def test_the_page_may_load_nothing_from_elsewhere(service):
    policy = service.get("/docs", by=None).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert re.search(r"script-src 'self' 'sha256-[A-Za-z0-9+/=]{44}';", policy)


def test_it_is_openapi_31_in_chinese(document):
    assert document["openapi"].startswith("3.1")
    assert CHINESE.search(document["info"]["title"])
    for name, operation in operations(document):
        assert CHINESE.search(operation["summary"]), name
        assert all(CHINESE.search(tag) for tag in operation["tags"]), name
        assert operation["operationId"], name
        for parameter in operation.get("parameters", []):
            assert CHINESE.search(parameter.get("description", "")), (name, parameter["name"])


def test_operations_have_names_of_their_own(document):
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_references_lead_somewhere(document):
    for reference in re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)):
        assert reference in document["components"]["schemas"], reference


def test_every_refusal_is_a_problem(document):
    for name, operation in operations(document):
        answers = operation["responses"]
        assert set(answers) >= ALWAYS | (set() if name in PUBLIC else ASKING), name
        for status, answer in answers.items():
            if int(status) >= 400:
                assert set(answer["content"]) == {"application/problem+json"}, (name, status)


def test_what_asks_nobody_says_so(document):
    assert {name for name, operation in operations(document) if operation.get("security") == []} == PUBLIC
    assert document["security"] == [{"token": []}, {"key": []}, {"session": []}]
    assert document["components"]["securitySchemes"].keys() == {"token", "key", "session"}


def test_every_post_that_makes_or_moves_something_takes_a_key(document):
    keyed = set()
    for name, operation in operations(document):
        if "Idempotency-Key" in [each["name"] for each in operation.get("parameters", [])]:
            keyed.add(name)
            assert {"409", "422"} <= set(operation["responses"]), name
            done = [answer for status, answer in operation["responses"].items() if status < "300"]
            assert done, name
            assert all("Idempotency-Replayed" in answer["headers"] for answer in done), name
    assert keyed == {name for name, _ in operations(document) if name.startswith("POST ")} - UNKEYED


def test_what_wants_a_tag_says_what_happens_without_and_with_another(document):
    for name, operation in operations(document):
        if "If-Match" in [each["name"] for each in operation.get("parameters", [])]:
            assert "412" in operation["responses"], name


def test_routes_that_read_a_body_say_so(document):
    for name, operation in operations(document):
        if "requestBody" in operation:
            assert set(operation["responses"]) >= {"400", "413", "415"}, name
            for kind, content in operation["requestBody"]["content"].items():
                assert content["schema"], (name, kind)
        else:
            assert not {"400", "413", "415"} & set(operation["responses"]), name


def test_routes_of_one_thing_can_miss_it(document):
    for name, operation in operations(document):
        if "{" in name:
            assert "404" in operation["responses"], name


def test_examples_are_what_their_schemas_say(document):
    checked = 0
    for name, operation in operations(document):
        contents = [answer.get("content", {}) for answer in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        for content in (each for kinds in contents for each in kinds.values() if "example" in each):
            schema = {**content["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(content["example"])
            checked += 1
        assert checked, name
