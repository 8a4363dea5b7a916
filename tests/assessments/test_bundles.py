"""Proof bundles: of what was published last, the same at every request, verified without the service."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from app import signing
from app.exchange import zips
from app.exchange.proving import prove
from app.scoring.digest import canonical, digest_of
from tests.assessments.builders import SHEET, a_judgement
from tests.assessments.frozen import finalised, published, put_beside
from tests.cli.calls import call
from tests.exchange.bundles import forged
from tests.flow.watching import row_counts
from tests.rounds.builders import ROUNDS, SCHEMES
from tests.service import Service, serving

BUNDLE = f"{SHEET}/bundle"


def fetched(service: Service, by: str = "auditor") -> bytes:
    answer = service.get(BUNDLE, by=by)
    assert answer.status_code == 200, answer.text
    return answer.content


def public(service: Service) -> str:
    found = signing.public_key(service.settings.signing_key)
    assert found is not None
    return found


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def corrected(service: Service, points: int = 2) -> None:
    """Reviewed anew with another judgement, and published at once."""
    service.post(f"{SHEET}/reopen", json={"reason": "复核发现有误"})
    service.put(f"{SHEET}/judgements/chronic", json=a_judgement(points=points))
    service.post(f"{SHEET}/propose")
    assert service.post(f"{SHEET}/approve").status_code == 200


def test_nothing_is_bundled_before_it_is_published(service: Service) -> None:
    finalised(service)
    refused = service.get(BUNDLE, by="chief")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not_published")
    assert "尚未公布" in refused.json()["detail"]
    assert service.get(BUNDLE, by="submitter").status_code == 403


def test_a_bundle_holds_what_was_published_and_proves_it(service: Service) -> None:
    published(service)
    answer = service.get(BUNDLE, by="submitter")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="2020.alliance.zip"'
    held = files(answer.content)
    assert held["sheet.json"] == service.get(SHEET, by="submitter").content
    assert json.loads(held["scheme.json"]) == service.get(f"{SCHEMES}/small/versions/1").json()
    assert json.loads(held["inputs.json"])["judgements"] == {"chronic": a_judgement()}
    [attached] = json.loads(held["attachments.json"])
    assert (attached["item"], len(attached["sha256"])) == ("dispatch", 64)
    proof = prove(answer.content, [public(service)])
    assert (proof.faults, proof.key_known) == ((), True)


def test_a_bundle_says_that_two_people_moved_the_result_and_names_nobody(service: Service) -> None:
    published(service)
    moves = json.loads(files(fetched(service))["moves.json"])
    assert [(each["act"], each["by"]) for each in moves] == [
        ("submit", 1),
        ("review", 2),
        ("propose", 2),
        ("approve", 3),
        ("publish", 3),
    ]
    assert {name for each in moves for name in each} == {"number", "act", "state", "by", "at", "revision", "sheet"}
    held = files(fetched(service))
    del held["scheme.json"]  # its worked examples name people that nobody is
    for name in ("（测试）", "甲", '"submitter"', '"evaluator"', '"chief"'):
        assert name.encode() not in b"".join(held.values())


def test_a_bundle_stays_the_same_while_the_record_goes_on(service: Service, database_url: str) -> None:
    published(service)
    first = service.get(BUNDLE, by="chief")
    service.post(f"{ROUNDS}/2020/subjects/alliance/assessment/approve")
    service.post(SCHEMES, json={})
    before = row_counts(service)
    assert service.get(BUNDLE, by="chief").content == first.content
    assert row_counts(service) == before, "reading records nothing"
    again = service.get(BUNDLE, by="chief", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["ETag"] == f'"{digest_of(first.content)}"'
    with serving(database_url, signing_key=service.settings.signing_key) as other:
        assert fetched(other) == first.content
    service.post(f"{SHEET}/reopen", json={"reason": "复核发现有误"})
    assert service.get(BUNDLE, by="chief").content == first.content, "what is published stays until the next"


def test_another_publication_has_another_bundle_and_the_first_still_proves_itself(service: Service) -> None:
    published(service)
    first = fetched(service)
    corrected(service)
    second = fetched(service)
    for data, number, total in ((first, 1, 11), (second, 2, 9)):
        proof = prove(data, [public(service)])
        assert (proof.faults, proof.manifest.number) == ((), number)
        assert json.loads(files(data)["sheet.json"])["total"] == total
    corrected(service, points=3)
    third = prove(fetched(service)).manifest
    assert third.sequence > prove(second).manifest.sequence > prove(first).manifest.sequence


def test_the_entry_named_is_that_of_the_publication(service: Service) -> None:
    published(service)
    manifest = prove(fetched(service)).manifest
    entries = service.get("/api/v1/audit", by="auditor").json()["data"]
    [named] = [each for each in entries if each["sequence"] == manifest.sequence]
    assert (named["act"], named["thing"], named["hash"]) == ("publish_round", "rounds/2020", manifest.hash)
    corrected(service)
    manifest = prove(fetched(service)).manifest
    entries = service.get("/api/v1/audit", by="auditor").json()["data"]
    [named] = [each for each in entries if each["sequence"] == manifest.sequence]
    assert (named["act"], named["thing"]) == ("publish", "rounds/2020/subjects/alliance")


def test_other_sheets_beside_the_published_one_do_not_matter(service: Service) -> None:
    published(service)
    first = fetched(service)
    put_beside(service, total=0)
    assert fetched(service) == first


def test_whoever_may_not_read_it_does_not(service: Service) -> None:
    published(service)
    refused = [service.get(BUNDLE, by=by).status_code for by in ("admin", "evaluator", "stranger", "dashboard")]
    assert set(refused) <= {403, 404}
    assert service.get(BUNDLE, by=None).status_code == 401


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def downloaded(service: Service, tmp_path: Path) -> Path:
    published(service)
    path = tmp_path / "2020.alliance.zip"
    path.write_bytes(fetched(service))
    return path


def test_a_bundle_is_verified_without_database_and_settings(service: Service, downloaded: Path) -> None:
    nowhere = {"MEA_DATABASE_URL": "mysql://nowhere", "MEA_PORT": "none", "MEA_SIGNING_KEY": "/nowhere/key"}
    done = call("verify", downloaded, "--key", public(service), **nowhere)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert done.stdout.startswith("批次 2020，考评对象 alliance，第 1 份评分表，")
    assert done.stdout.endswith("核对完毕：内容、摘要、签名均相符，重新计分结果一致\n")
    unnamed = call("verify", downloaded, **nowhere)
    assert unnamed.exit_code == 0
    assert "公钥本身是否属于发布单位未经核对" in unnamed.stderr


def test_what_does_not_fit_is_named(downloaded: Path, tmp_path: Path) -> None:
    held = zips.read(downloaded.read_bytes())
    assert held is not None
    changed = tmp_path / "changed.zip"
    changed.write_bytes(zips.write({**held, "sheet.json": held["sheet.json"].replace(b'"total":11', b'"total":16')}))
    done = call("verify", changed)
    assert done.exit_code == 1
    assert "不符：sheet.json 与清单所列的摘要不符，已被改动 [file_changed]" in done.stdout
    assert done.stdout.endswith("核对完毕：存证包有 2 处不符\n")
    other = signing.create(tmp_path / "other.key").public
    stranger = call("verify", downloaded, "--key", other)
    assert (stranger.exit_code, "[key_unknown]" in stranger.stdout) == (1, True)


def test_what_a_bundle_says_of_itself_stays_on_its_line(tmp_path: Path) -> None:
    made_up = tmp_path / "made-up.zip"
    for name in ("round", "engine"):
        made_up.write_bytes(forged(change=lambda said, name=name: said.update({name: "\x1b[2J\n核对完毕：全部相符"})))
        lines = call("verify", made_up).stdout.split("\n")
        assert "\x1b" not in "".join(lines)
        assert [line for line in lines if line.startswith("核对完毕：全部")] == []


def test_files_that_are_no_bundle_are_refused(downloaded: Path, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.zip"
    nonsense.write_bytes(canonical({"a": 1}))
    assert call("verify", nonsense).exit_code == 1
    for arguments in ([tmp_path / "missing.zip"], [tmp_path], [downloaded, "--key", "x"], []):
        assert call("verify", *arguments).exit_code == 2


def test_the_sheets_are_written_where_that_is_asked(service: Service, downloaded: Path, tmp_path: Path) -> None:
    assert call("verify", downloaded, "--out", tmp_path / "sheets").exit_code == 0
    sheet = service.get(SHEET, by="chief").content
    assert {path.name: path.read_bytes() for path in (tmp_path / "sheets").iterdir()} == {
        "2020.alliance.stored.json": sheet,
        "2020.alliance.recomputed.json": sheet,
    }


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_opens_a_bundle(downloaded: Path) -> None:
    tested = subprocess.run(["unzip", "-t", downloaded], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout
    assert "No errors detected" in tested.stdout
