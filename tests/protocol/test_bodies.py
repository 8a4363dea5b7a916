"""Bad bodies over HTTP: the right 4xx, the same on both engines, and nothing stored."""

from __future__ import annotations

import json

import pytest

from app.protocol.limits import LARGEST
from app.protocol.strict_json import BROKEN
from tests.protocol.test_strict_json import BAD
from tests.protocol.test_strict_yaml import BAD as BAD_YAML
from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.service import serving

JSON = {"Content-Type": "application/json"}
YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def service(database_url):
    with serving(database_url) as running:
        running.post(SCHEMES, json=a_scheme())
        yield running


def expected_status(code):
    return 413 if code == "too_large" else 400 if code in BROKEN else 422


def stored(service):
    return service.get(SCHEMES).json()["data"], service.get(address()).content


def test_every_bad_json_is_refused_everywhere(service, subtests):
    before = stored(service)
    for name, (data, (pointer, code)) in BAD.items():
        for method, path in (("POST", SCHEMES), ("PUT", address()), ("POST", address() + "/score")):
            with subtests.test(name, path=path):
                answer = service.request(method, path, content=data, headers=JSON)
                assert answer.status_code == expected_status(code)
                assert answer.headers["content-type"] == "application/problem+json"
                if code != "too_large":
                    error = answer.json()["errors"][0]
                    assert (error["in"], error["pointer"], error["code"]) == ("body", pointer, code)
    assert stored(service) == before


def test_every_bad_yaml_is_refused(service, subtests):
    before = stored(service)
    for name, (text, (_, code)) in BAD_YAML.items():
        data = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
        with subtests.test(name):
            answer = service.post(SCHEMES, content=data, headers=YAML)
            assert answer.status_code == expected_status(code)
    assert stored(service) == before


OTHER_TYPES = [
    (SCHEMES, None),
    (SCHEMES, "text/plain"),
    (SCHEMES, "application/xml"),
    (SCHEMES, "multipart/form-data; boundary=x"),
    (SCHEMES, "application/x-www-form-urlencoded"),
    (SCHEMES, "application/json; charset=gbk"),
    (SCHEMES, "application/json, text/plain"),
    (SCHEMES, "nonsense"),
    (address() + "/score", "application/yaml"),
]


def test_other_content_types_are_refused(service, subtests):
    for path, content_type in OTHER_TYPES:
        with subtests.test(content_type):
            headers = {} if content_type is None else {"Content-Type": content_type}
            answer = service.post(path, content=json.dumps(a_scheme("2")).encode(), headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported_media_type")


def test_json_by_any_spelling_is_taken(service):
    content = json.dumps(a_request()).encode()
    for kind in ("application/json; charset=UTF-8", "Application/JSON", 'application/json;charset="utf-8"'):
        answer = service.post(address() + "/score", content=content, headers={"Content-Type": kind})
        assert answer.status_code == 200


def test_compressed_bodies_are_refused(service):
    headers = {**JSON, "Content-Encoding": "gzip"}
    assert service.post(SCHEMES, content=b"\x1f\x8b", headers=headers).status_code == 415


def test_a_body_that_only_shows_its_size_while_it_comes(service):
    async def endless():
        for _ in range(LARGEST // 1024 + 10):
            yield b" " * 1024

    answer = service.post(address() + "/score", content=endless(), headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too_large")


def test_a_body_that_says_it_is_too_large_is_not_waited_for(service):
    async def never():
        raise AssertionError("the body was read")
        yield b""

    for length in ("1048577", "99999999999999999999999999"):
        answer = service.post(SCHEMES, content=never(), headers={**JSON, "Content-Length": length})
        assert answer.status_code == 413


def test_a_large_body_within_the_limit_is_read(service):
    content = json.dumps(a_request()).encode()
    padded = content + b" " * (LARGEST - len(content))
    assert service.post(address() + "/score", content=padded, headers=JSON).status_code == 200


def test_more_problems_than_anyone_reads_are_cut(service):
    content = b"[" + b"1e999," * 5000 + b"1]"
    answer = service.post(SCHEMES, content=content, headers=JSON)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100
    assert "前 100 处" in answer.json()["detail"]
