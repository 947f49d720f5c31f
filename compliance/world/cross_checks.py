"""What must agree across rows: ids stand once, and what names another row names one that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from rapidfuzz import process

from compliance.errors import MOST_TOLD, About, Code, Problem, near
from compliance.world.io.validate_rows import LoadResult
from compliance.world.schema.column_table import Table
from compliance.world.schema.field_kinds import LINE_TABLES, PARTIES
from compliance.world.schema.row import Row, references
from compliance.world.schema.tables import TABLES
from compliance.world.schema.text_columns import texts_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_HINTED = 100
Tables = Mapping[str, Sequence[Row]]


class Names(Protocol):
    """The ids that may be named."""

    def get(self, table: str) -> Collection[str]:
        """Those of a table."""


class KnownIds:
    """The ids that may be named, a table at a time: of its rows and of rows that could not be read."""

    def __init__(self, tables: Tables, lost: Mapping[str, Set[str]] | None = None) -> None:
        self._tables = tables
        self._lost = dict(lost or {})
        self._sets: dict[str, set[str]] = {}

    def get(self, table: str) -> set[str]:
        """The ids of a table; none of a table that has none."""
        if table not in self._sets:
            own = self.names(table).to_pylist() if TABLES[table].key == ("id",) else ()
            self._sets[table] = {*own, *self._lost.get(table, ())}
        return self._sets[table]

    def names(self, table: str) -> pa.Array:
        """The same as a column."""
        import pyarrow as pa

        rows = self._tables.get(table, ())
        own = rows.names if isinstance(rows, Table) else pa.array([row.name_of_row for row in rows], pa.string())
        more = self._lost.get(table)
        return pa.concat_arrays([own, pa.array(sorted(more), pa.string())]) if more else own


def check(part: LoadResult) -> list[Problem]:
    """All such problems of a whole world; a row that could not be read may still be named by others."""
    tables = part.tables
    known = KnownIds(tables, part.lost)
    problems: list[Problem] = []
    for rows in tables.values():
        if isinstance(rows, Table):
            problems.extend(by_column(rows, known, part.unread))
            continue
        problems.extend(problem for _, problem in find_repeated_ids(rows))
        problems.extend(problem for _, problem in dangling(rows, known, part.unread))
    problems.extend(dict.fromkeys(problem for _, problem in in_circles(tables)))
    both = known.get("people") & known.get("companies")
    people = {row.name_of_row: row for row in tables.get("people", ())} if both else {}
    for company in tables.get("companies", ()) if both else ():
        other = people.get(company.name_of_row)
        if other is not None:
            where = f"{other.origin.file}:{other.origin.line}"
            told = f"`{company.name_of_row}` is the id of a company and of a person ({where})"
            problems.append(_problem(company, told, "repeated_id", "id"))
    return problems


def in_circles(tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """The lines that replace themselves, or each other in a circle, of which none would count: one problem a circle."""
    before: dict[str, str] = {}
    rows_of: dict[str, tuple[Sequence[Row], int]] = {}
    for table in LINE_TABLES:
        rows = tables.get(table, ())
        for place, name, other in _replacing(rows):
            before[name], rows_of[name] = other, (rows, place)
    done: set[str] = set()
    for name in before:
        path: list[str] = []
        while name in before and name not in done:
            done.add(name)
            path.append(name)
            name = before[name]
        if name in path:
            circle = path[path.index(name) :]
            first = circle.index(min(circle))  # the same words whatever the order of the rows
            circle = circle[first:] + circle[:first]
            told = " and ".join(f"`{each}`" for each in circle)
            how = "replaces itself" if len(circle) == 1 else "replace each other"
            circling = [rows[place] for rows, place in map(rows_of.__getitem__, circle)]
            hint = "a line replaces one that was sent before it"
            problem = _problem(circling[0], f"{told} {how}; {hint}", "replaces_in_circle", "replaces", hint)
            yield from ((row, problem) for row in circling)


def _replacing(rows: Sequence[Row]) -> Iterator[tuple[int, str, str]]:
    """The place and the id of each line that replaces another, and the other's id."""
    if not isinstance(rows, Table):
        for place, row in enumerate(rows):
            if (other := row.value("replaces")) is not None:
                yield place, row.name_of_row, other
    elif "replaces" in rows.columns.column_names and rows.names is not None:
        others = texts_of(rows.columns.column("replaces"))
        places = others.is_valid().to_numpy(zero_copy_only=False).nonzero()[0]
        for place in places.tolist():
            yield place, rows.names[place].as_py(), others[place].as_py()


