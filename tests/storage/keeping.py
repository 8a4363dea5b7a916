"""Contents put into a folder and looked at from outside, by this process and by others."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

DATA = b"agreement\n" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
WRITER = """
import sys, time
from pathlib import Path
from app.storage import Folder
incoming = Folder(Path(sys.argv[1])).begin()
incoming.write(b"a" * 100_000)
if sys.argv[2] == "keep":
    incoming.finish()
    incoming.keep()
print("written", flush=True)
time.sleep(60)
"""


def put(folder, data=DATA):
    incoming = folder.begin()
    try:
        incoming.write(data)
        received = incoming.finish()
        incoming.keep()
    finally:
        incoming.drop()
    return received.sha256


def size(folder, sha256):
    content = folder.open(sha256)
    content.file.close()
    return content.size


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def aged(root, sha256=SHA256):
    """As if it had been kept long ago."""
    os.utime(root / "contents" / sha256[:2] / sha256[2:4] / sha256, (0, 0))


@contextmanager
def writer(root, act):
    command = [sys.executable, "-c", WRITER, str(root), act]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "written\n"
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def again_and_again(act):
    """In a thread beside the block."""
    over = threading.Event()

    def work():
        while not over.is_set():
            act()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        try:
            yield
        finally:
            over.set()
        working.result()
