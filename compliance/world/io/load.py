"""Worlds and orders from files: one YAML or JSON file, or a folder with one table a file.

A format is one reader in `READERS`, or in `COLUMN_READERS` if it holds one table, by the ending of the file's name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path

from compliance.errors import InputError, Problem, UsageError, near
from compliance.gc_pause import gc_paused
from compliance.world.cross_checks import KnownIds, dangling, find_repeated_ids, in_circles
from compliance.world.io import user_files
from compliance.world.io.column_checks import read_table
from compliance.world.io.csv_text import read_csv, read_csv_columns
from compliance.world.io.json_lines import read_json_lines
from compliance.world.io.json_text import read_json
from compliance.world.io.parquet import read_parquet
from compliance.world.io.raw_table import RawTable
from compliance.world.io.validate_rows import LoadResult
from compliance.world.io.yaml_nodes import Node, line_of, read_yaml
from compliance.world.partitions import PartFile, read_parts, with_path_columns
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES
from compliance.world.set_aside import SetAside, take_aside
from compliance.world.world import World

Reader = Callable[[Path, str], tuple[Node, list[Problem]]]
"""Reads a file, named to the user by the second argument; gives what it holds and what is wrong in it."""
ColumnReader = Callable[[Path, str, str], tuple[RawTable | None, list[Problem]]]
"""Reads a file of one table, named by the third argument, as columns; `None` where they have no names."""

_WORLD = "world"
_BESIDE = frozenset({".md", ".txt"})


def load_world(path: str | Path, name: str = "", aside: SetAside | None = None) -> World:
    """The world of a file or of a folder; `name` stands for the path in what is told of its rows.

    With `aside`, rows of table files that cannot be read, and rows that do not fit the others, are set aside.
    Raises `InputError` with every problem of every file, `UsageError` where no path is given.
    """
    if not isinstance(path, str | PathLike):
        given = "nothing (None)" if path is None else f"a value of type {type(path).__name__}"
        raise UsageError(f"a world is read from a file or a folder, and {given} was given: pass its path")
    if not str(path):  # else the folder in which one stands
        raise InputError([Problem("", 0, "the name of the world is empty")])
    place, name = Path(path), name or str(path)
    with gc_paused():
        if user_files.is_folder(place, name):
            return _load_folder(place, name, aside)
        node, problems = read_node(place, name)
        part = LoadResult(problems=problems)
        part.read_tables(node, name)
        return World.made(part, aside)


def parse_world(node: object, file: str) -> World:
    """The world of a mapping inside a bigger file, such as a case; raises `InputError`."""
    return World.parse(node, file)


def load_orders(path: str | Path, world: World | None = None) -> tuple[list[Row], list[Problem]]:
    """The good orders of a file, and what is wrong with the others; see `parse_orders`.

    Raises `InputError` where the file as a whole cannot be read.
    """
    if Path(path).suffix.lower() in COLUMN_READERS and Path(path).suffix.lower() not in READERS:
        part = LoadResult()
        _read_columns(part, Path(path), str(path), "orders")
        rows, found = good_orders(part, world)
        return rows, sorted({*found})
    node, problems = read_node(Path(path), str(path))
    rows, found = parse_orders(node, str(path), world)
    return rows, sorted({*problems, *found})


def parse_orders(node: object, file: str, world: World | None = None) -> tuple[list[Row], list[Problem]]:
    """The good orders of `{orders: [...]}` or of a bare list, and what is wrong with the others.

    With `world`, an order that names a party or a site that is not there is none of the good ones.
    """
    problems: list[Problem] = []
    if isinstance(node, dict):
        for key in node:
            if key != "orders":
                line = getattr(node, "lines", {}).get(key, line_of(node))
                hint = near(str(key), ["orders"])
                problems.append(Problem(file, line, f"`{key}` is not read here; the file holds `orders`.{hint}"))
        if "orders" not in node and not problems:
            problems.append(Problem(file, line_of(node), "needs `orders`, a list"))
        node = node.get("orders")
    elif not isinstance(node, list | tuple):
        return [], [Problem(file, line_of(node), "needs `orders`, a list")]
    part = LoadResult(problems=problems)
    part.read_rows("orders", node, file)
    return good_orders(part, world)


def good_orders(part: LoadResult, world: World | None) -> tuple[list[Row], list[Problem]]:
    """The good orders of what was read, and all that is wrong with the others."""
    rows, problems = part.tables.get("orders", ()), part.problems
    bad = list(find_repeated_ids(rows))
    if world is not None:
        more = {"orders": {row.name_of_row for row in rows} | part.lost.get("orders", set())}
        bad.extend(dangling(rows, KnownIds(world.tables, more)))
    bad.extend(in_circles({"orders": rows}))
    problems.extend(problem for _, problem in bad)
    left_out = {id(row) for row, _ in bad}
    return [row for row in rows if id(row) not in left_out], sorted(set(problems))


def read_node(path: Path, name: str) -> tuple[Node, list[Problem]]:
    """What a file of any known format holds, with lines; raises `InputError` if it cannot be read."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        told = f"cannot be read; the name must end in {', '.join(READERS)}"
        if path.suffix.lower() in COLUMN_READERS:
            told = f"holds one table; put it in a folder, named by its table, such as `shipments{path.suffix}`"
        raise InputError([Problem(name, 0, told)])
    return reader(path, name)


