"""Groups the rows of a total that it cannot tell apart.

A total asks for the certain sum, the possible sum and the last line. Rows equal in everything else that the total reads
are replaced by one row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlglot import exp

from compliance.plan.rowwise.row_relations import Row

AMOUNTS = ("low", "high")
LAST = ("date", "table", "row")
"""What tells which line of a total is its last."""
Condense = Callable[[Sequence[Row]], list[Row]]


def condensing(total: exp.Expression, counted: str, columns: Sequence[str], keys: Iterable[str]) -> Condense:
    """What condenses the rows of `counted` that a total adds up; where it may ask of each they stay as they are."""
    asked = [one for one in total.find_all(exp.Select) if one.args["from_"].this.name == counted]
    read = {node.name for one in asked for node in one.find_all(exp.Column)}.intersection(columns)
    extremes = [node.this for one in asked for kind in (exp.Max, exp.Min) for node in one.find_all(kind)]
    if not read.intersection(AMOUNTS) or any(one.name in AMOUNTS for one in extremes):
        return list
    held = [name for name in columns if name in read or name in keys]
    if "row" not in read:
        return _Adding(columns, [name for name in held if name not in AMOUNTS])
    if not read.issuperset(LAST):
        return list
    return _BeforeLast(columns, [n for n in held if n not in (*AMOUNTS, *LAST)], [n for n in columns if n in keys])


class _Adding:
    """Adds up the amounts of rows that are alike in some columns; one whose amount nothing bounds stays as it is."""

    def __init__(self, columns: Sequence[str], alike: Sequence[str]) -> None:
        self.low, self.high = (columns.index(name) for name in AMOUNTS)
        self.key = _values(columns, alike)

    def __call__(self, rows: Sequence[Row]) -> list[Row]:
        kept: list[Row] = []
        sums: dict[Any, list[Any]] = {}
        low, high = self.low, self.high
        for row in rows:
            if row[low] is None or row[high] is None:
                kept.append(row)
                continue
            found = sums.get(key := self.key(row))
            if found is None:
                sums[key] = list(row)
            else:
                found[low] += row[low]
                found[high] += row[high]
        return [*kept, *map(tuple, sums.values())]


class _BeforeLast:
    """The same of the lines before the last day of a total, which stay apart: one of them is its last line."""

    def __init__(self, columns: Sequence[str], alike: Sequence[str], keys: Sequence[str]) -> None:
        self.date, self.sure = columns.index("date"), columns.index("sure")
        self.key = _values(columns, keys)
        self.adding = _Adding(columns, alike)

    def __call__(self, rows: Sequence[Row]) -> list[Row]:
        of_total: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            of_total[self.key(row)].append(row)
        found: list[Row] = []
        for own in of_total.values():
            days = [max((row[self.date] for row in part), default=None) for part in (own, self._sure(own))]
            last = min(day for day in days if day is not None)
            found += (row for row in own if row[self.date] >= last)
            # INVARIANT: each of these is made of lines of earlier days, and bears the day and name of one of them
            found += self.adding([row for row in own if row[self.date] < last])
        return found

    def _sure(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if row[self.sure]]


def _values(columns: Sequence[str], names: Sequence[str]) -> Callable[[Row], Any]:
    places = [columns.index(name) for name in names]
    return itemgetter(*places) if places else lambda row: ()
