"""The ownership graph of a day as a networkx graph, to take and use with any of its algorithms."""

from __future__ import annotations

from datetime import date
from typing import Any

import networkx

from compliance.ownership.register import stands
from compliance.world.tables import Control, Stake
from compliance.world.world import World


def graph(world: World, day: date) -> networkx.DiGraph:
    """Owners and what they own on a day.

    Nodes are ids of parties. An edge has `low` and `high` (exact percent of the shares, added over rows), `votes_low`
    and `votes_high`, and `means` (of control, sorted). A holder who is not identified is `?` and the company's id.
    """
    found = networkx.DiGraph()
    found.add_nodes_from(sorted({*world.by_id("companies"), *world.by_id("people")}))
    for stake in world.each(Stake):
        if stands(stake, day):
            edge = _edge(found, stake.owner or f"?{stake.owned}", stake.owned)
            prefix = "votes_" if stake.interest == "votes" else ""
            edge[f"{prefix}low"] += stake.percent.low
            edge[f"{prefix}high"] += stake.percent.high or stake.percent.low
    for control in world.each(Control):
        if stands(control, day):
            edge = _edge(found, control.controller, control.company)
            edge["means"] = tuple(sorted({*edge["means"], control.means}))
    return found


def _edge(found: networkx.DiGraph, owner: str, owned: str) -> dict[str, Any]:
    if not found.has_edge(owner, owned):
        found.add_edge(owner, owned, low=0, high=0, votes_low=0, votes_high=0, means=())
    edge: dict[str, Any] = found.edges[owner, owned]
    return edge
