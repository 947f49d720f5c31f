"""Files and folders that are written: whole or not at all.

INVARIANT: what is not whole lies beside its place under a name that begins with `.compliance-`, comes to its place by
one rename, and goes away if anything fails or the process is stopped (`remove_unfinished`). What stood at the place
before stays as it was until then.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

from compliance.errors import UsageError

_PREFIX = ".compliance-"
_STREAM = re.compile(r"/dev/(?:std(?P<name>in|out|err)|fd/(?P<number>\d+))|/proc/self/fd/(?P<process>\d+)")
_NAMED = {"in": 0, "out": 1, "err": 2}
_UNFINISHED: set[str] = set()
_ATTEMPTS = 3
_NUMBERS = count()


def write_file(path: Path, content: str | bytes) -> None:
    """Writes a file whole or not at all; a text as UTF-8. Raises `OSError`, and the file that was there stays.

    A link stays one and what it points to is replaced, with the rights that it had. What is no ordinary file (a pipe,
    a device, `/dev/stdout`) is written to as it is.
    """
    write_files({path: content})


def write_parts(path: Path, parts: Iterable[str | bytes]) -> None:
    """Writes what comes in parts, whole or not at all; see `write_file`."""
    octets = (part.encode() if isinstance(part, str) else part for part in parts)
    if not _is_ordinary(path):
        _write_to_stream(path, octets)
        return
    target = os.path.realpath(path)
    with _unfinished_file(target, octets) as name:
        os.replace(name, target)


def write_files(files: Mapping[Path, str | bytes]) -> None:
    """Writes several files, all of them whole before the first comes to its place; see `write_file`."""
    with ExitStack() as unfinished:
        whole: list[tuple[str, str]] = []
        for path, content in files.items():
            octets = content.encode() if isinstance(content, str) else content
            if _is_ordinary(path):
                target = os.path.realpath(path)
                whole.append((unfinished.enter_context(_unfinished_file(target, [octets])), target))
            else:
                _write_to_stream(path, [octets])
        for name, target in whole:
            os.replace(name, target)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `path` when all is written and goes away if anything fails.

    Raises `UsageError` where something is there already, or the place cannot be written.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"`{path}` is there already; name a new folder")
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(dir=target.parent, prefix=_PREFIX)
    except OSError as error:
        raise unwritable(path, error) from None
    with _removed_unless_renamed(made):
        yield Path(made)
        try:
            os.chmod(made, 0o777 & ~_umask())
            os.replace(made, target)
        except OSError as error:
            raise unwritable(path, error) from None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for what is needed meanwhile only; it goes away at the end."""
    made = tempfile.mkdtemp(prefix=_PREFIX)
    with _removed_unless_renamed(made):
        yield Path(made)


def scratch_path() -> str:
    """A path at which nothing is yet, for a library that makes and removes what it needs there."""
    path = os.path.join(tempfile.gettempdir(), f"{_PREFIX}{os.getpid()}-{next(_NUMBERS)}")
    _UNFINISHED.add(path)
    return path


def unwritable(path: Path | str, error: OSError) -> UsageError:
    """What a user is told of a place that cannot be written."""
    return UsageError(f"`{path}` cannot be written: {(error.strerror or 'error').lower()}")


def stream_number(path: Path | str) -> int | None:
    """The open stream of this process that a path such as `/dev/stdout` or `/dev/fd/3` stands for."""
    match = _STREAM.fullmatch(os.path.normpath(path))
    if match is None:
        return None
    name = match["name"]
    return _NAMED[name] if name else int(match["number"] or match["process"])


def remove_unfinished() -> None:
    """Removes what is not whole yet, for a process that is about to be stopped; raises nothing."""
    for _ in range(_ATTEMPTS):  # another thread may be writing still
        for name in list(_UNFINISHED):
            _remove(name)


def _is_ordinary(path: Path) -> bool:
    """Whether the path is an ordinary file, or none yet."""
    if stream_number(path) is not None:
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return True


def _write_to_stream(path: Path, octets: Iterable[bytes]) -> None:
    number = stream_number(path)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.flush()
    with open(path if number is None else os.dup(number), "wb") as file:
        file.writelines(octets)


@contextmanager
def _unfinished_file(target: str, octets: Iterable[bytes]) -> Iterator[str]:
    """A whole file beside its place, with the rights that the one there has."""
    handle, name = tempfile.mkstemp(dir=os.path.dirname(target), prefix=_PREFIX)
    with _removed_unless_renamed(name):
        with os.fdopen(handle, "wb") as file:
            file.writelines(octets)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, os.stat(target).st_mode & 0o7777 if os.path.exists(target) else 0o666 & ~_umask())
        yield name


@contextmanager
def _removed_unless_renamed(name: str) -> Iterator[None]:
    _UNFINISHED.add(name)
    try:
        yield
    finally:
        _remove(name)
        _UNFINISHED.discard(name)


def _remove(name: str) -> None:
    with suppress(OSError):
        if os.path.isdir(name):
            shutil.rmtree(name, ignore_errors=True)
        else:
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
