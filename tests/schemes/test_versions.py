"""The life of a scheme version over HTTP: drafted, read, changed, published, retired; what each state refuses."""

from __future__ import annotations

import json

import pytest

from app.scoring.digest import canonical, digest
from tests.schemes.examples import CODE, SCHEMES, a_request, a_scheme, address
from tests.service import serving

YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def service(database_url):
    with serving(database_url) as running:
        yield running


@pytest.fixture
def published(service):
    service.post(SCHEMES, json=a_scheme())
    assert service.post(address() + "/publish").status_code == 200
    return service


def tag(document):
    return f'"{digest(document)}"'


def test_a_draft_is_made_and_read(service):
    made = service.post(SCHEMES, json=a_scheme())
    assert made.status_code == 201
    assert made.headers["location"] == address()
    assert made.headers["etag"] == tag(a_scheme())
    body = made.json()
    assert (body["code"], body["version"], body["status"]) == (CODE, "1", "draft")
    assert (body["published_at"], body["retired_at"]) == (None, None)
    read = service.get(made.headers["location"])
    assert read.content == canonical(a_scheme())
    assert read.headers["etag"] == tag(a_scheme())
    assert read.headers["content-type"] == "application/json"


def test_yaml_and_json_make_the_same_document(service):
    yaml = "scheme: x\n"
    assert service.post(SCHEMES, content=yaml, headers=YAML).status_code == 422
    same = json.dumps(a_scheme(), ensure_ascii=False).encode()  # JSON is YAML too
    assert service.post(SCHEMES, content=same, headers=YAML).headers["etag"] == tag(a_scheme())


def test_a_name_that_is_taken_is_refused(service):
    service.post(SCHEMES, json=a_scheme())
    again = service.post(SCHEMES, json=a_scheme(title="另一个"))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/scheme_version_exists")
    assert service.get(address()).headers["etag"] == tag(a_scheme())


def test_a_wrong_document_is_refused_with_all_its_problems(service):
    wrong = a_scheme(base="五", extra=1)
    wrong["sections"][0]["items"][0]["rule"] = {"levels": [{"points": 5, "when": {"nothing": {"at_least": 2}}}]}
    answer = service.post(SCHEMES, json=wrong)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/base", "/extra"} <= pointers
    assert service.get(SCHEMES).json()["data"] == []


def test_a_draft_changes(service):
    service.post(SCHEMES, json=a_scheme())
    changed = service.put(address(), json=a_scheme(title="改过的"))
    assert changed.status_code == 200
    assert changed.json()["title"] == "改过的"
    assert changed.headers["etag"] == tag(a_scheme(title="改过的"))
    assert service.get(address()).json()["title"] == "改过的"
    made = service.get(SCHEMES).json()["data"][0]
    assert made["created_at"] < made["changed_at"]


def test_a_draft_keeps_its_name(service):
    service.post(SCHEMES, json=a_scheme())
    renamed = service.put(address(), json=a_scheme("2", scheme="another"))
    assert renamed.status_code == 422
    assert [error["pointer"] for error in renamed.json()["errors"]] == ["/scheme", "/version"]


def test_a_draft_goes(service):
    service.post(SCHEMES, json=a_scheme())
    gone = service.delete(address())
    assert (gone.status_code, gone.content) == (204, b"")
    assert service.get(address()).status_code == 404
    assert service.post(SCHEMES, json=a_scheme()).status_code == 201


ACTS = [
    ("GET", "", None),
    ("GET", "/evidence-schema", None),
    ("PUT", "", a_scheme()),
    ("DELETE", "", None),
    ("POST", "/publish", None),
    ("POST", "/retire", None),
    ("POST", "/score", a_request()),
]


def test_what_is_not_there(service, subtests):
    for method, path, body in ACTS:
        with subtests.test(method, path=path):
            answer = service.request(method, address() + path, json=body)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/scheme_not_found")


def test_who_read_another_state_is_refused(service, subtests):
    service.post(SCHEMES, json=a_scheme())
    for method, path, body in (ACTS[2], ACTS[4], ACTS[5]):
        for header in (tag(a_scheme(title="旧")), "W/" + tag(a_scheme()), "", "nonsense"):
            with subtests.test(method, path=path, header=header):
                stale = service.request(method, address() + path, json=body, headers={"If-Match": header})
                assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
        fresh = {"If-Match": '"other", ' + tag(a_scheme())}
        assert service.request(method, address() + path, json=body, headers=fresh).status_code == 200


def test_a_draft_goes_only_as_it_was_read(service):
    service.post(SCHEMES, json=a_scheme())
    assert service.delete(address(), headers={"If-Match": '"other"'}).status_code == 412
    assert service.delete(address(), headers={"If-Match": tag(a_scheme())}).status_code == 204


def test_publishing_seals(published):
    before = published.get(address())
    for method, path, body in [("PUT", "", a_scheme(title="改")), ("DELETE", "", None), ("POST", "/publish", None)]:
        refused = published.request(method, address() + path, json=body)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/scheme_published")
    after = published.get(address())
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    version = published.get(SCHEMES).json()["data"][0]
    assert version["status"] == "published"
    assert version["published_at"]


