"""Buyers that look like one hand, by all that they share together.

Those of one hand copy what they have from one another: a thing that some of a group have is shared by the next as
often as by the others [Indian buffet process, Griffiths and Ghahramani 2011], where a stranger has it as often as
companies do. So one evidence is for things that all have, and for chains of which each link is another thing. Against
it stands that the next is one of all buyers. Of one family of evidence the things that join what is apart count in
full, what is shared twice by half; a thing that others have together with another says only what it says beside it.
Groups are joined from the strongest evidence down, while the evidence of the whole is more than that of its parts
[agglomerative clustering by likelihood]; then each is put where it belongs best.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from heapq import heappop, heappush
from math import factorial
from typing import Any

import numpy as np

from compliance.traces import weights
from compliance.traces.settings import Settings
from compliance.traces.things import PARENT, Thing

FELLOWS = 8
"""So many companies that have two things in common may be of one hand; where more do, somebody gives both to many."""
PASSES = 3
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
    """Bits (thousandths) to say which of a group have a thing: the likeliest of much copying, little, and ties by two."""
    chances = (
        Fraction(beta * factorial(have - 1) * factorial(of - have + beta - 1), factorial(of + beta - 1))
        for beta in (1, of)
    )
    return min(-weights.millibits(max(chances) / 2), TIE * (have - 1))


@lru_cache(maxsize=4096)
def _choice(of: int, have: int) -> int:
    """Bits to say which of a group one is that has a thing."""
    return weights.millibits(Fraction(of, have))


@lru_cache(maxsize=4096)
def _prior(size: int, buyers: int) -> int:
    """Bits against such a group of the buyers, its first member aside."""
    return -weights.millibits(Fraction(buyers)) * (size - 1)


def _together(families: Mapping[str, list[int]]) -> int:
    """Evidence of several families in full; of one family the strongest in full, the rest by half."""
    return sum(max(bits) + (sum(bits) - max(bits)) // 2 for bits in families.values())


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
        self._before = {day: bisect_left(every, day) for day in set(every)}
        self._until = {day: bisect_right(every, day) for day in self._before}
        self._times: dict[Nodes, int] = {}
        self._sorted: dict[Nodes, list[int]] = {}
        self.buyers = max(2, len(fill) - known, known)
        self.apart = weights.millibits(Fraction(self.buyers * A_HAND, schemes + A_HAND))
        self.most = int(settings.number("most_members"))
        self.supporting = set(settings.supporting)
        self.cost_of_kind = {n: -weights.millibits(k.of_one_hand / 100) for n, k in settings.kinds.items()}
        self.nodes_of: list[tuple[int, ...]] = [
            tuple(sorted({node_of[b] for b in thing.buyers})) if thing.kind != PARENT else () for thing in things
        ]
        self.of_node: dict[int, list[int]] = defaultdict(list)
        for number, nodes in enumerate(self.nodes_of):
            for node in nodes if len(nodes) > 1 else ():
                self.of_node[node].append(number)
        least = weights.millibits(Fraction(self.buyers)) // 2
        self.links = [
            1 < len(nodes) <= self.most
            and thing.family not in self.supporting
            and thing.rarity.bits(max(0, thing.holders - 2)) >= least
            for nodes, thing in zip(self.nodes_of, things, strict=True)
        ]
        self._timely: dict[int, int] = {}
        self._most = self._close(2)
        self._beside: dict[tuple[int, int], int] = {}
        self._scores: dict[Nodes, int] = {}
        self._supports: dict[Nodes, int] = {}

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
            self._beside[one, other] = weights.millibits(Fraction(len(theirs), both)) if both > 0 else 10**9
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
            self._supports[nodes] = evidence.support
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
            self._times[nodes] = self._timed(sorted(self.days[node] for node in nodes)) if len(nodes) > 1 else 0
        return self._times[nodes]

    def _timed(self, days: list[int]) -> int:
        size, best = len(days), 0
        ends = [self._until[day] for day in days]
        for first, begin in enumerate([self._before[day] for day in days]):
            if self._most * (size - first - 1) - OUTSIDE * first - WINDOWS <= best:
                break
            for last in range(size - 1, first, -1):
                inside = last - first + 1
                if self._most * (inside - 1) - OUTSIDE * (size - inside) - WINDOWS <= best:
                    break
                worth = self._close(max(ends[last] - begin, inside)) * (inside - 1) - OUTSIDE * (size - inside)
                best = max(best, worth - WINDOWS)
        return best

    def _close(self, some: int) -> int:
        if some not in self._timely:
            self._timely[some] = weights.millibits(Fraction(self.count, some))
        return self._timely[some]

    def groups(self) -> list[Nodes]:
        """The groups, in order of their keys."""
        group = {node: frozenset((node,)) for node in self.fill}
        heap: list[tuple[Any, ...]] = []
        for a, b in self._likely_pairs():
            one, other = group[a], group[b]
            self._offer(heap, one, other, self._tie(one, other))
        while heap:
            _, _, _, one, other = heappop(heap)
            if group[min(one)] is not one or group[min(other)] is not other:
                continue
            whole = one | other
            for node in whole:
                group[node] = whole
            for near, bits in self._near(group, whole).items():
                self._offer(heap, whole, near, bits)
        self._settle(group)
        return sorted(set(group.values()), key=lambda g: sorted(self.key[n] for n in g))

    def _near(self, group: Mapping[int, Nodes], mine: Nodes) -> dict[Nodes, int]:
        """The groups that share a thing that links, with what ties the two: which of either have it is no news."""
        found: dict[Nodes, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number in {t for node in mine for t in self.of_node.get(node, ()) if self.links[t]}:
            theirs: dict[Nodes, int] = defaultdict(int)
            have = 0
            for node in self.nodes_of[number]:
                if node in mine:
                    have += 1
                else:
                    theirs[group[node]] += 1
            family = self.things[number].family
            for other, count in theirs.items():
                bits = self._worth(number, mine, other, have, count)
                if bits > 0:
                    found[other][family].append(bits)
        return {other: _together(families) for other, families in found.items()}

    def _ties(self, mine: Nodes, other: Nodes, bits: int) -> bool:
        """Whether what ties two groups outweighs that they may be any two of those that there are."""
        bits += sum(self.fill[node] for group in (mine, other) if len(group) == 1 for node in group)
        bits += _prior(2, self.buyers) + self._bonus(mine, other)
        if bits <= 0 and (min(len(mine), len(other)) > 1 or bits + self._nearest(mine, other) <= 0):
            return False
        timed = self.timed(mine | other) - self.timed(mine) - self.timed(other)
        if len(mine) > 1 and len(other) > 1:  # that two schemes buy at one time is no tie
            timed = min(0, timed - WINDOWS)
        return bits + timed > 0

    def _gain(self, one: Nodes, other: Nodes) -> int:
        """What the whole says over its parts; of two groups what is common in trade and birth aside."""
        whole = one | other
        gain = self.score(whole) - self.score(one) - self.score(other) + self._bonus(one, other)
        if len(one) > 1 and len(other) > 1:
            gain -= self._supports[whole] - self._supports[one] - self._supports[other]
        return gain

    def _nearest(self, mine: Nodes, other: Nodes) -> int:
        """What one buyer's time of buying can at most add to a group's: by the buyer of the group that is nearest."""
        alone, group = (mine, other) if len(mine) == 1 else (other, mine)
        (day,) = (self.days[node] for node in alone)
        if group not in self._sorted:
            self._sorted[group] = sorted(self.days[node] for node in group)
        days = self._sorted[group]
        at = bisect_left(days, day)
        between = [self._until[max(day, one)] - self._before[min(day, one)] for one in days[max(0, at - 1) : at + 1]]
        return self._close(max(2, min(between)))

    def _bonus(self, one: Nodes, other: Nodes) -> int:
        """What speaks for two groups that are schemes already: there are fewer schemes than buyers."""
        return max(0, min(self.apart, self.score(one), self.score(other)))

    def _tie(self, one: Nodes, other: Nodes) -> int:
        """What ties two groups."""
        theirs = {number for node in other for number in self.of_node.get(node, ())}
        families: dict[str, list[int]] = defaultdict(list)
        for number in {n for node in one for n in self.of_node.get(node, ()) if n in theirs and self.links[n]}:
            nodes = self.nodes_of[number]
            bits = self._worth(number, one, other, len(one.intersection(nodes)), len(other.intersection(nodes)))
            if bits > 0:
                families[self.things[number].family].append(bits)
        return _together(families)

    def _worth(self, number: int, one: Nodes, other: Nodes, have: int, count: int) -> int:
        thing = self.things[number]
        bits = thing.rarity.bits(thing.holders - have - count) - self.cost_of_kind[thing.kind]
        return bits - _choice(len(one), have) - _choice(len(other), count)

    def _likely_pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs that could be tied, whatever family their evidence is of."""
        nodes = np.array(sorted(self.fill), dtype=np.int64)
        place = {node: n for n, node in enumerate(nodes.tolist())}
        keys, worth = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for number, theirs in enumerate(self.nodes_of):
            if self.links[number]:
                thing = self.things[number]
                bits = thing.rarity.bits(thing.holders - 2) - self.cost_of_kind[thing.kind]
                if bits > 0:
                    at = np.array([place[node] for node in theirs], dtype=np.int64)
                    first, second = np.triu_indices(len(at), 1)
                    keys.append(at[first] * len(nodes) + at[second])
                    worth.append(np.full(len(first), bits, dtype=np.int64))
        pairs, back = np.unique(np.concatenate(keys), return_inverse=True)
        total = np.zeros(len(pairs), dtype=np.int64)
        np.add.at(total, back, np.concatenate(worth))
        a, b = np.divmod(pairs, max(1, len(nodes)))
        fill, day = (np.array([of[n] for n in nodes.tolist()], dtype=np.int64) for of in (self.fill, self.days))
        every = np.sort(day)
        some = np.searchsorted(every, np.maximum(day[a], day[b]), side="right")
        some -= np.searchsorted(every, np.minimum(day[a], day[b]))
        counts, which = np.unique(np.maximum(some, 2), return_inverse=True)
        close = np.array([self._close(count) for count in counts.tolist()], dtype=np.int64)
        timed = np.maximum(0, (close[which] if len(counts) else total) - WINDOWS)
        likely = total + fill[a] + fill[b] + timed + _prior(2, self.buyers) > 0
        yield from zip(nodes[a[likely]].tolist(), nodes[b[likely]].tolist(), strict=True)

    def _offer(self, heap: list[tuple[Any, ...]], one: Nodes, other: Nodes, bits: int) -> None:
        if len(one) + len(other) <= self.most and self._ties(one, other, bits):
            gain = self._gain(one, other)
            if gain > 0:
                heappush(heap, (-gain, *sorted(min(self.key[n] for n in g) for g in (one, other)), one, other))

    def _settle(self, group: dict[int, Nodes]) -> None:
        """Puts each node where it belongs best."""
        for _ in range(PASSES):
            moved = False
            for node in sorted(group, key=lambda n: self.key[n]):
                mine = group[node]
                if len(mine) < 2:
                    continue
                alone = mine - {node}
                here = self.score(mine) - self.score(alone)
                near = self._near(group, frozenset((node,)))
                best, where = (0, None) if here < 0 else (here, mine)
                one = frozenset((node,))
                able = [g for g, bits in near.items() if g is not mine and 1 < len(g) < self.most
                        and self._ties(one, g, bits)]  # fmt: skip
                for other in sorted(able, key=lambda g: sorted(self.key[n] for n in g)):
                    there = self.score(other | one) - self.score(other)
                    if there > best:
                        best, where = there, other
                if where is mine:
                    continue
                moved = True
                whole = one if where is None else where | one
                group.update(dict.fromkeys(alone, alone))
                group.update(dict.fromkeys(whole, whole))
            if not moved:
                break
