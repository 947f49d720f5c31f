"""A table in several files: a folder named by its table, with folders such as `year=2026` inside, all of which is read.

A folder `to_country=MY` gives its value to every row of the files in it, as engines that write partitions leave such
a column out. Folders named by a part of a date (`year=2026`) and plain folders only keep files apart. Files may differ
in the order of their columns, and each may lack columns that need not be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from compliance.errors import InputError, Problem
from compliance.world.io import user_files
from compliance.world.io.raw_table import RawTable, by_value
from compliance.world.io.validate_rows import LoadResult
from compliance.world.schema.column_table import Table
from compliance.world.schema.tables import TABLES

_APART = frozenset({"year", "quarter", "month", "week", "day"})
"""Names of folders that only keep files apart: the date of a row says the same."""
_EMPTY = ("", "__HIVE_DEFAULT_PARTITION__")
_DEEPEST = 8
_BESIDE = (".", "_")
"""What such names begin with lies beside the data, as `_SUCCESS` does."""


@dataclass(frozen=True)
class PartFile:
    """One file of a table, what the user calls it, and the columns that its folders give."""

    path: Path
    name: str
    given: tuple[tuple[str, str], ...] = ()


def part_files(folder: Path, name: str, table: str) -> Iterator[PartFile]:
    """The files of a table in a folder, in the order of their paths; raises `InputError` where it cannot be read."""
    yield from _inside(folder, name, table, (), _DEEPEST)


def _inside(folder: Path, name: str, table: str, given: tuple[tuple[str, str], ...], deep: int) -> Iterator[PartFile]:
    if not deep:
        raise InputError([Problem(name, 0, f"lies more than {_DEEPEST} folders deep; put its files further up")])
    for path in user_files.list_folder(folder, name):
        own = str(Path(name) / path.name)
        if path.name.startswith(_BESIDE):
            continue
        if not path.is_dir():
            yield PartFile(path, own, given)
            continue
        column, mark, value = path.name.partition("=")
        value = unquote(value)
        apart = not mark or (column in _APART and column not in TABLES[table].columns())
        yield from _inside(path, own, table, given if apart else (*given, (column, value)), deep - 1)


def with_path_columns(file: PartFile, given: RawTable) -> tuple[RawTable, list[Problem]]:
    """What a file holds with the columns that its folders give; a file that says otherwise is a problem."""
    import pyarrow as pa

    columns, problems = dict(given.columns), []
    for name, text in file.given:
        value = None if text in _EMPTY else text
        if name in columns:
            held = by_value(columns[name])
            others = [other for other in held.values if str(other).strip() not in ("", value or "")]
            if others:
                told = f"`{name}` is `{text}` by the name of its folder and `{others[0]}` in the file; correct one"
                problems.append(Problem(file.name, 0, told))
        columns[name] = pa.array([value], pa.string()).take(pa.array([0] * len(given.lines), pa.int64()))
    return replace(given, columns=columns), problems


def joined_parts(parts: list[LoadResult], table: str) -> LoadResult:
    """What several files gave of one table, as one."""
    whole = LoadResult()
    tables = []
    for part in parts:
        whole.problems.extend(part.problems)
        whole.unread |= part.unread
        whole.lost.setdefault(table, set()).update(part.lost.get(table, ()))
        rows = part.tables.get(table)
        if isinstance(rows, Table):
            tables.append(rows)
    whole.tables[table] = Table.joined(tables) if tables else ()
    return whole


Read = Callable[[LoadResult, PartFile, str], None]


def read_parts(folder: Path, name: str, table: str, read: Read) -> LoadResult:
    """The table of a folder; `read` adds one file to a part."""
    parts = []
    for file in part_files(folder, name, table):
        part = LoadResult()
        try:
            read(part, file, table)
        except InputError as error:
            part.problems.extend(error.problems)
            part.unread.add(table)
        parts.append(part)
    if not parts:
        told = f"holds no file of `{table}`; put its files there, such as `part-0.parquet`, or remove the folder"
        return LoadResult(problems=[Problem(name, 0, told)], unread={table})
    return joined_parts(parts, table)
