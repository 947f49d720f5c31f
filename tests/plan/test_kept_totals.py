"""What is kept by holder: rows found by value, rows that stand for many, totals looked up and gone through."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from compliance.plan.kept.condensed_rows import condensing
from compliance.plan.kept.kept_rows import KeptRows
from compliance.plan.kept.kept_totals import CountedRows, KeptTotals
from compliance.plan.kept.keyed_relations import KeyedRelation
from compliance.plan.rowwise.row_relations import Relation, Row
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rowwise.workspace import compile_program

COLUMNS = ("id", "table", "row", "date", "sure", "low", "high", "f.late")
TYPES = ("text", "text", "text", "date", "flag", "whole", "whole", "flag")
SUMS = """SELECT id, sum(low) FILTER (WHERE sure) AS low, sum(high) AS high, bool_or("f.late" AND sure) AS late,
    sum(CASE WHEN high IS NULL THEN 1 ELSE 0 END) AS opens FROM counted AS t GROUP BY 1"""
LAST = """SELECT g.id, g.low, l.last FROM (SELECT id, sum(low) AS low FROM counted AS t GROUP BY 1) AS g LEFT JOIN
    (SELECT id, first(low ORDER BY date DESC, row DESC) AS last FROM (
        SELECT id, date, "table", row, sum(low) AS low, bool_or(sure) AS sure FROM counted AS t GROUP BY 1, 2, 3, 4
    ) AS x GROUP BY 1) AS l ON g.id = l.id"""
LARGEST = "SELECT id, max(low) AS low FROM counted AS t GROUP BY 1"

row = st.tuples(
    st.sampled_from(["a", "b"]),
    st.just("shipments"),
    st.sampled_from([f"s{n}" for n in range(6)]),
    st.integers(1, 5).map(lambda day: date(2025, 1, day)),
    st.booleans(),
    st.integers(0, 9),
    st.one_of(st.none(), st.integers(9, 20)),
    st.one_of(st.none(), st.booleans()),
)


def run(sql: str, rows: list[Row]) -> list[Row]:
    relation = Relation(COLUMNS, TYPES, lambda: rows)
    return sorted(compile_program(sql, {"counted": relation.shape}).run({"counted": relation}), key=repr)


@pytest.mark.parametrize("sql", [SUMS, LAST, LARGEST], ids=["sums", "before the last", "the largest"])
@settings(max_examples=150, deadline=None)
@given(rows=st.lists(row, max_size=12))
def test_rows_that_stand_for_many_have_the_same_totals(sql: str, rows: list[Row]) -> None:
    condense = condensing(parse_one(sql, read="duckdb"), "counted", COLUMNS, ["id"])

    assert run(sql, condense(rows)) == run(sql, rows)


def test_rows_that_are_alike_to_a_total_become_one() -> None:
    chance = Random(1)
    rows: list[Row] = [
        ("a", "shipments", f"s{n}", date(2025, 1, 1 + n % 9), bool(n % 2), chance.randint(1, 9), 9, None)
        for n in range(500)
    ]

    assert len(condensing(parse_one(SUMS, read="duckdb"), "counted", COLUMNS, ["id"])(rows)) == 2
    last = condensing(parse_one(LAST, read="duckdb"), "counted", COLUMNS, ["id"])(rows)
    assert sum(one[3] == date(2025, 1, 9) for one in last) == 55
    assert len(last) == 57
    assert condensing(parse_one(LARGEST, read="duckdb"), "counted", COLUMNS, ["id"])(rows) == rows


def kept(*rows: tuple[str | None, str, int]) -> KeptRows:
    names, ids, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    tables = ["holdings" if name.startswith("h") else "shipments" for name in ids]
    name, row, table = (pa.array(values, pa.string()) for values in (names, ids, tables))
    whole = pa.array(amounts, pa.decimal128(38, 0))
    return KeptRows(pa.table({"id": name, "row": row, "low": whole, "table": table}), "id")


def test_rows_are_found_by_value() -> None:
    found = kept(("b", "s1", 1), ("a", "s2", 2), (None, "s3", 3), ("b", "s4", 4))

    assert found.of("b") == [("b", "s1", 1, "shipments"), ("b", "s4", 4, "shipments")]
    assert found.of("c") == []
    assert [name in found for name in ("a", "c")] == [True, False]
    assert found.of_each(["a", "b"])[0][:3] == ("a", "s2", 2)
    assert found.values_where("row", {"s2", "s3"}) == {"a"}
    assert kept().of("a") == []


def made(*rows: Row) -> Relation:
    shape = ("id", "row", "low", "table"), ("text", "text", "whole", "text")
    return Relation(*shape, lambda: [(*row, "shipments") for row in rows])


def with_order(counted: CountedRows, totals: KeptRows) -> KeptTotals:
    def work_out(holders: frozenset[str]) -> list[Row]:
        rows = counted.for_totals(holders, totals.of).rows
        return [(one, sum(row[2] for row in rows if row[0] == one)) for one in sorted(holders)]

    return KeptTotals(totals, (("id", "low"), ("text", "whole")), lambda: counted.touched, work_out)


def totals(*rows: tuple[str, int]) -> KeptRows:
    names, amounts = zip(*rows, strict=True)
    return KeptRows(pa.table({"id": pa.array(names), "low": pa.array(amounts, pa.decimal128(38, 0))}), "id")


def test_only_totals_of_holders_that_are_touched_are_worked_out() -> None:
    record = kept(("a", "s1", 5), ("b", "s2", 7))
    found = with_order(CountedRows(record, made(("a", "o", 1)), frozenset()), totals(("a", 5), ("b", 7)))
    found._work_out = lambda holders: [("a", 6)] if holders == {"a"} else []

    assert found.touched == {"a"}
    assert found.index((0,)).get("a") == [("a", 6)]
    assert found.index((0,)).get("b") == [("b", 7)]
    assert found.through(frozenset({"a", "b"})).rows == [("a", 6), ("b", 7)]
    assert found.before().through(frozenset({"a"})).rows == [("a", 5)]
    with pytest.raises(Unwritten, match="not all are gone through"):
        _ = found.rows
    with pytest.raises(Unwritten, match="looked up by their holder"):
        found.index((1,))


def test_a_line_that_is_read_again_counts_as_it_is_now() -> None:
    record = kept(("a", "s1", 5), ("a", "s2", 1), ("b", "s2", 7), ("b", "h1", 3))
    counted = CountedRows(record, made(("a", "s2", 2)), frozenset({"s2", "h1"}))

    assert counted.touched == {"a", "b"}
    assert [row[:3] for row in counted.whole(["a", "b"]).rows] == [("a", "s1", 5), ("a", "s2", 2), ("b", "h1", 3)]


@pytest.mark.parametrize(
    ("was", "now", "lowered"),
    [
        ({"measure.low": 5}, {"measure.low": 6}, False),
        ({"measure.low": 5}, {"measure.low": 4}, True),
        ({"measure.high": 5}, {"measure.high": None}, False),
        ({"measure.high": None}, {"measure.high": 5}, True),
        ({"part.low": 1, "rest.low": 9}, {"part.low": 2, "rest.low": 9}, False),
        ({"part.low": 1, "rest.low": 9}, {"part.low": 1, "rest.low": 10}, True),
    ],
)
def test_a_share_falls_as_the_rest_grows(was: dict[str, Any], now: dict[str, Any], lowered: bool) -> None:
    table = pa.table({"id": ["a"], **{name: pa.array([value], pa.int64()) for name, value in was.items()}})
    shape = ("id", *was), ("text", *("whole" for _ in was))
    found = KeptTotals(KeptRows(table, "id"), shape, lambda: frozenset({"a"}), lambda holders: [("a", *now.values())])

    assert bool(found.lowered_holders) == lowered


def test_what_is_sought_is_worked_out_once() -> None:
    asked: list[str] = []
    known: dict[str, list[Row]] = {}

    def find(name: str) -> list[dict[str, Any]]:
        asked.append(name)
        return [{"party": name, "seat": "MY"}]

    for _ in range(2):
        found = KeyedRelation({"party": "string", "seat": "string"}, find, known)
        assert found.index((0,)).get("x") == [("x", "MY")]
    assert asked == ["x"]
    with pytest.raises(Unwritten):
        found.index((1,))
    with pytest.raises(Unwritten):
        _ = found.rows
