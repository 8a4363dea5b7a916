"""`keys create`, `audit head`, `audit verify` from the command line."""

from __future__ import annotations

import pytest

from app import signing
from tests.audit import tampering
from tests.audit.builders import act, some_acts, unguard
from tests.cli.calls import call


@pytest.fixture
def run(database_url, tmp_path):
    places = {"MEA_SIGNING_KEY": str(tmp_path / "signing.key"), "MEA_AUDIT_HEADS": str(tmp_path / "heads.jsonl")}

    def run(*arguments):
        return call(*arguments, MEA_DATABASE_URL=database_url, **places)

    return run


def test_a_key_is_made_once(run, tmp_path):
    made = run("keys", "create")
    key = signing.load(tmp_path / "signing.key")
    assert made.exit_code == 0
    assert f"公钥 {key.public}\n编号 {key.id}\n" in made.stdout
    again = run("keys", "create")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "已存在，不会覆盖" in again.stderr
    assert signing.load(tmp_path / "signing.key").public == key.public


def test_no_head_is_signed_without_a_key(run, tmp_path):
    done = run("audit", "head")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "请先执行 python -m app keys create" in done.stderr
    assert not (tmp_path / "heads.jsonl").exists()


def test_a_sound_record_ends_with_0(run, database):
    some_acts(database)
    assert run("audit", "verify").stdout == "已核对审计记录 7 条、签名链头 0 个，未发现问题\n"
    assert "没有可核对的签名链头" in run("audit", "verify").stderr
    run("keys", "create")
    signed = run("audit", "head")
    assert (signed.exit_code, "序号 7" in signed.stdout) == (0, True)
    done = run("audit", "verify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "已核对审计记录 7 条、签名链头 1 个，未发现问题\n"


def test_a_rewritten_tail_ends_with_1(run, database, tmp_path):
    some_acts(database)
    run("keys", "create")
    run("audit", "head")
    unguard(database)
    with database.writing() as session:
        tampering.rewrite_tail(session, 3, "another")
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert done.stdout == (
        "已核对审计记录 7 条、签名链头 1 个，发现问题：\n"
        "  签名链头（第 1 行）为序号 7 的记录作过签名，其后该记录或之前的记录被改写 [signed_entry_rewritten]\n"
    )


def test_signatures_are_checked_with_the_keys_that_are_given(run, database, tmp_path):
    act(database)
    run("keys", "create")
    run("audit", "head")
    own = signing.load(tmp_path / "signing.key").public
    other = signing.create(tmp_path / "other.key").public
    assert run("audit", "verify", "--key", own).exit_code == 0
    assert run("audit", "verify", "--key", other).exit_code == 1
    assert run("audit", "verify", "--key", other, "--key", own).exit_code == 0
    wrong = run("audit", "verify", "--key", "nonsense")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "nonsense 不是公钥" in wrong.stderr
