"""What is found of a world before any order, kept by the day up to which lines count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from compliance.decisions.finding_comparison import found_before
from compliance.evaluation.matches import Identity, Match
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties.pattern_signs import Signs
from compliance.world.schema.column_table import Table
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES, Order
from compliance.world.world import World

MOST = 8
"""So many evaluations are kept, those that were asked for last."""
_Kept = tuple[date, Signs | None, Mapping[Identity, Match]]
"""The day up to which lines count, the signs of split purchases where a rule asked for them, what was found."""


class KeptBefore:
    """The evaluations of one world without orders, for the orders that change nothing else in it.

    An order that describes a party new to the world, or by which the search for split purchases finds other groups,
    has a world of its own: that is evaluated for itself.
    """

    def __init__(self, world: World, packs: Sequence[Pack]) -> None:
        self._world = world
        self._packs = packs
        self._kept: list[_Kept] = []
        self._lock = Lock()

    def __call__(self, scene: EvaluationContext) -> Mapping[Identity, Match]:
        """What is found of a scene, in which the order is, without the order."""
        if not all(same_rows(scene.world.rows(t), self._world.rows(t)) for t in TABLES if t != Order.table):
            return found_before(scene, self._packs)
        with self._lock:
            kept = list(self._kept)
        for entry in kept:
            day, signs, found = entry
            if day == scene.day and (signs is None or signs.told_alike(scene.signs)):
                self._keep(entry)
                return found
        found = found_before(scene, self._packs)
        self._keep((scene.day, scene.__dict__.get("signs"), found))  # there where a rule asked for them
        return found

    def _keep(self, entry: _Kept) -> None:
        with self._lock:
            self._kept = [entry, *(kept for kept in self._kept if kept is not entry)][:MOST]


def same_rows(one: Sequence[Row], other: Sequence[Row]) -> bool:
    """Whether both are the very same rows in the same order."""
    if one is other:
        return True
    if isinstance(one, Table) or isinstance(other, Table) or len(one) != len(other):
        return False
    return all(row is before for row, before in zip(one, other, strict=True))
