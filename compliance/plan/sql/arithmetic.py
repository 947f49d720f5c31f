"""Arithmetic on amounts and dates of a row: sums, products, differences, greatest, days between dates."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any as Expression

from compliance.errors import UsageError
from compliance.plan.sql import expressions
from compliance.plan.sql.comparisons import whole
from compliance.plan.sql.frames import ColumnExpr
from compliance.plan.sql.interval_join import Get
from compliance.rulebook.rule_models import Days, Greatest, Minus, Plus, Sum, Times
from compliance.sources.column_types import WHOLE

BOUNDLESS = 10**9
"""More days than there are between any two dates: stands where one of them is not known."""


def worked_out(
    field: Sum, column: Callable[[str], ColumnExpr], product: Callable[[tuple[str, ...]], ColumnExpr]
) -> ColumnExpr:
    """The amount that a field of the pack stands for; `column` and `product` lead to its parts."""
    match field:
        case Plus(plus=paths):
            return _fold_amounts([column(path) for path in paths], operator.add)
        case Greatest(greatest=paths):
            return _fold_amounts([column(path) for path in paths], expressions.greatest)
        case Times(times=paths):
            return product(paths)
        case Minus(minus=(one, other)):
            return _less(column(one), column(other))
        case Days(days=(first, last)):
            return _between(first, column(first), last, column(last))
        case _:
            raise AssertionError(f"{field!r} is no sum")


def _common_scale(parts: list[ColumnExpr]) -> int:
    """The finest of the scales, in which the parts can be added up."""
    scale = max(part.scale for part in parts)
    if any(part.kind != "amount" or scale % part.scale for part in parts):
        raise UsageError("`plus`, `minus` and `greatest` take amounts of one unit")
    return scale


def _fold_amounts(parts: list[ColumnExpr], join: Callable[[Expression, Expression], Expression]) -> ColumnExpr:
    """The parts joined two by two, end by end; nothing bounds what joins a part that nothing bounds."""
    scale = _common_scale(parts)
    times = [whole(scale // part.scale) for part in parts]

    def total(ends: list[Get]) -> Get:
        def both(one: Expression, other: Expression) -> Expression:
            return expressions.ifelse(
                one.isnull() | other.isnull(), expressions.null(WHOLE), join(one, other).cast(WHOLE)
            )

        return lambda t: reduce(both, (end(t) * times[n] for n, end in enumerate(ends)))

    ends = [p.low for p in parts], [p.high for p in parts], [p.shown for p in parts]
    return ColumnExpr("amount", low=total(ends[0]), high=total(ends[1]), scale=scale, maybe=total(ends[2]))


def _less(one: ColumnExpr, other: ColumnExpr) -> ColumnExpr:
    scale = _common_scale([one, other])
    up, down = whole(scale // one.scale), whole(scale // other.scale)
    most = whole(BOUNDLESS * scale)
    return ColumnExpr(
        "amount",
        low=lambda t: one.low(t) * up - (other.high(t) * down).fill_null(most),
        high=lambda t: one.high(t) * up - other.low(t) * down,
        scale=scale,
    )


def _between(first: str, one: ColumnExpr, last: str, other: ColumnExpr) -> ColumnExpr:
    for path, found in ((first, one), (last, other)):
        if found.kind != "date":
            raise UsageError(f"`{path}` is no date")

    def days(t: Expression) -> Expression:
        return other.get(t).days_since(one.get(t)).cast(WHOLE)

    return ColumnExpr("amount", low=lambda t: days(t).fill_null(whole(-BOUNDLESS)), high=lambda t: _open(days(t)))


def _open(days: Expression) -> Expression:
    return expressions.ifelse(days.isnull(), expressions.null(WHOLE), days)
