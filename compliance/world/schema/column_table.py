"""Rows of one table kept as columns of text; a row is made when it is asked for."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, overload

from pydantic import PlainValidator

from compliance.world.schema.field_values import large_amount, several, throughput
from compliance.world.schema.row import Origin, Row, leaves
from compliance.world.schema.text_columns import columns_of, digest, joined_columns, texts_of, whole

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

KEPT = 20_000
"""Tables up to this size cache materialised rows."""
_AT_ONCE = 4_096
_FEW = 500
"""So many rows are looked up one by one."""
_OF_FILE = 1 << 40
"""A line and the number of its file are one integer: so many times the number, and the line."""


class Table(Sequence[Row]):
    """The rows of a table of which each was checked: columns of canonical text (see `columns`), and their lines.

    Columns that are not there are null in every row. Nothing changes after it is made.
    """

    def __init__(
        self, model: type[Row], columns: pa.Table, files: str | tuple[str, ...], lines: np.ndarray[Any, Any]
    ) -> None:
        self.model = model
        self.columns = columns
        self.files = (files,) if isinstance(files, str) else files
        self.lines = lines
        self._kept: dict[int, Row] | None = {} if len(lines) <= KEPT else None

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (self.model, self.columns, self.files, self.lines)

    @classmethod
    def joined(cls, tables: Sequence[Table]) -> Table:
        """The rows of several files of one table, one after the other."""
        import numpy as np

        if len(tables) == 1:
            return tables[0]
        files: list[str] = []
        lines = []
        for table in tables:
            lines.append(table.lines + len(files) * _OF_FILE)
            files.extend(table.files)
        columns = joined_columns([table.columns for table in tables])
        return cls(tables[0].model, columns, tuple(files), np.concatenate(lines))

    @property
    def file(self) -> str:
        """The file that the rows were read from; of several the first."""
        return self.files[0]

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(place, slice):
            return tuple(self[n] for n in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return next(self._rows_between(place % len(self), 1))

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._rows_between(start, _AT_ONCE)

    def _rows_between(self, start: int, count: int) -> Iterator[Row]:
        count = min(count, len(self) - start)
        kept = self._kept
        if kept is not None and all(n in kept for n in range(start, start + count)):
            yield from (kept[n] for n in range(start, start + count))
            return
        part = self.columns.slice(start, count)
        texts = {name: part.column(name).to_pylist() for name in part.column_names}
        nested, large = nested_fields(self.model), _large(self.model)
        for n in range(count):
            given = {name: each[n] for name, each in texts.items() if each[n] is not None}
            for name in nested & given.keys():
                given[name] = json.loads(given[name])
            for name in large & given.keys():
                given[name] = Fraction(given[name])  # canonical text has no point between thousands
            row = self.model.model_validate(given)
            row._origin = self.origin(start + n)
            if kept is not None:
                row = kept.setdefault(start + n, row)
            yield row

    @cached_property
    def sha256(self) -> str:
        """The hash of the rows, whatever their order (see `digest`)."""
        return digest(self.model, self.columns)

    @cached_property
    def every_column(self) -> pa.Table:
        """The columns with those that are null in every row."""
        return whole(self)

    def values(self, column: str) -> frozenset[str]:
        """The distinct texts of a column; looked up once."""
        if column not in self._values:
            there = column in self.columns.column_names
            found = self.columns.column(column).unique().drop_null().to_pylist() if there else ()
            self._values[column] = frozenset(found)
        return self._values[column]

    @cached_property
    def _values(self) -> dict[str, frozenset[str]]:
        return {}

    def origin(self, place: int) -> Origin:
        """Where a row was read."""
        of, line = divmod(int(self.lines[place]), _OF_FILE)
        return Origin(self.files[of], line)

    def origins(self, places: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Of the rows at these places the place of the file of each among `files`, and its line."""
        lines = self.lines[places]
        return lines // _OF_FILE, lines % _OF_FILE

    @cached_property
    def names(self) -> pa.Array | None:
        """The first field of the key of each row, as text; `None` for tables without a key."""
        if not self.model.key:
            return None
        if self.model.key[0] not in self.columns.column_names:  # then no row is good
            import pyarrow as pa

            return pa.nulls(len(self), pa.string())
        return texts_of(self.columns.column(self.model.key[0]))

    @cached_property
    def described_places(self) -> list[int]:
        """The places of the rows in which a party is described instead of named."""
        import pyarrow.compute as pc

        found: set[int] = set()
        for name in self.columns.column_names:
            if "." in name and not name.startswith("x_"):
                found |= set(pc.indices_nonzero(self.columns.column(name).is_valid()).to_pylist())
        return sorted(found)

    @cached_property
    def ascending(self) -> bool:
        """Whether every name stands after the one before it; no two rows then share one."""
        import pyarrow.compute as pc

        names = self.names
        return names is not None and pc.all(pc.less(names[:-1], names[1:])).as_py() is not False

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The place of each row by its name; of rows that share a name the last."""
        names = self.names
        found = [row.name_of_row for row in self] if names is None else names.to_pylist()
        return {name: place for place, name in enumerate(found)}

    def place(self, name: str) -> int | None:
        """Where the row of this name stands."""
        names = self.names
        if names is None or self._kept is not None or not self.ascending:
            return self._places.get(name)
        place = bisect_left(range(len(self)), name, key=lambda n: names[n].as_py())
        return place if place < len(self) and names[place].as_py() == name else None

    def places(self, names: pa.Array) -> np.ndarray[Any, Any]:
        """Where the rows of these names stand; -1 where there is none."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if len(names) < _FEW or self.names is None or self._kept is not None:
            found = (self.place(name) for name in names.to_pylist())
            return np.array([-1 if place is None else place for place in found], np.int64)
        asked = names.dictionary_encode()
        which = pc.index_in(self.names, value_set=asked.dictionary)
        there = np.flatnonzero(which.is_valid().to_numpy(zero_copy_only=False))
        place_of = np.full(len(asked.dictionary), -1, np.int64)
        place_of[which.take(pa.array(there)).to_numpy()] = there
        places: np.ndarray[Any, Any] = place_of[asked.indices.to_numpy()]
        return places

    def at(self, places: np.ndarray[Any, Any]) -> Table:
        """The rows at these places, as a table of its own."""
        import pyarrow as pa

        return Table(self.model, self.columns.take(pa.array(places)), self.files, self.lines[places])

    def changed(self, rows: Mapping[int, Row | None]) -> Table:
        """The same table with other rows at these places, or (`None`) without them; they go last."""
        if not rows:
            return self
        import numpy as np

        kept = np.ones(len(self), dtype=bool)
        kept[list(rows)] = False
        return self._append(kept, [row for row in rows.values() if row is not None])

    def with_more(self, rows: Sequence[Row]) -> Table:
        """The same table with more rows after its own."""
        import numpy as np

        return self._append(np.ones(len(self), dtype=bool), rows) if rows else self

    def _append(self, kept: np.ndarray[Any, Any], new: Sequence[Row]) -> Table:
        """The rows that are kept and new ones after them."""
        import numpy as np
        import pyarrow as pa

        more = columns_of(self.model, new)
        old = self.columns.filter(pa.array(kept))
        columns = {}
        for name in dict.fromkeys((*old.column_names, *more.column_names)):
            there = name in old.column_names
            if there or more.column(name).null_count < len(more):
                first = texts_of(old.column(name)) if there else pa.nulls(len(old), pa.string())
                last = more.column(name) if name in more.column_names else pa.nulls(len(more), pa.string())
                columns[name] = pa.concat_arrays([first, texts_of(last)])
        lines = np.concatenate([self.lines[kept], np.array([row.origin.line for row in new], dtype=np.int64)])
        return Table(self.model, pa.table(columns), self.files, lines)


class ById(Mapping[str, Row]):
    """The rows of a table by name, each made when it is asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __getitem__(self, name: str) -> Row:
        place = self._table.place(name)
        if place is None:
            raise KeyError(name)
        return self._table[place]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._table.place(name) is not None

    def __iter__(self) -> Iterator[str]:
        names = self._table.names
        return iter(dict.fromkeys([row.name_of_row for row in self._table] if names is None else names.to_pylist()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def nested_fields(model: type[Row]) -> frozenset[str]:
    """The fields of a table that hold lists or mappings: their text is JSON."""
    return _read_by(model, several, throughput)


@cache
def _large(model: type[Row]) -> frozenset[str]:
    """The fields of a table in which a point in what a user writes may part thousands."""
    return _read_by(model, large_amount)


def _read_by(model: type[Row], *readers: Callable[[Any], Any]) -> frozenset[str]:
    marks = {f.alias or name: [*f.metadata, *leaves(f.annotation)] for name, f in model.model_fields.items()}
    found = {name: [mark.func for mark in each if isinstance(mark, PlainValidator)] for name, each in marks.items()}
    return frozenset(name for name, each in found.items() if any(reader in each for reader in readers))
