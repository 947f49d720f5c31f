"""How buyers are drawn to groups: from the strongest evidence down, then each where it belongs best.

Two groups are joined while the evidence of the whole is more than that of its parts [agglomerative clustering by
likelihood], and what ties the two outweighs that they may be any two of those that there are. That two schemes buy at
one time, through one forwarder or are of one age ties nobody.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any

import numpy as np

from compliance.detection import log_likelihood
from compliance.detection.groups.common_hands import WINDOWS, Hands, Nodes

PASSES = 3


@lru_cache(maxsize=4096)
def _choice(of: int, have: int) -> int:
    """Bits to say which of a group one is that has a thing."""
    return log_likelihood.millibits(Fraction(of, have))


def _together(families: Mapping[str, list[int]]) -> int:
    """Evidence of several families in full; of one family the strongest in full, the rest by half."""
    return sum(max(bits) + (sum(bits) - max(bits)) // 2 for bits in families.values())


class Grouping:
    """Groups of nodes by what is known of their hands."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self._sorted: dict[Nodes, list[int]] = {}

    def groups(self) -> list[Nodes]:
        """The groups, in order of their keys."""
        group = {node: frozenset((node,)) for node in self.hands.fill}
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
        return sorted(set(group.values()), key=lambda g: sorted(self.hands.key[n] for n in g))

    def _near(self, group: Mapping[int, Nodes], mine: Nodes) -> dict[Nodes, int]:
        """The groups that share a thing that links, with what ties the two: which of either have it is no news."""
        found: dict[Nodes, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number in {t for node in mine for t in self.hands.of_node.get(node, ()) if self.hands.links[t]}:
            theirs: dict[Nodes, int] = defaultdict(int)
            have = 0
            for node in self.hands.nodes_of[number]:
                if node in mine:
                    have += 1
                else:
                    theirs[group[node]] += 1
            family = self.hands.things[number].family
            for other, count in theirs.items():
                bits = self._worth(number, mine, other, have, count)
                if bits > 0:
                    found[other][family].append(bits)
        return {other: _together(families) for other, families in found.items()}

    def _ties(self, mine: Nodes, other: Nodes, bits: int) -> bool:
        """Whether what ties two groups outweighs that they may be any two of those that there are."""
        bits += sum(self.hands.fill[node] for group in (mine, other) if len(group) == 1 for node in group)
        bits += self.hands.prior(2) + self._bonus(mine, other)
        if bits <= 0 and (min(len(mine), len(other)) > 1 or bits + self._nearest(mine, other) <= 0):
            return False
        timed = self.hands.timed(mine | other) - self.hands.timed(mine) - self.hands.timed(other)
        if len(mine) > 1 and len(other) > 1:  # that two schemes buy at one time is no tie
            timed = min(0, timed - WINDOWS)
        return bits + timed > 0

    def _gain(self, one: Nodes, other: Nodes) -> int:
        """What the whole says over its parts; of two groups what is common in trade and birth aside."""
        whole = one | other
        gain = self.hands.score(whole) - self.hands.score(one) - self.hands.score(other) + self._bonus(one, other)
        if len(one) > 1 and len(other) > 1:
            gain -= self.hands.supports[whole] - self.hands.supports[one] - self.hands.supports[other]
        return gain

    def _nearest(self, mine: Nodes, other: Nodes) -> int:
        """What one buyer's time of buying can at most add to a group's: by the buyer of the group that is nearest."""
        alone, group = (mine, other) if len(mine) == 1 else (other, mine)
        (day,) = (self.hands.days[node] for node in alone)
        if group not in self._sorted:
            self._sorted[group] = sorted(self.hands.days[node] for node in group)
        days = self._sorted[group]
        at = bisect_left(days, day)
        between = [
            self.hands.until[max(day, one)] - self.hands.before[min(day, one)] for one in days[max(0, at - 1) : at + 1]
        ]
        return self.hands.close(max(2, min(between)))

    def _bonus(self, one: Nodes, other: Nodes) -> int:
        """What speaks for two groups that are schemes already: there are fewer schemes than buyers."""
        if min(len(one), len(other)) == 1:
            return 0
        return max(0, min(self.hands.apart, self.hands.score(one), self.hands.score(other)))

    def _tie(self, one: Nodes, other: Nodes) -> int:
        """What ties two groups."""
        theirs = {number for node in other for number in self.hands.of_node.get(node, ())}
        families: dict[str, list[int]] = defaultdict(list)
        for number in {
            n for node in one for n in self.hands.of_node.get(node, ()) if n in theirs and self.hands.links[n]
        }:
            nodes = self.hands.nodes_of[number]
            bits = self._worth(number, one, other, len(one.intersection(nodes)), len(other.intersection(nodes)))
            if bits > 0:
                families[self.hands.things[number].family].append(bits)
        return _together(families)

    def _worth(self, number: int, one: Nodes, other: Nodes, have: int, count: int) -> int:
        thing = self.hands.things[number]
        bits = thing.rarity.bits(thing.holders - have - count) - self.hands.cost_of_kind[thing.kind]
        return bits - _choice(len(one), have) - _choice(len(other), count)

    def _likely_pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs that could be tied, whatever family their evidence is of."""
        nodes = np.array(sorted(self.hands.fill), dtype=np.int64)
        place = {node: n for n, node in enumerate(nodes.tolist())}
        keys, worth = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for number, theirs in enumerate(self.hands.nodes_of):
            if self.hands.links[number]:
                thing = self.hands.things[number]
                bits = thing.rarity.bits(thing.holders - 2) - self.hands.cost_of_kind[thing.kind]
                if bits > 0:
                    at = np.array([place[node] for node in theirs], dtype=np.int64)
                    first, second = np.triu_indices(len(at), 1)
                    keys.append(at[first] * len(nodes) + at[second])
                    worth.append(np.full(len(first), bits, dtype=np.int64))
        pairs, back = np.unique(np.concatenate(keys), return_inverse=True)
        total = np.zeros(len(pairs), dtype=np.int64)
        np.add.at(total, back, np.concatenate(worth))
        a, b = np.divmod(pairs, max(1, len(nodes)))
        fill, day = (
            np.array([of[n] for n in nodes.tolist()], dtype=np.int64) for of in (self.hands.fill, self.hands.days)
        )
        every = np.sort(day)
        some = np.searchsorted(every, np.maximum(day[a], day[b]), side="right")
        some -= np.searchsorted(every, np.minimum(day[a], day[b]))
        counts, which = np.unique(np.maximum(some, 2), return_inverse=True)
        close = np.array([self.hands.close(count) for count in counts.tolist()], dtype=np.int64)
        timed = np.maximum(0, (close[which] if len(counts) else total) - WINDOWS)
        likely = total + fill[a] + fill[b] + timed + self.hands.prior(2) > 0
        yield from zip(nodes[a[likely]].tolist(), nodes[b[likely]].tolist(), strict=True)

    def _offer(self, heap: list[tuple[Any, ...]], one: Nodes, other: Nodes, bits: int) -> None:
        if len(one) + len(other) <= self.hands.most and self._ties(one, other, bits):
            gain = self._gain(one, other)
            if gain > 0:
                heappush(heap, (-gain, *sorted(min(self.hands.key[n] for n in g) for g in (one, other)), one, other))

    def _settle(self, group: dict[int, Nodes]) -> None:
        """Puts each node where it belongs best."""
        for _ in range(PASSES):
            moved = False
            for node in sorted(group, key=lambda n: self.hands.key[n]):
                mine = group[node]
                if len(mine) < 2:
                    continue
                alone = mine - {node}
                here = self.hands.score(mine) - self.hands.score(alone)
                near = self._near(group, frozenset((node,)))
                best, where = (0, None) if here < 0 else (here, mine)
                one = frozenset((node,))
                able = [g for g, bits in near.items() if g is not mine and 1 < len(g) < self.hands.most
                        and self._ties(one, g, bits)]  # fmt: skip
                for other in sorted(able, key=lambda g: sorted(self.hands.key[n] for n in g)):
                    there = self.hands.score(other | one) - self.hands.score(other)
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
