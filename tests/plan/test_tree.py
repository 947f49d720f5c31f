"""Expressions and relations as SQL trees: what they give is exact, and the same whichever executor it is asked of."""

from __future__ import annotations

import pyarrow as pa
import pytest

from compliance.plan.databases import Database
from compliance.plan.rowwise.workspace import Workspace
from compliance.plan.sql import expressions
from compliance.plan.sql.relations import Query, Relation, query, table

ROWS = pa.table({"id": ["a", "b", "b"], "n": pa.array([2**53 + 1, 7, None], pa.decimal128(38, 0))})
T = table({"id": "string", "n": expressions.WHOLE}, "t")


def rows(asked: Relation) -> list[tuple[object, ...]]:
    """The rows by both executors, which must agree."""
    found = []
    for place in (Database(), Workspace()):
        place.give("t", ROWS)
        found.append(sorted((tuple(row.values()) for row in place.rows(Query.of(query(asked)))), key=repr))
        place.close()
    assert [[*map(str, row)] for row in found[0]] == [[*map(str, row)] for row in found[1]]
    return found[1]


def test_a_whole_quotient_is_exact_beyond_what_a_double_holds() -> None:
    """Ibis 12 divides decimals as doubles (findings/ibis_whole_quotient_of_decimals_is_a_double.sh)."""
    three = expressions.literal(3, expressions.WHOLE)

    assert rows(T.filter(T.id == "a").select(q=T.n * three // three)) == [(2**53 + 1,)]


def test_what_joins_by_or_keeps_its_parentheses() -> None:
    first, second = T.id == "a", T.n > 5

    assert rows(T.filter((first | second) & (T.n < 100)).select("id")) == [("b",)]
    assert rows(T.select(x=~(first & second) | T.n.isnull())) == [(False,), (True,), (True,)]


def test_a_filter_before_a_join_and_after_it() -> None:
    other = T.rename({"o@id": "id", "o@n": "n"})
    joined = T.filter(T.id == "b").left_join(other.filter(other["o@n"].notnull()), [T.id == other["o@id"]])

    assert rows(joined.select("n", "o@n")) == [(7, 7), (None, 7)]
    assert rows(joined.filter(joined.n.isnull()).select("o@n")) == [(7,)]


def test_totals_by_key() -> None:
    found = T.group_by(["id"]).agg(many=T.count(), known=T.n.count(), most=T.n.max(where=T.id == "b"))

    assert rows(found) == [("a", 1, 1, None), ("b", 2, 1, 7)]


def test_columns_of_one_name_on_both_sides_of_a_join_are_refused() -> None:
    with pytest.raises(ValueError, match="both sides"):
        T.left_join(T, [T.id == T.id])
