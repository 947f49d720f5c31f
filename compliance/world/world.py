"""A world: who owns whom, what stands where, and what was shipped, as frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from compliance.errors import InputError, UsageError
from compliance.world.cross_checks import check
from compliance.world.io.python_rows import marked_rows
from compliance.world.io.validate_rows import LoadResult
from compliance.world.schema.column_table import ById, Table
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES, Company, Person
from compliance.world.schema.text_columns import columns_of, digest, text_of
from compliance.world.set_aside import SetAside, aside_across

if TYPE_CHECKING:
    import networkx
    import pyarrow as pa

_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True, eq=False)
class World:
    """All rows of all tables, and the day by which they stand if the user named one.

    INVARIANT: nothing changes after it is made; `with_rows` and `replace` give another world.
    """

    tables: Mapping[str, Sequence[Row]]
    as_of: date | None = None
    _index: dict[str, Mapping[str, Row]] = field(default_factory=dict, repr=False)
    _digest: dict[str, str] = field(default_factory=dict, repr=False)
    _columns: dict[str, pa.Table] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, as_of: date | str | None = None, **tables: Iterable[Mapping[str, Any]]) -> World:
        """A world of plain rows, checked as a file is; the lines of an `InputError` count rows."""
        node: dict[str, Any] = {name: marked_rows(rows) for name, rows in tables.items()}
        if as_of is not None:
            node["as_of"] = as_of
        return cls.parse(node, "<python>")

    @classmethod
    def parse(cls, node: object, file: str) -> World:
        """A world from a mapping that was read already; raises `InputError` with all that is wrong in it."""
        part = LoadResult()
        part.read_tables(node, file)
        return cls.made(part)

    @classmethod
    def made(cls, part: LoadResult, aside: SetAside | None = None) -> World:
        """A world of rows that were read, checked across; raises `InputError` if anything is wrong.

        With `aside`, rows that do not fit the others are set aside.
        """
        if aside is not None and not part.problems:
            aside_across(aside, part)
        problems = [*part.problems, *check(part)]
        if problems:
            raise InputError(problems)
        kept = {table: _keep_rows(part.tables[table]) for table in TABLES if part.tables.get(table)}
        return cls(MappingProxyType(kept), part.as_of)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_world, (dict(self.tables), self.as_of)

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table in the order of the file; raises `KeyError` for a table that does not exist."""
        return self.tables[table] if table in self.tables else _no_rows(table)

    def each(self, model: type[_R]) -> Sequence[_R]:
        """The rows of a table by its model, `world.each(Stake)`."""
        return cast("Sequence[_R]", self.rows(model.table))

    def columns(self, table: str) -> pa.Table:
        """The rows of a table as columns of canonical text, null where nothing is known; see `columns_of`."""
        found = self._columns.get(table)
        if found is None:
            rows = self.rows(table)
            found = rows.every_column if isinstance(rows, Table) else columns_of(TABLES[table], rows)
            self._columns[table] = found
        return found

    def values(self, table: str, column: str) -> frozenset[str]:
        """The distinct texts of a column."""
        rows = self.rows(table)
        if not isinstance(rows, Table):
            return frozenset(text for row in rows if (text := text_of(row.value(column))) is not None)
        return rows.values(column)

    def by_id(self, table: str) -> Mapping[str, Row]:
        """The rows of a table by id (by name for chips and products, else by content hash)."""
        found = self._index.get(table)
        if found is None:
            rows = self.rows(table)
            found = ById(rows) if isinstance(rows, Table) else {row.name_of_row: row for row in rows}
            found = MappingProxyType(found)
            self._index[table] = found
        return found

    def party(self, party: str) -> Company | Person | None:
        """The company or the person with this id."""
        found = self.by_id("companies").get(party) or self.by_id("people").get(party)
        return cast("Company | Person | None", found)

    def graph(self, as_of: date | None = None) -> networkx.DiGraph:
        """Who owns and controls whom on a day (by default the world's own): see `compliance.world.networkx_graph`.

        It is made anew each time and is the caller's to change. Raises `UsageError` where no day is known.
        """
        from compliance.world.networkx_graph import graph

        day = as_of or self.as_of
        if day is None:
            raise UsageError("the world names no day `as_of`; name one, as in `world.graph(date(2025, 6, 30))`")
        return graph(self, day)

    def with_rows(self, table: str, rows: Iterable[Row]) -> World:
        """A copy with rows added to a table; not checked across rows."""
        there, more = self.rows(table), tuple(rows)
        return self.replace(table, there.with_more(more) if isinstance(there, Table) else (*there, *more))

    def replace(self, table: str, rows: Iterable[Row]) -> World:
        """A copy with another table; not checked across rows."""
        _no_rows(table)
        tables = {**self.tables, table: _keep_rows(rows)}
        ordered = {name: tables[name] for name in TABLES if tables.get(name)}
        # INVARIANT: copied at once, since another thread may be making more of them
        made = dict(self._index), dict(self._digest), dict(self._columns)
        for of_table in made:
            of_table.pop(table, None)
        return World(MappingProxyType(ordered), self.as_of, *made)

    def at(self, as_of: date | None) -> World:
        """The same rows with another day."""
        return World(self.tables, as_of, self._index, self._digest, self._columns)

    @property
    def sha256(self) -> str:
        """The hash of all rows, whatever their order, file or format; `as_of` is not part of it."""
        digests = [f"{table} {self._table_digest(table)}" for table in sorted(self.tables)]
        return sha256("\n".join(digests).encode()).hexdigest()

    def _table_digest(self, table: str) -> str:
        found = self._digest.get(table)
        if found is None:
            rows = self.rows(table)
            found = rows.sha256 if isinstance(rows, Table) else digest(TABLES[table], self.columns(table))
            self._digest[table] = found
        return found


def name_with_id(name: str | None, row_id: str) -> str:
    """A party or a site as people know it: its name with its id, or the id alone."""
    return f"{name} ({row_id})" if name and name != row_id else row_id


def _rebuild_world(tables: dict[str, Sequence[Row]], as_of: date | None) -> World:
    return World(MappingProxyType(tables), as_of)


def _keep_rows(rows: Iterable[Row]) -> Sequence[Row]:
    return rows if isinstance(rows, Table) else tuple(rows)


def _no_rows(table: str) -> tuple[Row, ...]:
    if table not in TABLES:
        raise KeyError(table)
    return ()
