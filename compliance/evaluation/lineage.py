"""Lineage of findings in columnar form; rows are materialised on access.

One table holds the lineage of all findings of a rule, which may be hundreds of findings over a thousand rows each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.lazy_sequences import ByPlace
from compliance.sources.distinct_rows import Numbers
from compliance.sources.to_arrow import WHOLE

if TYPE_CHECKING:
    from compliance.evaluation.lineage_fields import LineageLookup

_SMALL = 2**62


class LineageRow(NamedTuple):
    """A row of the world in a finding's evidence, with its contribution in units of the measure's scale."""

    table: str
    id: str
    date: Any
    ordered: bool
    sure: bool
    low: int | None
    high: int | None
    what: str | None
    inside: bool = True


TYPES = {
    "table": pa.string(), "id": pa.string(), "date": pa.date32(), "ordered": pa.bool_(), "sure": pa.bool_(),
    "low": WHOLE, "high": WHOLE, "what": pa.string(), "inside": pa.bool_(),
}  # fmt: skip


class LineageTable:
    """Lineage of all findings of a rule, finding by finding, in columns named as in `LineageRow`."""

    def __init__(self, columns: pa.Table, made: Sequence[LineageRow] | None = None) -> None:
        self.columns = columns
        self.made = made
        """The rows one by one, where they were given so."""
        self.read: LineageLookup | None = None
        """The rows as they stand in the world in which they were looked up last."""
        self._arrays: dict[str, pa.Array] = {}

    @classmethod
    def of(cls, rows: Sequence[LineageRow]) -> LineageTable:
        """Rows one by one as columns."""
        each = zip(*rows, strict=True) if rows else iter([()] * len(TYPES))
        return cls(pa.table({name: pa.array(next(each), kind) for name, kind in TYPES.items()}), rows)

    def rows(self, start: int, stop: int) -> LineageSlice:
        """Some of them, such as those of one finding."""
        return LineageSlice(self, start, stop)

    def column(self, name: str) -> pa.Array:
        """One column, as one array."""
        if name not in self._arrays:
            self._arrays[name] = self.columns.column(name).combine_chunks()
        return self._arrays[name]


class LineageSlice(ByPlace[LineageRow]):
    """Lineage rows of one finding."""

    def __init__(self, columns: LineageTable, start: int, stop: int) -> None:
        self.columns = columns
        self.part = slice(start, stop)

    @cached_property
    def _made(self) -> Sequence[LineageRow]:
        if self.columns.made is not None:
            return self.columns.made[self.part]
        part = self.columns.columns.slice(self.part.start, len(self))
        names = [name for name in LineageRow._fields if name in part.column_names]
        return list(starmap(LineageRow, zip(*(_column_values(part.column(name)) for name in names), strict=True)))

    @property
    def ordered(self) -> bool:
        """Whether one of them is a row of an order."""
        return bool(pc.any(self._part("ordered")).as_py())

    def known(self) -> int:
        """What they add up to at least."""
        return int(pc.sum(self._part("low")).as_py() or 0)

    def _part(self, name: str) -> pa.ChunkedArray:
        return self.columns.columns.column(name).slice(self.part.start, len(self))

    def __len__(self) -> int:
        return int(self.part.stop - self.part.start)

    def parts_at(self, places: Numbers) -> list[LineageRow]:
        """The rows at these places among them."""
        made = self._made
        return [made[place] for place in places.tolist()]


@dataclass(frozen=True)
class Lineage:
    """The rows behind a total: how many they are, and the smallest of what they stand for, where `rows` are some.

    `rows` are then the first by table and id, of a rule with remedies those of the last days too, and all that
    are not certain.
    """

    rows: Sequence[LineageRow]
    count: int
    least: str | None


def _column_values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column, whole numbers as such; of days, which are few, each is made once."""
    if pa.types.is_date(column.type):
        coded = column.combine_chunks().dictionary_encode()
        days = [*coded.dictionary.to_pylist(), None]
        return [days[place] for place in coded.indices.fill_null(len(days) - 1).to_pylist()]
    if pa.types.is_decimal(column.type):
        if pc.all(pc.less(pc.abs(column), _SMALL)).as_py() is False:
            return [None if value is None else int(value) for value in column.to_pylist()]
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values
