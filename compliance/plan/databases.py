"""Pool of databases; opening one costs more than a small query.

INVARIANT: an evaluation has a database to itself, and leaves nothing in it for the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from compliance.errors import UsageError
from compliance.output_files import scratch_path
from compliance.plan.sql.expressions import FOLDED
from compliance.plan.sql.frames import PLACE
from compliance.resources import RESOURCES
from compliance.rulebook.word_search import fold_text

VERSION: str = duckdb.__version__
"""The version of the database."""
_IDLE: list[duckdb.DuckDBPyConnection] = []
_MOST = 16
"""So many are kept at the most."""
AT_ONCE = 1_000_000
"""Rows of a query that are handed on together."""
MANY = 100_000
"""Row count above which a table stays in Arrow."""


class Database:
    """A database of DuckDB in memory: tables that are given, tables and views that are made of them."""

    def __init__(self) -> None:
        try:
            self._own = _IDLE.pop()
        except IndexError:
            self._own = duckdb.connect(config={"temp_directory": scratch_path()})
            self._own.execute("SET threads = 1; SET preserve_insertion_order = false")
            self._own.create_function(FOLDED, fold_text, ["VARCHAR"], "VARCHAR")
        if (memory := RESOURCES.of_database()) is not None:
            self._own.execute(f"SET memory_limit = '{memory // 1000}KB'")
        self._own.execute("CREATE SCHEMA work; USE work")
        self._given: dict[str, None] = {}

    def give(self, name: str, table: pa.Table) -> None:
        """Has these rows under a name, in place of those that had it before."""
        self._given[name] = None
        self._own.register(name, table)

    def make(self, kind: str, name: str, sql: str, many: bool = False) -> None:
        """Makes a `table` or a `view` of a query; a table of very many rows is kept as columns, which is faster."""
        if kind == "table" and many:
            self.give(name, self.columns(sql))
        else:
            with _in_memory():
                self._own.execute(f'CREATE {kind.upper()} "{name}" AS {sql}')

    def widen(self, name: str, rows: pa.Table, sql: str) -> None:
        """Makes a table of rows and of what a query works out for each: it says for which by the place of the row."""
        made = self.columns(sql)
        places = made.column(PLACE).to_numpy()
        if not np.array_equal(places, np.arange(len(rows))):
            rows = rows.take(pa.array(places))
        more = {column: made.column(column) for column in made.column_names if column != PLACE}
        self.give(name, pa.table({**dict(zip(rows.column_names, rows.columns, strict=True)), **more}))

    def columns(self, sql: str) -> pa.Table:
        """The rows of a query as columns."""
        with _in_memory():
            return self._own.sql(sql).to_arrow_table()

    def batches(self, sql: str) -> Iterator[pa.Table]:
        """The same some at a time; nothing else may be asked meanwhile."""
        with _in_memory():
            for batch in self._own.sql(sql).to_arrow_reader(AT_ONCE):
                yield pa.Table.from_batches([batch])

    def held(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Columns of a table or view."""
        return self.columns(f"SELECT {', '.join(quote_name(column) for column in columns)} FROM {quote_name(name)}")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query one by one, which is faster where they are few."""
        with _in_memory():
            found = self._own.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Leaves the database empty for the next one; it is not to be asked any more."""
        try:
            for name in self._given:
                self._own.unregister(name)
            self._own.execute("USE main; DROP SCHEMA work CASCADE")
        except duckdb.Error:
            self._own.close()
            return
        if len(_IDLE) < _MOST:
            _IDLE.append(self._own)
        else:
            self._own.close()


@contextmanager
def _in_memory() -> Iterator[None]:
    """Where a database needs more memory than it may have, and disk does not help, it says so as Python does."""
    try:
        yield
    except duckdb.OutOfMemoryException as wrong:
        raise MemoryError(str(wrong)) from None
    except duckdb.OutOfRangeException as wrong:
        if "SUM" in str(wrong) or "multiplication" in str(wrong) or "addition" in str(wrong):
            raise UsageError(
                "a total is beyond 38 digits; the quantities of the world cannot be what they say"
            ) from None
        raise


def quote_name(name: str) -> str:
    """A name as it stands in a query."""
    return '"' + name.replace('"', '""') + '"'


def _close_idle() -> None:
    while _IDLE:
        _IDLE.pop().close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_idle)  # a database of another process can be neither used nor closed
