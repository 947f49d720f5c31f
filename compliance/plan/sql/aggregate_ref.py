"""References to an aggregate: frames whose path `measure.NAME` reads the total or ratio of a row."""

from __future__ import annotations

import operator
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING
from typing import Any as Expression

from compliance.errors import UsageError
from compliance.plan.sql import expressions
from compliance.plan.sql.aggregate_schema import KEYS, AggregateSchema
from compliance.plan.sql.comparisons import whole
from compliance.plan.sql.frames import ColumnExpr, Frame, Ratio, stored_column
from compliance.plan.sql.interval_join import Get
from compliance.plan.sql.projection import ProjectedFrame, SourceProjection
from compliance.sources.column_types import SEPARATOR, WHOLE, Column

if TYPE_CHECKING:
    from compliance.plan.sql.aggregate import AggregateCompiler


def _total(frame: Frame, totals: AggregateCompiler, path: str, keys: dict[str, Get]) -> ColumnExpr:
    """The total of `measure.NAME` (or a column of it, `measure.NAME.before_last`) to which a row belongs."""
    _, name, column = (*path.split("."), "")[:3]
    prefix, shape = _join_totals(frame, totals, name, keys)
    if shape.ratio:
        raise UsageError(f"`{name}` is a ratio: compare it with a percentage")
    inner = stored_column(column or "measure", Column("amount", shape.scale), prefix)
    counted = f"{prefix}measure.low"
    maybe = f"{prefix}measure.maybe"
    several = _several(keys)
    # a row whose total nothing counts has a total of zero, and one that may belong to several any of theirs
    return ColumnExpr(
        "amount",
        low=lambda t: inner.low(t).fill_null(whole(0)),
        high=lambda t: expressions.cases(
            (several(t), expressions.null(WHOLE)), (t[counted].isnull(), whole(0)), else_=inner.high(t)
        ),
        scale=shape.scale,
        maybe=None if column else lambda t: t[maybe].fill_null(whole(0)),
    )


def _several(keys: dict[str, Get]) -> Get:
    """Whether a row may belong to several holders, so that it names none for certain."""
    holders = [get for key, get in keys.items() if key in ("id", "key")]
    return lambda t: reduce(operator.or_, (get(t).contains(SEPARATOR).fill_null(False) for get in holders))


def _join_totals(
    frame: Frame, totals: AggregateCompiler, name: str, keys: dict[str, Get]
) -> tuple[str, AggregateSchema]:
    """Joins the totals of a measure to rows by their keys; gives the prefix of their columns."""
    table, shape = totals.totals(name)
    table = table.drop("date")
    keys = {key: get for key, get in keys.items() if key in table.columns}
    at = f"measure.{name}"
    return frame.left(at, table, lambda t, r: [get(t) == r[f"{at}@{key}"] for key, get in keys.items()]), shape


def _two_sides(frame: Frame, totals: AggregateCompiler, name: str, keys: dict[str, Get]) -> Ratio | None:
    """The ratio `measure.NAME` to which a row belongs, if it is one; without a total it is nothing of nothing."""
    prefix, shape = _join_totals(frame, totals, name, keys)
    if not shape.ratio:
        return None

    def side(column: str) -> ColumnExpr:
        inner = stored_column(column, Column("amount", shape.scale), prefix)
        known = f"{prefix}part.low"
        return ColumnExpr(
            "amount",
            low=lambda t: inner.low(t).fill_null(whole(0)),
            high=lambda t: expressions.ifelse(t[known].isnull(), whole(0), inner.high(t)),
            scale=shape.scale,
        )

    return Ratio(side("part"), side(shape.ratio), shape.ratio == "to")


class MeasuredRows(ProjectedFrame):
    """Rows in whose paths `measure.NAME` is the total to which a row belongs."""

    def __init__(self, wide: SourceProjection, totals: AggregateCompiler) -> None:
        super().__init__(wide)
        self.totals = totals

    def column(self, path: str) -> ColumnExpr:
        if not path.startswith("measure."):
            return super().column(path)
        return _total(self, self.totals, path, self._keys(path.split(".")[1]))

    def ratio(self, path: str) -> Ratio | None:
        name = path.split(".")[1]
        return _two_sides(self, self.totals, name, self._keys(name))

    def _keys(self, name: str) -> dict[str, Get]:
        by = self.totals.compiler.keyed_measure(name).by
        assert by is not None
        return self.totals.keys(self, by)[0]


class MeasuredTotals(Frame):
    """Totals beside which those of other measures for the same keys can be asked for."""

    def __init__(self, table: Expression, columns: dict[str, Column], totals: AggregateCompiler, title: str) -> None:
        super().__init__(table, columns, totals.compiler.needs, title)
        self.totals = totals
        self.totals_columns = frozenset(table.columns)

    def column(self, path: str) -> ColumnExpr:
        if not path.startswith("measure."):
            found = super().column(path)
            maybe = f"{path}.maybe"
            return replace(found, maybe=_column(maybe)) if maybe in self.totals_columns else found
        return _total(self, self.totals, path, self._keys())

    def ratio(self, path: str) -> Ratio | None:
        return _two_sides(self, self.totals, path.split(".")[1], self._keys())

    def _keys(self) -> dict[str, Get]:
        return {key: _column(key) for key in KEYS if key in self.totals_columns}


def _column(name: str) -> Get:
    return lambda t: t[name]
