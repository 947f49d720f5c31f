"""A group as a graph to be drawn: its members below what they share, and the parties to whom its links lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

MOST = 40
"""Boxes of a picture; the strongest links come first."""


def picture(world: World, group: Mapping[str, Any]) -> dict[str, Any]:
    """`title`, `nodes`, `links`, `left_out`, `bold`, as `reports.ownership_picture` draws them."""
    things: dict[str, dict[str, Any]] = {}
    edges: dict[tuple[str, str, str], None] = {}
    parties = dict.fromkeys(group["members"])
    for link in sorted(group["links"], key=lambda one: -float(one["weight"])):
        if link["value"] is None:
            parties.update(dict.fromkeys((link["a"], link["b"])))
            edges[link["a"], link["b"], link["detail"]] = None
        else:
            thing = f"{link['kind']}: {link['value']}"
            things.setdefault(thing, _thing(thing, link))
            edges.update({(thing, link[side], ""): None for side in ("a", "b")})
    shown = [*list(parties)[:MOST], *list(things)[: max(0, MOST - len(parties))]]
    names = _names(world, list(parties))
    members = set(group["members"])
    nodes = [things[one] if one in things else _party(one, names, one in members) for one in shown]
    kept = set(shown)
    return {
        "title": f"{group['pattern'].replace('_', ' ')}, {group['score']} bits, {group['period']}",
        "nodes": sorted(nodes, key=lambda node: str(node["id"])),
        "links": [
            {"owner": a, "owned": b, "told": told, "control": False, "witness": False}
            for a, b, told in edges
            if a in kept and b in kept
        ],
        "left_out": len(parties) + len(things) - len(shown),
        "bold": "a buyer of the group",
        "sideways": True,
    }


def _thing(name: str, link: Mapping[str, Any]) -> dict[str, Any]:
    told = str(link["value"])
    weight = f"{link['kind']}, {link['weight']} bits"
    return {
        "id": name,
        "name": told,
        "country": weight,
        "kind": "thing",
        "verdict": "",
        "listed": False,
        "asked": False,
    }


def _party(name: str, names: Mapping[str, tuple[str, str]], member: bool) -> dict[str, Any]:
    told, country = names.get(name, (name, ""))
    return {
        "id": name,
        "name": told,
        "country": country,
        "kind": "company" if name in names else "person",
        "verdict": "",
        "listed": False,
        "asked": member,
    }


def _names(world: World, parties: list[str]) -> dict[str, tuple[str, str]]:
    """The companies among the parties, with name and seat."""
    table = world.columns("companies")
    at = pc.index_in(pa.array(parties, pa.string()), texts_of(table.column("id"))).to_pylist()
    return {
        party: (
            table.column("name")[place].as_py() or party,
            table.column("headquarters")[place].as_py() or table.column("jurisdiction")[place].as_py() or "",
        )
        for party, place in zip(parties, at, strict=True)
        if place is not None
    }
