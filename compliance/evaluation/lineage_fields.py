"""Fields of lineage rows, looked up once for all findings of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.evaluation.lineage import LineageRow, LineageSlice, LineageTable
from compliance.world.schema.column_table import Table
from compliance.world.schema.row import NOWHERE, Origin
from compliance.world.schema.tables import TABLES
from compliance.world.schema.text_columns import text_of
from compliance.world.world import World

Numbers = np.ndarray[Any, Any]
FEW = 100
"""Of so many numbers the different ones are found faster one by one."""


class LineageLookup:
    """Looks up rows of a world by lineage; of a large table it reads only the requested columns."""

    def __init__(self, columns: LineageTable, world: World) -> None:
        self.columns = columns
        self.world = world
        tables = columns.column("table").dictionary_encode()
        codes = tables.indices.to_numpy()
        self._of: Mapping[str, Numbers] = {
            table: np.flatnonzero(codes == code) for code, table in enumerate(tables.dictionary.to_pylist())
        }
        self._places: dict[str, Numbers] = {}
        self._coded: dict[str, tuple[Numbers, list[str | None]]] = {}
        self._dated: dict[tuple[str, Callable[[date], date]], tuple[Numbers, int, list[date]]] = {}

    @cached_property
    def days(self) -> tuple[Numbers, list[date]]:
        """Of each row which of the days it is on, and the days, sorted."""
        found = self.columns.column("date")
        days, which = np.unique(found.cast(pa.int32()).to_numpy(), return_inverse=True)
        return which, pa.array(days, pa.int32()).cast(pa.date32()).to_pylist()

    def coded(self, name: str) -> tuple[Numbers, list[str | None]]:
        """Of each row which of the texts its field has, and the texts; null where it is empty or there is none."""
        if name not in self._coded:
            codes = np.zeros(len(self.columns.columns), np.int64)
            texts: dict[str | None, int] = {None: 0}
            for table, numbers in self._of.items():
                column = self._texts(table, name)
                if column is not None:
                    own = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
                    code = [*(texts.setdefault(text, len(texts)) for text in own.dictionary.to_pylist()), 0]
                    codes[numbers] = np.array(code)[own.indices.fill_null(len(code) - 1).to_numpy()]
            self._coded[name] = codes, list(texts)
        return self._coded[name]

    def dated(self, name: str, since: Callable[[date], date]) -> tuple[Numbers, int, list[date]]:
        """Of each row its text and the day that `since` makes of its own, as one number: text times count plus day."""
        if (name, since) not in self._dated:
            which, days = self.days
            each = [since(day) for day in days]
            distinct = sorted(set(each))
            of_day = np.array([distinct.index(day) for day in each], np.int64)
            self._dated[name, since] = self.coded(name)[0] * len(distinct) + of_day[which], len(distinct), distinct
        return self._dated[name, since]

    @cached_property
    def origins(self) -> tuple[list[str], Numbers, Numbers]:
        """The files, of each row which of them it was read from, and the line."""
        files = {NOWHERE.file: 0}
        which = np.zeros(len(self.columns.columns), np.int64)
        lines = np.full(len(which), NOWHERE.line, np.int64)
        for table, numbers in self._of.items():
            rows = self.world.rows(table)
            if isinstance(rows, Table):
                places = self._places_in(rows, numbers)
                there = places >= 0
                numbered = np.array([files.setdefault(file, len(files)) for file in rows.files], np.int64)
                of, own = rows.origins(places[there])
                which[numbers[there]], lines[numbers[there]] = numbered[of], own
            else:
                found = [NOWHERE if row is None else row.origin for row in self._rows(table)]
                which[numbers] = [files.setdefault(origin.file, len(files)) for origin in found]
                lines[numbers] = [origin.line for origin in found]
        return list(files), which, lines

    @cached_property
    def ranks(self) -> Numbers:
        """Of each row its rank by table and id; what adds more than one row has one rank."""
        if len(self._of) == 1:
            ((table, numbers),) = self._of.items()
            rows = self.world.rows(table)
            if isinstance(rows, Table) and rows.ascending and (places := self._places_in(rows, numbers)).min() >= 0:
                return places
        names = pc.binary_join_element_wise(self.columns.column("table"), self.columns.column("id"), "\0")
        ranks: Numbers = pc.rank(names, tiebreaker="dense").to_numpy()
        return ranks

    def _texts(self, table: str, name: str) -> pa.Array | None:
        """A field of the rows of one table."""
        if name not in TABLES[table].columns():
            return None
        rows = self.world.rows(table)
        if not isinstance(rows, Table):
            return pa.array(
                [None if row is None else text_of(row.value(name)) for row in self._rows(table)], pa.string()
            )
        if name not in rows.columns.column_names:
            return None
        places = self._places_in(rows, self._of[table])
        found = rows.columns.column(name).take(pa.array(places, pa.int64(), mask=places < 0))
        return found.combine_chunks()

    def _rows(self, table: str) -> Iterator[Any]:
        known = self.world.by_id(table)
        return (known.get(name) for name in self._names(self._of[table]))

    def _names(self, numbers: Numbers) -> list[str]:
        names: list[str] = self.columns.column("id").take(pa.array(numbers)).to_pylist()
        return names

    def _places_in(self, rows: Table, numbers: Numbers) -> Numbers:
        """Where the rows stand in their table; -1 where they do not."""
        table = rows.model.table
        if table not in self._places:
            self._places[table] = rows.places(self.columns.column("id").take(pa.array(numbers)))
        return self._places[table]


class LineageFields:
    """Fields of a finding's lineage rows, as canonical text."""

    def __init__(self, rows: Sequence[LineageRow], world: World) -> None:
        own = rows if isinstance(rows, LineageSlice) else LineageTable.of(rows).rows(0, len(rows))
        self.columns = own.columns
        self.part: slice | Numbers = own.part
        if own.columns.read is None or own.columns.read.world is not world:
            own.columns.read = LineageLookup(own.columns, world)
        self._read = own.columns.read

    @classmethod
    def at(cls, rows: Sequence[LineageRow], places: Numbers, world: World) -> LineageFields:
        """Those at these places of the columns that rows share, whatever finding they are behind."""
        told = cls(rows, world)
        told.part = places
        return told

    def column(self, name: str) -> list[str | None]:
        """A field of each row, in their order; null where it is empty or the table has no such field."""
        codes, texts = self._read.coded(name)
        return [texts[code] for code in codes[self.part].tolist()]

    def distinct(self, name: str) -> set[str | None]:
        """The different values of a field, null among them where it is empty somewhere."""
        codes, texts = self._read.coded(name)
        return {texts[code] for code in _distinct_codes(codes[self.part])}

    def first_and_last(self) -> set[date]:
        """The first and the last day of the rows."""
        which, days = self._read.days
        own = which[self.part]
        return {days[own.min()], days[own.max()]} if len(own) else set()

    def distinct_since(self, name: str, since: Callable[[date], date]) -> set[tuple[str | None, date]]:
        """The different values of a field, each with what `since` makes of the day of its row."""
        codes, count, days = self._read.dated(name, since)
        texts = self._read.coded(name)[1]
        pairs = (divmod(code, count) for code in _distinct_codes(codes[self.part]))
        return {(texts[text], days[day]) for text, day in pairs}

    def sorted_once(self) -> Numbers:
        """The places in `columns` of the rows by table and id, each row of the world once."""
        if isinstance(self.part, slice) and self.part.stop - self.part.start == 1:
            return np.array([self.part.start])
        _, firsts = np.unique(self._read.ranks[self.part], return_index=True)
        return self.part[firsts] if isinstance(self.part, np.ndarray) else self.part.start + firsts

    def named(self, places: Numbers) -> list[tuple[str, str]]:
        """The table and id of the rows at these places in `columns`."""
        kept = pa.array(places)
        names = (self.columns.column(name).take(kept).to_pylist() for name in ("table", "id"))
        return list(zip(*names, strict=True))

    def origins(self, places: Numbers) -> list[Origin]:
        """Where the rows at these places in `columns` were read."""
        files, which, lines = self._read.origins
        return [Origin(files[n], line) for n, line in zip(which[places].tolist(), lines[places].tolist(), strict=True)]


def _distinct_codes(codes: Numbers) -> Iterable[int]:
    """The different numbers of some; of few at once, which is faster."""
    found: list[int] = (codes if len(codes) < FEW else np.unique(codes)).tolist()
    return set(found)
