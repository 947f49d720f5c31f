"""The ownership graph of a day as a networkx graph, to take and use with any of its algorithms."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

import networkx

from compliance import units

if TYPE_CHECKING:
    from compliance.world.world import World

_ABOUT = {"companies": ("name", "jurisdiction", "headquarters"), "people": ("name", "nationality", "residence")}


def graph(world: World, day: date) -> networkx.DiGraph:
    """Owners and what they own on a day.

    Nodes are ids of parties, with `kind` (`company`, `person`) and what is known of name and countries. An edge
    has `low` and `high` (exact percent of the shares, added over rows), `votes_low` and `votes_high`, and `means`
    (of control, sorted). A holder who is not identified is `?` and the company's id, of kind `unidentified`.
    """
    found = networkx.DiGraph()
    for kind, table in (("company", "companies"), ("person", "people")):
        columns = _columns(world, table, "id", *_ABOUT[table])
        for party, *about in sorted(zip(*columns, strict=True), key=lambda row: str(row[0])):
            told = {name: value for name, value in zip(_ABOUT[table], about, strict=True) if value}
            found.add_node(party, kind=kind, **told)
    at = day.isoformat()
    read = cache(lambda text: units.interval(text or "unknown", top=100))
    stakes = _columns(world, "stakes", "owner", "owned", "percent", "interest", "from", "to")
    for owner, owned, percent, interest, since, to in zip(*stakes, strict=True):
        if _stands(since, to, at):
            if not owner:
                found.add_node(f"?{owned}", kind="unidentified")
            edge = _edge(found, owner or f"?{owned}", owned)
            prefix = "votes_" if interest == "votes" else ""
            share = read(percent)
            edge[f"{prefix}low"] += share.low
            edge[f"{prefix}high"] += share.low if share.high is None else share.high
    controls = _columns(world, "controls", "controller", "company", "means", "from", "to")
    for controller, company, means, since, to in zip(*controls, strict=True):
        if _stands(since, to, at):
            edge = _edge(found, controller, company)
            edge["means"] = tuple(sorted({*edge["means"], means}))
    return found


def _columns(world: World, table: str, *names: str) -> list[Any]:
    """Columns of a table as text, all unknown where the table has none."""
    columns = world.columns(table)
    there = columns.column_names
    return [columns[n].to_pylist() if n in there else list(repeat(None, columns.num_rows)) for n in names]


def _stands(since: str | None, to: str | None, day: str) -> bool:
    """Whether a row holds on the day; ISO days compare as text."""
    return (not since or since <= day) and (not to or day < to)


def _edge(found: networkx.DiGraph, owner: str, owned: str) -> dict[str, Any]:
    if not found.has_edge(owner, owned):
        found.add_edge(owner, owned, low=0, high=0, votes_low=0, votes_high=0, means=())
    edge: dict[str, Any] = found.edges[owner, owned]
    return edge
