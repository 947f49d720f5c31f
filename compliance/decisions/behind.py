"""The rows behind a total: the evidence of a finding, and what a remedy may take units off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance.facts.beside import BEFORE, SCENE
from compliance.facts.plan import RulePlan
from compliance.facts.tables import Tables

if TYPE_CHECKING:
    from compliance.decisions.evaluate import Found

MOST_ROWS = 1000
"""So many rows of a finding are listed."""


class Counted(NamedTuple):
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


@dataclass(frozen=True)
class Behind:
    """The rows behind a total: how many they are, and the smallest of what they stand for, where `rows` are some.

    `rows` are then the first by table and id, of a rule with remedies the last by date too, and all that
    are not certain.
    """

    rows: tuple[Counted, ...]
    count: int
    least: str | None


Key = tuple[str, str | None, str | None, str]
_AT_MOST = """WITH found AS ({sql}), within AS (
    SELECT f.* FROM found AS f {window}
)
SELECT *, count(DISTINCT ("table", "row")) OVER own AS total, min(what) OVER own AS least FROM within
WINDOW own AS (PARTITION BY {keys}),
    by_name AS (PARTITION BY {keys} ORDER BY "table", "row"),
    by_date AS (PARTITION BY {keys} ORDER BY date DESC, "table" DESC, "row" DESC)
QUALIFY rank() OVER by_name <= {most} {last} OR NOT sure OR low IS DISTINCT FROM high"""


def with_rows(found: list[Found], tables: Tables) -> list[Found]:
    """The findings with the rows behind those that rest on totals."""
    by_rule: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.plan.evidence is not None:
            by_rule[one.plan.rule.id].append(number)
    for numbers in by_rule.values():
        rows_of = _behind(found[numbers[0]].plan, [_key(found[n]) for n in numbers], tables)
        for number in numbers:
            rows = rows_of[_key(found[number])]
            found[number] = replace(found[number], rows=rows.rows, counted=rows)
    return found


def _key(one: Found) -> Key:
    return one.id, one.key, one.period, one.scene


def _behind(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Behind]:
    assert plan.evidence is not None
    ratio = plan.shape is not None and bool(plan.shape.ratio)
    columns = ("id", "key", "period", SCENE)
    keys = sorted({(name, key or "", period or "", scene) for name, key, period, scene in found})
    tables.add("keys", [dict(zip(columns, key, strict=True)) for key in keys], dict.fromkeys(columns, "string"))
    wanted: dict[Key, set[Counted]] = {key: set() for key in found}
    told: dict[Key, tuple[int, str | None]] = {}
    by_id: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in wanted:
        by_id[key[0], key[3]].append(key)
    beside = plan.shape is not None and f'"{SCENE}"' in plan.evidence
    for row in tables.run(plan.evidence if ratio else _some(plan, beside)):
        for key in by_id[row["id"], row.get(SCENE, BEFORE)]:
            if _belongs(row, key, plan):
                inside = "i.row" not in row or (row["i.row"] is not None and row.get("i.key", key[1]) == key[1])
                if not ratio:
                    told[key] = row["total"], row["least"]
                wanted[key].add(
                    Counted(
                        row["table"], row["row"], row["date"], bool(row["ordered"]), _surely(row),
                        _whole(row["low"]), _whole(row["high"]), row["what"], inside,
                    )
                )  # fmt: skip
    return {
        key: Behind(
            tuple(sorted(rows, key=lambda r: (str(r.date), r.table, r.id, r.low or 0))),
            *told.get(key, (len({(r.table, r.id) for r in rows}), None)),
        )
        for key, rows in wanted.items()
    }


def _some(plan: RulePlan, beside: bool) -> str:
    """The rows behind a total, of very many only some; see `Behind`."""
    assert plan.evidence is not None
    assert plan.shape is not None
    keys = ["id", *(["key"] if plan.shape.key is not None else []), *(["period"] if plan.dated else [])]
    keys += [SCENE] if beside else []
    window = ""
    if plan.shape.period and not plan.dated:
        window = """JOIN keys AS k ON f.id = k.id
            AND f.date >= CAST(split_part(k.period, '/', 1) AS DATE)
            AND f.date < CAST(split_part(k.period, '/', 2) AS DATE)"""
    last = f"OR rank() OVER by_date <= {MOST_ROWS}" if plan.rule.then.remedy else ""
    return _AT_MOST.format(sql=plan.evidence, window=window, keys=", ".join(keys), most=MOST_ROWS, last=last)


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
