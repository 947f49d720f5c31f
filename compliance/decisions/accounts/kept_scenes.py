"""What is made once of a world for all orders that ask for its accounts: chips, ownership, rows on record.

The last few worlds are kept, each until others were asked about.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from threading import RLock
from typing import Any

from compliance.decisions.setup import catalogue_of, ownership_of, scene_of
from compliance.decisions.split_detection import split_signs
from compliance.evaluation.described_parties import resolve
from compliance.plan.sql.scenarios import untag
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties.pattern_signs import reads_signs
from compliance.sources.source_tables import SourceTables
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES, Order
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

MOST = 4
"""So many worlds are kept, and of each the rows of so many days."""
_KEPT: OrderedDict[int, KeptScenes] = OrderedDict()
_LOCK = RLock()


class KeptScenes:
    """The scenes of one world with orders."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.catalogue: Catalogue = catalogue_of(world)
        self.lock = RLock()
        """Held by who asks, since what is kept of parties grows while it is asked for."""
        self.of_parties: dict[tuple[Any, ...], Any] = {}
        """What packs ask of parties, but for packs that ask what a search found: an order may change that."""
        self._ownership = ownership_of(world)
        self._rows: OrderedDict[date, SourceTables] = OrderedDict()
        self._present: dict[date, frozenset[str]] = {}
        self.recorded: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        """The totals of what is on record, by day and pack (`totals.recorded_totals`)."""
        self.under_licenses: Mapping[str, int | None] | None = None
        """What is on record under each license with a limit (`license_limits.on_record`)."""

    @classmethod
    def of(cls, world: World) -> KeptScenes:
        """Those of a world; the same again while it is kept."""
        with _LOCK:
            kept = _KEPT.pop(id(world), None)
            if kept is None or kept.world is not world:
                kept = cls(world)
            _KEPT[id(world)] = kept
            while len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
            return kept

    def scene(self, lines: Sequence[Row], as_of: date, part: bool = False) -> EvaluationContext:
        """The scene of the world with these order lines, up to their latest date.

        With `part` of what is on record only that is there which may count otherwise beside these lines: the lines of
        their purchases and those under the licenses that they claim.
        """
        resolved = resolve(self.world.replace("orders", lines), LINE_TABLES).world
        horizon = max([as_of, *(order.date for order in resolved.each(Order))])
        if any(resolved.rows(table) is not self.world.rows(table) for table in TABLES if table != Order.table):
            return scene_of(resolved, as_of, horizon, orders=True)  # a party is described: it may be another world
        scene = EvaluationContext(resolved, self._ownership, self.catalogue, as_of, horizon, True, split_signs)
        if part:
            beside = resolved.replace("shipments", self._lines_beside(lines)).replace("holdings", [])
            scene = EvaluationContext(beside, self._ownership, self.catalogue, as_of, horizon, True, split_signs)
            rows = scene.__dict__["rows"] = SourceTables(beside, self.catalogue, horizon, True)
            rows.whole = SourceTables(resolved, self.catalogue, horizon, True)
            return scene
        scene.__dict__["rows"] = SourceTables(resolved, self.catalogue, horizon, True, self._rows_on(horizon))
        return scene

    def scene_on_record(self, horizon: date, as_of: date) -> EvaluationContext:
        """The scene of the world without orders, up to a day."""
        rows = self._rows_on(horizon)
        scene = EvaluationContext(rows.world, self._ownership, self.catalogue, as_of, horizon, True, split_signs)
        scene.__dict__["rows"] = SourceTables(rows.world, self.catalogue, horizon, True, rows)
        return scene

    def is_kept(self, scene: EvaluationContext) -> bool:
        """Whether a scene is one of this very world, and of no other with more parties."""
        return scene.ownership is self._ownership

    def present(self, horizon: date) -> frozenset[str]:
        """The sources that have rows on record."""
        if horizon not in self._present:
            self._present[horizon] = self._rows_on(horizon).present()
        return self._present[horizon]

    @cached_property
    def _places_by_name(self) -> dict[str, dict[str, list[int]]]:
        """Where the shipments stand that state a purchase or a license, and all by their id."""
        columns = self.world.columns("shipments")
        found: dict[str, dict[str, list[int]]] = {}
        for name in ("purchase", "authorization_id", "id"):
            places: dict[str, list[int]] = defaultdict(list)
            values = texts_of(columns.column(name)).to_pylist() if name in columns.column_names else ()
            for place, value in enumerate(values):
                if value is not None:
                    places[value].append(place)
            found[name] = places
        return found

    def _lines_beside(self, lines: Sequence[Row]) -> list[Row]:
        rows = self.world.rows("shipments")
        places: set[int] = set()
        for line in lines if rows else ():
            named: Any = line
            purchase = untag(named.purchase or named.id)
            for name, value in (("purchase", purchase), ("id", purchase), ("authorization_id", named.authorization_id)):
                places.update(self._places_by_name[name].get(value, ()))
        return [rows[place] for place in sorted(places)]

    def share_parties(self, scene: EvaluationContext, asked: Iterable[str]) -> None:
        """Has a scene of this world read what is kept of parties, unless these attributes are of a search."""
        if self.is_kept(scene):
            scene.rows.of_parties = {} if reads_signs(asked) else self.of_parties

    def _rows_on(self, horizon: date) -> SourceTables:
        with _LOCK:
            kept = self._rows.pop(horizon, None)
            if kept is None:
                kept = SourceTables(self.world.replace("orders", []), self.catalogue, horizon, True)
            self._rows[horizon] = kept
            while len(self._rows) > MOST:
                self._rows.popitem(last=False)
            return kept
