"""A buyer that is owned in a circle.

Definition. The buyer, or a company above it, owns itself through others, each link of the circle being of
`owner_percent` or more on its highest reading. Source. FATF (circular ownership without purpose). Known false
positives: groups with cross-holdings, as in Japan and Korea; treasury shares.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from compliance.detection.groups.group import Link
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign

SIGN = "circular_ownership"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer with a circle above it."""
    least = view.settings.number("owner_percent")
    graph: nx.DiGraph[str] = nx.DiGraph()
    for owned in view.above:
        graph.add_edges_from((owned, owner) for owner in view.owners(owned))
    for part in nx.strongly_connected_components(graph):
        if len(part) > 1:
            ring = sorted(part)
            links = tuple(
                Link("owner", stake.owner, owned, 0, f"{stake.percent} %")
                for owned in ring
                for stake in view.standing(owned)
                if stake.owner is not None and stake.owner in part and stake.reaches(least)
            )
            for who in view.large:
                if view.name(who) in part:
                    yield Sign(who, f"is in a circle of {len(ring)} owners: {', '.join(ring)}", links, ring[0])
