"""The library on disk: loaded as published versions, again without effect, and never over another content."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from app.access import CONSOLE
from app.config import Settings
from app.db import Database
from app.errors import Conflict, Invalid
from app.schemes import service
from app.scoring.digest import digest
from tests.schemes.examples import CODE, a_scheme


@pytest.fixture
def database(database_url):
    with closing(Database(Settings(database_url=database_url))) as opened:
        yield opened


def put(directory, document, name=None):
    path = directory / (name or f"{document['scheme']}/{document['version']}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def load(database, directory):
    with database.writing() as session:
        return [(each.code, each.version, each.status) for each in service.load_library(session, CONSOLE, directory)]


def test_the_shipped_library_loads_once(database):
    directory = Settings().schemes_directory
    first = load(database, directory)
    assert ("hangzhou-close-alliance", "2020-draft", "published") in first
    assert len(first) == len(list(directory.rglob("*.yaml")))
    assert load(database, directory) == []


def test_only_what_is_new_is_loaded(database, tmp_path):
    put(tmp_path, a_scheme("1"))
    assert load(database, tmp_path) == [(CODE, "1", "published")]
    put(tmp_path, a_scheme("2"))
    assert load(database, tmp_path) == [(CODE, "2", "published")]


def test_a_retired_version_stays_retired(database, tmp_path):
    put(tmp_path, a_scheme())
    load(database, tmp_path)
    with database.writing() as session:
        service.retire(session, CONSOLE, CODE, "1")
    assert load(database, tmp_path) == []


def test_a_draft_with_the_same_content_is_published(database, tmp_path):
    put(tmp_path, a_scheme())
    with database.writing() as session:
        service.draft(session, CONSOLE, a_scheme())
    assert load(database, tmp_path) == [(CODE, "1", "published")]


@pytest.mark.parametrize("publish", [True, False], ids=["published", "draft"])
def test_another_content_under_the_same_name_is_an_error(database, tmp_path, publish):
    with database.writing() as session:
        service.draft(session, CONSOLE, a_scheme())
        if publish:
            service.publish(session, CONSOLE, CODE, "1")
    put(tmp_path, a_scheme("0"))
    put(tmp_path, a_scheme(title="另一个"))
    with pytest.raises(Conflict, match=f"{CODE}/1.yaml"):
        load(database, tmp_path)
    with database.reading() as session:
        versions = service.versions(session, CONSOLE, ("", ""), 10)
        assert [(each.version, each.digest) for each in versions] == [("1", digest(a_scheme()))]  # nor was 0 loaded


def test_a_file_in_the_wrong_place_is_an_error(database, tmp_path):
    put(tmp_path, a_scheme(), "elsewhere/1.yaml")
    with pytest.raises(Conflict, match=r"elsewhere/1\.yaml"):
        load(database, tmp_path)


@pytest.mark.parametrize("content", ["a: &x 1", "scheme: x", "", "[1]"])
def test_a_broken_file_is_named(database, tmp_path, content):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "1.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"x/1\.yaml") as refusal:
        load(database, tmp_path)
    assert refusal.value.problems


def test_no_directory_is_an_empty_library(database, tmp_path):
    assert load(database, tmp_path / "nothing") == []
