"""A world that is kept for its orders, day by day, and which orders can be answered from what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from threading import RLock

from compliance.decisions.finding_comparison import FindingComparison, Pair, by_identity, strictness
from compliance.decisions.incremental.kept_world import KeptWorld
from compliance.decisions.incremental.order_evaluation import Easing, evaluate_order
from compliance.decisions.setup import scene_of
from compliance.evaluation.described_parties import ResolvedWorld, resolve, resolve_orders
from compliance.evaluation.evaluate import Evaluation
from compliance.evaluation.matches import Identity, Match
from compliance.ownership.added_companies import OwnershipBeside
from compliance.plan.kept.order_rows import OrderRows, WorldRows
from compliance.plan.rowwise import workspace
from compliance.plan.rowwise.source_text import Unwritten
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.licenses import LICENSE
from compliance.world.schema.row import Row
from compliance.world.schema.tables import TABLES, Authorization, Company, Order, Shipment
from compliance.world.world import World

MOST = 8
"""For so many days a world is kept, those that were asked for last."""


class KeptWorlds:
    """One world without orders, kept by the day up to which lines count; any thread may ask."""

    def __init__(self, world: World, packs: Sequence[Pack], as_of: date) -> None:
        self.world = world
        self.packs = packs
        self.as_of = as_of
        self._kept: dict[tuple[date, bool], KeptWorld] = {}
        self._lock = RLock()

    @cached_property
    def _base(self) -> ResolvedWorld:
        return resolve(self.world)

    def resolve(self, orders: Sequence[Row]) -> ResolvedWorld:
        """The world with orders, in which every party of a line has an id."""
        return resolve_orders(self.world, self._base, orders)

    def compare(self, resolved: ResolvedWorld, day: date) -> FindingComparison | None:
        """What is found with the orders beside what was found without; `None` where that takes full evaluations.

        So it is with orders that change more of the world than that they are there: they stand in for other lines,
        take room of a license, ease a finding, or change who is found to buy as one.
        """
        found = self._evaluate(resolved.world, day, matched=True)
        if found is None:
            return None
        kept, scene, after = found
        try:
            pairs = list(_pairs(kept, after))
        except Easing:
            return None
        if resolved.unmatched is None:
            return FindingComparison(scene, after, pairs)
        apart = self._evaluate(resolved.unmatched, day, matched=False)
        if apart is None:
            return None
        told = {now.identity for _, now in pairs if now is not None}
        return FindingComparison(scene, after, pairs, (apart[1], list(_standing(apart[0], apart[2], told))))

    def _evaluate(
        self, world: World, day: date, matched: bool
    ) -> tuple[KeptWorld, EvaluationContext, Evaluation] | None:
        """What is found of the orders of a world, in which parties known by name alone are `matched` or apart."""
        base = self._base.world if matched or self._base.unmatched is None else self._base.unmatched
        new = _new_companies(world, base)
        if new is None or self._changes_lines(world):
            return None
        kept = self._of_day(base, day)
        ownership = kept.scene.ownership if not new else OwnershipBeside(kept.scene.ownership, world, new)
        scene = replace(kept.scene, world=world, ownership=ownership, orders=True, search=kept.search)
        rows = OrderRows(world, kept.scene.rows, day, ())
        scene.__dict__["rows"] = WorldRows(world, kept.scene.rows, rows, same_parties=not new)
        if kept.reads_signs:
            if not kept.search.signs(scene).told_alike(kept.scene.signs):
                return None
            scene.__dict__["signs"] = kept.scene.signs
        try:
            return kept, scene, evaluate_order(kept, scene, rows, frozenset(row.id for row in new))
        except (Easing, Unwritten):
            return None

    def _changes_lines(self, world: World) -> bool:
        """Whether the orders change what other lines are, or are too many to be gone through one by one."""
        orders = world.each(Order)
        limited = {paper.id for paper in world.each(Authorization) if paper.limit_tpp is not None}
        return len(orders) > workspace.FEW or any(
            order.replaces is not None
            or order.id in self._replaced
            or (order.authorization == LICENSE and order.authorization_id in limited)
            for order in orders
        )

    @cached_property
    def _replaced(self) -> frozenset[str]:
        """The lines that lines on record replace."""
        return frozenset(self.world.values(Shipment.table, "replaces"))

    def _of_day(self, base: World, day: date) -> KeptWorld:
        key = day, base is self._base.world
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is None:
                kept = KeptWorld(scene_of(base, self.as_of, day, orders=False), self.packs)
            self._kept[key] = kept  # the last one asked for stands last
            for old in list(self._kept)[:-MOST]:
                del self._kept[old]
            return kept


def _new_companies(world: World, base: World) -> Sequence[Company] | None:
    """The companies that a world has beside those of another; `None` where they differ in more than orders."""
    others = (table for table in TABLES if table not in (Order.table, Company.table))
    if not all(world.rows(table) is base.rows(table) for table in others):
        return None
    rows, before = world.each(Company), base.each(Company)
    return () if rows is before else rows[len(before) :]


def _pairs(kept: KeptWorld, after: Evaluation) -> Iterator[Pair]:
    """The findings that rest on the order, but for those that a row on record makes as strict before it.

    Raises `Easing` where that row may be answered otherwise now.
    """
    for identity, found in by_identity(after).items():
        if not found.ordered:
            continue
        rival = kept.was(identity, about_rows=True) if found.plan.shape is None else None
        if rival is not None and kept.sets_against_totals(rival):
            raise Easing  # what it is now, beside other totals, was not asked
        if rival is None or (strictness(found), _row(found)) < (strictness(rival), _row(rival)):
            yield kept.was(identity), found


def _standing(kept: KeptWorld, after: Evaluation, asked: set[Identity]) -> Iterator[Match]:
    """Of the findings asked for, and of those of the orders, all that hold with the orders."""
    yield from after.found
    anew = {found.identity for found in after.found if found.plan.shape is not None}
    for identity in sorted(asked, key=repr):
        yield from filter(None, (kept.was(identity, about_rows=True),))
        if identity not in anew:
            yield from filter(None, (kept.was(identity, about_rows=False),))


def _row(found: Match) -> tuple[str, str]:
    """The one row that a match about single rows rests on."""
    (row,) = found.rows
    return row.table, row.id
