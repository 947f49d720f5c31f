"""The graph of owners around the parties that findings rest on, with the path of the findings lit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from compliance.answers.answer import PathStep
from compliance.decisions.setup import ownership_of
from compliance.ownership.neighbourhood import UNIDENTIFIED, around
from compliance.ownership.ownership_graph import Ownership
from compliance.sources.entities import holds_on
from compliance.world.schema.tables import Company
from compliance.world.world import World

MOST_DRAWN = 18
"""So many boxes a graph has."""
MOST_ASKED = 6
"""So many parties of one top owner stand in one graph."""
MOST_GRAPHS = 6


def owner_graphs(world: World, day: date, paths: Iterable[Sequence[PathStep]]) -> tuple[list[dict[str, Any]], int]:
    """A graph for each top owner of these paths (`reports.ownership_picture` says of what), and how many are left."""
    tops: dict[str, tuple[dict[str, None], set[tuple[str, str]]]] = {}
    for path in paths:
        if path:
            parties, links = tops.setdefault(path[0].owner or path[0].owned, ({}, set()))
            parties[path[-1].owned] = None
            links.update((step.owner or UNIDENTIFIED + step.owned, step.owned) for step in path)
    ownership = ownership_of(world)
    found = [_graph(world, ownership, day, top, *tops[top]) for top in list(tops)[:MOST_GRAPHS]]
    return found, max(0, len(tops) - MOST_GRAPHS)


def _graph(
    world: World, ownership: Ownership, day: date, top: str, parties: Iterable[str], lit: set[tuple[str, str]]
) -> dict[str, Any]:
    every = list(parties)
    asked = every[:MOST_ASKED]
    on_path = {party for link in lit for party in link}
    near = around(ownership.register, asked, day, MOST_DRAWN)
    kept = [party for party in near.parties if party in on_path or party not in every]
    drawn = set(kept)
    listed = {row.party for row in _listings(world) if holds_on(row, day)}
    links = [
        {
            "owner": link.owner,
            "owned": link.owned,
            "told": link.told,
            "control": link.control,
            "witness": (link.owner, link.owned) in lit,
        }
        for link in near.links
        if link.owner in drawn and link.owned in drawn
    ]
    return {
        "title": f"Who stands behind {', '.join(_name(world, party) for party in asked)}",
        "nodes": [_node(world, ownership, day, party, party in listed, party in asked) for party in kept],
        "links": links,
        "left_out": near.left_out + len(near.parties) - len(kept) + len(every) - len(asked),
        "bold": "a party of the findings",
        "top": top,
    }


def _listings(world: World) -> Iterable[Any]:
    return world.rows("listings")


def _name(world: World, party: str) -> str:
    row = world.party(party)
    name = row.name if row is not None else None
    return f"{name} ({party})" if name and name != party else party


def _node(world: World, ownership: Ownership, day: date, party: str, listed: bool, asked: bool) -> dict[str, Any]:
    row = world.party(party)
    return {
        "id": party,
        "name": (row.name if row else None) or (party if row else "Somebody"),
        "country": ownership.seat(party, day) if row else None,
        "kind": "unidentified" if row is None else "company" if isinstance(row, Company) else "person",
        "verdict": "",
        "listed": listed,
        "asked": asked,
    }
