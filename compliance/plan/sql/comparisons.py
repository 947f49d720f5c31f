"""Compiles comparisons of amounts and ratios to three-valued columns.

An amount is an interval of integers in units of its scale; a null upper end is unbounded. A comparison is null where
the interval straddles the limit. Ratios are cross-multiplied, never divided.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any as Expression

from compliance.plan.sql import expressions
from compliance.plan.sql.frames import ColumnExpr, Ratio
from compliance.plan.sql.interval_join import Get
from compliance.sources.column_types import WHOLE
from compliance.units import common_denominator


@dataclass(frozen=True)
class ComparisonColumns:
    """A comparison as three-valued column, and the two sides as amounts for the facts."""

    holds: Get
    value: ColumnExpr | Ratio
    limit: ColumnExpr


def whole(value: int) -> Expression:
    return expressions.literal(value, WHOLE)


def constant(value: Fraction, scale: int) -> ColumnExpr:
    """A fixed amount; `scale` grows where the value is not whole in it."""
    fine = common_denominator([value * scale])
    number = whole(int(value * scale * fine))
    return ColumnExpr("amount", low=lambda t: number, high=lambda t: number, scale=scale * fine)


def amount_holds(value: ColumnExpr, limit: ColumnExpr, op: str) -> Get:
    def get(t: Expression) -> Expression:
        up, down = whole(limit.scale), whole(value.scale)
        low, high = value.low(t) * up, value.high(t) * up
        below, above = limit.low(t) * down, limit.high(t) * down
        return _between(low, high, below, above, op)

    return get


def _between(low: Expression, high: Expression, below: Expression, above: Expression, op: str) -> Expression:
    """Kleene's answer to `value op limit` for the intervals low..high and below..above (a null end is unbounded)."""
    match op:
        case "gt":
            sure, never = low > above, high <= below
        case "ge":
            sure, never = low >= above, high < below
        case "lt":
            sure, never = high < below, low >= above
        case _:
            sure, never = high <= below, low > above
    return expressions.cases((sure, True), (never, False), else_=expressions.null("boolean"))


def ratio_holds(ratio: Ratio, limit: ColumnExpr, op: str) -> Get:
    def get(t: Expression) -> Expression:
        hundred, fine, top = whole(100 * limit.scale), limit.low(t), limit.high(t)
        low, high = ratio.part.low(t), ratio.part.high(t)
        least, most = ratio.other.low(t), ratio.other.high(t)
        # minimum ratio: low numerator over high denominator; maximum ratio: the reverse
        below = most if ratio.of_other else low + most
        above = least if ratio.of_other else high + least
        match op:
            case "gt":
                sure, never = low * hundred > below * top, high * hundred <= above * fine
            case "ge":
                sure, never = low * hundred >= below * top, high * hundred < above * fine
            case "lt":
                sure, never = high * hundred < above * fine, low * hundred >= below * top
            case _:
                sure, never = high * hundred <= above * fine, low * hundred > below * top
        return expressions.cases((sure, True), (never, False), else_=expressions.null("boolean"))

    return get
