"""Buyers that each stay at or under the limit, and together pass it, and look like one hand: how they are found.

Groups are drawn by what buyers share and by how much of the limit each fills [record linkage, Fellegi and Sunter 1969;
average linkage]. A group whose every link is one open owner of the greater part of both is told apart (`is_open`):
that one hand is behind it stands in the register, so what else its members share says nothing of a wish to hide. Of
such groups only how they bought is weighed, against honest groups that pass the limit together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from compliance.traces import weights
from compliance.traces.links import PARENT, Links
from compliance.traces.purchases import Purchases
from compliance.traces.settings import Settings
from compliance.traces.windows import Window, fullest, of_years

Whole = np.ndarray[Any, np.dtype[np.int64]]
Tree = list[tuple[int, int]]


@dataclass(frozen=True)
class Split:
    """A group: the places of its members, the window in which they pass the limit, its tree of links, its evidence.

    Evidence in thousandths of a bit: `linked` by what they share (of an open group: none), `filled` by how much of the
    limit each fills, `timed` by how close in time they buy, `odds` against such a group before anything is known;
    `bits` is the sum.
    """

    members: tuple[int, ...]
    window: Window
    tree: tuple[tuple[int, int], ...]
    is_open: bool
    linked: int
    filled: int
    timed: int
    odds: int

    @property
    def bits(self) -> int:
        return self.linked + self.filled + self.timed + self.odds


def candidates(bought: Purchases, limit: int, settings: Settings) -> tuple[Whole, Whole]:
    """Buyers that could be members, with what each bought in its fullest year: none over the limit, each of size."""
    years = of_years(bought)
    order = np.lexsort((years.tpp, years.buyer))
    buyers, last = np.unique(years.buyer[order][::-1], return_index=True)
    most = years.tpp[order][::-1][last]
    least = limit * settings.number("least_percent") / 100
    kept = (most <= limit) & (most >= int(least))
    return buyers[kept], most[kept]


@dataclass(frozen=True)
class Filling:
    """How much likelier each buyer's fullest year is for a member of a scheme: than at large, and in an open group."""

    at_large: dict[int, int]
    in_groups: dict[int, int]


