"""Worlds of plain rows written to files in every format of tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

Rows = Sequence[Mapping[str, Any]]
NUMBERS = {"quantity": pa.int64(), "it_mw": pa.decimal128(20, 6), "training_ops": pa.float64()}
DAYS = ("date", "from", "to")


def as_csv(rows: Rows, folder: Path, table: str) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def as_json_lines(rows: Rows, folder: Path, table: str) -> None:
    (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def as_parquet(rows: Rows, folder: Path, table: str) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def as_typed_parquet(rows: Rows, folder: Path, table: str) -> None:
    """Numbers and days in types of their own where every value has one."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        column = pa.array([row.get(name) for row in rows])
        try:
            if name in DAYS:
                column = column.cast(pa.date32())
            elif name in NUMBERS:
                column = column.cast(NUMBERS[name])
        except pa.ArrowException:  # a range, or `unknown`
            pass
        columns[name] = column
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def as_yaml(rows: Rows, folder: Path, table: str) -> None:
    (folder / f"{table}.yaml").write_text(yaml.safe_dump([dict(row) for row in rows]), "utf-8")


FORMATS: dict[str, Callable[[Rows, Path, str], None]] = {
    "csv": as_csv,
    "json lines": as_json_lines,
    "parquet": as_parquet,
    "typed parquet": as_typed_parquet,
    "yaml": as_yaml,
}


def written(tables: Mapping[str, Rows], folder: Path, how: str) -> Path:
    """A folder with one table a file."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        FORMATS[how](rows, folder, table)
    return folder
