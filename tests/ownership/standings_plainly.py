"""Under whom companies stand, a second time: slow, plain, in fractions, holder by holder, rounds until nothing changes.

Knows nothing of the limits from which on parties are no longer told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import networkx as nx

from compliance import units

HALF, WHOLE, NONE = Fraction(50), Fraction(100), Fraction(0)
Row = dict[str, Any]
Names = set[str]


class Share(NamedTuple):
    """From `low` to `high` percent; the marks say that the end itself is left out."""

    low: Fraction
    high: Fraction
    above: bool
    below: bool


class Stand(NamedTuple):
    tops: Names
    possible: Names
    firm: Names
    halves: Names
    circle: bool
    ring: bool


class Register:
    """Who holds what in whom on a day, and who consolidates whom."""

    def __init__(self, tables: dict[str, list[Row]], day: date) -> None:
        self.companies = sorted(row["id"] for row in tables["companies"])
        there = set(self.companies)
        rows: dict[tuple[str, str], dict[str, list[Share]]] = {}
        for row in tables["stakes"]:
            if _stands(row, day):
                column = rows.setdefault((row["owned"], row.get("interest") or "shares"), {})
                column.setdefault(row.get("owner") or "", []).append(_share(str(row["percent"])))
        self.columns: dict[str, list[dict[str, Share]]] = {name: [] for name in self.companies}
        for (owned, _), column in rows.items():
            self.columns[owned].append({owner: _added(shares) for owner, shares in column.items()})
        self.consolidating: dict[str, list[str]] = {name: [] for name in self.companies}
        for row in tables.get("controls", []):
            if row["means"] == "accounting_parent" and row["controller"] in there and _stands(row, day):
                self.consolidating[row["company"]].append(row["controller"])

    def holders(self, column: dict[str, Share]) -> list[str]:
        return [owner for owner, share in column.items() if owner in self.columns and share.high > 0]

    def above(self, name: str) -> Names:
        return {o for column in self.columns[name] for o in self.holders(column)} | {*self.consolidating[name]}

    def alone(self, name: str, enough: Enough) -> Names:
        return {o for column in self.columns[name] for o in self.holders(column) if enough(column, [o])}

    def holding(self, name: str, sets: Callable[[str], Names], enough: Enough) -> Names:
        """Who holds enough of a company together with those under the same, or consolidates it."""
        found: Names = set().union(*(sets(other) for other in self.consolidating[name]))
        for column in self.columns[name]:
            held = self.holders(column)
            for top in set().union(*(sets(owner) for owner in held)):
                if enough(column, [owner for owner in held if top in sets(owner)]):
                    found.add(top)
            if any(owner == "" and share.high > 0 for owner, share in column.items()) and enough(column, []):
                found.add(f"?{name}")
        return found


def standings(tables: dict[str, list[Row]], day: date) -> dict[str, Stand]:
    """By company."""
    register = Register(tables, day)
    graph = nx.DiGraph()
    graph.add_nodes_from(register.companies)
    graph.add_edges_from((owner, name) for name in register.companies for owner in register.above(name))
    whole = nx.condensation(graph)
    found: dict[str, Stand] = {}
    for part in nx.topological_sort(whole):
        members = whole.nodes[part]["members"]
        if len(members) == 1 and not graph.has_edge(*members, *members):
            _stand_alone(register, *members, found)
        else:
            _stand_in_circle(register, sorted(members), found)
    return found


def _stand_alone(register: Register, name: str, found: dict[str, Stand]) -> None:
    tops = register.holding(name, lambda o: found[o].tops, _surely) or {name}
    possible = tops | register.holding(name, lambda o: found[o].possible, _half_possibly)
    firm = register.holding(name, lambda o: found[o].possible, _possibly)
    halves = register.holding(name, lambda o: found[o].halves | found[o].tops, _half_surely)
    found[name] = Stand(tops, possible, firm, halves, False, False)


def _stand_in_circle(register: Register, members: list[str], found: dict[str, Stand]) -> None:
    led = nx.DiGraph()
    led.add_nodes_from(members)
    led.add_edges_from(
        (o, m) for m in members for o in (*register.alone(m, _surely), *register.consolidating[m]) if o in members
    )
    rings = {min(ring): sorted(ring) for ring in nx.strongly_connected_components(led)}
    first = {member: name for name, ring in rings.items() for member in ring}

    def grown(start: dict[str, Names], outside: Callable[[Stand], Names], enough: Enough) -> dict[str, Names]:
        sets = {name: set(start[name]) for name in rings}
        while True:
            more = {name: set().union(*(holding(m, sets, outside, enough) for m in rings[name])) for name in rings}
            if all(more[name] <= sets[name] | {name} for name in rings):
                return sets
            for name in rings:
                sets[name] |= more[name] - {name}

    def holding(member: str, sets: dict[str, Names], outside: Callable[[Stand], Names], enough: Enough) -> Names:
        return register.holding(member, lambda o: sets[first[o]] if o in first else outside(found[o]), enough)

    alone = {name: {name} for name in rings}
    surely = grown(alone, lambda s: s.tops, _surely)
    above = {name: surely[name] - {name} for name in rings}
    mutual = {name: {o for o in above[name] if name in above.get(o, ())} for name in rings}
    tops = {
        name: {min({o, *mutual.get(o, ())}) for o in surely[name] if above.get(o, set()) <= mutual.get(o, set())}
        for name in rings
    }
    possible = grown(tops, lambda s: s.possible, _half_possibly)
    halves = grown(tops, lambda s: s.halves | s.tops, _half_surely)
    maybe = grown(alone, lambda s: s.possible, _possibly)
    rivals: dict[str, Names] = {name: set() for name in rings}
    for other in rings:
        for name in above[other] & rings.keys():
            if other < min({name, *mutual[name]}) and other in maybe[name]:
                rivals[name].add(other)
    for name, ring in rings.items():
        for member in ring:
            firm = holding(member, possible, lambda s: s.possible, _possibly) - {member}
            several = len(ring) > 1 or bool(mutual[name])
            found[member] = Stand(
                tops[name], possible[name] | rivals[name], firm, halves[name] - {member}, True, several
            )


# ---- sums

Column = dict[str, Share]
Enough = Callable[[Column, list[str]], bool]


def _surely(column: Column, owners: Iterable[str]) -> bool:
    return not _over(column) and _least(column, owners) > (HALF, False)


def _half_surely(column: Column, owners: Iterable[str]) -> bool:
    return not _over(column) and _least(column, owners) >= (HALF, False)


def _possibly(column: Column, owners: Iterable[str]) -> bool:
    return _most(column, owners) > (HALF, True)


def _half_possibly(column: Column, owners: Iterable[str]) -> bool:
    return _most(column, owners) >= (HALF, True)


def _least(column: Column, owners: Iterable[str]) -> tuple[Fraction, bool]:
    held = [column[owner] for owner in owners]
    return sum((share.low for share in held), NONE), any(share.above for share in held)


def _most(column: Column, owners: Iterable[str]) -> tuple[Fraction, bool]:
    """What they have at most, with whoever is not identified, and whether they may have just that."""
    mine = {*owners, ""} & column.keys()
    held = [column[owner] for owner in mine]
    most = sum((share.high for share in held), NONE), not any(share.below for share in held)
    if _over(column):
        return min(most, (WHOLE, True))
    others = [share for owner, share in column.items() if owner not in mine]
    room = WHOLE - sum((share.low for share in others), NONE), not any(share.above for share in others)
    return min(most, room)


def _over(column: Column) -> bool:
    return _least(column, column) > (WHOLE, False)


def _share(text: str) -> Share:
    read = units.interval(text, top=100)
    return Share(read.low, WHOLE if read.high is None else read.high, read.low_open, read.high_open)


def _added(shares: list[Share]) -> Share:
    """The rows of one owner: no more than all of it, unless they say so themselves."""
    if len(shares) == 1:
        return shares[0]
    low, high = sum((share.low for share in shares), NONE), sum((share.high for share in shares), NONE)
    above, below = any(share.above for share in shares), any(share.below for share in shares)
    return Share(low, WHOLE, above, False) if high > WHOLE >= low else Share(low, high, above, below)


def _stands(row: Row, day: date) -> bool:
    return (row.get("from") or "") <= day.isoformat() < (row.get("to") or "9999")
