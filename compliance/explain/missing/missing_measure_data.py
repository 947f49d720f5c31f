"""Missing fields in the rows that a measure adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from compliance.rulebook.rule_models import Measure
from compliance.sources.source_catalogue import SOURCES
from compliance.world.schema.row import Row

if TYPE_CHECKING:
    from compliance.explain.missing.missing_field_tracer import Gap, MissingFieldTracer

MOST_ROWS = 20_000
"""Rows of a source up to which each is asked what is not known of it."""


class UnknownOfMeasures:
    """The gaps in the rows behind the totals of one pack's measures."""

    def __init__(self, gaps: MissingFieldTracer) -> None:
        self._gaps = gaps
        self._counted: dict[tuple[int, str, str, date], set[Gap]] = {}
        self._leading: dict[tuple[str, str, str, str, date], set[str]] = {}
        self._columns: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = {}

    def of_holders(self, name: str, holders: Collection[str], day: date) -> set[Gap]:
        """What leaves open the total of a measure for some holders."""
        found: set[Gap] = set()
        for measure in self._gaps.sides(self._gaps.pack.definitions.measures[name.partition(".")[0]]):
            found |= self._of_rows(measure, holders, day)
        return found

    def of_row(self, name: str, source: str, row: Row, day: date) -> set[Gap]:
        """What leaves open the total of a measure for those whom a row of a source leads to."""
        found: set[Gap] = set()
        for measure in self._gaps.sides(self._gaps.pack.definitions.measures[name.partition(".")[0]]):
            if measure.by is not None:
                holders = self._holders(self._gaps.pack.chosen(measure.by.id), source, row, day)
                found |= self._of_rows(measure, holders, day)
        return found

    def _of_rows(self, measure: Measure, holders: Collection[str], day: date) -> set[Gap]:
        source = measure.of
        if source is None or source not in SOURCES or measure.by is None:
            return set()
        key = self._gaps.pack.chosen(measure.by.id)
        rows = self._gaps.scene.rows.of(source)
        stands = key in rows.column_names
        if stands:
            held = rows.column(key).cast(pa.string())
            mine = pc.is_in(held, value_set=pa.array(sorted(holders), pa.string()))
            rows = rows.filter(pc.or_(mine, pc.is_null(held)))
        if len(rows) > MOST_ROWS:
            return {("", "", f"what is open in the rows of: {measure.text}")}
        found: set[Gap] = set()
        for table, name, on in zip(*(rows.column(c).to_pylist() for c in ("table", "id", "date")), strict=True):
            row = self._gaps.world.by_id(table).get(name)
            if row is None:
                continue
            asked_on = on or day
            if stands or not (theirs := self._holders(key, source, row, asked_on)) or theirs & {*holders}:
                found |= self._of_counted(measure, source, key, row, asked_on)
        return found

    def _of_counted(self, measure: Measure, source: str, key: str, row: Row, day: date) -> set[Gap]:
        """What is open of a row: whether it counts, for whom, and how much it adds; worked out once."""
        asked = id(measure), row.table, row.name_of_row, day
        if asked not in self._counted:
            self._counted[asked] = self._open_of(measure, source, key, row, day)
        return self._counted[asked]

    def _open_of(self, measure: Measure, source: str, key: str, row: Row, day: date) -> set[Gap]:
        found: set[Gap] = set()
        if measure.where is not None:
            held, found = self._gaps.of_condition(self._gaps.written(source, measure.where), source, row, day)
            if held is False:
                return set()
        if key not in SOURCES[source]:
            found = found | self._gaps.of_path(key, source, row, day)[1]
        return found | self._gaps.of_amount(measure, row, day)

    def _holders(self, key: str, source: str, row: Row, day: date) -> set[str]:
        """Whose total a row leads to, as far as it is known; worked out once."""
        if key in self._gaps.scene.rows.of(source).column_names:
            return self._held(source, key).get((row.table, row.name_of_row), set())
        asked = key, source, row.table, row.name_of_row, day
        if asked not in self._leading:
            self._leading[asked] = self._led_to(key, source, row, day)
        return self._leading[asked]

    def _held(self, source: str, key: str) -> dict[tuple[str, str], set[str]]:
        """What stands in a column of a source, by row."""
        if (source, key) not in self._columns:
            rows = self._gaps.scene.rows.of(source)
            columns = [rows.column(name).cast(pa.string()).to_pylist() for name in ("table", "id")]
            found: dict[tuple[str, str], set[str]] = defaultdict(set)
            for table, name, held in zip(*columns, rows.column(key).to_pylist(), strict=True):
                if held is not None:
                    found[table, name].add(held)
            self._columns[source, key] = dict(found)
        return self._columns[source, key]

    def _led_to(self, key: str, source: str, row: Row, day: date) -> set[str]:
        value = self._gaps.of_path(key, source, row, day)[0]
        if isinstance(value, str):
            return {value}
        plain = self._gaps.written_out(source, key)
        values = (self._gaps.of_path(path, source, row, day)[0] for path in plain)
        return {value for value in values if isinstance(value, str)}
