"""Where the boxes of a directed graph stand: in layers from the top, few crossings, owners above what they own.

After Sugiyama, Tagawa & Toda (1981): circles are opened, every node gets a layer, long links get a place in
each layer that they cross, the order in the layers is improved by the means of the neighbours' places.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Edge = tuple[str, str]

_SWEEPS = 12


@dataclass(frozen=True)
class Layout:
    """The middle of each node, and the points that each link passes, in pixels."""

    places: Mapping[str, Point]
    ways: Mapping[Edge, tuple[Point, ...]]
    width: float
    height: float

    def transpose(self) -> Layout:
        """The same from left to right."""
        ways = {edge: tuple((y, x) for x, y in way) for edge, way in self.ways.items()}
        return Layout({node: (y, x) for node, (x, y) in self.places.items()}, ways, self.height, self.width)


def laid_out(nodes: Sequence[str], edges: Sequence[Edge], box: Point, gap: Point) -> Layout:
    """Places nodes of one size (`box`) with a `gap` beside and between layers."""
    forward = _break_cycles(nodes, edges)
    layer = _layers(nodes, forward)
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for node in nodes:
        rows[layer[node]].append(node)
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    chains: dict[Edge, list[str]] = {}
    for number, (source, target) in enumerate(forward):
        chain = [source]
        for step in range(layer[source] + 1, layer[target]):
            place = f"\0{number}/{step}"
            rows[step].append(place)
            chain.append(place)
        chain.append(target)
        chains[source, target] = chain
        for one, other in itertools.pairwise(chain):
            below.setdefault(one, []).append(other)
            above.setdefault(other, []).append(one)
    x = _across(rows, above, below, box[0] + gap[0], box[0] * 0.35 + gap[0])
    left = min(x.values(), default=0.0) - box[0] / 2
    places = {n: (x[n] - left, number * (box[1] + gap[1]) + box[1] / 2) for number, r in enumerate(rows) for n in r}
    ways = {}
    for source, target in edges:
        chain = chains.get((source, target)) or chains.get((target, source), [source, target])[::-1]
        ways[source, target] = tuple(places[node] for node in chain)
    width = max((p[0] for n, p in places.items()), default=0.0) + box[0] / 2
    return Layout({n: places[n] for n in nodes}, ways, width, len(rows) * (box[1] + gap[1]) - gap[1])


def _break_cycles(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The links, those that close a circle turned round, none twice and none onto itself.

    Circles are followed upwards from the first nodes, so that what these hold goes below them.
    """
    before: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        before[target].append(source)
    state: dict[str, int] = {}
    turned: set[Edge] = set()
    for start in nodes:
        if start in state:
            continue
        state[start] = 1
        path = [(start, iter(before[start]))]
        while path:
            node, rest = path[-1]
            for other in rest:
                if state.get(other) == 1:
                    turned.add((other, node))
                elif other not in state:
                    state[other] = 1
                    path.append((other, iter(before[other])))
                    break
            else:
                state[node] = 2
                path.pop()
    found = [(t, s) if (s, t) in turned else (s, t) for s, t in edges if s != t]
    return list(dict.fromkeys(found))


def _layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Each node one under the lowest of those above it; who has nobody above stands right over what is below."""
    above: dict[str, list[str]] = {node: [] for node in nodes}
    below: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        above[target].append(source)
        below[source].append(target)
    left = {node: len(above[node]) for node in nodes}
    order = [node for node in nodes if not left[node]]
    layer = dict.fromkeys(nodes, 0)
    for node in order:
        for other in below[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            left[other] -= 1
            if not left[other]:
                order.append(other)
    for node in reversed(order):
        if not above[node] and below[node]:
            layer[node] = min(layer[other] for other in below[node]) - 1
    return layer


def _across(
    rows: list[list[str]], above: dict[str, list[str]], below: dict[str, list[str]], wide: float, narrow: float
) -> dict[str, float]:
    """Orders each row by the places of the neighbours, and spreads it so that no two boxes touch."""
    x = {node: place * wide for row in rows for place, node in enumerate(row)}

    def room(one: str, other: str) -> float:
        thin = one.startswith("\0") + other.startswith("\0")
        return (wide, (wide + narrow) / 2, narrow)[thin]

    for sweep in range(_SWEEPS):
        near = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            aim = {n: sum(x[o] for o in near[n]) / len(near[n]) if near.get(n) else x[n] for n in row}
            row.sort(key=lambda node: aim[node])
            _spread(row, aim, x, room)
    return x


def _spread(row: list[str], aim: dict[str, float], x: dict[str, float], room: Callable[[str, str], float]) -> None:
    """Puts a row as near to its aims as room allows: groups that would touch share their mean."""
    groups: list[tuple[list[str], float]] = []
    offset = {row[0]: 0.0} if row else {}
    for one, other in itertools.pairwise(row):
        offset[other] = offset[one] + room(one, other)
    for node in row:
        members, start = [node], aim[node] - offset[node]
        while groups and groups[-1][1] >= start:
            before, at = groups.pop()
            start = (at * len(before) + start * len(members)) / (len(before) + len(members))
            members = before + members
        groups.append((members, start))
    for members, start in groups:
        for node in members:
            x[node] = start + offset[node]