def filling(buyers: Whole, most: Whole, limit: int, settings: Settings) -> Filling:
    """The evidence in what each buyer bought in its fullest year.

    How buyers at large fill it is counted, after `few_buyers` that fill it as `filled_at_large` says: a small world is
    no sample.
    """
    chances, large, groups = (settings.numbers(n) for n in ("filled", "filled_at_large", "filled_in_groups"))
    parts, few = len(chances), settings.number("few_buyers")
    part = np.minimum((most * parts - 1) // limit, parts - 1)
    counts = np.bincount(part, minlength=parts).tolist()
    shares = [(count + few * one / 100) / (len(most) + few) for count, one in zip(counts, large, strict=True)]
    bits = [weights.millibits(chance / 100 / share) for chance, share in zip(chances, shares, strict=True)]
    among = [weights.millibits(chance / share) for chance, share in zip(chances, groups, strict=True)]
    places = list(zip(buyers.tolist(), part.tolist(), strict=True))
    return Filling({who: bits[n] for who, n in places}, {who: among[n] for who, n in places})


def splits(
    bought: Purchases, linked: Links, buyers: Whole, most: Whole, limit: int, settings: Settings
) -> Iterator[Split]:
    """Every group that passes the limit, the strongest first."""
    if len(buyers) < 2:
        return
    fill = filling(buyers, most, limit, settings)
    chance = weights.millibits(Fraction(1, len(buyers)))
    edges = {
        (a, b): bits + chance
        for a, b, bits in zip(linked.a.tolist(), linked.b.tolist(), linked.bits.tolist(), strict=True)
    }
    likely = {(a, b): bits + (fill.at_large[a] + fill.at_large[b]) // 2 for (a, b), bits in edges.items()}
    lines: dict[int, list[int]] = defaultdict(list)
    for number, who in enumerate(bought.buyer.tolist()):
        if who in fill.at_large:
            lines[who].append(number)
    days = int(settings.number("window_days"))
    span = max(int(bought.day.max() - bought.day.min()) + 1, days)
    parents, found = linked.of_kind(PARENT), []
    for members in _groups(likely, int(settings.number("apart") * 1000), int(settings.number("most_members"))):
        window = fullest(bought, np.array(sorted(n for who in members for n in lines[who])), limit, days)
        if window is None:
            continue
        for kept, tree in _joined({int(bought.buyer[n]) for n in window.lines}, likely):
            inside = tuple(n for n in window.lines if int(bought.buyer[n]) in kept)
            part = Window(window.begins, window.ends, int(bought.tpp[list(inside)].sum()), inside)
            if part.tpp > limit:
                is_open = parents.issuperset(tree)
                filled = fill.in_groups if is_open else fill.at_large
                odds = "open_groups" if is_open else "schemes_per_buyer"
                found.append(
                    Split(
                        tuple(sorted(kept)),
                        part,
                        tree,
                        is_open,
                        linked=0 if is_open else sum(edges[pair] for pair in tree),
                        filled=sum(filled[who] for who in kept),
                        timed=_timed(bought, part, len(kept), span),
                        odds=weights.millibits(settings.number(odds) / (100 if is_open else 50_000)),
                    )
                )
    yield from sorted(found, key=lambda group: (-group.bits, group.members))


def _timed(bought: Purchases, window: Window, members: int, span: int) -> int:
    """Evidence in how close together they bought: half of what chance would make of buyers strewn over the record."""
    days = bought.day[list(window.lines)]
    close = int(days.max() - days.min()) + 1
    by_chance = min(Fraction(1), members * Fraction(close, span) ** (members - 1))
    return -weights.millibits(by_chance) // 2


def _joined(
    inside: set[int], likely: dict[tuple[int, int], int]
) -> Iterator[tuple[set[int], tuple[tuple[int, int], ...]]]:
    """The parts of a group that hang together, two or more each, with the tree of their strongest links."""
    pairs = [pair for pair in combinations(sorted(inside), 2) if pair in likely]
    part = {who: ({who}, Tree()) for who in inside}
    for a, b in sorted(pairs, key=lambda pair: (-likely[pair], pair)):
        one, other = part[a], part[b]
        if one is not other:
            one[0].update(other[0])
            one[1].extend([*other[1], (a, b)])
            part.update(dict.fromkeys(other[0], one))
    for who in sorted(inside):
        members, tree = part[who]
        if min(members) == who and tree:
            yield members, tuple(sorted(tree))


def _groups(edges: dict[tuple[int, int], int], apart: int, most: int) -> Iterator[tuple[int, ...]]:
    """Groups whose members belong together on the whole.

    Edges join groups from the strongest down (average linkage): two groups become one if all pairs between them,
    those that share nothing at `apart` below nothing, speak for it together. So one bridge does not join two groups,
    and no group has over `most` members.
    """
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    between: dict[int, dict[int, tuple[int, int]]] = {}
    for (a, b), bits in edges.items():
        for who, other in ((a, b), (b, a)):
            group.setdefault(who, who)
            members.setdefault(who, [who])
            between.setdefault(who, {})[other] = bits, 1
    for pair, bits in sorted(edges.items(), key=lambda item: (-item[1], item[0])):
        if bits < 0:
            break
        one, other = group[pair[0]], group[pair[1]]
        pairs = len(members[one]) * len(members[other]) if one != other else 0
        if one == other or len(members[one]) + len(members[other]) > most:
            continue
        total, known = between[one][other]
        if total - apart * (pairs - known) < 0:
            continue
        if len(members[one]) < len(members[other]):
            one, other = other, one
        for who in members[other]:
            group[who] = one
        members[one] += members.pop(other)
        for third, (sum_of, count) in between.pop(other).items():
            del between[third][other]
            if third != one:
                mine = between[one].get(third, (0, 0))
                between[one][third] = between[third][one] = mine[0] + sum_of, mine[1] + count
    for name in sorted(members, key=lambda name: min(members[name])):
        if len(members[name]) > 1:
            yield tuple(sorted(members[name]))
