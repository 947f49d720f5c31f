"""Queries as generated Python answer what the database answers, on rows drawn by chance: each part of SQL of plans."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from compliance.decisions.audit import audit
from compliance.plan.databases import Database
from compliance.plan.rowwise import workspace
from compliance.plan.rowwise.queries import program
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rowwise.workspace import Workspace
from compliance.world.io.load import load_world

TYPES = {
    "id": pa.string(), "other": pa.string(), "date": pa.date32(), "from": pa.date32(), "to": pa.date32(),
    "flag": pa.bool_(), "sure": pa.bool_(), "low": pa.decimal128(38, 0), "high": pa.decimal128(38, 0), "n": pa.int64(),
}  # fmt: skip
SCALARS = (
    "flag AND sure", "flag OR sure", "NOT flag", "coalesce(flag AND sure, true)", "coalesce(flag OR low > high, false)",
    "TRUE AND flag AND CAST(NULL AS BOOLEAN)", "FALSE OR sure", "low > high", "low <= n", "low <> high", "id = other",
    "id < other", "date >= make_date(2025, 1, 3)", "low + high", "low - n", "low * CAST(3 AS DECIMAL(38, 0))", "n * n",
    "CAST(low * CAST(2 AS DECIMAL(38, 0)) AS HUGEINT) // CAST(3 AS HUGEINT)", "-5 + n", "greatest(low, high)",
    "least(low, high, CAST(2 AS DECIMAL(38, 0)))", "greatest(low - high, CAST(0 AS DECIMAL(38, 0)))", "id IS NULL",
    "CASE WHEN flag THEN low WHEN low > high THEN high ELSE CAST(NULL AS DECIMAL(38, 0)) END",
    "CASE WHEN sure THEN 'yes' ELSE id END", "coalesce(id, other, 'none')", "coalesce(low, high)", "id || '/' || other",
    "contains(id, 'a')", "id IN ('a', 'b')", "flag IS NOT DISTINCT FROM sure", "CAST(flag AS INT)", "CAST(n AS TEXT)",
    "CAST(extract(year FROM date) AS TEXT)", "extract(quarter FROM date)", "extract(month FROM \"to\") <= 6",
    "date_diff('DAY', date, \"to\")", "low BETWEEN n AND high",
    "strftime(date + INTERVAL '1' DAY, '%Y-%m-%d')", "CAST(date AS TEXT)", "regexp_matches(id, '^[ab]')",
    "CAST(split_part('2025-01-03/x', '/', 1) AS DATE) <= date",
    "regexp_matches(folded_text(other), 'b(?:$|[^\\p{L}])')",
)  # fmt: skip
QUERIES = (
    "SELECT * FROM t", 'SELECT t.* EXCLUDE ("low") FROM t', "SELECT DISTINCT id, flag FROM t",
    'SELECT t.* REPLACE (d."id" AS "other") FROM t JOIN d ON t.n = d.n',
    "SELECT id, sum(low) FILTER (WHERE sure) AS a, sum(high) AS b, count(*) AS c, max(n) AS d, bool_or(flag) AS e, "
    "count(DISTINCT other) FILTER (WHERE flag) AS f, min(other) AS g, count(high) AS h FROM t GROUP BY 1",
    "SELECT id, date, sum(CAST(high IS NULL AS INT)) + count(*) AS a FROM t WHERE flag OR sure GROUP BY 1, 2",
    "SELECT sum(low) AS a, count(*) AS b FROM t WHERE n > 100",
    "SELECT id, first(n ORDER BY low DESC, date ASC, n ASC) FILTER (WHERE NOT low IS NULL) AS a FROM t GROUP BY 1",
    "SELECT id, other, CASE WHEN bool_or(flag) THEN true WHEN count(flag) = count(*) THEN false END AS a FROM "
    "t GROUP BY ALL",
    "SELECT t.id, d.low FROM t LEFT JOIN d ON t.id = d.id AND t.date >= d.\"from\" AND t.date < d.\"to\"",
    "SELECT t.id, d.low FROM t JOIN d ON t.id = d.id WHERE coalesce(d.other = t.other, true)",
    "SELECT t.id, e.s FROM t LEFT JOIN (SELECT id AS k, sum(low) AS s FROM d GROUP BY 1) AS e ON t.id = e.k",
    'SELECT a.id, e.more FROM t AS a LEFT JOIN (SELECT d.id AS k, x.n AS more, greatest(d."from", coalesce(x."from", '
    'd."from")) AS f FROM d LEFT JOIN t AS x ON d.other = x.id AND d."from" >= x.date) AS e ON a.id = e.k AND '
    'a.date >= e.f',
    "SELECT t.id FROM t SEMI JOIN d ON t.id = d.id AND t.other = d.other",
    "SELECT t.id FROM t ANTI JOIN d ON t.id = d.id",
    "SELECT t.n, d.low FROM t CROSS JOIN d",
    "SELECT id FROM t UNION ALL SELECT other FROM d UNION ALL SELECT id FROM d",
    "SELECT id FROM t UNION SELECT other FROM d", "SELECT t.n, d.id FROM t JOIN d USING (id)",
    'SELECT t.id, t.date, d.low FROM t ASOF JOIN (SELECT "from", max(low) AS low FROM d GROUP BY 1) AS d ON '
    't.date >= d."from"',
    "SELECT id, date, sum(s) OVER (PARTITION BY id ORDER BY date ASC RANGE BETWEEN INTERVAL '4' DAY preceding AND "
    "INTERVAL '0' DAY following) AS w FROM (SELECT id, date, sum(low) AS s FROM t GROUP BY 1, 2) AS g",
    "SELECT * FROM t QUALIFY sure OR row_number() OVER (PARTITION BY sure ORDER BY flag DESC, id, n, date, low) <= 3",
    "WITH c AS (SELECT id, n FROM t WHERE flag) SELECT c.*, d.low FROM c JOIN d USING (id)",
    "SELECT u.v, s.n FROM (SELECT str_split(id || ',' || other, ',') AS l, n FROM t) AS s CROSS JOIN "
    "UNNEST(s.l) AS u(v)",
    "FROM d",
)  # fmt: skip


def rows_by_chance(seed: int, count: int) -> pa.Table:
    """Rows of few values, many of them not known."""
    rng = Random(seed)
    day = date(2025, 1, 1)

    def value(kind: pa.DataType, name: str) -> Any:
        if name != "date" and rng.random() < 0.25:
            return None
        if pa.types.is_string(kind):
            return rng.choice(("a", "b", "ab", "c"))
        if pa.types.is_date(kind):
            return day + timedelta(days=rng.randrange(8))
        if pa.types.is_boolean(kind):
            return rng.random() < 0.5
        return Decimal(rng.randrange(-4, 9)) if pa.types.is_decimal(kind) else rng.randrange(5)

    return pa.table({n: pa.array([value(kind, n) for _ in range(count)], kind) for n, kind in TYPES.items()})


def answers(sql: str, tables: dict[str, pa.Table]) -> list[list[tuple[Any, ...]]]:
    """The rows of a query by both executors, in an order of their own."""
    found = []
    for place in (Database(), Workspace()):
        for name, table in tables.items():
            place.give(name, table)
        rows = [tuple(row.values()) for row in place.rows(sql)]
        found.append(sorted((tuple(plain(value) for value in row) for row in rows), key=repr))
        place.close()
    return found


def plain(value: Any) -> Any:
    """A value without the type that an executor gives it: numbers are whole, days have no time."""
    if isinstance(value, float | Decimal):
        assert value == int(value)
        return int(value)
    return value


@pytest.mark.parametrize("sql", [*(f"SELECT id, {one} AS x FROM t" for one in SCALARS), *QUERIES])
def test_python_answers_what_the_database_answers(sql: str) -> None:
    for seed in range(4):
        of_database, of_python = answers(sql, {"t": rows_by_chance(seed, 40), "d": rows_by_chance(seed + 100, 15)})

        assert of_python == of_database


def test_any_number_of_joins_is_written() -> None:
    joins = " ".join(f"LEFT JOIN d AS d{n} ON t.n = d{n}.n AND d{n}.id = 'a' AND d{n}.sure" for n in range(45))
    where = " OR ".join(f"d{n}.low > {n}" for n in range(45))
    asked = f"SELECT t.id, d3.low, d44.low AS last FROM t {joins} WHERE {where} OR t.flag"
    of_database, of_python = answers(asked, {"t": rows_by_chance(1, 12), "d": rows_by_chance(3, 4)})

    assert of_python == of_database
    assert of_python


@pytest.mark.parametrize("sql", QUERIES)
def test_no_rows_are_no_rows(sql: str) -> None:
    nothing = rows_by_chance(0, 0)
    of_database, of_python = answers(sql, {"t": nothing, "d": nothing})

    assert of_python == of_database


def test_what_a_user_wrote_is_a_literal() -> None:
    words = """a' + __import__("os").getcwd() + '\\"""
    quoted = words.replace("'", "''")
    asked = f"SELECT '{quoted}' AS x, id IN ('{quoted}', 'a') AS y FROM t WHERE id <> '{quoted}'"
    of_database, of_python = answers(asked, {"t": rows_by_chance(1, 9)})

    assert of_python == of_database
    assert {x for x, _ in of_python} == {words}


@pytest.mark.parametrize("sql", ["SELECT id FROM t ORDER BY n LIMIT 1", "SELECT ln(n) AS x FROM t", "SELECT x FROM t"])
def test_what_is_not_written_is_said(sql: str) -> None:
    place = Workspace()
    place.give("t", rows_by_chance(1, 3))

    with pytest.raises(Unwritten):
        place.rows(sql)


def test_types_are_those_of_plans() -> None:
    place = Workspace()
    place.give("t", rows_by_chance(1, 9))
    made = place.columns("SELECT id, date, flag, low, n, count(*) AS c FROM t GROUP BY ALL")

    assert [str(field.type) for field in made.schema] == [
        "string", "date32[day]", "bool", "decimal128(38, 0)", "int64", "int64",
    ]  # fmt: skip


def test_what_is_not_written_is_answered_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    there = load_world(Path(__file__).parents[2] / "fixtures" / "twelve_shells_at_1699.yaml")
    before = audit(there, None, date(2026, 6, 30)).json_text()

    def unwritten(*asked: object) -> None:
        raise Unwritten("nothing is")

    monkeypatch.setattr(workspace, "compile_program", unwritten)
    assert audit(there, None, date(2026, 6, 30)).json_text() == before


def test_a_program_is_compiled_once_for_a_shape() -> None:
    shape = (("id",), ("text",))

    assert workspace.compile_program("SELECT id FROM t", {"t": shape}) is workspace.compile_program(
        "SELECT id FROM t", {"t": shape}
    )
    assert program("SELECT id FROM t", {"t": shape}).shape == shape