def _load_folder(folder: Path, called: str, aside: SetAside | None) -> World:
    whole = LoadResult()
    where: dict[str, str] = {}
    for path in user_files.list_folder(folder, called):
        name = str(Path(called) / path.name)
        beside = path.suffix.lower() in _BESIDE and path.stem not in TABLES
        if path.name.startswith(".") or beside:
            continue
        if path.is_dir() and path.name not in TABLES:
            told = (
                "is a folder inside a world that no table is named by, and not read; put its tables beside the others"
            )
            told += f", or name it by the table whose files it holds, such as `shipments`.{near(path.name, TABLES)}"
            whole.problems.append(Problem(name, 0, told))
            whole.unread.update(TABLES)
            continue
        if path.is_dir():
            part = read_parts(path, name, path.name, partial(_read_file, aside=aside))
        else:
            part = _read_part(path, name, aside)
        whole.problems.extend(part.problems)
        whole.unread |= part.unread
        if part.as_of is not None and whole.as_of not in (None, part.as_of):
            told = f"`as_of` {part.as_of} is not the {whole.as_of} of another file"
            whole.problems.append(Problem(name, 0, told))
        whole.as_of = part.as_of or whole.as_of
        for table, rows in part.tables.items():
            if table in where:
                whole.problems.append(Problem(name, 0, f"`{table}` is in {where[table]} too; keep one"))
            where[table] = name
            whole.tables[table] = rows
            whole.lost.setdefault(table, set()).update(part.lost.get(table, ()))
    if not where and not whole.problems and whole.as_of is None:
        told = f"holds no table; name files by their table, such as `companies{next(iter(READERS))}`"
        whole.problems.append(Problem(called, 0, told))
    return World.made(whole, aside)


def _read_part(path: Path, name: str, aside: SetAside | None) -> LoadResult:
    """One file of a folder: a list of rows of the table that it is named by, or a mapping of tables."""
    table = path.stem
    part = LoadResult()
    if table != _WORLD and table not in TABLES:
        hint = near(table, [*TABLES, _WORLD])
        part.unread.update(known for known in TABLES if f"`{known}`" in hint)
        part.problems.append(Problem(name, 0, f"there is no table `{table}`.{hint}"))
        return part
    try:
        if table != _WORLD and path.suffix.lower() in COLUMN_READERS:
            _read_columns(part, path, name, table, aside=aside)
            return part
        node, problems = read_node(path, name)
    except InputError as error:
        part.problems.extend(error.problems)
        part.unread.update(TABLES if table == _WORLD else [table])
        return part
    if table != _WORLD and node == "":
        problems = [_empty(name, table)]
    part.problems.extend(problems)
    if problems:
        part.unread.add(table)
    if table == _WORLD or isinstance(node, dict):
        part.read_tables(node, name)
    else:
        part.read_rows(table, node, name)
    return part


def _read_file(part: LoadResult, file: PartFile, table: str, aside: SetAside | None) -> None:
    """Adds one of the files of a table; raises `InputError` if it cannot be read."""
    if file.path.suffix.lower() not in COLUMN_READERS:
        told = f"cannot be read among the files of `{table}`; the name must end in {', '.join(COLUMN_READERS)}"
        raise InputError([Problem(file.name, 0, told)])
    _read_columns(part, file.path, file.name, table, file, aside)


def _read_columns(
    part: LoadResult, path: Path, name: str, table: str, file: PartFile | None = None, aside: SetAside | None = None
) -> None:
    """Adds the table of a file that holds one, checked by column; raises `InputError` if it cannot be read."""
    given, problems = COLUMN_READERS[path.suffix.lower()](path, name, table)
    if file is not None and file.given and given is not None:
        given, more = with_path_columns(file, given)
        problems = [*problems, *more]
    if given is not None and given.header is None and not len(given.lines) and not problems:
        problems = [_empty(name, table)]
    if aside is not None:
        problems = take_aside(aside, table, problems)
    part.problems.extend(problems)
    if problems:
        part.unread.add(table)
    if given is not None:
        read_table(part, TABLES[table], given, aside)
    else:
        part.tables[table] = ()


def _empty(name: str, table: str) -> Problem:
    return Problem(name, 0, f"is empty; remove it if there are no rows of `{table}`, or write them in it")


def _yaml(path: Path, name: str) -> tuple[Node, list[Problem]]:
    return read_yaml(user_files.text(path, name), name), []


def _json(path: Path, name: str) -> tuple[Node, list[Problem]]:
    return read_json(user_files.text(path, name), name), []


def _csv(path: Path, name: str) -> tuple[Node, list[Problem]]:
    return read_csv(user_files.table_text(path, name), name)


READERS: dict[str, Reader] = {".csv": _csv, ".yaml": _yaml, ".yml": _yaml, ".json": _json}
"""Readers by the ending of a file's name."""


def _csv_columns(path: Path, name: str, table: str) -> tuple[RawTable | None, list[Problem]]:
    return read_csv_columns(user_files.table_text(path, name), name)


def _json_lines(path: Path, name: str, table: str) -> tuple[RawTable | None, list[Problem]]:
    return read_json_lines(path, name)


def _parquet(path: Path, name: str, table: str) -> tuple[RawTable | None, list[Problem]]:
    return read_parquet(path, name, frozenset(TABLES[table].key))


COLUMN_READERS: dict[str, ColumnReader] = {
    ".csv": _csv_columns,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
"""Readers of files that hold one table."""
