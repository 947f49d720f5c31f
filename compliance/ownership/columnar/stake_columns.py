"""All stakes of a world as columns of numbers: the form in which a whole registry is asked.

Parties are numbers into `names`; days count from 0001-01-01, as `date.toordinal` does; what a row holds is a
number into `ranges`, so that each text is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from compliance import units
from compliance.units import Interval
from compliance.world.schema.parties import ANY_PERCENT

Numbers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

NOBODY = -1
"""The owner of a row that names none: a holder exists and is not identified."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Groups:
    """Places of rows grouped by a number: those of `n` are `order[start[n]:start[n + 1]]`, in their order."""

    start: Codes
    order: Codes

    @classmethod
    def by(cls, codes: Codes, count: int) -> Groups:
        """Groups the places of the codes that are not negative, by counting."""
        from scipy.sparse import coo_array

        kept = np.flatnonzero(codes >= 0).astype(np.int32)
        shape = (max(count, 1), max(len(codes), 1))
        matrix = coo_array((np.ones(len(kept), np.int8), (codes[kept], kept)), shape=shape).tocsr()
        return cls(matrix.indptr, matrix.indices)

    def of(self, numbers: Codes | list[int]) -> Codes:
        """The places of all these numbers."""
        first, last = self.start[numbers], self.start[np.asarray(numbers) + 1]
        sizes = last - first
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        found: Codes = self.order[np.arange(total) + np.repeat(first - (ends - sizes), sizes)]
        return found

    def one(self, number: int) -> list[int]:
        """The places of one number."""
        found: list[int] = self.order[self.start[number] : self.start[number + 1]].tolist()
        return found


@dataclass(frozen=True)
class Stakes:
    """The rows of `stakes`, in their order."""

    names: pa.StringArray
    owner: Codes
    owned: Codes
    votes: Truths
    percent: Codes
    ranges: tuple[Interval, ...]
    since: Codes
    until: Codes
    price: pa.StringArray
    others: dict[str, int]

    @classmethod
    def of(cls, table: pa.Table, others: Iterable[str] = ()) -> Stakes:
        """From columns of text by the contract's names (null or empty: not known); `others` get numbers too."""
        owner, owned = _text(table, "owner"), _text(table, "owned")
        known = sorted(set(others))
        every = pa.concat_arrays([owned, owner, pa.array(known, pa.string())]).dictionary_encode()
        codes = every.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        codes = np.where(codes == _nameless(every.dictionary), NOBODY, codes).astype(np.int32, copy=False)
        rows = table.num_rows
        percent, ranges = _encode_column(
            _text(table, "percent"), lambda text: units.interval(text, top=100), ANY_PERCENT
        )
        return cls(
            every.dictionary,
            codes[rows : 2 * rows],
            codes[:rows],
            pc.equal(_text(table, "interest"), "votes").fill_null(False).to_numpy(zero_copy_only=False),
            percent,
            tuple(ranges),
            _days(_text(table, "from"), 0),
            _days(_text(table, "to"), date.max.toordinal() + 1),
            _text(table, "price_usd"),
            dict(zip(known, codes[2 * rows :].tolist(), strict=True)),
        )

    def __len__(self) -> int:
        return len(self.owner)

    @cached_property
    def by_owner(self) -> Groups:
        """The rows of each owner."""
        return Groups.by(self.owner, len(self.names))

    @cached_property
    def by_owned(self) -> Groups:
        """The rows of each company that is owned."""
        return Groups.by(self.owned, len(self.names))

    @cached_property
    def nameless(self) -> list[int]:
        """The rows whose owner is not identified."""
        found: list[int] = np.flatnonzero(self.owner == NOBODY).tolist()
        return found

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each party by name; made when first asked for."""
        return {name: number for number, name in enumerate(self.names.to_pylist())}

    def find(self, names: Iterable[str]) -> Codes:
        """The numbers of these parties, without those that are not here."""
        known = self.others
        asked = list(names)
        if any(name not in known for name in asked):
            known = self.numbers
        return np.array([known[name] for name in asked if name in known], np.int32)

    def standing(self, day: date) -> Codes:
        """The rows that stand on the day."""
        at = day.toordinal()
        return np.flatnonzero((self.since <= at) & (at < self.until)).astype(np.int32)


def _text(table: pa.Table, name: str) -> Any:
    """A column as one array of text; all null where the table has none."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    column = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
    return column if column.type == pa.string() else column.cast(pa.string())


def _nameless(names: Any) -> int:
    """The number of the empty text, which names nobody; no number where it is not there."""
    found = pc.index(names, "").as_py()
    return -2 if found < 0 else int(found)


def _encode_column(column: Any, parse: Callable[[str], _T], unknown: _T) -> tuple[Codes, list[_T]]:
    """A column by its distinct texts: a number a row into their values."""
    coded = column.dictionary_encode()
    values = [parse(text) if text else unknown for text in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32, copy=False), [*values, unknown]


def _days(column: Any, unknown: int) -> Codes:
    codes, days = _encode_column(column, lambda text: units.day(text).toordinal(), unknown)
    return np.array(days, np.int32)[codes]
