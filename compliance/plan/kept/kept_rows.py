"""Unchanging rows of a table, indexed by one column."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.plan.rowwise.row_relations import Relation, Row

FEW, MOST = 1_000, 500
"""The rows of a value up to so many are kept in Python, of so many values, those that were asked for last."""


class KeptRows:
    """Rows as columns, sorted by one column; those with a value in it are made into Python when they are asked for.

    Rows in which nothing stands in that column are under no value.
    """

    def __init__(self, rows: pa.Table, by: str) -> None:
        coded = rows.column(by).combine_chunks()
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
        order = np.argsort(codes, kind="stable")
        self._by = by
        self._kept = lru_cache(maxsize=MOST)(self._rows_of)
        self._rows = rows.take(pa.array(order)).combine_chunks()
        self._starts = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1)).tolist()
        self._codes = {value: code for code, value in enumerate(coded.dictionary.to_pylist())}

    def __contains__(self, value: str) -> bool:
        return value in self._codes

    def of(self, value: str) -> list[Row]:
        """The rows with a value; not to be changed."""
        if value not in self:
            return []
        return self._kept(value) if self.count(value) <= FEW else self._rows_of(value)

    def _rows_of(self, value: str) -> list[Row]:
        return Relation.of(self.table(value)).rows

    def of_each(self, values: Iterable[str]) -> list[Row]:
        """The rows with one of several values."""
        return [row for value in values for row in self.of(value)]

    def count(self, value: str) -> int:
        """How many rows have a value."""
        start, stop = self._part(value)
        return stop - start

    def table(self, value: str) -> pa.Table:
        """The rows with a value, as columns."""
        start, stop = self._part(value)
        return self._rows.slice(start, stop - start)

    def _part(self, value: str) -> tuple[int, int]:
        code = self._codes.get(value)
        return (0, 0) if code is None else (self._starts[code], self._starts[code + 1])

    def values_where(self, column: str, texts: Collection[str]) -> set[str]:
        """The values of the rows in which one of these texts stands in another column."""
        found = pc.is_in(self._rows.column(column), value_set=pa.array(sorted(texts), pa.string()))
        return {value for value in self._rows.column(self._by).filter(found).unique().to_pylist() if value is not None}
