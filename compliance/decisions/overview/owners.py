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
from compliance.world.world import World, name_with_id

MOST_DRAWN = 18
"""So many boxes a graph has."""
MOST_ASKED = 6
"""So many parties that findings are about stand in one graph."""
MOST_GRAPHS = 6
Link = tuple[str, str]
"""An owner and whom it owns."""


def owner_graphs(world: World, day: date, paths: Iterable[Sequence[PathStep]]) -> tuple[list[dict[str, Any]], int]:
    """A graph for each group of parties that these paths join (`reports.ownership_picture` says of what).

    Beside them how many groups are left out.
    """
    found = _links_by_parties(
        [(step.owner or UNIDENTIFIED + step.owned, step.owned) for path in paths for step in path]
    )
    ownership = ownership_of(world)
    return [_graph(world, ownership, day, links) for links in found[:MOST_GRAPHS]], max(0, len(found) - MOST_GRAPHS)


def _links_by_parties(links: Sequence[Link]) -> list[list[Link]]:
    """Links by the parties that they join, in the order in which they were first seen."""
    group_of: dict[str, list[Link]] = {}
    for link in dict.fromkeys(links):
        owner, owned = (group_of.get(party) for party in link)
        kept = owner if owner is not None else owned if owned is not None else []
        if owner is not None and owned is not None and owner is not owned:
            owner += owned
        kept.append(link)
        for one in kept:
            group_of[one[0]] = group_of[one[1]] = kept
    return list({id(group): group for group in group_of.values()}.values())


def _graph(world: World, ownership: Ownership, day: date, links_on_path: Sequence[Link]) -> dict[str, Any]:
    lit, owners = set(links_on_path), {owner for owner, _ in links_on_path}
    every = list(dict.fromkeys(owned for _, owned in links_on_path if owned not in owners)) or [links_on_path[-1][1]]
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
    }


def _listings(world: World) -> Iterable[Any]:
    return world.rows("listings")


def _name(world: World, party: str) -> str:
    row = world.party(party)
    return name_with_id(row.name if row is not None else None, party)


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
