"""Projections pushed to the source: every column and answer that a pack's rules ask of its rows, computed once.

The wide rows of a source are one statement: joins, path columns, answers to questions and the pack's own fields. Rules
and measures then read plain columns, which keeps their queries small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Expression

from compliance.plan.sql import relations
from compliance.plan.sql.frames import PLACE, ColumnExpr, Frame, stored_column, view
from compliance.plan.sql.interval_join import Get
from compliance.plan.sql.scenarios import SCENE, each_scene
from compliance.sources.column_types import WHOLE, Column, stored_types

TYPES = {"flag": "boolean", "date": "date"}
OF_EVERY_ROW = ("table", "id", "date", "ordered", SCENE)
"""What every query may name of a row."""


class SourceProjection:
    """Projection of one source: the columns requested so far, and the statement that computes them."""

    def __init__(self, base: Frame, beside: bool = False) -> None:
        self.base = base
        self.beside = beside
        self.title = base.title
        self._columns: dict[str, ColumnExpr] = {}
        self._fields: dict[str, Get] = {}
        for name, column in base.columns.items():
            self.keep(name, stored_column(name, column))

    def keep(self, name: str, found: ColumnExpr) -> ColumnExpr:
        """Has a column of the source, and says where it stands among the wide rows."""
        self._columns.setdefault(name, found)
        return stored_column(name, Column(found.kind, found.scale))

    def flag(self, name: str, make: Callable[[], Get]) -> Get:
        """Has the answer to a question."""
        if name not in self._columns:
            self._columns[name] = ColumnExpr("flag", make())
        return lambda t: t[name]

    def field(self, name: str, make: Callable[[], Get]) -> Get:
        """Has a field of the pack, made from wide columns and earlier fields."""
        if name not in self._fields:
            self._fields[name] = make()
        return lambda t: t[name]

    @property
    def name(self) -> str:
        return view(f"wide.{self.title}")

    @property
    def own(self) -> frozenset[str]:
        """The columns of the source as they stand."""
        return frozenset(stored_types(self.base.columns))

    def table(self, name: str | None = None) -> Expression:
        """The wide rows as far as they have been asked for, or some of them; columns asked for later are there too."""
        return relations.table({**self._schema(), **dict.fromkeys(self._fields, "boolean")}, name=name or self.name)

    def statement(self) -> Expression:
        """The expression that makes the wide rows."""
        table = self.base.table()
        columns: dict[str, Expression] = {PLACE: table[PLACE]}
        for name, found in self._columns.items():
            if found.kind == "amount":
                columns[f"{name}.low"] = found.low(table).cast(WHOLE)
                columns[f"{name}.high"] = found.high(table).cast(WHOLE)
            else:
                columns[name] = found.get(table).cast(TYPES.get(found.kind, "string"))
        wide = table.select(**columns)
        made: dict[str, Expression] = {}
        for name, get in self._fields.items():
            try:
                made[name] = get(wide)
            except KeyError:  # it is made of a field before it
                wide, made = wide.mutate(**made), {}
                made[name] = get(wide)
        wide = wide.mutate(**made)
        return each_scene(wide) if self.beside else wide

    def _schema(self) -> dict[str, str]:
        found: dict[str, str] = {SCENE: "string"} if self.beside else {}
        for name, column in self._columns.items():
            if column.kind == "amount":
                found[f"{name}.low"] = found[f"{name}.high"] = WHOLE
            else:
                found[name] = TYPES.get(column.kind, "string")
        return found


class ProjectedFrame(Frame):
    """One query over the wide rows of a source, with joins of its own (the totals to which a row belongs)."""

    def __init__(self, wide: SourceProjection) -> None:
        super().__init__(None, wide.base.columns, wide.base.needs, wide.title)
        self.wide = wide
        self.rows = wide.name
        self._asked = set(OF_EVERY_ROW)

    def column(self, path: str) -> ColumnExpr:
        """The column at a path; one of the source stands among the wide rows as it is."""
        found = super().column(path)
        if path in self.columns:
            self._asked |= stored_types({path: self.columns[path]}).keys()
        return found

    def keep(self, name: str, found: ColumnExpr) -> ColumnExpr:
        """Has a column of the source among the wide rows."""
        self._asked |= stored_types({name: Column(found.kind, found.scale)}).keys()
        return self.wide.keep(name, found)

    def flag(self, name: str, make: Callable[[], Get]) -> Get:
        """Has the answer to a question among the wide rows."""
        self._asked.add(name)
        return self.wide.flag(name, make)

    def field(self, name: str, make: Callable[[], Get]) -> Get:
        """Has a field of the pack among the wide rows, made once from what they have."""
        asked = self._asked | {name}
        found = self.wide.field(name, make)
        self._asked = asked  # what the field is made of is not asked for by this query
        return found

    @property
    def joined(self) -> bool:
        """Whether rows are set beside totals."""
        return bool(self._joins)

    def table(self) -> Expression:
        rows = self.wide.table(self.rows)
        if self._joins:  # a join names every column of its sides: name those alone that are asked for
            rows = rows.select([name for name in rows.columns if name in self._asked])
        self._table = rows
        return super().table()
