"""Distinct rows by number, so that what depends on some columns is computed once for each kind of row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

Numbers = np.ndarray[Any, Any]
_WIDEST = 2**50


def distinct_rows(columns: Iterable[pa.ChunkedArray | pa.Array], count: int) -> tuple[Numbers, Numbers]:
    """The first row of each combination of values, and of each of the `count` rows which combination it has."""
    code = np.zeros(count, dtype=np.int64)
    widest = 1
    for column in columns:
        codes, kinds = codes_of(column)
        if widest * kinds > _WIDEST:
            _, code = np.unique(code, return_inverse=True)
            widest = int(code.max(initial=0)) + 1
        code, widest = code * kinds + codes, widest * kinds
    _, firsts, which = np.unique(code, return_index=True, return_inverse=True)
    return firsts, which


def codes_of(column: pa.ChunkedArray | pa.Array) -> tuple[Numbers, int]:
    """The distinct values of a column as numbers, the last for null; and how many numbers there are."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_null(column.type):
        return np.zeros(len(column), dtype=np.int64), 1
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8()).fill_null(2).to_numpy().astype(np.int64), 3
    found = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    kinds = len(found.dictionary)
    return found.indices.fill_null(kinds).to_numpy().astype(np.int64), kinds + 1
