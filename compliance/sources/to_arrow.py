"""Converts rows to Arrow columns of the source types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

WHOLE = pa.decimal128(38, 0)
ARROW = {"string": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "decimal(38, 0)": WHOLE}


def to_arrow(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows as columns of the given types."""
    gathered: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name, values in gathered.items():
            values.append(row.get(name))
    return pa.table({name: pa.array(values, ARROW[columns[name]]) for name, values in gathered.items()})
