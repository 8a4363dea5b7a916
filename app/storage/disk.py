"""What the disk is asked: locks that die with their process, folders and names that survive a power cut, refusals."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.errors import Unavailable

log: Final = logging.getLogger("app.storage")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PAUSE: Final = 0.01
"""Seconds between two attempts to get a lock."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what the disk refuses into a refusal with a name; the path stays in the log."""
    try:
        yield
    except OSError as error:
        log.warning("附件存储出错：%s", error)
        if error.errno in _FULL:
            raise Unavailable("storage_full", "附件存储空间已满，文件未保存，请联系管理员后重试") from error
        raise Unavailable("storage_unavailable", "附件存储暂时不可用，请稍后重试") from error


def make_folder(path: Path) -> None:
    """A folder for this account alone, whose name stays; nothing where there is one."""
    try:
        path.mkdir(0o700)
    except FileExistsError:
        return
    sync(path.parent)


def sync(folder: Path) -> None:
    """Let the names in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file or folder until it is closed, also by the end of the process; False when it is taken."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_locked(folder: Path, patience: float, *, shared: bool) -> int | None:
    """The descriptor of a locked folder, to be closed; None when others held it all the `patience` seconds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    until = time.monotonic() + patience
    try:
        while not try_lock(descriptor, shared=shared):
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
            time.sleep(_PAUSE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
