"""Worlds of which an audit has nothing to judge: without rows, or with orders alone, left out by contracts 2."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.answers.answer import NotEvaluated
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.rulebook.legal_standing import STANDINGS
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.shipment_lines import NOT_LINES
from compliance.world.schema.tables import (
    TABLES,
    Arrangement,
    Chip,
    ComputeService,
    Holding,
    Order,
    Product,
    ScreeningList,
    Shipment,
    WeightTransfer,
)

ON_RECORD = (Shipment, Holding, ComputeService, WeightTransfer)
"""What an audit judges row by row. Where there is none of it, nothing was judged but the parties by themselves."""
REFERENCE = (ScreeningList, Chip, Product, Arrangement)
"""What says nothing of anybody."""
SCREEN = "Screen the orders, which an audit leaves out: `compliance screen WORLD ORDERS`."
LOOK = "See whether the right file was given, and whether its tables were exported with their rows."


def nothing_on_record(scene: EvaluationContext) -> Iterator[OpenPoint]:
    """A point where a world is audited that holds orders, or no rows at all.

    Orders leave the decision open only where nothing else was judged.
    """
    if scene.orders:
        return
    held = {table for table in TABLES if len(scene.world.rows(table))}
    if not held - {model.table for model in REFERENCE}:
        reason = "the world has no row that says anything of a company, a site, a line or a service: nothing was judged"
        yield OpenPoint(NotEvaluated(rule="", reason=reason), (Step(LOOK),))
    waiting = [row.name_of_row for row in scene.world.rows(Order.table) if row.value("status") not in NOT_LINES]
    if waiting:
        told = f"{len(waiting):,} order lines" if len(waiting) > 1 else f"order line `{waiting[0]}`"
        reason = f"{told} of `orders` not asked about: an audit is of what is on record, and leaves orders out"
        open_in = list(STANDINGS) if held.isdisjoint(model.table for model in ON_RECORD) else []
        yield OpenPoint(NotEvaluated(rule="", reason=reason, standings=open_in), (Step(SCREEN),))
