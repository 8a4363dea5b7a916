"""A sweep takes what nobody refers to, and nothing that somebody is about to refer to."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Unavailable
from app.storage import Folder
from app.storage.disk import open_locked
from tests.storage.keeping import DATA, SHA256, again_and_again, aged, files, put, writer


def test_a_sweep_takes_what_nobody_refers_to(folder, root):
    wanted, unwanted = put(folder, b"wanted"), put(folder, b"unwanted")
    aged(root, wanted)
    aged(root, unwanted)
    assert folder.sweep(lambda asked: {wanted} & set(asked)) == 1
    assert (folder.has(wanted), folder.has(unwanted)) == (True, False)


def test_a_sweep_leaves_what_is_young(folder):
    put(folder)
    assert folder.sweep(lambda _: ()) == 0
    assert folder.has(SHA256)


def test_content_that_is_kept_once_more_is_young_again(folder, root):
    put(folder)
    aged(root)
    put(folder)
    assert folder.sweep(lambda _: ()) == 0


def test_a_sweep_passes_by_what_is_about_to_be_referred_to(root):
    folder = Folder(root, young=0)
    put(folder)
    incoming = folder.begin()
    incoming.write(DATA)
    incoming.finish()
    incoming.keep()
    assert folder.sweep(lambda _: ()) == 0
    assert not folder.remove(SHA256)
    incoming.drop()
    assert folder.sweep(lambda _: ()) == 1


def test_a_sweep_passes_by_what_another_process_is_about_to_refer_to(root):
    folder = Folder(root, young=0)
    with writer(root, "keep"):
        assert folder.sweep(lambda _: ()) == 0
    assert folder.sweep(lambda _: ()) == 1
    assert files(root) == []


def test_a_sweep_that_cannot_ask_removes_nothing(root):
    folder = Folder(root, young=0)
    put(folder)

    def away(_):
        raise Unavailable("database_unavailable", "")

    with pytest.raises(Unavailable):
        folder.sweep(away)
    assert folder.has(SHA256)
    assert folder.sweep(lambda _: ()) == 1


def test_who_waits_too_long_for_a_sweep_is_turned_away(root):
    folder = Folder(root, patience=0.05)
    put(folder)
    incoming = folder.begin()
    incoming.write(DATA)
    incoming.finish()
    sweeping = open_locked(root / "contents" / SHA256[:2], 0, shared=False)
    with pytest.raises(Unavailable) as refused:
        incoming.keep()
    assert refused.value.type == "storage_busy"
    os.close(sweeping)
    incoming.keep()
    incoming.drop()


def test_sweeps_among_many_uploads_take_nothing_that_was_committed(root):
    """Few contents, kept, committed and given up again and again; whatever is committed is there."""
    folder = Folder(root, young=0)
    committed: set[str] = set()
    swept = []

    def sweep():
        swept.append(folder.sweep(lambda asked: committed & set(asked)))

    def upload(seed):
        chance = random.Random(seed)
        for _ in range(150):
            incoming = folder.begin()
            incoming.write(b"%d" % chance.randrange(300))
            sha256 = incoming.finish().sha256
            incoming.keep()
            time.sleep(chance.random() / 500)
            if chance.random() < 0.3:
                committed.add(sha256)
            incoming.drop()
            assert sha256 not in committed or folder.has(sha256)

    with ThreadPoolExecutor(4) as threads, again_and_again(sweep):
        list(threads.map(upload, range(4)))
    sweep()
    assert {path.rpartition("/")[2] for path in files(root)} == committed
    assert sum(swept) > 0


def test_content_that_took_long_to_come_is_young_when_it_is_kept(folder, root):
    incoming = folder.begin()
    incoming.write(DATA)
    incoming.finish()
    os.utime(root / files(root)[0], (0, 0))
    incoming.keep()
    incoming.drop()
    assert folder.sweep(lambda _: ()) == 0
