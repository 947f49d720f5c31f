"""Totals worked out by an engine that answers Spark Connect (Spark itself, or Sail), from the same trees as in DuckDB.

Rows go there with what is asked of each already beside them, verdicts about owners among it; groups are added up there
and come back. INVARIANT: a total that 38 digits do not hold is an error wherever it is added up. Engines differ in what
they do there (one gives 39 digits without a word), so what might come near is added up by DuckDB, which refuses it.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pyarrow as pa
from sqlglot import exp

from compliance.errors import UsageError, one_line
from compliance.plan.databases import Database, quote_name
from compliance.plan.sql.expressions import FOLDED
from compliance.plan.sql.materialize import Materialization
from compliance.plan.sql.relations import NAME, Query

_DIGITS = 10**38
_NUMBERS = count()
_SECONDS = 10
_ADDED = ("low", "high")


class SparkEngine:
    """A session with an engine at an address such as `sc://host:15002`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = _session(address)

    def totals(self, database: Database, makings: Iterable[Materialization]) -> SparkTotals:
        """What adds up for one evaluation, whose other tables are in this database."""
        return SparkTotals(self, database, makings)

    def run(self, sql: str) -> pa.Table:
        """The rows of a query in Spark's dialect; raises `UsageError` where the engine refuses it."""
        with _EngineComplaint(self.address):
            return self._session.sql(sql).toArrow()

    def give(self, name: str, table: pa.Table) -> None:
        """Has these rows there under a name."""
        if not len(table):  # which a client sends without their columns
            columns = (f"CAST(NULL AS {_type(field.type)}) AS `{field.name}`" for field in table.schema)
            self.view(name, f"SELECT {', '.join(columns)} WHERE FALSE")
            return
        with _EngineComplaint(self.address):
            self._session.createDataFrame(table).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        """Has the rows of a query there under a name."""
        with _EngineComplaint(self.address):
            self._session.sql(sql).createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Forgets a name."""
        with suppress(Exception):
            self._session.catalog.dropTempView(name)

    def close(self) -> None:
        """Leaves the engine."""
        with suppress(Exception):
            self._session.stop()


class SparkTotals:
    """The totals of one evaluation: views of what counts, and tables of what it adds up to."""

    def __init__(self, engine: SparkEngine, database: Database, makings: Iterable[Materialization]) -> None:
        self.engine = engine
        self.database = database
        self._read = {name for making in makings for name in making.sql.split('"')[1::2]}
        self._prefix = f"c{os.getpid()}_{next(_NUMBERS)}_"
        self._views: dict[str, Materialization] = {}
        self._there: set[str] = set()

    def view(self, making: Materialization) -> None:
        """Notes a view, which is made there when a total reads it."""
        self._views[making.statement.name] = making

    def total(self, making: Materialization) -> pa.Table | None:
        """The rows of a total; `None` where they are to be added up by DuckDB."""
        needed = list(self._tables_read(making.sql))
        queries = [making.sql, *(self._views[name].sql for name in needed if name in self._views)]
        if not all(isinstance(sql, Query) and _writable(sql.tree) for sql in queries):
            return None
        for name in needed:
            self._send(name)
        if any(self._may_pass_38_digits(name) for name in needed if name in self._views):
            return None
        shape = self.database.columns(f"SELECT * FROM ({making.sql}) LIMIT 0").schema
        found = self.engine.run(self._in_dialect(making.sql)).select(shape.names).cast(shape)
        self.engine.give(self._prefix + making.statement.name, found)
        self._there.add(making.statement.name)
        return found

    def close(self) -> None:
        """Forgets what was sent."""
        for name in self._there:
            self.engine.drop(self._prefix + name)

    def _tables_read(self, sql: str) -> Iterable[str]:
        """What a query reads and what views read on the way, the first needed first."""
        for name in dict.fromkeys(NAME.findall(sql)):
            if name in self._views:
                yield from self._tables_read(self._views[name].sql)
            if name in self._views or _is_table(name, self.database):
                yield name

    def _send(self, name: str) -> None:
        if name in self._there:
            return
        if name in self._views:
            self.engine.view(self._prefix + name, self._in_dialect(self._views[name].sql))
        else:
            names = self.database.columns(f"SELECT * FROM {quote_name(name)} LIMIT 0").schema.names
            rows = self.database.held(name, [column for column in names if column in self._read] or names[:1])
            self.engine.give(self._prefix + name, _plain(rows))
        self._there.add(name)

    def _may_pass_38_digits(self, name: str) -> bool:
        columns = self.database.columns(f"SELECT * FROM {quote_name(name)} LIMIT 0").schema.names
        added = [column for column in _ADDED if column in columns]
        if not added:
            return False
        most = ", ".join(f"max(abs(`{column}`))" for column in added)
        rows, *largest = self.engine.run(f"SELECT count(*), {most} FROM {self._prefix + name}").to_pylist()[0].values()
        return any(int(one or 0) * int(rows) >= _DIGITS for one in largest)

    def _in_dialect(self, sql: str) -> str:
        """A query in the dialect of Spark, over what was sent."""
        assert isinstance(sql, Query)

        def renamed(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Table) and (node.name in self._there or node.name in self._views):
                node.set("this", exp.to_identifier(self._prefix + node.name, quoted=True))
            if isinstance(node, exp.First) and isinstance(node.this, exp.Order):
                (order,) = node.this.expressions
                kind = exp.ArgMax if order.args.get("desc") else exp.ArgMin
                return kind(this=node.this.this, expression=order.this)
            if isinstance(node, exp.Split):  # there it takes a pattern, and not every engine knows one in quotes
                parts = exp.Literal.string(f"[{node.expression.name}]")
                return exp.RegexpSplit(this=node.this, expression=parts)
            return node

        return str(sql.tree.copy().transform(renamed, copy=False).sql("spark"))


def _is_table(name: str, database: Database) -> bool:
    try:
        database.columns(f"SELECT * FROM {quote_name(name)} LIMIT 0")
    except Exception:  # the alias of a query within
        return False
    return True


def _writable(tree: exp.Expression) -> bool:
    """Whether Spark has all that a query asks: not a function of ours, nor the first of several orders."""
    firsts = [node for node in tree.find_all(exp.First) if isinstance(node.this, exp.Order)]
    ours = any(node.name.lower() == FOLDED for node in tree.find_all(exp.Anonymous))
    return not ours and all(len(node.this.expressions) == 1 for node in firsts)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    names = {pa.bool_(): "BOOLEAN", pa.date32(): "DATE", pa.int64(): "BIGINT", pa.int32(): "INT"}
    return names.get(kind, "STRING")


def _plain(rows: pa.Table) -> pa.Table:
    """Rows of types that every engine takes."""
    columns = {}
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        kind = column.type
        if pa.types.is_dictionary(kind) or pa.types.is_null(kind) or pa.types.is_string_view(kind):
            column = column.cast(pa.string())
        columns[name] = column
    return pa.table(columns)


class _EngineComplaint:
    """Has what an engine complains of reach the user in a line."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, wrong: BaseException | None, _: object) -> None:
        if isinstance(wrong, Exception) and not isinstance(wrong, UsageError):
            first = next(iter(str(wrong).splitlines()), type(wrong).__name__)
            raise UsageError(one_line(f"--engine {self.address}: {first}")) from wrong


