"""Where the queries of a plan are answered for the rows of an order, against accounts that are kept.

What is made row by row is made of the order's rows alone. A query that goes through totals goes through those of the
holders that the order touches; one that looks totals up finds anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from compliance.facts.accounts.account import HOLDER, Account, CountedRows, Holders
from compliance.facts.accounts.kept_pack import KeptPack
from compliance.facts.databases import Database
from compliance.facts.rowwise.queries import relations_of
from compliance.facts.rowwise.relations import Relation, Row
from compliance.facts.rowwise.source_text import Unwritten
from compliance.facts.rowwise.workspace import Workspace, compiled

KEYS = "keys"
"""The table of those whose rows are asked for."""


class OrderWorkspace(Workspace):
    """The relations of one order; lines on record that are `read_again` are among its rows."""

    def __init__(self, kept: KeptPack, read_again: Holders) -> None:
        super().__init__()
        self._kept = kept
        self._read_again = read_again
        self._counted: dict[str, CountedRows] = {}
        self._accounts: dict[str, Account] = {}

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts by the name of their totals."""
        return self._accounts

    def make(self, kind: str, name: str, sql: str, many: bool = False) -> None:
        """Has the rows of a query under a name: those of the order, or an account."""
        if name in self._kept.totals:
            self._accounts[name] = self._account(name, sql)
            self._held[name] = self._accounts[name]
            return
        super().make(kind, name, sql, many)
        if name in self._kept.counted:
            self._counted[name] = CountedRows(self._kept.counted[name], self._held[name], self._read_again)

    def _account(self, name: str, sql: str) -> Account:
        """The account of a total: what it adds up, or the two totals that it sets against each other."""
        read = [one for one in relations_of(sql) if one in self._held]
        counted = {one: self._counted[one] for one in read if one in self._counted}
        parts = {one: self._accounts[one] for one in read if one in self._accounts}
        if len(counted) + bool(parts) != 1:
            raise Unwritten(f"`{name}` is made of {sorted(read)}")
        program = compiled(sql, {one: self._held[one].shape for one in read})
        condensed = {one: self._kept.condensed(name, one) for one in counted}

        def work_out(holders: Holders) -> list[Row]:
            held: dict[str, Relation] = {one: self._held[one] for one in read}
            held |= {one: rows.for_totals(holders, condensed[one]) for one, rows in counted.items()}
            held |= {one: part.through(holders) for one, part in parts.items()}
            return program.run(held)

        return Account(self._kept.totals[name], program.shape, lambda: _touched(counted, parts), work_out)

    def _relation(self, sql: str) -> Relation:
        read = relations_of(sql)
        held = {name: self._held[name] for name in read if name in self._held}
        made = compiled(sql, {name: relation.shape for name, relation in held.items()})
        return Relation(*made.shape, lambda: made.run(self._gone_through(held)))

    def _gone_through(self, held: Mapping[str, Relation], before: bool = False) -> Mapping[str, Relation]:
        """What a query reads: of accounts the holders that any of them touches, of what counts those that it names."""
        accounts = {name: self._accounts[name] for name in held if name in self._accounts}
        touched = _touched(accounts) if accounts else frozenset()
        found: dict[str, Relation] = {
            n: (one.before() if before else one).through(touched) for n, one in accounts.items()
        }
        if counted := {name: self._counted[name] for name in held if name in self._counted}:
            keys = held[KEYS]
            named = {row[keys.columns.index(HOLDER)] for row in keys.rows}
            found |= {name: rows.whole(named) for name, rows in counted.items()}
        return {**held, **found}

    def count(self, sql: str) -> int:
        """How many rows count of those that a query asks about."""
        read = self._gone_through({name: self._held[name] for name in relations_of(sql) if name in self._held})
        return max((len(rows.rows) for name, rows in read.items() if name in self._counted), default=0)

    def columns_in_database(self, sql: str) -> pa.Table:
        """The rows of a query as columns, worked out by a database."""
        read = self._gone_through({name: self._held[name] for name in relations_of(sql) if name in self._held})
        database = Database()
        try:
            for name, rows in read.items():
                database.give(name, rows.table())
            return database.columns(sql)
        finally:
            database.close()

    def columns_before(self, sql: str) -> pa.Table:
        """The rows of a query over totals as they were without the order, of the holders that the order touches."""
        read = relations_of(sql)
        held = {name: self._held[name] for name in read if name in self._held}
        made = compiled(sql, {name: relation.shape for name, relation in held.items()})
        return Relation(*made.shape, lambda: made.run(self._gone_through(held, before=True))).table()


def _touched(*of: Mapping[str, CountedRows] | Mapping[str, Account]) -> Holders:
    return frozenset().union(*(one.touched for some in of for one in some.values()))
