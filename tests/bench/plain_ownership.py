"""Ownership written in two other ways, to measure against: plainly in networkx, and as bare arrays.

`plainly` is what a programmer writes first, with the same exact answers. `barely` is the best approach that
was measured before this project (`ownership.md` section 4): integer columns, compressed rows, pointers. It
knows no open ends, votes, repeated rows, groups of holders or companies that are held by nobody known, so its
answers are not the same; it is the floor to measure against.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from compliance import units
from compliance.units import Interval

ZERO, WHOLE = Fraction(0), Fraction(100)
read = cache(lambda text: units.interval(text, top=100))


def plainly(table: pa.Table, listed: list[str], day: str) -> dict[str, tuple[str, Fraction, Fraction]]:
    """Verdict, least and most of every company that anybody holds; half or more, added up, captures."""
    graph = nx.DiGraph()
    columns = (table[name].to_pylist() for name in ("owner", "owned", "percent", "interest", "from", "to"))
    for owner, owned, percent, interest, since, to in zip(*columns, strict=True):
        if (since and since > day) or (to and to <= day):
            continue
        source = owner or f"?{owned}"
        if not graph.has_edge(source, owned):
            graph.add_edge(source, owned)
        edge, share = graph.edges[source, owned], read(percent)
        edge[interest] = edge[interest] + share if interest in edge else share
    for _, _, edge in graph.edges(data=True):
        for interest, share in edge.items():
            if share.low <= WHOLE < share.high:
                edge[interest] = Interval(share.low, WHOLE, share.low_open)
    sure = _spread(graph, listed, [], certain)
    nameless = [owner for owner in graph if owner.startswith("?")]
    maybe = _spread(graph, listed, nameless, possible)
    found = {}
    for company in graph:
        if graph.in_degree(company):
            verdict = "captured" if company in sure else "undetermined" if company in maybe else "not_captured"
            found[company] = (verdict, *_sums(graph, company, sure, maybe))
    return found


def _held(graph: nx.DiGraph, company: str, interest: str) -> list[tuple[str, Interval]]:
    return [(o, e[interest]) for o, _, e in graph.in_edges(company, data=True) if interest in e]


def certain(held: list[tuple[str, Interval]], members: set[str]) -> tuple[bool, Fraction]:
    least = sum((s.low for _, s in held), ZERO)
    over = least > WHOLE or (least == WHOLE and any(s.low_open for _, s in held))
    mine = sum((s.low for o, s in held if o in members), ZERO)
    return not over and mine >= 50, mine


def possible(held: list[tuple[str, Interval]], members: set[str]) -> tuple[bool, Fraction]:
    least = sum((s.low for _, s in held), ZERO)
    over = least > WHOLE or (least == WHOLE and any(s.low_open for _, s in held))
    inside, outside = ([s for o, s in held if (o in members) == side] for side in (True, False))
    most, short = sum((s.high or WHOLE for s in inside), ZERO), any(s.high_open for s in inside)
    if over:
        return any(s.high != 0 for s in inside), min(most, WHOLE)
    room, room_short = WHOLE - sum((s.low for s in outside), ZERO), any(s.low_open for s in outside)
    if room <= most:
        most, short = room, room_short or (short and room == most)
    return most > 50 or (most == 50 and not short), most


def _spread(graph: nx.DiGraph, listed: list[str], more: list[str], crosses: Any) -> set[str]:
    members = {*listed, *more}
    work = [party for party in members if party in graph]
    while work:
        for company in graph.successors(work.pop()):
            if company not in members and any(
                crosses(_held(graph, company, interest), members)[0] for interest in ("shares", "votes")
            ):
                members.add(company)
                work.append(company)
    return members


def _sums(graph: nx.DiGraph, company: str, sure: set[str], maybe: set[str]) -> tuple[Fraction, Fraction]:
    found = []
    for interest in ("shares", "votes"):
        held = _held(graph, company, interest)
        (is_sure, least), (is_maybe, most) = certain(held, sure), possible(held, maybe)
        found.append((is_sure, is_maybe, most, least))
    best = max(found, key=lambda f: f[:3])
    return best[3], best[2]


def barely(table: pa.Table, listed: list[str], people: pa.Array) -> dict[str, Any]:
    """Blocked and possibly blocked parties, and parents by pointer, on bare arrays; a mark after each step."""
    marks = defaultdict(float)
    from time import process_time as clock

    began = clock()
    rows = table.num_rows
    owned, owner = (table[name].combine_chunks() for name in ("owned", "owner"))
    every = pa.concat_arrays([owned, owner, pa.array(listed)]).dictionary_encode()
    codes = every.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    coded = table["percent"].combine_chunks().dictionary_encode()
    ends = [read(text) for text in coded.dictionary.to_pylist()]
    low = np.array([int(e.low * 100) for e in ends])[coded.indices.to_numpy()]
    high = np.array([int((e.high or WHOLE) * 100) for e in ends])[coded.indices.to_numpy()]
    marks["ids"] = clock() - began
    began = clock()
    src, dst = codes[rows : 2 * rows], codes[:rows]
    count = len(every.dictionary)
    kept = src >= 0
    src, dst, low, high = src[kept], dst[kept], low[kept].astype(np.int32), high[kept].astype(np.int32)
    place = csr_array((np.arange(len(src), dtype=np.int32), (src, dst)), shape=(count, count))
    start, order = place.indptr, np.argsort(src, kind="stable")
    marks["load"] = clock() - began
    began = clock()
    seeds = codes[2 * rows :]
    out, total = {}, np.bincount(dst, low, count)
    for name, weight in (("sure", low), ("maybe", high)):
        member, held = np.zeros(count, bool), np.zeros(count)
        under = np.zeros(count)
        front = np.unique(seeds)
        while len(front):
            member[front] = True
            sizes = start[front + 1] - start[front]
            cells = order[np.repeat(start[front] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())]
            np.add.at(held, dst[cells], weight[cells])
            np.add.at(under, dst[cells], low[cells])
            new = np.unique(dst[cells])
            most = held[new] if name == "sure" else np.minimum(held[new], 10_000 - (total[new] - under[new]))
            new = new[most >= 5_000]
            front = new[~member[new]]
        out[name] = member
    marks["capture"] = clock() - began
    began = clock()
    from pyarrow import compute as pc

    person = pc.is_in(every.dictionary, value_set=people).to_numpy(zero_copy_only=False)
    most = (low > 5_000) & ~person[src]
    up = np.arange(count, dtype=np.int32)
    up[dst[most]] = src[most]
    _, part = connected_components(
        csr_array((np.ones(len(src), np.int8), (src, dst)), shape=(count, count)), connection="strong"
    )
    cut = (part == part[up]) & (up != np.arange(count))
    up[cut] = np.flatnonzero(cut)
    while not np.array_equal(up, up[up]):
        up = up[up]
    marks["parents"] = clock() - began
    out["up"], out["marks"], out["names"] = up, dict(marks), every.dictionary
    return out
