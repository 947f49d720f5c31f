"""In-memory workspace for few rows in place of a database, which takes longer to plan a query than Python to run it.

A program is compiled once per query and shape of its inputs, and cached for the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from compliance.gc_pause import gc_paused
from compliance.plan.rowwise.queries import Program, program, relations_of
from compliance.plan.rowwise.row_relations import Relation
from compliance.plan.rowwise.source_text import Shape

FEW = 1_000
"""Up to so many rows a source are gone through in Python; of a finding no more than these are listed (`behind`)."""
MOST = 10_000
"""So many programs are kept."""


class Workspace:
    """Relations that are given and those that queries make of them; it answers as `databases.Database` does."""

    def __init__(self) -> None:
        self._held: dict[str, Relation] = {}

    def compile(self, queries: Iterable[str]) -> None:
        """Compiles the queries that can be run now, before any is; raises `Unwritten` where one cannot be."""
        for sql in queries:
            if relations_of(sql) <= self._held.keys():
                self._relation(sql)

    def give(self, name: str, table: pa.Table | Relation) -> None:
        """Has these rows under a name, in place of those that had it before."""
        self._held[name] = table if isinstance(table, Relation) else Relation.of(table)

    def make(self, kind: str, name: str, sql: str, many: bool = False) -> None:
        """Has the rows of a query under a name; they are made when they are first read."""
        del kind, many
        self._held[name] = self._relation(sql)

    def columns(self, sql: str) -> pa.Table:
        """The rows of a query as columns."""
        return self._relation(sql).table()

    def held(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Columns of a relation."""
        return self._held[name].table().select(list(columns))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query one by one."""
        found = self._relation(sql)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def close(self) -> None:
        """Drops the relations."""
        self._held.clear()

    def _relation(self, sql: str) -> Relation:
        read = relations_of(sql)
        held = {name: self._held[name] for name in read if name in self._held}
        made = compile_program(sql, {name: relation.shape for name, relation in held.items()})
        return Relation(*made.shape, lambda: made.run(held))


def compile_program(sql: str, shapes: Mapping[str, Shape]) -> Program:
    """The program of a query over relations of these shapes, kept for the process."""
    return _compile_cached(sql, tuple(sorted(shapes.items())))


@lru_cache(maxsize=MOST)
def _compile_cached(sql: str, shapes: tuple[tuple[str, Shape], ...]) -> Program:
    with gc_paused():
        return program(sql, dict(shapes))


def forget_programs(most: int) -> None:
    """Drops all programs where more than `most` are kept: each keeps the tree of its query, about a megabyte."""
    if _compile_cached.cache_info().currsize > most:
        _compile_cached.cache_clear()
