"""A file of any size opened to be read once, piece by piece: plain, gzip, or the one member of a zip.

INVARIANT: no more of a file is held than `LONGEST` and one piece, whatever the file holds.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from compliance.errors import InputError, Problem
from compliance.world.io import user_files

LONGEST = 16 * 1024 * 1024
"""Bytes that one record may have; the largest real ones have some hundred thousand."""
PIECE = 1024 * 1024
Progress = Callable[[int], None]
"""Told how many bytes of the file, as it lies on the disk, have been read."""


def ignore_progress(_: int) -> None:
    """Nobody looks on."""


@contextmanager
def open_bytes(path: Path, progress: Progress = ignore_progress) -> Iterator[IO[bytes]]:
    """The bytes of a file; raises `InputError` where it cannot be opened, or breaks off while it is read."""
    name = str(path)
    if not path.exists():
        raise InputError([Problem(name, 0, "cannot be opened: no such file or directory")])
    try:
        with user_files.open_file(path, name) as plain:
            watched = io.BufferedReader(_ProgressReader(plain, progress), PIECE)
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile(fileobj=watched) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            elif path.suffix.lower() == ".zip":
                with zipfile.ZipFile(watched) as archive, archive.open(_only_member(archive, name)) as member:
                    yield member
            else:
                yield watched
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        told = f"breaks off or is damaged, and cannot be unpacked: {error}"
        raise InputError([Problem(name, 0, told)]) from None


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        told = f"holds {len(members)} files; unpack it, and name the one to read"
        raise InputError([Problem(name, 0, told)])
    if members[0].flag_bits & 1:
        raise InputError([Problem(name, 0, "is locked with a password; unpack it first")])
    return members[0]


class _ProgressReader(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def readinto(self, into: Any) -> int:
        piece = self._file.read(len(into))
        into[: len(piece)] = piece
        self._progress(self._file.tell())
        return len(piece)

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def lines(file: IO[bytes], name: str) -> Iterator[str]:
    """The lines of UTF-8 text; raises `InputError` at one that is too long, or is no such text."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST)
        except UnicodeDecodeError:
            raise InputError([Problem(name, number, "is not UTF-8 text; save it as UTF-8")]) from None
        if not line:
            return
        if len(line) == LONGEST:
            raise InputError([Problem(name, number, f"holds a line of {LONGEST // 2**20} MB")])
        yield line
