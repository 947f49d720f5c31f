"""Compiles a query of a plan to a Python function from relations to rows.

Selections that only filter, join and name columns run as one loop. Aggregates, windows and unions are materialised
first. A joined side is a function of its key where its rows can be looked up, and each key is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from compliance.plan.rowwise.row_relations import Row
from compliance.plan.rowwise.selections import write_selection
from compliance.plan.rowwise.source_text import Shape
from compliance.plan.rowwise.writing import Writing
from compliance.plan.sql.relations import Query

DIALECT = "duckdb"


@dataclass(frozen=True)
class Program:
    """A compiled query: the shape of its rows, and the function that gives them from the relations that it reads."""

    shape: Shape
    run: Callable[[Mapping[str, Any]], list[Row]]


def program(sql: str, shapes: Mapping[str, Shape]) -> Program:
    """Compiles a query over relations of these shapes; raises `Unwritten` for what is not written in Python."""
    run, shape = Writing(shapes, write_selection).function(_tree(sql))
    return Program(shape, run)


def relations_of(sql: str) -> frozenset[str]:
    """The relations that a query reads."""
    return sql.reads if isinstance(sql, Query) else _read_by(sql)


@lru_cache(maxsize=1_000)
def _read_by(sql: str) -> frozenset[str]:
    tree = _tree(sql)
    named = {query.alias for query in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table) if table.name not in named)


def _tree(sql: str) -> exp.Expression:
    return sql.tree if isinstance(sql, Query) else sqlglot.parse_one(sql, read=DIALECT)
