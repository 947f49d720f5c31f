"""As-of (interval) joins: attributes of a party, place, chip or model on the date of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any as Expression

from compliance.plan.sql import expressions, relations

Get = Callable[[Expression], Expression]


@dataclass
class IntervalJoin:
    """One as-of join, to a table with one row per date interval of its entity.

    `of` is the column of the rows that says what is asked about, `key` the one of `table` that it is found by; the
    columns joined stand under `prefix`. What hangs on one of them (`further`) is joined to it first, and not to the
    many rows. INVARIANT: such a table tells of every day of what it is about, or of none.
    """

    prefix: str
    table: str
    key: str
    of: Get
    asked: dict[str, str] = field(default_factory=dict)
    further: list[IntervalJoin] = field(default_factory=list)

    def rows(self) -> Expression:
        rows = relations.table({self.key: "string", "from": "date", "to": "date", **self.asked}, name=self.table)
        rows = rows.rename({f"{self.prefix}{name}": name for name in rows.columns})
        for other in self.further:
            rows = self._with(rows, other)
        return rows

    def _with(self, rows: Expression, other: IntervalJoin) -> Expression:
        """The stretches cut where those of the other begin, which cover every day or none."""
        right = other.rows()
        since, until = f"{self.prefix}from", f"{self.prefix}to"
        begins, ends = right[f"{other.prefix}from"], right[f"{other.prefix}to"]
        same = other.of(rows) == right[f"{other.prefix}{other.key}"]
        joined = rows.left_join(right, [same, rows[since] < ends, begins < rows[until]])
        cut = {
            since: expressions.greatest(joined[since], expressions.coalesce(joined[begins.name], joined[since])),
            until: expressions.least(joined[until], expressions.coalesce(joined[ends.name], joined[until])),
        }
        own = {begins.name, ends.name, f"{other.prefix}{other.key}"}
        return joined.mutate(**cut).select([name for name in (*rows.columns, *right.columns) if name not in own])

    def join(self, rows: Expression) -> Expression:
        """The rows with what is known on their dates."""
        right = self.rows()
        since, until = right[f"{self.prefix}from"], right[f"{self.prefix}to"]
        same = self.of(rows) == right[f"{self.prefix}{self.key}"]
        return rows.left_join(right, [same, rows.date >= since, rows.date < until])
