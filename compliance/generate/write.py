"""A generated world as a folder with one table a file, in CSV or Parquet."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from compliance.errors import UsageError
from compliance.generate.registry import registry
from compliance.generate.shipments import shipments

FORMATS = ("csv", "parquet")
MOST = 10_000_000
"""Rows of a table; ids are numbered with seven digits."""


def generate(companies: int, lines: int, seed: int, path: Path, form: str = "csv") -> dict[str, int]:
    """Writes a world of so many companies and shipments; gives the rows of each table.

    The same numbers and seed give the same files. Raises `UsageError` for numbers that are too small or large,
    and for a folder that holds anything or cannot be written.
    """
    if not 10 <= companies <= MOST or not 0 <= lines <= MOST:
        raise UsageError(f"`--companies` is 10 to {MOST:,}, and `--shipments` 0 to {MOST:,}")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"`{path}` is there already; name a new folder")
    tables = registry(companies, seed)
    if lines:
        tables["shipments"] = shipments(tables["companies"], lines, seed)
    try:
        _write(tables, path, form)
    except OSError as wrong:
        raise UsageError(f"`{path}` cannot be written: {(wrong.strerror or 'error').lower()}") from None
    return {name: table.num_rows for name, table in tables.items()}


def _write(tables: Mapping[str, pa.Table], path: Path, form: str) -> None:
    """INVARIANT: nothing is half written; the folder comes to its place by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        for name, table in tables.items():
            if form == "parquet":
                pa.parquet.write_table(table, beside / f"{name}.parquet")
            else:
                pa.csv.write_csv(table, beside / f"{name}.csv")
        if path.exists():
            path.rmdir()
        beside.chmod(0o755)
        beside.rename(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
