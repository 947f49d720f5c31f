"""The rows of the world behind a finding that rests on a total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.facts.plan import RulePlan
from compliance.facts.tables import Tables

Key = tuple[str, str | None, str | None]
"""Of whom a total is: its holder, a second key, and a period."""


@dataclass(frozen=True)
class Counted:
    """A row of the world in a finding's evidence, and what it adds, in units of the measure's scale."""

    table: str
    id: str
    date: Any
    ordered: bool
    sure: bool
    low: int | None
    high: int | None
    what: str | None
    inside: bool = True


def behind(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, tuple[Counted, ...]]:
    """The rows behind the totals of these keys, in the order in which they count."""
    assert plan.evidence is not None
    keys = sorted({(name, key or "", period or "") for name, key, period in found})
    tables.add(
        "keys",
        [{"id": i, "key": k, "period": p} for i, k, p in keys],
        {"id": "string", "key": "string", "period": "string"},
    )
    wanted: dict[Key, set[Counted]] = {key: set() for key in found}
    by_id: dict[str, list[Key]] = defaultdict(list)
    for key in wanted:
        by_id[key[0]].append(key)
    for row in tables.run(plan.evidence):
        for key in by_id[row["id"]]:
            if _belongs(row, key, plan):
                inside = "i.row" not in row or (row["i.row"] is not None and row.get("i.key", key[1]) == key[1])
                wanted[key].add(
                    Counted(
                        row["table"], row["row"], row["date"], bool(row["ordered"]), _surely(row),
                        _whole(row["low"]), _whole(row["high"]), row["what"], inside,
                    )
                )  # fmt: skip
    return {
        key: tuple(sorted(rows, key=lambda r: (str(r.date), r.table, r.id, r.low or 0))) for key, rows in wanted.items()
    }


def _surely(row: Mapping[str, Any]) -> bool:
    """Whether a row counts for certain, on the side of a ratio on which it is."""
    return bool(row["sure"]) and row.get("i.sure") is not False


def _belongs(row: Mapping[str, Any], key: Key, plan: RulePlan) -> bool:
    ratio = plan.shape is not None and bool(plan.shape.ratio)
    if not ratio and row.get("key", key[1]) != key[1]:
        return False
    if "period" in row:
        return bool(row["period"] == key[2])
    if key[2] is not None and "/" in key[2] and not ratio:  # a window of days
        begins, ends = key[2].split("/")
        return begins <= str(row["date"]) < ends
    return True


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
