"""Queries that fetch the lineage of findings: their evidence, and the rows that a remedy may reduce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from compliance.evaluation.lineage import Lineage, LineageRow, LineageTable
from compliance.evaluation.matches import Key, Matches, RuleMatches
from compliance.plan.plan_tables import Tables
from compliance.plan.rule_plan import RulePlan
from compliance.plan.sql.scenarios import BEFORE, SCENE

MOST_ROWS = 1000
"""Maximum rows listed per finding."""

_OF_ROW = {"id": "row"}
_COUNTED = [name for name in LineageRow._fields if name != "inside"]
_KEYS = ("id", "key", "period", SCENE)
_AT_MOST = """WITH found AS ({sql}), within AS ({within}), told AS (
    SELECT {keys}, count(DISTINCT "table" || '/' || "row") AS total, min(what) AS least, count(*) AS many
    FROM within GROUP BY {keys}
), ends AS (
    SELECT {keys}, list_last(min({by_name}, {most})) AS last_by_name{last_days}
    FROM within JOIN told USING ({keys}) WHERE many > {most} GROUP BY {keys}
)
SELECT within.*, total, least FROM within JOIN told USING ({keys}) LEFT JOIN ends USING ({keys})
WHERE many <= {most} OR {by_name} <= last_by_name {or_of_last_days} OR NOT sure OR low IS DISTINCT FROM high"""
_ALL = """WITH found AS ({sql}), within AS ({within}), told AS (
    SELECT {keys}, count(DISTINCT "table" || '/' || "row") AS total, min(what) AS least FROM within GROUP BY {keys}
)
SELECT within.*, total, least FROM within JOIN told USING ({keys})"""
_BY_NAME = """{'table': "table", 'row': "row"}"""


def fetch_lineage(found: Matches, tables: Tables) -> None:
    """Has the matches that rest on totals know the rows behind them, those of one rule in columns that they share."""
    for matches in found.rules:
        if matches.plan.evidence is not None:
            matches.lineage = _query_lineage(matches.plan, matches.keys, tables)


def every_row(matches: RuleMatches, tables: Tables) -> Iterator[pa.Table]:
    """All rows behind the matches of a rule, some at a time, with whom each is about; also where very many are."""
    plan = matches.plan
    if plan.evidence is None or plan.shape is None:
        single, keys = matches.single_columns, ("s.key", "s.period")
        about = [matches.texts(matches.id_column), *(matches.texts(name) for name in keys)]
        yield _row_columns(about, single)
    elif plan.shape.ratio:
        for key, told in (matches.lineage or {}).items():
            rows = LineageTable.of(list(told.rows)).columns
            yield _row_columns([pa.repeat(pa.scalar(text, pa.string()), len(rows)) for text in key[:3]], rows)
    else:
        _give_keys(matches.keys, tables)
        for made in tables.batches(_limit_rows(plan, _ALL)):
            names = made.column_names
            about = [
                made.column(n).cast(pa.string()) if n in names else pa.nulls(len(made), pa.string()) for n in _KEYS[:3]
            ]
            columns = made.select([_OF_ROW.get(name, name) for name in _COUNTED]).rename_columns(_COUNTED)
            yield _row_columns(about, columns)


def _row_columns(about: Sequence[pa.Array], rows: pa.Table) -> pa.Table:
    names = ("table", "id", "date", "low", "high", "sure")
    columns = [rows.column(name) for name in names]
    texts = [column if pa.types.is_boolean(column.type) else column.cast(pa.string()) for column in columns]
    given = ("table", "id", "date", "counts_at_least", "counts_at_most", "certain")
    return pa.table(
        {**dict(zip(("subject", "key", "period"), about, strict=True)), **dict(zip(given, texts, strict=True))}
    )


def _give_keys(found: Iterable[Key], tables: Tables) -> None:
    keys = sorted({(name, key or "", period or "", scene) for name, key, period, scene in found})
    tables.add("keys", [dict(zip(_KEYS, key, strict=True)) for key in keys], dict.fromkeys(_KEYS, "string"))


def _query_lineage(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Lineage]:
    _give_keys(found, tables)
    assert plan.shape is not None
    return _of_ratios(plan, found, tables) if plan.shape.ratio else _of_totals(plan, found, tables)


def _of_totals(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Lineage]:
    assert plan.evidence is not None
    many = tables.many(plan.evidence, MOST_ROWS)
    query = _limit_rows(plan, _AT_MOST if many else _ALL)
    made = tables.columns(
        f"""{query} ORDER BY {", ".join(_keys(plan))}, date, "table", "row", coalesce(low, 0), high, what""", many
    )
    rows = LineageTable(made.select([_OF_ROW.get(name, name) for name in _COUNTED]).rename_columns(_COUNTED))
    nothing = Lineage(rows.rows(0, 0), 0, None)
    told = dict.fromkeys(found, nothing)
    starts = _starts(made, _keys(plan))
    firsts = made.take(pa.array(starts, pa.int64())).to_pylist()
    for row, start, stop in zip(firsts, starts, [*starts[1:], len(made)], strict=True):
        key = row["id"], row.get("key") or None, row.get("period") or None, row.get(SCENE, BEFORE)
        told[key] = Lineage(rows.rows(start, stop), row["total"], row["least"])
    return told


def _starts(made: pa.Table, keys: Sequence[str]) -> list[int]:
    """Where the rows of each key begin."""
    new = np.zeros(len(made), dtype=bool)
    new[:1] = True
    for name in keys:
        codes = made.column(name).combine_chunks().dictionary_encode().indices.to_numpy()
        new[1:] |= codes[1:] != codes[:-1]
    starts: list[int] = np.flatnonzero(new).tolist()
    return starts


def _of_ratios(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Lineage]:
    """All rows of the whole, and of each whether it is in the part; a part may be finer than its whole by `key`."""
    assert plan.evidence is not None
    rows: dict[Key, set[LineageRow]] = {key: set() for key in found}
    by_id: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in rows:
        by_id[key[0], key[3]].append(key)
    for row in tables.run(plan.evidence):
        surely = bool(row["sure"]) and row["i.sure"] is not False  # on the side on which it is
        for key in by_id[row["id"], row.get(SCENE, BEFORE)]:
            if (row.get("period") or key[2]) == key[2]:
                inside = row["i.row"] is not None and row.get("i.key", key[1]) == key[1]
                counted = (row["table"], row["row"], row["date"], bool(row["ordered"]), surely)
                rows[key].add(LineageRow(*counted, _whole(row["low"]), _whole(row["high"]), row["what"], inside))
    return {key: Lineage(_by_date(of), len({(r.table, r.id) for r in of}), None) for key, of in rows.items()}


def _by_date(rows: Iterable[LineageRow]) -> tuple[LineageRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.date, row.table, row.id, row.low or 0)))


def _keys(plan: RulePlan) -> list[str]:
    """The columns that tell the rows of one total from those of another."""
    assert plan.evidence is not None
    assert plan.shape is not None
    keys = ["id", *(["key"] if plan.shape.key is not None else [])]
    keys += [SCENE] if f'"{SCENE}"' in plan.evidence else []
    return [*keys, *(["period"] if plan.shape.period else [])]


def _limit_rows(plan: RulePlan, query: str) -> str:
    """The rows behind a total, of very many only some; see `Lineage`."""
    assert plan.evidence is not None
    assert plan.shape is not None
    keys = _keys(plan)
    within = "FROM found"
    if plan.shape.period and not plan.dated:
        same = " AND ".join(f"f.{name} = k.{name}" for name in keys if name != "period")
        within = f"""SELECT f.*, k.period FROM found AS f JOIN keys AS k ON {same}
            AND f.date >= CAST(split_part(k.period, '/', 1) AS DATE)
            AND f.date < CAST(split_part(k.period, '/', 2) AS DATE)"""
    remedied = bool(plan.rule.then.remedy)
    return query.format(
        sql=plan.evidence,
        within=within,
        keys=", ".join(keys),
        by_name=_BY_NAME,
        most=MOST_ROWS,
        last_days=f", list_last(max(date, {MOST_ROWS})) AS last_days" if remedied else "",
        or_of_last_days="OR date >= last_days" if remedied else "",
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
