"""What is made once of a world for all orders that ask for its accounts: chips, ownership, rows on record.

The last few worlds are kept, each until others were asked about.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date
from threading import RLock
from typing import Any

from compliance.decisions.parties import resolve
from compliance.decisions.searching import split_signs
from compliance.decisions.stage import catalogue_of, ownership_of, scene_of
from compliance.facts.rows import Rows
from compliance.facts.scene import Scene
from compliance.world.chips import Catalogue
from compliance.world.fields import LINE_TABLES
from compliance.world.row import Row
from compliance.world.tables import TABLES, Order
from compliance.world.world import World

MOST = 4
"""So many worlds are kept, and of each the rows of so many days."""
SEARCHED = ("signed", "sign_group")
"""The attributes of parties that a search for patterns gives."""
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
        self._rows: OrderedDict[date, Rows] = OrderedDict()

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

    def scene(self, lines: Sequence[Row], as_of: date) -> Scene:
        """The scene of the world with these order lines, up to their latest date."""
        resolved = resolve(self.world.replace("orders", lines), LINE_TABLES).world
        horizon = max([as_of, *(order.date for order in resolved.each(Order))])
        if any(resolved.rows(table) is not self.world.rows(table) for table in TABLES if table != Order.table):
            return scene_of(resolved, as_of, horizon, orders=True)  # a party is described: it may be another world
        scene = Scene(resolved, self._ownership, self.catalogue, as_of, horizon, True, split_signs)
        scene.__dict__["rows"] = Rows(resolved, self.catalogue, horizon, True, self._rows_on(horizon))
        return scene

    def share_parties(self, scene: Scene, asked: Iterable[str]) -> None:
        """Has a scene of this world read what is kept of parties, unless these attributes are of a search."""
        if scene.ownership is self._ownership:
            searched = any(attribute.partition(".")[0] in SEARCHED for attribute in asked)
            scene.rows.of_parties = {} if searched else self.of_parties

    def _rows_on(self, horizon: date) -> Rows:
        with _LOCK:
            kept = self._rows.pop(horizon, None)
            if kept is None:
                kept = Rows(self.world.replace("orders", []), self.catalogue, horizon, True)
            self._rows[horizon] = kept
            while len(self._rows) > MOST:
                self._rows.popitem(last=False)
            return kept