def _session(address: str) -> Any:
    """A session of Spark Connect; raises `UsageError` where the client is not installed or nobody answers."""
    scheme, mark, place = address.partition("://")
    if scheme not in ("sc", "spark") or not mark or not place:
        raise UsageError(f"--engine `{address}` is no address; give one such as sc://localhost:15002")
    _somebody_listens(address, place)
    try:
        with warnings.catch_warnings(), _named_program():
            warnings.simplefilter("ignore")
            from pyspark.sql.connect.session import SparkSession
    except ImportError:
        raise UsageError("--engine needs a client of Spark Connect: pip install 'compliance[spark]'") from None
    with _EngineComplaint(address), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = SparkSession.builder.remote(f"sc://{place}").create()
        session.sql("SELECT 1").toArrow()
        return session


@contextmanager
def _named_program() -> Iterator[None]:
    """A process that runs no file (`python -c`) is taken by the client for its own tests, which end it."""
    program: Any = sys.modules["__main__"]
    if hasattr(program, "__file__"):
        yield
        return
    program.__file__ = ""
    try:
        yield
    finally:
        del program.__file__


def _somebody_listens(address: str, place: str) -> None:
    """Raises `UsageError` where nobody does, for which a client would wait for minutes."""
    host, _, port = place.partition("/")[0].partition(";")[0].rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(f"--engine `{address}` names no port; give an address such as sc://localhost:15002")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS).close()
    except OSError as wrong:
        raise UsageError(f"--engine {address}: nobody answers ({(wrong.strerror or str(wrong)).lower()})") from None
