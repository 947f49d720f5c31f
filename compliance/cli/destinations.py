"""What a command writes, held against what it reads: no answer may take the place of what it is about."""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from compliance.errors import UsageError
from compliance.output_files import stream_number
from compliance.rulebook.folder import rules_folder

READ = (
    "world", "order", "file", "files", "match", "decisions", "background", "stakes", "pack", "packs", "paths", "store",
    "keys", "sign", "public_key",
)  # fmt: skip
"""The options whose values name files, and folders all of whose files a command reads."""
READ_IN_PART = {"folder": "*.csv"}
"""The options whose values name folders, and the files in them that a command may read."""
WRITTEN = ("output", "candidates", "labels", "set_aside", "evidence", "resume")
"""The options whose values name what a command writes."""
_DEPTH = 3
"""Levels of a folder that are looked through for files that lie elsewhere too, by links."""

Identity = tuple[int, int]
"""The device and the number of a file: the same for all its names."""


def check_destinations(options: argparse.Namespace) -> None:
    """Raises `UsageError` where something to be written is, or lies within, what is read or written by the same run.

    Names do not count: links, other spellings and other roads to a file are the file.
    """
    inputs = dict(_inputs(options))
    outputs = {f"--{name.replace('_', '-')}": str(value) for name in WRITTEN if (value := getattr(options, name, None))}
    for option, output in outputs.items():
        if option == "--output" and _adds_table(options, output):
            continue
        number = stream_number(output)
        how = _of_stream(number, inputs) if number is not None else _of_path(output, inputs)
        if how:
            raise UsageError(f"{option} `{output}` {how}, which this command reads; name another place")
    if not outputs and (how := _of_stream(1, inputs)):
        raise UsageError(f"standard output {how}, which this command reads; name another file")
    for option, output in outputs.items():
        for other, place in outputs.items():
            if other != option and _lies_within(output, place):
                raise UsageError(f"{option} `{output}` is or lies within {other} `{place}`; name another place")


def _adds_table(options: argparse.Namespace, output: str) -> bool:
    """Whether the output is a new table beside those of the world, which the verb makes for it."""
    table, place = getattr(options, "adds_table", None), Path(output)
    if table is None or place.name != f"{table}.{options.format}" or os.path.lexists(place):
        return False
    return _identity(place.parent) == _identity(options.world)


def _inputs(options: argparse.Namespace) -> Iterator[tuple[str, Identity]]:
    """What is read, each with its identity; the rules always are."""
    for name in READ:
        value = getattr(options, name, None)
        for path in [value] if isinstance(value, str) else value or ():
            yield from _identify_path(path)
    for name, pattern in READ_IN_PART.items():
        folder = getattr(options, name, None)
        with suppress(OSError, ValueError):
            for found in sorted(Path(folder).glob(pattern)) if folder else ():
                yield from _identify_path(str(found))
    yield from _identify_path(str(rules_folder()))


def _identify_path(path: str) -> Iterator[tuple[str, Identity]]:
    if (identity := _identity(path)) is not None:
        yield path, identity


def _of_path(output: str, inputs: Mapping[str, Identity]) -> str:
    """How a path is, or lies within, something that is read; empty where it does not."""
    itself = _identity(output)
    around = set(_identities_around(output))
    for path, identity in inputs.items():
        if identity == itself:
            return f"is `{path}`"
        if identity in around:
            return f"lies within `{path}`"
    return _as_part(itself, inputs)


def _of_stream(number: int, inputs: Mapping[str, Identity]) -> str:
    """How the file that an open stream leads to is, or lies within, something that is read."""
    try:
        status = os.fstat(number)
    except OSError:
        return ""
    if not stat.S_ISREG(status.st_mode):
        return ""
    itself = (status.st_dev, status.st_ino)
    path = next((path for path, identity in inputs.items() if identity == itself), None)
    return f"is `{path}`" if path is not None else _as_part(itself, inputs)


def _as_part(itself: Identity | None, inputs: Mapping[str, Identity]) -> str:
    """How a file is one of a folder that is read, by this name or another."""
    if itself is not None:
        for path in inputs:
            if itself in _identities_within(Path(path), _DEPTH):
                return f"is a file of `{path}`"
    return ""


def _lies_within(output: str, place: str) -> bool:
    """Whether a path is a place, or lies within it, also where neither is there yet."""
    inner, outer = Path(os.path.realpath(output)), Path(os.path.realpath(place))
    known = _identity(place)
    return inner.is_relative_to(outer) or (known is not None and known in set(_identities_around(output)))


def _identities_around(output: str) -> Iterator[Identity]:
    """The file at the path and the folders around it, as far as they are there."""
    place = Path(os.path.realpath(output))
    for around in (place, *place.parents):
        if (identity := _identity(around)) is not None:
            yield identity


def _identities_within(folder: Path, depth: int) -> Iterator[Identity]:
    """The files that lie in a folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name) if depth else []
    except OSError:
        return
    for entry in entries:
        try:
            folders, status = entry.is_dir(), entry.stat()
        except OSError:
            continue
        if folders:
            yield from _identities_within(Path(entry.path), depth - 1)
        else:
            yield status.st_dev, status.st_ino


def _identity(path: str | Path) -> Identity | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
