"""Lineage queries: the rows that a measure adds up for given keys."""

from __future__ import annotations

from typing import Any as Expression

from compliance.plan.sql import relations
from compliance.plan.sql.aggregate import AggregateCompiler, sql
from compliance.plan.sql.aggregate_schema import KEYS
from compliance.plan.sql.scenarios import SCENE


def evidence(totals: AggregateCompiler, of: str) -> str:
    """The rows behind the totals of the keys in the table `keys`."""
    measure = totals.compiler.measure(of)
    rows, _ = totals.counted(of)
    inside = _inside(totals, of)
    finer = measure.part is None
    keys = {name: "string" for name in KEYS if name in rows.columns and (finer or name != "key")}
    if measure.rolling_days is not None:
        keys["period"] = "string"
    wanted = relations.table(keys, name="keys")
    # a total may be of a place or a party that is not known: an empty text stands for it
    told = {name: rows[name].fill_null("") for name in ("key", "period") if name in rows.columns}
    rows = rows.mutate(**told)
    on = [rows[name] == wanted[name] for name in keys if name in rows.columns]
    found = rows.semi_join(wanted, on)
    columns = [c for c in KEYS if c in found.columns]
    picked = found.select(*columns, "table", "row", "date", "ordered", "sure", "low", "high", "what")
    if inside is not None:
        part = inside.select(
            **{f"i.{c}": inside[c] for c in inside.columns if c in ("id", "key", "table", "row", "sure", SCENE)}
        )
        same = [c for c in ("table", "row", "id", SCENE) if c in picked.columns]
        picked = picked.left_join(part.distinct(), [picked[c] == part[f"i.{c}"] for c in same])
    return sql(picked)


def _inside(totals: AggregateCompiler, of: str) -> Expression | None:
    """For a ratio, the rows of its part."""
    measure = totals.compiler.measure(of)
    return None if measure.part is None else totals.counted(totals.compiler.chosen(measure.part))[0]
