"""A generated world as a folder with one table a file, in CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from compliance.errors import UsageError
from compliance.generate.market.make import make_market
from compliance.generate.registry import registry
from compliance.generate.registry_shipments import shipments
from compliance.output_files import new_folder, unwritable, write_file

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
    _is_new(path)
    tables = registry(companies, seed)
    if lines:
        tables["shipments"] = shipments(tables["companies"], lines, seed)
    return _rows(tables, path, form)


def generate_market(
    companies: int,
    lines: int,
    seed: int,
    path: Path,
    form: str = "parquet",
    *,
    schemes: int = 0,
    difficulty: str = "medium",
    only: Sequence[str] = (),
    background: Path | None = None,
    stakes: Path | None = None,
    labels: Path | None = None,
) -> dict[str, int]:
    """Writes a market with planted schemes, and beside it their labels; gives the rows of each table.

    `labels` is `WORLD.labels.json` if not given. See `market.make.make_market` for the numbers; raises as `generate`.
    """
    if not 1_000 <= companies <= MOST or not 0 <= lines <= MOST:
        raise UsageError(f"with `--schemes`, `--companies` is 1,000 to {MOST:,}, and `--shipments` 0 to {MOST:,}")
    if not 0 <= schemes <= companies // 100:
        raise UsageError(f"`--schemes` is at most one for 100 companies, here {companies // 100:,}")
    _is_new(path)
    tables, said = make_market(companies, lines, seed, schemes, difficulty, only, background, stakes)
    rows = _rows(tables, path, form, said["as_of"])
    beside = labels or path.parent / f"{path.name}.labels.json"
    try:
        write_file(beside, json.dumps(said, indent=1) + "\n")
    except OSError as wrong:
        raise unwritable(beside, wrong) from None
    return rows


def _is_new(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"`{path}` is there already; name a new folder")


def _rows(tables: Mapping[str, pa.Table], path: Path, form: str, as_of: str = "") -> dict[str, int]:
    try:
        _write(tables, path, form, as_of)
    except OSError as wrong:
        raise unwritable(path, wrong) from None
    return {name: table.num_rows for name, table in tables.items()}


def _write(tables: Mapping[str, pa.Table], path: Path, form: str, as_of: str) -> None:
    with new_folder(path) as made:
        for name, table in tables.items():
            if form == "parquet":
                pa.parquet.write_table(table, made / f"{name}.parquet")
            else:
                pa.csv.write_csv(table, made / f"{name}.csv")
        if as_of:
            (made / "world.yaml").write_text(f"as_of: {as_of}\n", encoding="utf-8")