def by_column(table: Table, known: KnownIds, unread: Set[str] = frozenset()) -> Iterator[Problem]:
    """The same of a table that is kept as columns: of each kind the first, and how many more there are."""
    twice, places = misplaced_rows(table, known, unread)
    for place, before in islice(twice.items(), MOST_TOLD):
        yield from (problem for _, problem in find_repeated_ids([table[before], table[place]]))
    yield from _more(table, [*twice], "repeat the id of another row")
    told = dangling((table[place] for place in places[:MOST_TOLD]), known, unread)
    yield from (problem for _, problem in told)
    yield from _more(table, places, "name what is not there")


def misplaced_rows(table: Table, known: KnownIds, unread: Set[str] = frozenset()) -> tuple[dict[int, int], list[int]]:
    """The places of the rows whose id stands before, with where; and of those that name what is not there."""
    import numpy as np

    first: dict[tuple[str | None, ...], int] = {}
    twice: dict[int, int] = {}
    if table.model.key and not table.ascending:
        keys = [
            texts_of(table.columns.column(f)).to_pylist() for f in table.model.key if f in table.columns.column_names
        ]
        for place, key in enumerate(zip(*keys, strict=True)):
            if (before := first.setdefault(key, place)) != place:
                twice[place] = before
    wrong = np.zeros(len(table), dtype=bool)
    for field, tables in references(table.model):
        if field in table.columns.column_names and unread.isdisjoint(tables):
            wrong |= _unknown(table.columns.column(field), tables, known)
    return twice, np.flatnonzero(wrong).tolist()


def _more(table: Table, places: Sequence[int], how: str) -> Iterator[Problem]:
    if len(places) > MOST_TOLD:
        origin = table.origin(places[MOST_TOLD])
        more = len(places) - MOST_TOLD
        told = f"{more:,} more rows of `{table.model.table}` {how}, this one and others below it"
        yield Problem(origin.file, origin.line, told, more)


def _unknown(column: pa.ChunkedArray, tables: tuple[str, ...], known: KnownIds) -> np.ndarray[Any, Any]:
    """The rows whose value is the name of nothing in these tables."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.concat_arrays([known.names(table) for table in tables])
    array = column.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        return np.asarray(pc.and_(array.is_valid(), pc.invert(pc.is_in(array, value_set=names))))
    missing = pc.invert(pc.is_in(array.dictionary, value_set=names))
    if not pc.any(missing).as_py():
        return np.zeros(len(array), dtype=bool)
    return np.asarray(missing.take(array.indices).fill_null(False))


def find_repeated_ids(rows: Iterable[Row]) -> Iterator[tuple[Row, Problem]]:
    """The rows whose id another row of the table had before."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if not row.key:
            return
        name = tuple(row.value(field) for field in row.key)
        before = first.get(name)
        if before is None:
            first[name] = row
        else:
            shown = ", ".join(str(part) for part in name if part is not None)
            where = f"{before.origin.file}:{before.origin.line}"
            told = f"`{shown}` stands twice in `{row.table}`, first at {where}"
            yield row, _problem(row, told, "repeated_id", row.key[0])


def dangling(rows: Iterable[Row], known: Names, unread: Set[str] = frozenset()) -> Iterator[tuple[Row, Problem]]:
    """The rows that name what is not there; nothing is said of tables that are `unread`."""
    hints = _HINTED
    for row in rows:
        values = row.__dict__
        for field, tables in references(type(row)):
            named = values[field]
            if not isinstance(named, str) or not unread.isdisjoint(tables):
                continue
            if any(named in known.get(table) for table in tables):
                continue
            hint = _near(named, tables, known) if hints > 0 else ""
            hints -= 1
            what = "party" if tables == PARTIES else "row"
            listed = " or ".join(f"`{table}`" for table in tables)
            told = f"`{field}` of `{row.table}`: `{named}` is no {what} of {listed}.{hint}"
            code: Code = "unknown_party" if tables == PARTIES else "unknown_row"
            yield row, _problem(row, told, code, field, hint.strip())


def _near(word: str, tables: tuple[str, ...], known: Names) -> str:
    candidates = [name for table in tables for name in known.get(table)]
    if len(candidates) > 50:
        candidates = [name for name, _, _ in process.extract(word, sorted(candidates), limit=10)]
    return near(word, candidates)


def _problem(row: Row, message: str, code: Code, field: str, hint: str = "") -> Problem:
    about = About(row.name_of_row if row.key else "", field, code, hint)
    return Problem(row.origin.file, row.origin.line, message, about=about)
