"""Tables of one order for the plans: its own rows, joined to kept totals and attributes."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from typing import Any

import pyarrow as pa

from compliance.plan.kept.kept_pack import KeptPack
from compliance.plan.kept.keyed_relations import KeyedRelation
from compliance.plan.kept.order_rows import OrderRows
from compliance.plan.kept.order_workspace import OrderWorkspace
from compliance.plan.plan_tables import CHIP_SHAPE, SITE_SHAPE, Tables, party_shape, place_shape
from compliance.plan.rowwise.row_relations import Relation, Row
from compliance.plan.sql.frames import Requirements, view
from compliance.sources.entities import chip_facts
from compliance.sources.evaluation_context import EvaluationContext


class OrderTables(Tables):
    """The tables of one order for one pack; parties, places, chips and sites are looked up where a row names one."""

    def __init__(
        self, scene: EvaluationContext, kept: KeptPack, rows: OrderRows, read_again: frozenset[str], new: frozenset[str]
    ) -> None:
        super().__init__(scene, kept.plan, rows, few=True)
        self.kept = kept
        self.order_rows = rows
        self.kept_attributes = kept.scene.attributes(kept.plan.pack)
        self.attributes = scene.attributes(kept.plan.pack) if new else self.kept_attributes
        self.new = new
        self.workspace = OrderWorkspace(kept, read_again)
        self.database = self.workspace

    def prepare_all(self) -> None:
        """Builds what the queries of the plan read."""
        self._build(self.kept.made)
        self._make(self.kept.makings)

    def many(self, sql: str, most: int) -> bool:
        """Whether a query over what counts gives more rows than so many."""
        return self.workspace.count(sql) > most

    def columns(self, sql: str, many: bool = False) -> pa.Table:
        """The rows of a query as columns, by a database where they are many."""
        return self.workspace.columns_in_database(sql) if many else self.workspace.columns(sql)

    def _source(self, source: str) -> None:
        """Nothing is noted of the rows: what one of them names is looked up."""
        self._give(source, self.order_rows.relation(source))

    def _entities(self, names: Collection[str]) -> None:
        kept = self.kept.looked_up
        if "chip_at" in names:
            catalogue = self.scene.catalogue
            self._give(
                "chip_at", KeyedRelation(CHIP_SHAPE, lambda chip: chip_facts(catalogue, {chip}), kept["chip_at"])
            )
        if "site_at" in names:
            self._give(
                "site_at", KeyedRelation(SITE_SHAPE, lambda site: self.kept.sites.get(site, ()), kept["site_at"])
            )
        super()._entities({*names} - {"chip_at", "site_at"})

    def _parties_at(self, attributes: Sequence[str]) -> None:
        _, types = party_shape(attributes)
        kept = self.kept.looked_up["party_at"]
        found: MutableMapping[str, list[Row]] = ChainMap({}, kept) if self.new else kept
        self._give("party_at", KeyedRelation(types, lambda party: self._attributes_of(party, attributes), found))

    def _attributes_of(self, party: str, attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The attributes of a party, kept but for those that are new to the world."""
        own = self.attributes if party in self.new else self.kept_attributes
        return self._party_rows(party, attributes, own)

    def _places_at(self, needs: Requirements) -> None:
        found = self.kept.looked_up["place_at"]
        self._give("place_at", KeyedRelation(place_shape(needs), lambda place: self._place_rows(place, needs), found))

    def _give(self, name: str, rows: Relation) -> None:
        self.workspace.give(view(name), rows)
