"""Contents in a folder: once each, whole or not at all, also with kill -9, a full disk, and many at once."""

from __future__ import annotations

import hashlib
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Unavailable
from app.storage import Folder
from tests.storage.keeping import DATA, SHA256, again_and_again, files, put, size, writer


def test_content_is_kept_under_its_digest(folder, root):
    incoming = folder.begin()
    for start in range(0, len(DATA), 700):
        incoming.write(DATA[start : start + 700])
    received = incoming.finish()
    assert (received.sha256, received.size) == (SHA256, len(DATA))
    with incoming.read() as file:
        assert file.read() == DATA
    assert not folder.has(SHA256)
    incoming.keep()
    incoming.drop()
    assert folder.has(SHA256)
    assert files(root) == [f"contents/{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"]


def test_content_can_be_sought_in(folder):
    content = folder.open(put(folder))
    with content.file as file:
        assert content.size == len(DATA)
        file.seek(5)
        assert file.read(4) == DATA[5:9]


def test_nothing_is_content_too(folder):
    assert size(folder, put(folder, b"")) == 0


def test_nobody_else_can_read_it(folder, root):
    put(folder)
    folder.begin()
    for path in (root, *root.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_the_same_content_is_kept_once(folder, root):
    assert put(folder) == put(folder)
    assert len(files(root)) == 1


def test_damaged_content_is_mended_by_the_same_once_more(folder, root):
    (root / "contents" / SHA256[:2] / SHA256[2:4]).mkdir(parents=True)
    (root / "contents" / SHA256[:2] / SHA256[2:4] / SHA256).write_bytes(b"")
    put(folder)
    assert size(folder, SHA256) == len(DATA)


def test_what_is_dropped_leaves_nothing(folder, root):
    for finished in (False, True):
        incoming = folder.begin()
        incoming.write(DATA)
        if finished:
            incoming.finish()
        assert len(files(root)) == 1
        incoming.drop()
        incoming.drop()
        assert files(root) == []


def test_acts_out_of_turn_are_faults_of_ours(folder):
    incoming = folder.begin()
    with pytest.raises(ValueError, match="not finished"):
        incoming.keep()
    incoming.finish()
    with pytest.raises(ValueError, match="no more"):
        incoming.write(b"a")
    incoming.keep()
    incoming.keep()
    incoming.drop()


@pytest.mark.parametrize(
    "name", ["", "..", "../" * 21 + "a", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n", "/" + "a" * 63]
)
def test_only_a_digest_forms_a_path(folder, name):
    for act in (folder.open, folder.has, folder.remove):
        with pytest.raises(ValueError, match="SHA-256"):
            act(name)


def test_content_that_is_not_there_cannot_be_read_now(folder):
    with pytest.raises(Unavailable) as refused:
        folder.open(SHA256)
    assert refused.value.type == "storage_unavailable"
    assert SHA256 not in refused.value.detail


def test_content_can_be_removed(folder, root):
    assert not folder.remove(SHA256)
    put(folder)
    assert folder.remove(SHA256)
    assert files(root) == []


@contextmanager
def no_file_larger_than(size):
    """The kernel refuses more to this process, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_a_refusal_that_leaves_nothing(folder, root):
    incoming = folder.begin()
    with no_file_larger_than(5000):
        incoming.write(DATA[:4000])
        with pytest.raises(Unavailable) as refused:
            incoming.write(DATA)
    incoming.drop()
    assert refused.value.type == "storage_full"
    assert str(root) not in refused.value.detail
    assert files(root) == []


def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as refused:
        Folder(tmp_path / "file" / "attachments").begin()
    assert refused.value.type == "storage_unavailable"


def test_a_killed_writer_leaves_what_the_next_start_removes(folder, root):
    with writer(root, "write"):
        pass
    assert len(files(root)) == 1
    assert folder.recover() == 1
    assert files(root) == []


def test_a_start_leaves_alone_what_others_write(folder, root):
    ours = folder.begin()
    with writer(root, "write") as process:
        assert folder.recover() == 0
        assert len(files(root)) == 2
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert folder.recover() == 1
    ours.write(DATA)
    ours.finish()
    ours.keep()
    ours.drop()
    assert folder.has(SHA256)


def test_a_start_leaves_alone_what_is_not_ours(folder, root):
    folder.begin().drop()
    (root / "incoming" / "lost+found").mkdir()
    (root / "incoming" / "notes.txt").write_text("")
    assert folder.recover() == 0
    assert files(root) == ["incoming/notes.txt"]


def test_a_start_while_many_begin_takes_nothing_from_them(root):
    """Between the making of a file and its lock somebody may take it for a leftover."""
    folder = Folder(root)
    with ThreadPoolExecutor(4) as threads, again_and_again(folder.recover):
        kept = list(threads.map(lambda n: put(folder, b"%d" % n), range(400)))
    assert len(files(root)) == len(set(kept)) == 400


ACTS = st.lists(
    st.tuples(st.sampled_from(["keep", "drop", "forget", "sweep", "recover"]), st.integers(0, 3)), max_size=20
)


@given(ACTS)
def test_it_is_a_set_of_contents(tmp_path_factory, acts):
    """Whatever comes, goes and is swept in whatever order: what is there is what was kept and is not swept."""
    root = tmp_path_factory.mktemp("storage")
    folder = Folder(root, young=0)
    there: set[str] = set()
    wanted: set[str] = set()
    for act, number in acts:
        sha256 = hashlib.sha256(b"%d" % number).hexdigest()
        if act == "keep":
            assert put(folder, b"%d" % number) == sha256
            there.add(sha256)
            wanted.add(sha256)
        elif act == "drop":
            incoming = folder.begin()
            incoming.write(b"%d" % number)
            incoming.drop()
        elif act == "forget":
            wanted.discard(sha256)
        elif act == "sweep":
            assert folder.sweep(lambda asked: wanted & set(asked)) == len(there - wanted)
            there &= wanted
        else:
            assert folder.recover() == 0
        assert {path.rpartition("/")[2] for path in files(root)} == there
