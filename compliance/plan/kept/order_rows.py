"""The source rows of an order, made from its lines alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from compliance.plan.rowwise.row_relations import Relation
from compliance.plan.sql.frames import PLACE
from compliance.sources.column_types import stored_types
from compliance.sources.source_catalogue import ORDERED, SHIPPED, SOURCES
from compliance.sources.source_tables import SourceTables
from compliance.sources.to_arrow import to_arrow
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Order, Shipment
from compliance.world.world import World

STANDING = ("holdings", "compute_services", "weight_transfers", "inspections")
"""Tables of what stands or was done without an order, to which it adds nothing."""


class OrderRows(SourceTables):
    """The rows of an order, and those of shipments that are `read_again`; of sources that neither adds to none.

    `kept` are the rows of the world without the order.
    """

    def __init__(self, world: World, kept: SourceTables, day: date, read_again: Collection[Row]) -> None:
        for table in STANDING:
            world = world.replace(table, ())
        super().__init__(world.replace(Shipment.table, read_again), kept.catalogue, day, orders=True)
        self.tenants = kept.tenants
        self.site_services = kept.site_services
        self.whole = kept
        self._relations: dict[str, Relation] = {}

    def of(self, source: str) -> pa.Table:
        """The rows of a source as columns."""
        if source not in ORDERED:
            return to_arrow((), stored_types(SOURCES[source]))
        if source in SHIPPED:
            return super().of(source)
        if source not in self._made:
            rows = {"installed": self._ordered_installed, "capacity": self._ordered_capacity}[source]()
            self._made[source] = to_arrow(rows, stored_types(SOURCES[source]))
        return self._made[source]

    def relation(self, source: str) -> Relation:
        """The rows of a source as plans go through them, each with its place; one for all packs."""
        if source not in ORDERED:
            return _without_rows(source)
        if source not in self._relations:
            self._relations[source] = _with_places(self.of(source))
        return self._relations[source]

    def present(self) -> frozenset[str]:
        """The sources to which the order adds rows."""
        return frozenset(source for source in ORDERED if self._has(source))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows are lines."""
        return (Shipment.table, Order.table) if self.world.rows(Shipment.table) else (Order.table,)


def _with_places(rows: pa.Table) -> Relation:
    return Relation.of(rows.append_column(PLACE, pa.array(np.arange(len(rows)))))


@lru_cache(maxsize=len(SOURCES))
def _without_rows(source: str) -> Relation:
    return _with_places(to_arrow((), stored_types(SOURCES[source])))


class WorldRows(SourceTables):
    """The rows of a world with an order; what it adds nothing to is as it was, and its own rows are known.

    With `same_parties` nothing is another about any party.
    """

    def __init__(self, world: World, kept: SourceTables, order: OrderRows, same_parties: bool) -> None:
        super().__init__(world, kept.catalogue, order.day, orders=True)
        if same_parties:
            self.of_parties = kept.of_parties
        self.whole = kept  # INVARIANT: no line of the order replaces another, and none on record replaces one of it
        self._kept = kept
        self._order = order

    def of(self, source: str) -> pa.Table:
        """The rows of a source as columns."""
        return super().of(source) if source in ORDERED else self._kept.of(source)

    def ordered(self, source: str) -> pa.Table:
        """Those of the order."""
        rows = self._order.of(source)
        return rows.filter(rows.column("ordered"))

    def present(self) -> frozenset[str]:
        """The sources that have rows, and the lists on which somebody stands."""
        return self._kept.present() | self._order.present()
