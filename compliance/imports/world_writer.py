"""A world written so that `load_world` reads it back: a folder of CSV, or one YAML file.

Nothing is ever half written (`output_files`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from compliance import output_files
from compliance.errors import UsageError
from compliance.world.schema.tables import TABLES

Tables = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows by table and column, all values as text; an empty text is a value that is not known."""

_YAML = (".yaml", ".yml")


def write_world(tables: Tables, path: Path, *, about: Sequence[str] = ()) -> None:
    """Write the tables to a folder, or to one file where `path` ends in `.yaml` or `.yml`.

    `about` is told at the head of the YAML file, or in the folder's `README.md`. A file that is there is
    replaced; a folder that holds anything is not: raises `UsageError`, as for a place that cannot be written.
    """
    try:
        if path.suffix.lower() in _YAML:
            path.parent.mkdir(parents=True, exist_ok=True)
            output_files.write_file(path, _yaml(tables, about))
        elif path.suffix:
            raise UsageError(f"`{path}`: a world goes to a folder, or to a file that ends in .yaml or .yml")
        else:
            _put_folder(path, tables, about)
    except OSError as error:
        raise output_files.unwritable(path, error) from None


def _put_folder(path: Path, tables: Tables, about: Sequence[str]) -> None:
    with new_folder(path) as made:
        for table in TABLES:
            if tables.get(table):
                (made / f"{table}.csv").write_text(_csv(table, tables[table]), encoding="utf-8", newline="\n")
        put_about(made, about)


def put_about(folder: Path, about: Sequence[str]) -> None:
    """Writes what a world is made of beside its tables."""
    if about:
        (folder / "README.md").write_text("\n\n".join(about) + "\n", encoding="utf-8", newline="\n")


def put_files(path: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths into a new folder, all or none; raises `UsageError` where it is there already."""
    with new_folder(path) as made:
        for name, text in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into, as `output_files.new_folder`, whose name has not the ending of a file."""
    if path.suffix.lower() in (*_YAML, ".json", ".csv"):
        raise UsageError(f"`{path}`: this goes to a folder; give a name without an ending")
    with output_files.new_folder(path) as made:
        yield made


def _csv(table: str, rows: Sequence[Mapping[str, str]]) -> str:
    used = dict.fromkeys(column for row in rows for column, value in row.items() if value)
    known = [column for column in TABLES[table].columns() if column in used]
    columns = [*known, *(column for column in used if column not in known)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def _yaml(tables: Tables, about: Sequence[str]) -> str:
    kept = {
        table: [{column: value for column, value in row.items() if value} for row in tables[table]]
        for table in TABLES
        if tables.get(table)
    }
    head = "".join(f"# {line}\n" for told in about for line in told.splitlines())
    return head + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=10**6)
