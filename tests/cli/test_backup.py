"""`backup` and `restore`: one state of everything while others write, put elsewhere and proved there."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import signing
from app.audit.service import Seals
from app.config import Settings
from app.db import Database, copy_database, migrate
from app.errors import Conflict, Unavailable
from tests.assessments.frozen import published
from tests.audit.builders import act, unguard
from tests.cli.calls import call
from tests.databases import SQLiteFiles
from tests.service import serving

SOUND = re.compile(r"已核对审计记录 [0-9]+ 条、签名链头 [0-9]+ 个，未发现问题\n")
SCORED = "已按定稿时的依据重新计分 1 份评分表，引擎 1；全部一致\n"


class Kept:
    """A service on SQLite with everything it keeps, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'live.sqlite3'}"
        self.heads, self.key = folder / "heads.jsonl", folder / "signing.key"
        self.attachments = folder / "attachments"

    def fill(self) -> None:
        """One published result, and two attachments that nothing names."""
        migrate(self.url)
        beside = {"audit_heads": self.heads, "signing_key": self.key, "attachments": self.attachments}
        with serving(self.url, **beside) as service:
            published(service)
        self.attach(b"one")
        self.attach(b"two")

    def attach(self, data: bytes) -> None:
        name = hashlib.sha256(data).hexdigest()
        path = self.attachments / "contents" / name[:2] / name[2:4] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def call(self, *arguments: Any) -> Any:
        settings = {"DATABASE_URL": self.url, "AUDIT_HEADS": self.heads, "SIGNING_KEY": self.key}
        settings["ATTACHMENTS"] = self.attachments
        return call(*arguments, **{f"MEA_{name}": str(value) for name, value in settings.items()})

    def backup(self, target: Path, *more: str) -> Any:
        return self.call("backup", target, *more)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service that has stopped, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    Kept(folder).fill()
    return folder


@pytest.fixture
def kept(tmp_path: Path, filled: Path) -> Kept:
    return Kept(Path(shutil.copytree(filled, tmp_path / "live")))


@pytest.fixture(params=["copy", "copy.tar"])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / "safe" / request.param


def attached(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "attachments").rglob("*") if path.is_file())


