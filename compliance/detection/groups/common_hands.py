"""Buyers that look like one hand, by all that they share together.

Those of one hand copy what they have from one another: a thing that some of a group have is shared by the next as
often as by the others [Indian buffet process, Griffiths and Ghahramani 2011], where a stranger has it as often as
companies do. So one evidence is for things that all have, and for chains of which each link is another thing. Against
it stands that the next is one of all buyers. Of one family of evidence the things that join what is apart count in
full, what is shared twice by half; a thing that others have together with another says only what it says beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import factorial
from typing import Any

from compliance.detection import log_likelihood
from compliance.detection.groups.shared_things import PARENT, Thing
from compliance.detection.pattern_settings import Settings

FELLOWS = 8
"""So many companies that have two things in common may be of one hand; where more do, somebody gives both to many."""
OUTSIDE = 3000
"""Thousandths of a bit to say that one of a group buys at another time."""
TIE = 3000
"""Thousandths of a bit to say that one of a group has a thing of another."""
A_HAND = 1
"""Schemes for each unit of concentration [Chinese restaurant process], where they have some seven members."""
WINDOWS = 3000
"""Thousandths of a bit to say how long a time they buy in: one of eight lengths."""
Nodes = frozenset[int]


@lru_cache(maxsize=65536)
def _cost(have: int, of: int) -> int:
    """Bits (thousandths) to say which of a group have a thing: by much copying, by little, or by ties of two."""
    chances = (
        Fraction(beta * factorial(have - 1) * factorial(of - have + beta - 1), factorial(of + beta - 1))
        for beta in (1, of)
    )
    return min(-log_likelihood.millibits(max(chances) / 2), TIE * (have - 1))


@lru_cache(maxsize=4096)
def _prior(size: int, buyers: int) -> int:
    """Bits against such a group of the buyers, its first member aside."""
    return -log_likelihood.millibits(Fraction(buyers)) * (size - 1)


@dataclass(frozen=True)
class Evidence:
    """What a group shares: thousandths of a bit, and how many things of each family join what is else apart."""

    bits: int
    joins: Mapping[str, int]
    support: int
    """Of the bits those of things that are common in trade and birth."""


class Hands:
    """Groups of nodes: a node is a buyer, or buyers that one open owner holds."""

    def __init__(
        self,
        things: Sequence[Thing],
        node_of: Mapping[int, int],
        fill: Mapping[int, int],
        key: Mapping[int, Any],
        days: Mapping[int, int],
        settings: Settings,
        known: int = 0,
        schemes: int = 0,
    ) -> None:
        """`fill` is the evidence in how much each node buys, `days` when it does; `key` what each is in
        order by, of itself and not its name."""
        self.things = things
        self.settings = settings
        self.count = len(fill)
        self.fill, self.key, self.days = fill, key, days
        every = sorted(days.values())
        self.before = {day: bisect_left(every, day) for day in set(every)}
        self.until = {day: bisect_right(every, day) for day in self.before}
        self._times: dict[Nodes, int] = {}
        self.buyers = max(2, len(fill) - known, known)
        self.apart = log_likelihood.millibits(Fraction(self.buyers * A_HAND, schemes + A_HAND))
        self.most = int(settings.number("most_members"))
        self.supporting = set(settings.supporting)
        self.cost_of_kind = {n: -log_likelihood.millibits(k.of_one_hand / 100) for n, k in settings.kinds.items()}
        self.nodes_of: list[tuple[int, ...]] = [
            tuple(sorted({node_of[b] for b in thing.buyers})) if thing.kind != PARENT else () for thing in things
        ]
        self.of_node: dict[int, list[int]] = defaultdict(list)
        for number, nodes in enumerate(self.nodes_of):
            for node in nodes if len(nodes) > 1 else ():
                self.of_node[node].append(number)
        least = log_likelihood.millibits(Fraction(self.buyers)) // 2
        self.links = [
            1 < len(nodes) <= self.most
            and thing.family not in self.supporting
            and thing.rarity.bits(max(0, thing.holders - 2)) - self.cost_of_kind[thing.kind] >= least
            for nodes, thing in zip(self.nodes_of, things, strict=True)
        ]
        self._timely: dict[int, int] = {}
        self._most = self.close(2)
        self._beside: dict[tuple[int, int], int] = {}
        self._scores: dict[Nodes, int] = {}
        self.supports: dict[Nodes, int] = {}

    def shared(self, nodes: Nodes) -> dict[int, list[int]]:
        """The things that two or more of the nodes have, and which."""
        found: dict[int, list[int]] = defaultdict(list)
        for node in sorted(nodes):
            for thing in self.of_node.get(node, ()):
                found[thing].append(node)
        return {thing: some for thing, some in found.items() if len(some) > 1}

    def read(self, nodes: Nodes) -> Evidence:
        """The evidence in what they share."""
        size, rated = len(nodes), []
        for number, having in self.shared(nodes).items():
            thing = self.things[number]
            bits = thing.rarity.bits(thing.holders - len(having))
            against = self.cost_of_kind[thing.kind]
            if (len(having) - 1) * bits > against:
                rated.append((bits, number, frozenset(having), against))
        rated.sort(
            key=lambda one: (-one[0] * (len(one[2]) - 1), -len(one[2]), self.things[one[1]].kind, sorted(one[2]))
        )
        parts: dict[str, dict[int, int]] = defaultdict(dict)
        counted: dict[frozenset[int], list[int]] = {}
        joins: dict[str, int] = defaultdict(int)
        values: dict[tuple[str, str], set[int]] = {}
        total = support = 0
        for bits, number, some, against in rated:
            thing = self.things[number]
            part = parts[thing.family]
            roots = {part.get(node, node) for node in some}
            twice = len(some) - len(roots)
            if thing.family in self.supporting or values.get((thing.family, thing.value), set()).issuperset(some):
                twice = 0
            which = _cost(len(some), size)
            for theirs, others in counted.items():
                both = len(theirs & some)
                if both == len(some):
                    which = min(which, _cost(both, len(theirs)) if both < len(theirs) else 1000)
                if 2 * both > len(some):
                    bits = min(bits, *(self.beside(other, number) for other in others))
            worth = bits * (len(roots) - 1) + bits * twice // 2 - against - which
            if worth <= 0:
                continue
            total += worth
            support += worth if thing.family in self.supporting else 0
            counted.setdefault(some, []).append(number)
            values.setdefault((thing.family, thing.value), set()).update(some)
            if len(roots) > 1:
                joins[thing.family] += 1
                first = min(roots)
                for node in nodes:
                    if part.get(node, node) in roots:
                        part[node] = first
        return Evidence(total, joins, support)

    def linked(self, nodes: Nodes) -> int:
        """The evidence in what they share, in thousandths of a bit."""
        return self.read(nodes).bits

    def beside(self, one: int, other: int) -> int:
        """What a thing says of those that have the one, at most."""
        if (one, other) not in self._beside:
            theirs, both = self.things[one].rest, len(self.things[one].rest & self.things[other].rest) - FELLOWS
            self._beside[one, other] = log_likelihood.millibits(Fraction(len(theirs), both)) if both > 0 else 10**9
        return self._beside[one, other]

    def prior(self, size: int) -> int:
        """The odds against such a group of the buyers."""
        return _prior(size, self.buyers)

    def score(self, nodes: Nodes) -> int:
        """The evidence for one hand, all in all; of one node nothing."""
        if len(nodes) < 2:
            return 0
        if nodes not in self._scores:
            evidence = self.read(nodes)
            self.supports[nodes] = evidence.support
            self._scores[nodes] = (
                evidence.bits
                + _prior(len(nodes), self.buyers)
                + sum(self.fill[node] for node in nodes)
                + self.timed(nodes)
            )
        return self._scores[nodes]

    def timed(self, nodes: Nodes) -> int:
        """The evidence in how close in time they buy: most of them while few others do, and some at another time."""
        if nodes not in self._times:
            self._times[nodes] = self._timing_bits(sorted(self.days[node] for node in nodes)) if len(nodes) > 1 else 0
        return self._times[nodes]

    def _timing_bits(self, days: list[int]) -> int:
        size, best = len(days), 0
        ends = [self.until[day] for day in days]
        for first, begin in enumerate([self.before[day] for day in days]):
            if self._most * (size - first - 1) - OUTSIDE * first - WINDOWS <= best:
                break
            for last in range(size - 1, first, -1):
                inside = last - first + 1
                if self._most * (inside - 1) - OUTSIDE * (size - inside) - WINDOWS <= best:
                    break
                worth = self.close(max(ends[last] - begin, inside)) * (inside - 1) - OUTSIDE * (size - inside)
                best = max(best, worth - WINDOWS)
        return best

    def close(self, some: int) -> int:
        if some not in self._timely:
            self._timely[some] = log_likelihood.millibits(Fraction(self.count, some))
        return self._timely[some]
