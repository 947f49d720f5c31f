"""Worlds of plain rows written to files in every format of tables, and as one file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

Rows = Sequence[Mapping[str, Any]]
MONEY = pa.decimal128(30, 6)
NUMBERS: dict[str, pa.DataType] = {
    "quantity": pa.int64(), "it_mw": pa.decimal128(20, 6), "facility_mw": pa.decimal128(20, 6),
    "training_ops": pa.float64(), "percent": pa.decimal128(20, 6), "employees": pa.int32(), "capital_usd": pa.int64(),
    "value_usd": MONEY, "price_usd": MONEY, "seen": pa.int16(), "exchange_listed": pa.bool_(),
}  # fmt: skip
DAYS = ("date", "from", "to", "known_from", "incorporated", "dissolved", "last_filing", "published", "payer_changed")


def as_csv(rows: Rows, folder: Path, table: str) -> None:
    flat = in_cells(rows)
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _names(flat))
        writer.writeheader()
        writer.writerows(flat)


def in_cells(rows: Rows) -> list[dict[str, Any]]:
    """The rows with a text in every cell: lists by `;`, throughputs by `=`, a described party by a column a field."""
    found = []
    for row in rows:
        cells: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, list):
                cells[name] = "; ".join(value)
            elif isinstance(value, Mapping) and name == "throughput":
                cells[name] = "; ".join(f"{kind}={figure}" for kind, figure in value.items())
            elif isinstance(value, Mapping):
                cells |= {f"{name}.{part}": text for part, text in value.items()}
            else:
                cells[name] = value
        found.append(cells)
    return found


def as_json_lines(rows: Rows, folder: Path, table: str) -> None:
    (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def as_parquet(rows: Rows, folder: Path, table: str) -> None:
    own = _without_mixed(rows)
    columns = {name: pa.array([row.get(name) for row in own]) for name in _names(own)}
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def as_typed_parquet(rows: Rows, folder: Path, table: str) -> None:
    """Numbers and days in types of their own where every value has one."""
    own = _without_mixed(rows)
    columns = {}
    for name in _names(own):
        column = pa.array([row.get(name) for row in own])
        try:
            if name in DAYS:
                column = column.cast(pa.date32())
            elif name in NUMBERS and not _is_rounded(column, NUMBERS[name]):
                column = column.cast(NUMBERS[name])
        except pa.ArrowException:  # a range, or `unknown`
            pass
        columns[name] = column
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def _is_rounded(column: pa.Array, kind: pa.DataType) -> bool:
    """Whether a double would be another number than some text of the column."""
    for text in column.drop_null().to_pylist() if pa.types.is_floating(kind) else ():
        with suppress(ValueError, InvalidOperation):  # a range, or `unknown`
            if Decimal(repr(float(text))) != Decimal(text):
                return True
    return False


def _without_mixed(rows: Rows) -> Rows:
    """Rows whose columns have one type each: parties described in some rows and named in others are in cells."""
    mixed = {
        name
        for name in _names(rows)
        if len({type(row[name]) for row in rows if row.get(name) is not None} - {int, float, bool}) > 1
    }
    if not mixed:
        return rows
    return [
        {**{name: value for name, value in row.items() if name not in mixed}, **cells}
        for row in rows
        for (cells,) in [in_cells([{name: row[name] for name in row if name in mixed}])]
    ]


def _names(rows: Rows) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def as_yaml(rows: Rows, folder: Path, table: str) -> None:
    (folder / f"{table}.yaml").write_text(yaml.safe_dump([dict(row) for row in rows], allow_unicode=True), "utf-8")


def as_json(rows: Rows, folder: Path, table: str) -> None:
    (folder / f"{table}.json").write_text(json.dumps([dict(row) for row in rows], ensure_ascii=False), "utf-8")


FORMATS: dict[str, Callable[[Rows, Path, str], None]] = {
    "csv": as_csv,
    "json": as_json,
    "json lines": as_json_lines,
    "parquet": as_parquet,
    "typed parquet": as_typed_parquet,
    "yaml": as_yaml,
}


def written(tables: Mapping[str, Rows], folder: Path, how: str) -> Path:
    """A folder with one table a file, but for tables without rows."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        if rows:
            FORMATS[how](rows, folder, table)
    return folder


def written_as_one(tables: Mapping[str, Rows], file: Path) -> Path:
    """One file with all tables, YAML or JSON by its ending."""
    plain = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    if file.suffix == ".json":
        file.write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")
    else:
        file.write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), "utf-8")
    return file