def test_retiring_ends_nothing_but_new_rounds(published):
    document = published.get(address()).content
    retired = published.post(address() + "/retire")
    assert (retired.status_code, retired.json()["status"]) == (200, "retired")
    assert retired.json()["retired_at"]
    assert published.get(address()).content == document
    assert published.post(address() + "/score", json=a_request()).status_code == 200
    for path in ("/retire", "/publish"):
        assert published.post(address() + path).status_code == 409


def test_a_draft_cannot_be_retired(service):
    service.post(SCHEMES, json=a_scheme())
    refused = service.post(address() + "/retire")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/scheme_not_published")


def test_an_unsound_scheme_is_stored_but_not_published(service):
    assert service.post(SCHEMES, json=a_scheme(base=7)).status_code == 201
    refused = service.post(address() + "/publish")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/scheme_unsound")
    assert refused.json()["errors"]
    assert all(error["in"] == "document" and error["message"] for error in refused.json()["errors"])
    assert service.get(SCHEMES).json()["data"][0]["status"] == "draft"


def test_who_has_it_gets_304(published):
    for path in ("", "/evidence-schema"):
        first = published.get(address() + path)
        for header in (first.headers["etag"], "W/" + first.headers["etag"], '"x", ' + first.headers["etag"], "*"):
            again = published.get(address() + path, headers={"If-None-Match": header})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        other = published.get(address() + path, headers={"If-None-Match": '"x"'})
        assert other.content == first.content


def test_a_published_document_comes_from_memory(published):
    first = published.get(address())
    published.database.engine.dispose()
    published.database.reading = None  # whoever asks the database now fails
    assert published.get(address()).content == first.content
    assert published.post(address() + "/score", json=a_request()).status_code == 200


def test_the_list_comes_in_pages(service):
    for version in ("10", "9", "2020-draft"):
        service.post(SCHEMES, json=a_scheme(version))
    service.post(SCHEMES, json=a_scheme(scheme="A-city"))
    service.post(address("9") + "/publish")
    seen, query = [], f"{SCHEMES}?limit=3"
    answer = service.get(query).json()
    while True:
        seen += [(each["code"], each["version"]) for each in answer["data"]]
        if answer["next_cursor"] is None:
            break
        answer = service.get(query + "&cursor=" + answer["next_cursor"]).json()
    assert seen == [("A-city", "1"), (CODE, "10"), (CODE, "2020-draft"), (CODE, "9")]  # by bytes, on both engines
    assert [each["version"] for each in service.get(SCHEMES + "?status=published").json()["data"]] == ["9"]
    assert [each["code"] for each in service.get(SCHEMES + "?code=A-city").json()["data"]] == ["A-city"]
    assert service.get(SCHEMES + "?code=nothing").json() == {"data": [], "next_cursor": None}
    assert service.get(SCHEMES + "?limit=4").json()["next_cursor"] is None


def test_scoring_stores_nothing_and_repeats(published):
    first = published.post(address() + "/score", json=a_request())
    assert first.status_code == 200
    sheet = first.json()
    assert sheet["scheme"] == {"code": CODE, "version": "1", "digest": digest(a_scheme())}
    assert (sheet["total"], sheet["status"]) == (2, "complete")
    assert published.post(address() + "/score", json=a_request()).content == first.content


def test_a_draft_can_be_scored_with_as_it_is_now(service):
    service.post(SCHEMES, json=a_scheme())
    assert service.post(address() + "/score", json=a_request()).json()["scheme"]["digest"] == digest(a_scheme())
    changed = a_scheme(title="改")
    service.put(address(), json=changed)
    assert service.post(address() + "/score", json=a_request()).json()["scheme"]["digest"] == digest(changed)


WRONG_REQUESTS = [
    ({"period": {"start": "2021-02-29", "end": "2021-03-31"}}, "/period/start"),
    ({"period": {"start": "2021-04-01", "end": "2020-04-01"}}, "/period/end"),
    ({"period": None}, "/period"),
    ({"nonsense": 1}, "/nonsense"),
    ({"evidence": {"nothing": 1}}, "/evidence/nothing"),
    ({"evidence": {"dispatched_staff": True}}, "/evidence/dispatched_staff"),
    ({"evidence": {"dispatched_staff": [{"name": 1}]}}, "/evidence/dispatched_staff/0/name"),
    ({"judgements": {"dispatched_staff": {"points": 1, "rationale": "有理有据"}}}, "/judgements/dispatched_staff"),
    ({"final": "yes"}, "/final"),
]


def test_wrong_requests_are_refused_with_the_place(published, subtests):
    for changes, pointer in WRONG_REQUESTS:
        with subtests.test(pointer):
            answer = published.post(address() + "/score", json=a_request(**changes))
            assert answer.status_code == 422
            assert pointer in [error["pointer"] for error in answer.json()["errors"]]
            assert all(error["in"] == "body" and error["message"] for error in answer.json()["errors"])


def test_a_body_that_is_no_object_is_refused(published):
    for body in (b"[]", b'"text"', b"1", b"null", b"true"):
        for path in (SCHEMES, address() + "/score"):
            answer = published.post(path, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 422


def test_the_evidence_schema_describes_the_fields(published):
    answer = published.get(address() + "/evidence-schema").json()
    assert answer["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(answer["properties"]) == {"dispatched_staff"}
