"""The rows behind totals: the evidence of a finding that rests on one."""

from __future__ import annotations

from typing import Any as Expression

import ibis

from compliance.facts.totals import Totals, sql


def evidence_query(totals: Totals, of: str) -> str:
    """The rows behind the totals of a measure, of the keys in the table `keys`."""
    measure = totals.compiler.measure(of)
    rows, _ = totals.counted(of)
    inside = _inside(totals, of)
    keys = {"id": "string"}
    finer = measure.part is None
    for name in ("key", "period"):
        if name in rows.columns and (finer or name != "key"):
            keys[name] = "string"
    if measure.rolling_days is not None:
        keys["period"] = "string"
    wanted = ibis.table(keys, name="keys")
    on = [rows[name] == wanted[name] for name in keys if name in rows.columns]
    found = rows.semi_join(wanted, on)
    columns = [c for c in ("id", "key", "period") if c in found.columns]
    picked = found.select(*columns, "table", "row", "date", "ordered", "sure", "low", "high", "what")
    if inside is not None:
        part = inside.select(
            **{f"i.{c}": inside[c] for c in inside.columns if c in ("id", "key", "table", "row", "sure")}
        )
        picked = picked.left_join(part.distinct(), [picked[c] == part[f"i.{c}"] for c in ("table", "row", "id")])
    return sql(picked)


def _inside(totals: Totals, of: str) -> Expression | None:
    """For a ratio, the rows of its part."""
    measure = totals.compiler.measure(of)
    return None if measure.part is None else totals.counted(totals.compiler.chosen(measure.part))[0]
