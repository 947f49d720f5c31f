"""Files that are on disk when the call comes back, and a lock between processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

_NUMBERS = count()


def create_file(path: Path, content: bytes) -> None:
    """Writes a new file whole or not at all, and comes back when it and its name are on disk."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{next(_NUMBERS)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    fsync_folder(path.parent)


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all of the content where the descriptor stands. Raises `OSError`, with a part of it written."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def fsync_folder(folder: Path) -> None:
    """Has the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def lock_file(path: Path, shared: bool = False) -> Iterator[None]:
    """Holds the lock of a file among processes and threads; whoever dies lets go of it."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
