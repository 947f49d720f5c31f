"""A user's file opened with care: an ordinary file, of bounded size, whatever its name promises.

A pipe, a device or a folder is refused before anything is read from it, so that nothing hangs.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from compliance.errors import InputError, Problem
from compliance.world.io.text_safety import decode_utf8

LARGEST_DOCUMENT = 128 * 2**20
"""Bytes of a YAML or JSON file, which is read whole; 200,000 rows have room for 600 bytes each."""

LONGEST_LINE = 10 * 2**20
"""Bytes of one line of a table file, which is read line by line."""

_BLOCK = 2**20
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_folder(path: Path, name: str) -> bool:
    """Whether the user's path is a folder; raises `InputError` where no one can tell."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as wrong:
        raise _refusal(name, wrong) from None


def list_folder(folder: Path, name: str) -> list[Path]:
    """What lies in a folder, sorted; raises `InputError` where it may not be read."""
    try:
        return sorted(folder.iterdir())
    except OSError as wrong:
        raise _refusal(name, wrong) from None


def text(path: Path, name: str) -> str:
    """The text of a YAML, JSON or rule file; raises `InputError` where it cannot be read."""
    return decode_utf8(content(path, name), name)


def content(path: Path, name: str) -> bytes:
    """The bytes of an ordinary file of at most `LARGEST_DOCUMENT`; raises `InputError` for anything else."""
    with open_file(path, name) as file:
        size = os.fstat(file.fileno()).st_size
        found = file.read(LARGEST_DOCUMENT + 1) if size <= LARGEST_DOCUMENT else b""
    if size > LARGEST_DOCUMENT or len(found) > LARGEST_DOCUMENT:
        told = f"has {max(size, len(found)):,} bytes; a file that is read whole may have {LARGEST_DOCUMENT:,}"
        told += ". Give large tables as CSV, JSON Lines or Parquet, one file a table"
        raise InputError([Problem(name, 0, told)])
    return found


def table_text(path: Path, name: str) -> str:
    """The text of a table file whose every line has at most `LONGEST_LINE` bytes; raises `InputError`."""
    require_lines(path, name)
    with open_file(path, name) as file:
        return decode_utf8(file.read(), name)


def require_lines(path: Path, name: str) -> None:
    """Raise `InputError` unless this is an ordinary file whose every line has at most `LONGEST_LINE` bytes.

    For the formats that are read line by line. Memory is bounded whatever the file is.
    """
    length, line = 0, 1
    with open_file(path, name) as file:
        while block := file.read(_BLOCK):
            first, last = block.find(b"\n"), block.rfind(b"\n")
            length += len(block) if first < 0 else first
            if length > LONGEST_LINE:
                told = f"is a line of more than {LONGEST_LINE:,} bytes; put each row on a line of its own"
                raise InputError([Problem(name, line, told)])
            if first >= 0:
                line += block.count(b"\n")
                length = len(block) - last - 1


@contextmanager
def open_file(path: Path, name: str) -> Iterator[BinaryIO]:
    """The file, which is an ordinary one; what is looked at is what is opened. Raises `InputError`."""
    try:
        # without O_NONBLOCK a pipe would wait for a writer
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as wrong:
        raise _refusal(name, wrong) from None
    try:
        kind = os.fstat(handle).st_mode
        if stat.S_ISDIR(kind):
            raise InputError([Problem(name, 0, "is a folder, not a file")])
        if not stat.S_ISREG(kind):
            raise InputError([Problem(name, 0, "is a pipe, a device or a socket; give an ordinary file")])
        with os.fdopen(handle, "rb", closefd=False) as file:
            yield file
    except OSError as wrong:
        if wrong.errno in _DISK_FULL:  # of what is written meanwhile
            raise
        raise _refusal(name, wrong) from None
    finally:
        os.close(handle)


def _refusal(name: str, wrong: OSError | ValueError) -> InputError:
    if isinstance(wrong, FileNotFoundError | NotADirectoryError):
        return InputError([Problem(name, 0, "does not exist")])
    reason = (wrong.strerror or "error").lower() if isinstance(wrong, OSError) else "its name holds a NUL character"
    return InputError([Problem(name, 0, f"cannot be opened: {reason}")])
