"""Orders that stand in a world that is audited: an audit leaves them out (contracts 2), a screening asks of them."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.answers.answer import NotEvaluated
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.shipment_lines import NOT_LINES
from compliance.world.schema.tables import ComputeService, Holding, Order, Shipment, WeightTransfer

ON_RECORD = (Shipment, Holding, ComputeService, WeightTransfer)
"""What an audit judges row by row. Where there is none of it, nothing was judged but the parties by themselves."""
SCREEN = "Screen the orders, which an audit leaves out: `compliance screen WORLD ORDERS`."


def orders_left_out(scene: EvaluationContext) -> Iterator[OpenPoint]:
    """A point where a world with orders is audited; it leaves the decision open only where nothing else was judged."""
    waiting = (
        [] if scene.orders else [one for one in scene.world.rows(Order.table) if one.value("status") not in NOT_LINES]
    )
    if not waiting:
        return
    alone = not any(scene.world.rows(model.table) for model in ON_RECORD)
    told = f"{len(waiting):,} order lines" if len(waiting) > 1 else f"order line `{waiting[0].name_of_row}`"
    reason = f"{told} of `orders` not asked about: an audit is of what is on record, and leaves orders out"
    said = NotEvaluated(rule="", reason=reason) if alone else NotEvaluated(rule="", reason=reason, standings=[])
    yield OpenPoint(said, (Step(SCREEN),))
