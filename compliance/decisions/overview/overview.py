"""The figures of a world, or of a world with an order, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.decisions.overview.inventory import capacity_of, installed_in
from compliance.decisions.overview.limit_totals import limit_totals
from compliance.decisions.overview.model import Overview
from compliance.decisions.screen import readable
from compliance.decisions.setup import postures_of, scene_of
from compliance.evaluation.described_parties import resolve
from compliance.rulebook.packs import Pack
from compliance.world.schema.row import Row
from compliance.world.world import World


def overview_of(
    world: World, packs: Sequence[Pack], as_of: date, posture: str = "both", orders: Sequence[Row] = ()
) -> Overview:
    """What stands where and how much of each limit is used; with `orders` as if they shipped, as a screening has it."""
    lines: list[Any] = readable(world, orders)[0] if orders else []
    resolved = resolve(world.replace("orders", lines), ("shipments", "orders") if lines else ("shipments",))
    scene = scene_of(resolved.world, as_of, max([as_of, *(line.date for line in lines)]), orders=bool(lines))
    return Overview(
        as_of=as_of.isoformat(),
        limits=limit_totals(scene, packs, postures_of(posture)),
        installed=installed_in(scene),
        capacity=capacity_of(scene),
    )
