"""Runs the queries of a plan for the rows of an order, against kept totals.

Row-wise statements see only the order's rows. A scan of totals sees the holders that the order touches; a lookup finds
any holder.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from compliance.plan.databases import Database
from compliance.plan.kept.kept_pack import KeptPack
from compliance.plan.kept.kept_totals import HOLDER, CountedRows, Holders, KeptTotals
from compliance.plan.rowwise.queries import relations_of
from compliance.plan.rowwise.row_relations import Relation, Row
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rowwise.workspace import Workspace, compile_program

KEYS = "keys"
"""The table of those whose rows are asked for."""


class OrderWorkspace(Workspace):
    """The relations of one order; lines on record that are `read_again` are among its rows."""

    def __init__(self, kept: KeptPack, read_again: Holders) -> None:
        super().__init__()
        self._kept = kept
        self._read_again = read_again
        self._counted: dict[str, CountedRows] = {}
        self._totals: dict[str, KeptTotals] = {}

    @property
    def totals(self) -> Mapping[str, KeptTotals]:
        """The totals that the queries set rows against, by name."""
        return self._totals

    def make(self, kind: str, name: str, sql: str, many: bool = False) -> None:
        """Has the rows of a query under a name: those of the order, or totals that are kept."""
        if name in self._kept.totals:
            self._totals[name] = self._made_of(name, sql)
            self._held[name] = self._totals[name]
            return
        super().make(kind, name, sql, many)
        if name in self._kept.counted:
            self._counted[name] = CountedRows(self._kept.counted[name], self._held[name], self._read_again)

    def _made_of(self, name: str, sql: str) -> KeptTotals:
        """The totals of rows that count, or of two other totals that are set against each other."""
        read = [one for one in relations_of(sql) if one in self._held]
        counted = {one: self._counted[one] for one in read if one in self._counted}
        parts = {one: self._totals[one] for one in read if one in self._totals}
        if len(counted) + bool(parts) != 1:
            raise Unwritten(f"`{name}` is made of {sorted(read)}")
        program = compile_program(sql, {one: self._held[one].shape for one in read})
        condensed = {one: self._kept.condense_rows(name, one) for one in counted}

        def work_out(holders: Holders) -> list[Row]:
            held: dict[str, Relation] = {one: self._held[one] for one in read}
            held |= {one: rows.for_totals(holders, condensed[one]) for one, rows in counted.items()}
            held |= {one: part.through(holders) for one, part in parts.items()}
            return program.run(held)

        return KeptTotals(self._kept.totals[name], program.shape, lambda: _touched_holders(counted, parts), work_out)

    def _relation(self, sql: str, before: bool = False) -> Relation:
        held = self._read_by(sql)
        made = compile_program(sql, {name: relation.shape for name, relation in held.items()})
        return Relation(*made.shape, lambda: made.run(self._gone_through(held, before)))

    def _read_by(self, sql: str) -> Mapping[str, Relation]:
        return {name: self._held[name] for name in relations_of(sql) if name in self._held}

    def _gone_through(self, held: Mapping[str, Relation], before: bool = False) -> Mapping[str, Relation]:
        """What a query reads: of totals those of all holders that are touched, of what counts what it names keys of."""
        totals = {name: self._totals[name] for name in held if name in self._totals}
        touched = _touched_holders(totals) if totals else frozenset()
        found: dict[str, Relation] = {
            n: (one.before() if before else one).through(touched) for n, one in totals.items()
        }
        if counted := {name: self._counted[name] for name in held if name in self._counted}:
            named = self._holders_asked()
            found |= {name: rows.whole(named) for name, rows in counted.items()}
        return {**held, **found}

    def _holders_asked(self) -> set[str]:
        """The holders whose rows are asked for."""
        keys = self._held[KEYS]
        return {row[keys.columns.index(HOLDER)] for row in keys.rows}

    def count(self, sql: str) -> int:
        """How many rows count of those that a query asks about."""
        counted = [self._counted[name] for name in relations_of(sql) if name in self._counted]
        return max((one.count(self._holders_asked()) for one in counted), default=0)

    def columns_in_database(self, sql: str) -> pa.Table:
        """The rows of a query as columns, worked out by a database."""
        database = Database()
        try:
            for name, rows in self._gone_through(self._read_by(sql)).items():
                database.give(name, rows.table())
            return database.columns(sql)
        finally:
            database.close()

    def columns_before(self, sql: str) -> pa.Table:
        """The rows of a query over totals as they were without the order, of the holders that the order touches."""
        return self._relation(sql, before=True).table()


def _touched_holders(*of: Mapping[str, CountedRows] | Mapping[str, KeptTotals]) -> Holders:
    return frozenset().union(*(one.touched for some in of for one in some.values()))
