"""Relations of Python rows under named, typed columns, indexed by key on request.

Types are those of plans: `flag`, `whole` (an exact integer), `text`, `date`, `texts` (a list) and `none` (a column
without values).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pyarrow as pa

Row = tuple[Any, ...]
Index = Mapping[Any, Sequence[Row]]
ARROW = {
    "flag": pa.bool_(), "whole": pa.decimal128(38, 0), "count": pa.int64(), "text": pa.string(), "date": pa.date32(),
    "texts": pa.list_(pa.string()), "none": pa.int32(),
}  # fmt: skip


class Relation:
    """Rows of one shape; they are made when they are first asked for."""

    def __init__(self, columns: Sequence[str], types: Sequence[str], make: Callable[[], list[Row]]) -> None:
        self.columns = tuple(columns)
        self.types = tuple(types)
        self._make = make
        self._rows: list[Row] | None = None
        self._indexes: dict[tuple[int, ...], Index] = {}

    @classmethod
    def of(cls, table: pa.Table) -> Relation:
        """The rows of columns that are given."""
        return cls(table.column_names, [type_of(field.type) for field in table.schema], lambda: _rows(table))

    @property
    def shape(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What a program that reads this relation is compiled for."""
        return self.columns, self.types

    @property
    def rows(self) -> list[Row]:
        """The rows, in no order that matters."""
        if self._rows is None:
            self._rows = self._make()
        return self._rows

    def index(self, places: tuple[int, ...]) -> Index:
        """The rows by the values at these places; a row in which one of them is not known is under no key."""
        if places not in self._indexes:
            self._indexes[places] = by_key(self.rows, places)
        return self._indexes[places]

    def table(self) -> pa.Table:
        """The rows as columns."""
        if not self.rows:
            return _without_rows(self.columns, self.types)
        made = zip(*self.rows, strict=True)
        arrays = [pa.array(values, ARROW[kind]) for values, kind in zip(made, self.types, strict=True)]
        return pa.Table.from_arrays(arrays, names=list(self.columns))


@lru_cache(maxsize=1_000)
def _without_rows(columns: tuple[str, ...], types: tuple[str, ...]) -> pa.Table:
    return pa.table({name: pa.array([], ARROW[kind]) for name, kind in zip(columns, types, strict=True)})


def by_key(rows: Iterable[Row], places: Sequence[int]) -> Index:
    """Rows by the values at these places, one by itself or several as a tuple; none where one of them is not known."""
    key = itemgetter(*places)
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    if len(places) == 1:
        found.pop(None, None)
        return dict(found)
    return {values: held for values, held in found.items() if None not in values}


def type_of(kind: pa.DataType) -> str:
    """The type of a column of Arrow as plans have it."""
    if pa.types.is_boolean(kind):
        return "flag"
    if pa.types.is_decimal(kind):
        return "whole"
    if pa.types.is_integer(kind):
        return "count"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_list(kind):
        return "texts"
    if pa.types.is_null(kind):
        return "none"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        return "text"
    raise TypeError(f"no plan has columns of {kind}")


def _rows(table: pa.Table) -> list[Row]:
    columns = []
    for column in table.columns:
        values = column.to_pylist()
        if pa.types.is_decimal(column.type):
            values = [None if value is None else int(value) for value in values]
        columns.append(values)
    return list(zip(*columns, strict=True)) if columns else [()] * len(table)