def entries(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT count(*) FROM audit_entries").fetchone()[0]


@contextmanager
def writers(kept: Kept, count: int = 4) -> Iterator[Callable[[], int]]:
    """So many that act, have heads signed and attach, all the time; how often until now."""
    done = [0] * count
    stop = threading.Event()
    with closing(Database(Settings(database_url=kept.url))) as database:

        def write(number: int) -> None:
            seals = Seals(database, kept.heads, kept.key)
            while not stop.is_set():
                act(database, number, reason=str(done[number]))
                seals.seal()
                kept.attach(f"{number} {done[number]}".encode())
                done[number] += 1

        threads = [threading.Thread(target=write, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield lambda: sum(done)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def test_what_is_copied_while_four_write_is_whole_and_proves_itself_elsewhere(kept, copy, tmp_path):
    with writers(kept) as written:
        while written() < 20:
            pass
        before = written()
        made = kept.backup(copy)
        after = written()
    assert made.exit_code == 0, made.output
    assert after > before, "they went on writing"
    done = call("restore", copy, tmp_path / "elsewhere")
    assert done.exit_code == 0, done.output
    assert "摘要全部相符" in done.stdout
    assert SOUND.search(done.stdout)
    assert done.stdout.endswith(f"{SCORED}附件齐全\n")
    restored = tmp_path / "elsewhere"
    assert before <= entries(restored / "assessment.sqlite3") < entries(kept.folder / "live.sqlite3")
    assert {b"one", b"two"} < set(attached(restored))
    heads = (restored / "audit-heads.jsonl").read_bytes()
    assert heads
    assert kept.heads.read_bytes().startswith(heads)


def test_a_restored_service_serves(kept, copy, tmp_path):
    kept.backup(copy)
    assert call("restore", copy, tmp_path / "elsewhere").exit_code == 0
    place = "/api/v1/rounds/2020/subjects/alliance/assessment"
    answers = []
    for url in (kept.url, f"sqlite:///{tmp_path / 'elsewhere' / 'assessment.sqlite3'}"):
        with serving(url) as service:
            answers.append(service.get(place, by="chief").content)
    assert answers[0] == answers[1]


def test_the_private_key_is_copied_only_when_that_is_asked(kept, tmp_path):
    assert kept.backup(tmp_path / "without").exit_code == 0
    assert kept.backup(tmp_path / "with", "--with-key").exit_code == 0
    public = signing.public_key(kept.key)
    assert (tmp_path / "without" / "signing.pub").read_text(encoding="ascii") == f"{public}\n"
    assert not (tmp_path / "without" / "signing.key").exists()
    assert signing.public_key(tmp_path / "with" / "signing.key") == public


def test_only_its_owner_can_read_a_copy(kept, copy):
    kept.backup(copy, "--with-key")
    paths = [copy, *copy.rglob("*")] if copy.is_dir() else [copy]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    if copy.is_file():
        with tarfile.open(copy) as tar:
            assert {each.mode for each in tar} == {0o600}


def test_what_comes_in_is_not_copied_and_damage_is_said(kept, tmp_path):
    (kept.attachments / "incoming").mkdir(exist_ok=True)
    (kept.attachments / "incoming" / "half").write_bytes(b"ha")
    (kept.attachments / "名单.txt").write_bytes(b"x")
    damaged = next(path for path in kept.attachments.rglob("*") if path.is_file() and path.read_bytes() == b"one")
    damaged.write_bytes(b"ONE")
    made = kept.backup(tmp_path / "copy")
    assert made.exit_code == 0
    assert "内容与其摘要不符，已损坏" in made.stderr
    assert "不是附件，未备份" in made.stderr
    assert b"ONE" in attached(tmp_path / "copy")
    assert b"ha" not in attached(tmp_path / "copy")
    done = call("restore", tmp_path / "copy", tmp_path / "elsewhere")
    assert (done.exit_code, (tmp_path / "elsewhere").exists()) == (1, False)


def test_a_torn_last_head_is_left_out(kept, tmp_path):
    whole = kept.heads.read_bytes()
    kept.heads.write_bytes(whole + b'{"at":')
    kept.backup(tmp_path / "copy")
    assert (tmp_path / "copy" / "audit-heads.jsonl").read_bytes() == whole


def test_nothing_is_overwritten(kept, copy, tmp_path):
    assert kept.backup(copy).exit_code == 0
    again = kept.backup(copy)
    assert (again.exit_code, "已存在，不会覆盖" in again.stderr) == (2, True)
    place = tmp_path / "place"
    place.mkdir()
    assert call("restore", copy, place).exit_code == 0, "an empty folder is empty"
    for target in (place, copy if copy.is_file() else tmp_path / "live" / "heads.jsonl"):
        refused = call("restore", copy, target)
        assert (refused.exit_code, "不会覆盖" in refused.stderr) == (2, True)


def test_a_backup_that_fails_leaves_nothing(kept, copy):
    (kept.folder / "live.sqlite3").write_bytes(b"no database" * 1000)
    failed = kept.backup(copy)
    assert failed.exit_code != 0
    assert list(copy.parent.iterdir()) == []
    (kept.folder / "live.sqlite3").unlink()
    assert kept.backup(copy).exit_code == 2
    assert not (kept.folder / "live.sqlite3").exists()


def test_a_damaged_database_is_not_copied(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 100)
        connection.commit()
    data = bytearray((tmp_path / "a").read_bytes())
    data[4096:4104] = b"\xff" * 8
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(Unavailable):
        copy_database(tmp_path / "a", tmp_path / "b", 1)


def test_postgresql_is_copied_by_its_own_means(kept, tmp_path):
    refused = call("backup", tmp_path / "copy", MEA_DATABASE_URL="postgresql://127.0.0.1/a")
    assert (refused.exit_code, "pg_dump" in refused.stderr) == (2, True)


# --- copies that are not what they were -------------------------------------------------------------------------------


def rewritten(copy: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The copy with other files."""
    if copy.is_dir():
        files = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
        before = set(files)
        change(files)
        for name in before - files.keys():
            (copy / name).unlink()
        for name, data in files.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(data)
        return
    with tarfile.open(copy) as tar:
        files = {each.name: tar.extractfile(each).read() for each in tar}
    change(files)
    with tarfile.open(copy, "w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


def listing(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(files: dict[str, bytes]) -> None:
        said = json.loads(files["manifest.json"])
        change(said)
        files["manifest.json"] = json.dumps(said).encode()

    return changed


CHANGES: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "another byte": lambda files: files.update({"signing.pub": b"x" * len(files["signing.pub"])}),
    "a byte more": lambda files: files.update({"signing.pub": files["signing.pub"] + b"x"}),
    "a file more": lambda files: files.update({"more": b""}),
    "a file less": lambda files: files.pop("signing.pub"),
    "no manifest": lambda files: files.pop("manifest.json"),
    "a broken manifest": lambda files: files.update({"manifest.json": b"{"}),
    "another format": listing(lambda said: said.update(format="other")),
    "no list": listing(lambda said: said.update(files=1)),
    "a list of something": listing(lambda said: said.update(files=[1])),
    "a size below nothing": listing(lambda said: said["files"][0].update(size=-1)),
    "no digest": listing(lambda said: said["files"][0].update(sha256="x")),
    "a name outside": listing(lambda said: said["files"][0].update(name="../outside")),
    "an absolute name": listing(lambda said: said["files"][0].update(name="/tmp/outside")),  # noqa: S108 -- refused
    "a name twice": listing(lambda said: said["files"].append(said["files"][0])),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_as_it_was_is_not_restored(kept, copy, tmp_path, name):
    kept.backup(copy)
    rewritten(copy, CHANGES[name])
    done = call("restore", copy, tmp_path / "elsewhere")
    assert done.exit_code == 1, done.output
    assert not (tmp_path / "elsewhere").exists()
    assert not list(tmp_path.glob(".elsewhere*"))


def test_a_copy_without_a_database_is_none(kept, copy, tmp_path):
    kept.backup(copy)

    def without(files: dict[str, bytes]) -> None:
        del files["assessment.sqlite3"]
        listing(lambda said: said.update(files=[e for e in said["files"] if e["name"] != "assessment.sqlite3"]))(files)

    rewritten(copy, without)
    assert call("restore", copy, tmp_path / "elsewhere").exit_code == 1


def test_links_are_not_followed(kept, tmp_path):
    kept.backup(tmp_path / "copy")
    kept.backup(tmp_path / "copy.tar")
    (tmp_path / "copy" / "signing.pub").unlink()
    (tmp_path / "copy" / "signing.pub").symlink_to("/etc/hostname")
    with tarfile.open(tmp_path / "copy.tar", "a") as tar:
        link = tarfile.TarInfo("signing.key")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
    for source in ("copy", "copy.tar"):
        assert call("restore", tmp_path / source, tmp_path / "elsewhere").exit_code == 1
        assert not (tmp_path / "elsewhere").exists()


def test_files_that_are_no_copy_are_refused(tmp_path):
    (tmp_path / "text").write_bytes(b"x" * 2000)
    (tmp_path / "folder").mkdir()
    for source, code in {"text": 1, "folder": 1, "missing": 2}.items():
        assert call("restore", tmp_path / source, tmp_path / "elsewhere").exit_code == code


def test_what_was_tampered_with_before_is_restored_and_said(kept, copy, tmp_path):
    with closing(Database(Settings(database_url=kept.url))) as database:
        unguard(database)
        with database.writing() as session:
            session.execute(text("UPDATE audit_entries SET reason = 'another' WHERE sequence = 3"))
    kept.backup(copy)
    done = call("restore", copy, tmp_path / "elsewhere")
    assert done.exit_code == 1
    assert "[entry_changed]" in done.stdout
    assert done.stdout.endswith(f"{SCORED}附件齐全\n")
    assert (tmp_path / "elsewhere" / "assessment.sqlite3").is_file()


def test_attachments_that_are_lost_are_said(kept, copy, tmp_path):
    [proof] = {path for path in kept.attachments.rglob("*") if path.is_file() and path.read_bytes().startswith(b"%PDF")}
    proof.unlink()
    assert kept.backup(copy).exit_code == 0
    done = call("restore", copy, tmp_path / "elsewhere")
    assert done.exit_code == 1
    assert done.stdout.endswith(f"缺少附件 {proof.name}\n缺少附件 1 个\n")


def test_attachments_may_stand_elsewhere(kept, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "note").write_bytes(b"x")
    assert kept.backup(tmp_path / "copy", "--attachments", str(other)).exit_code == 0
    assert attached(tmp_path / "copy") == [b"x"]


def test_heads_are_verified_by_the_keys_that_are_named(kept, copy, tmp_path):
    kept.backup(copy)
    stranger = signing.create(tmp_path / "other.key").public
    done = call("restore", copy, tmp_path / "elsewhere", "--key", stranger)
    assert (done.exit_code, "[signed_head_key]" in done.stdout) == (1, True)


# --- PostgreSQL, as docs/deploy.md says -------------------------------------------------------------------------------


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
def test_what_pg_dump_copied_proves_itself_where_it_is_restored(database_engine, tmp_path):
    if isinstance(database_engine, SQLiteFiles):
        pytest.skip("SQLite is copied by the command")
    heads, key, dump = tmp_path / "heads.jsonl", tmp_path / "signing.key", tmp_path / "assessment.dump"
    with database_engine.migrated() as url, database_engine.blank() as elsewhere:
        with serving(url, audit_heads=heads, signing_key=key) as service:
            published(service)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
        subprocess.run(["pg_dump", *options, plain(url)], check=True)
        subprocess.run(
            ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={plain(elsewhere)}", dump], check=True
        )
        there = {"MEA_DATABASE_URL": elsewhere, "MEA_AUDIT_HEADS": str(heads), "MEA_SIGNING_KEY": str(key)}
        verified = call("audit", "verify", **there)
        assert SOUND.fullmatch(verified.stdout), verified.output
        assert call("recompute", "--all", **there).stdout == SCORED
        with (
            closing(Database(Settings(database_url=elsewhere))) as database,
            pytest.raises(Conflict),
            database.writing() as session,
        ):
            session.execute(text("DELETE FROM audit_entries"))
