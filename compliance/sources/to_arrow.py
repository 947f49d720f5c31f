"""Converts rows to Arrow columns of the source types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

WHOLE = pa.decimal128(38, 0)
ARROW = {"string": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "decimal(38, 0)": WHOLE}


def to_arrow(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows as columns of the given types."""
    if isinstance(rows, Sequence) and not rows:
        return _without_rows(tuple(columns.items()))
    gathered: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name, values in gathered.items():
            values.append(row.get(name))
    return pa.table({name: pa.array(values, ARROW[columns[name]]) for name, values in gathered.items()})


@lru_cache(maxsize=1_000)
def _without_rows(columns: tuple[tuple[str, str], ...]) -> pa.Table:
    return pa.table({name: pa.array([], ARROW[kind]) for name, kind in columns})
