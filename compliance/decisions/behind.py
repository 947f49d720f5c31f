"""The rows behind a total: the evidence of a finding, and what a remedy may take units off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from compliance.facts.beside import BEFORE, SCENE
from compliance.facts.plan import RulePlan
from compliance.facts.tables import Tables
from compliance.world.columns import text_of
from compliance.world.row import NOWHERE, Origin
from compliance.world.table import Table
from compliance.world.tables import TABLES
from compliance.world.world import World

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


class FieldsBehind:
    """Fields of the rows behind a finding, as canonical text; of a large table only the columns asked for are read."""

    def __init__(self, rows: Sequence[Counted], world: World) -> None:
        self._world = world
        self._count = len(rows)
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            self._of[row.table].append(number)
        self._names = {table: [rows[number].id for number in numbers] for table, numbers in self._of.items()}
        self._places: dict[str, list[int | None]] = {}

    def column(self, name: str) -> list[str | None]:
        """A field of each row, in their order; null where it is empty or the table has no such field."""
        found: list[str | None] = [None] * self._count
        for table, numbers in self._of.items():
            for number, text in zip(numbers, self._texts(table, name), strict=True):
                found[number] = text
        return found

    def distinct(self, name: str) -> set[str | None]:
        """The different values of a field, null among them where it is empty somewhere."""
        found: set[str | None] = set()
        for table, names in self._names.items():
            rows = self._world.rows(table)
            if name in TABLES[table].columns() and isinstance(rows, Table):
                found |= rows.distinct(name, self._places_in(rows, names))
            else:
                found |= set(self._texts(table, name))
        return found

    def origins(self) -> dict[tuple[str, str], Origin]:
        """Where each row was read, by its table and id."""
        found: dict[tuple[str, str], Origin] = {}
        for table, names in self._names.items():
            rows = self._world.rows(table)
            if isinstance(rows, Table):
                origins = (origin or NOWHERE for origin in rows.origins(self._places_in(rows, names)))
            else:
                known = map(self._world.by_id(table).get, names)
                origins = (NOWHERE if row is None else row.origin for row in known)
            found |= {(table, name): origin for name, origin in zip(names, origins, strict=True)}
        return found

    def _texts(self, table: str, name: str) -> list[str | None]:
        rows, names = self._world.rows(table), self._names[table]
        if name not in TABLES[table].columns():
            return [None] * len(names)
        if not isinstance(rows, Table):
            known = map(self._world.by_id(table).get, names)
            return [None if row is None else text_of(row.value(name)) for row in known]
        return rows.texts(name, self._places_in(rows, names))

    def _places_in(self, rows: Table, names: Sequence[str]) -> list[int | None]:
        table = rows.model.table
        if table not in self._places:
            self._places[table] = rows.places(names)
        return self._places[table]


Key = tuple[str, str | None, str | None, str]
_COUNTED = ("table", "row", "date", "ordered", "sure", "low", "high", "what")
_SMALL = 2**62
_AT_MOST = """WITH found AS ({sql}), within AS ({within}), told AS (
    SELECT {keys}, count(DISTINCT "table" || '/' || "row") AS total, min(what) AS least,
        list_last(min({by_name}, {most})) AS last_by_name{last_by_date}
    FROM within GROUP BY {keys}
)
SELECT within.*, total, least FROM within JOIN told USING ({keys})
WHERE {by_name} <= last_by_name {or_by_date} OR NOT sure OR low IS DISTINCT FROM high"""
_BY_NAME = """{'table': "table", 'row': "row"}"""
_BY_DATE = """{'date': date, 'table': "table", 'row': "row"}"""


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
    columns = ("id", "key", "period", SCENE)
    keys = sorted({(name, key or "", period or "", scene) for name, key, period, scene in found})
    tables.add("keys", [dict(zip(columns, key, strict=True)) for key in keys], dict.fromkeys(columns, "string"))
    assert plan.shape is not None
    return _of_ratios(plan, found, tables) if plan.shape.ratio else _of_totals(plan, found, tables)


def _of_totals(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Behind]:
    rows: dict[Key, dict[Counted, None]] = {key: {} for key in found}
    told: dict[Key, tuple[int, str | None]] = dict.fromkeys(found, (0, None))
    made = tables.columns(f'{_some(plan)} ORDER BY date, "table", "row", coalesce(low, 0), high, what')
    nothing = [None] * len(made)
    given = {name: _listed(made.column(name)) for name in made.column_names}
    given.setdefault(SCENE, [BEFORE] * len(made))
    keys, totals, counted = (
        list(zip(*(given.get(name, nothing) for name in names), strict=True))
        for names in (("id", "key", "period", SCENE), ("total", "least"), _COUNTED)
    )
    told |= zip(keys, totals, strict=True)
    for key, row in zip(keys, starmap(Counted, counted), strict=True):
        rows[key][row] = None
    return {key: Behind(tuple(of_key), *told[key]) for key, of_key in rows.items()}


def _of_ratios(plan: RulePlan, found: Sequence[Key], tables: Tables) -> dict[Key, Behind]:
    """All rows of the whole, and of each whether it is in the part; a part may be finer than its whole by `key`."""
    assert plan.evidence is not None
    rows: dict[Key, set[Counted]] = {key: set() for key in found}
    by_id: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in rows:
        by_id[key[0], key[3]].append(key)
    for row in tables.run(plan.evidence):
        surely = bool(row["sure"]) and row["i.sure"] is not False  # on the side on which it is
        for key in by_id[row["id"], row.get(SCENE, BEFORE)]:
            if row.get("period", key[2]) == key[2]:
                inside = row["i.row"] is not None and row.get("i.key", key[1]) == key[1]
                counted = (row["table"], row["row"], row["date"], bool(row["ordered"]), surely)
                rows[key].add(Counted(*counted, _whole(row["low"]), _whole(row["high"]), row["what"], inside))
    return {key: Behind(_by_date(of), len({(r.table, r.id) for r in of}), None) for key, of in rows.items()}


def _by_date(rows: Iterable[Counted]) -> tuple[Counted, ...]:
    return tuple(sorted(rows, key=lambda row: (row.date, row.table, row.id, row.low or 0)))


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column, whole numbers as such; of days, which are few, each is made once."""
    if pa.types.is_date(column.type):
        coded = column.combine_chunks().dictionary_encode()
        days = [*coded.dictionary.to_pylist(), None]
        return [days[place] for place in coded.indices.fill_null(len(days) - 1).to_pylist()]
    if pa.types.is_decimal(column.type):
        if pc.all(pc.less(pc.abs(column), _SMALL)).as_py() is False:
            return [_whole(value) for value in column.to_pylist()]
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values


def _some(plan: RulePlan) -> str:
    """The rows behind a total, of very many only some; see `Behind`."""
    assert plan.evidence is not None
    assert plan.shape is not None
    keys = ["id", *(["key"] if plan.shape.key is not None else [])]
    keys += [SCENE] if f'"{SCENE}"' in plan.evidence else []
    within = "FROM found"
    if plan.shape.period and not plan.dated:
        same = " AND ".join(f"f.{name} = k.{name}" for name in keys)
        within = f"""SELECT f.*, k.period FROM found AS f JOIN keys AS k ON {same}
            AND f.date >= CAST(split_part(k.period, '/', 1) AS DATE)
            AND f.date < CAST(split_part(k.period, '/', 2) AS DATE)"""
    keys += ["period"] if plan.shape.period else []
    remedied = bool(plan.rule.then.remedy)
    return _AT_MOST.format(
        sql=plan.evidence,
        within=within,
        keys=", ".join(keys),
        by_name=_BY_NAME,
        most=MOST_ROWS,
        last_by_date=f", list_last(max({_BY_DATE}, {MOST_ROWS})) AS last_by_date" if remedied else "",
        or_by_date=f"OR {_BY_DATE} >= last_by_date" if remedied else "",
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
