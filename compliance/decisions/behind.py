"""The rows behind findings that rest on totals: what each adds, and whether it counts for certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compliance.facts.beside import BEFORE, SCENE
from compliance.facts.plan import RulePlan
from compliance.facts.tables import Tables

if TYPE_CHECKING:
    from compliance.decisions.evaluate import Found

Key = tuple[str, str | None, str | None, str]


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


def with_rows(found: list[Found], tables: Tables) -> list[Found]:
    """The findings with the rows behind those that rest on totals."""
    by_rule: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.plan.evidence is not None:
            by_rule[one.plan.rule.id].append(number)
    for numbers in by_rule.values():
        plan = found[numbers[0]].plan
        behind = _behind(plan, [found[n] for n in numbers], tables)
        for number in numbers:
            found[number] = replace(found[number], rows=behind[_key(found[number])])
    return found


def _key(one: Found) -> Key:
    return one.id, one.key, one.period, one.scene


def _behind(plan: RulePlan, found: list[Found], tables: Tables) -> dict[Key, tuple[Counted, ...]]:
    assert plan.evidence is not None
    columns = ("id", "key", "period", SCENE)
    keys = sorted({(one.id, one.key or "", one.period or "", one.scene) for one in found})
    tables.add("keys", [dict(zip(columns, key, strict=True)) for key in keys], dict.fromkeys(columns, "string"))
    wanted: dict[Key, set[Counted]] = {_key(one): set() for one in found}
    by_id: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in wanted:
        by_id[key[0], key[3]].append(key)
    for row in tables.run(plan.evidence):
        for key in by_id[row["id"], row.get(SCENE, BEFORE)]:
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
