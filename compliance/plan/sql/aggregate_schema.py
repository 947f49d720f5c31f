"""Schemas of aggregates: ratios, rolling windows and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any as Expression

from compliance.errors import UsageError
from compliance.plan.sql import expressions, relations
from compliance.plan.sql.comparisons import whole
from compliance.plan.sql.scenarios import SCENE
from compliance.rulebook.rule_models import Measure
from compliance.sources.column_types import WHOLE, Column, Kind

KEYS = ("id", "key", "period", SCENE)
"""What tells totals of one measure apart; a measure may lack all but the first."""


@dataclass(frozen=True)
class AggregateSchema:
    """Schema of a measure's totals: the kinds of their keys and the scale of their amount.

    `ratio` names the other side of a ratio (`rest` of a whole, or `to`), and is empty for a plain total.
    """

    id: Kind
    key: Kind | None
    period: bool
    scale: int
    ratio: str
    flags: tuple[str, ...]
    before_last: bool

    def columns(self) -> dict[str, Column]:
        """The columns of a totals table, as rules and other measures see them."""
        found = {"id": Column(_stored_kind(self.id)), "date": Column("date")}
        if self.key is not None:
            found["key"] = Column(_stored_kind(self.key))
        if self.period:
            found["period"] = Column("text")
        if self.ratio:
            found |= {name: Column("amount", self.scale) for name in ("part", self.ratio)}
        else:
            found["measure"] = Column("amount", self.scale)
            if self.before_last:
                found["before_last"] = Column("amount", self.scale)
        found |= {name: Column("flag") for name in self.flags}
        return found


def _stored_kind(kind: Kind) -> Kind:
    """The kind of a key once rows with several possible values stand under each."""
    return "party" if kind == "names" else kind


def ratio(
    measure: Measure, side: tuple[Expression, AggregateSchema], against: tuple[Expression, AggregateSchema]
) -> tuple[Expression, AggregateSchema]:
    """The two sides of a ratio beside each other, for the keys that they share."""
    (part, shape), (other, of) = side, against
    if shape.scale != of.scale:
        raise UsageError(f"the two sides of `{measure.text}` are not of one unit")
    shared = [c for c in KEYS if c != "key"]
    on = [c for c in shared if c in other.columns and c in part.columns]
    finer = "key" in part.columns and "key" not in other.columns
    names = {"p_low": "measure.low", "p_maybe": "measure.maybe"}
    names |= {f"p_{name}": name for name in ("closed", "opens", "sure_closed", "sure_opens")}
    ordered = ["ordered"] if "ordered" in part.columns else []
    keys_of = [c for c in part.columns if c in (*KEYS, *ordered)]
    part = part.select(*keys_of, **{name: part[column] for name, column in names.items()})
    part = part.rename({f"p@{c}": c for c in keys_of})
    joined = other.join(part, [other[c] == part[f"p@{c}"] for c in on], how="inner" if finer else "left")
    keys = {c: joined[c] for c in shared if c in other.columns}
    if finer:
        keys["key"] = joined["p@key"]
    keys |= {c: joined[c] | joined[f"p@{c}"].fill_null(False) for c in ordered}
    zero = whole(0)
    inside = {name: joined[name].fill_null(zero) for name in names}
    other_side = "to" if measure.to is not None else "rest"
    # INVARIANT: uncertain members are left out of the lower bound of `rest` and counted in its upper bound
    subtract = zero if measure.to is not None else whole(1)
    rest_low = joined["measure.low"] - inside["p_maybe"] * subtract
    rest_opens = joined.opens - inside["p_sure_opens"] * subtract
    rest_high = joined.closed - inside["p_sure_closed"] * subtract
    rows = joined.select(
        **keys,
        **{
            "part.low": inside["p_low"],
            "part.high": expressions.ifelse(inside["p_opens"] > zero, expressions.null(WHOLE), inside["p_closed"]),
            "part.maybe": inside["p_maybe"],
            f"{other_side}.low": expressions.greatest(rest_low, zero).cast(WHOLE),
            f"{other_side}.high": expressions.ifelse(rest_opens > zero, expressions.null(WHOLE), rest_high),
            f"{other_side}.maybe": joined["measure.maybe"] - inside["p_maybe"] * subtract,
        },
    )
    key = shape.key if finer else None
    return cross_join_date(rows), AggregateSchema(of.id, key, of.period, shape.scale, other_side, (), False)


def rolling(rows: Expression, shape: AggregateSchema, days: int) -> tuple[Expression, AggregateSchema]:
    """The greatest total of any so many days, and which days they are."""
    keys = [c for c in KEYS if c != "period" and c in rows.columns]
    beside = SCENE in rows.columns
    of_day = {"ordered": rows.ordered.any()} if beside else {}
    window = expressions.Window(keys, "date", days - 1, 0)
    # a window takes whole days, so that each day is added up once
    sure, high = expressions.ifelse(rows.sure, rows.low, whole(0)), rows.high.fill_null(whole(0))
    daily = rows.group_by([*keys, "date"]).agg(
        low=sure.sum(), maybe=rows.low.sum(), closed=high.sum(), opens=rows.high.isnull().cast("int64").sum(), **of_day
    )
    # holders without unknowns, under whatever key, need one sum instead of four
    all_known = ((daily.low == daily.maybe) & (daily.maybe == daily.closed) & (daily.opens == 0)).fill_null(False)
    in_part = daily.filter(~all_known).select("id").distinct()
    open_, known = daily.semi_join(in_part, "id"), daily.anti_join(in_part, "id")
    added = known.mutate(r_low=known.low.sum().over(window))
    summed = open_.mutate(
        r_low=open_.low.sum().over(window),
        r_maybe=open_.maybe.sum().over(window),
        r_closed=open_.closed.sum().over(window),
        r_opens=open_.opens.sum().over(window),
    ).union(added.mutate(r_maybe=added.r_low, r_closed=added.r_low, r_opens=expressions.literal(0, "int64")))
    ordered = {"ordered": summed.ordered.any()} if beside else {}
    grouped = summed.group_by(keys).agg(
        low=summed.r_low.max(), maybe=summed.r_maybe.max(), closed=summed.r_closed.max(), opens=summed.r_opens.max(),
        last=summed.date.first(order_by=[expressions.Descending(summed.r_closed), summed.date]), **ordered,
    )  # fmt: skip
    period = (
        (grouped["last"] - expressions.days(days - 1)).strftime("%Y-%m-%d")
        + "/"
        + (grouped["last"] + expressions.days(1)).strftime("%Y-%m-%d")
    )
    rows = grouped.select(
        *keys,
        *ordered,
        period=period,
        closed=grouped.closed.cast(WHOLE),
        opens=grouped.opens.cast(WHOLE),
        **{
            "measure.low": grouped.low.cast(WHOLE),
            "measure.maybe": grouped.maybe.cast(WHOLE),
            "measure.high": expressions.ifelse(grouped.opens > 0, expressions.null(WHOLE), grouped.closed.cast(WHOLE)),
        },
    )
    return cross_join_date(rows), AggregateSchema(shape.id, shape.key, True, shape.scale, "", (), False)


def cross_join_date(rows: Expression) -> Expression:
    """The totals beside the day asked about, at which their holders are judged."""
    return rows.cross_join(relations.table({"date": "date"}, name="asked"))
