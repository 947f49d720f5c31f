"""Split evasion: buyers that each stay at or under the limit, together pass it, and look like one hand.

Definition. A group of consignees, none over the limit in a calendar year, whose purchases under the exemption in one
calendar year or any `window_days` add to more than the limit, and whose evidence of being under one hand (what they
share, how much of the limit each fills, how close in time they buy) outweighs the odds against it.

Source. 15 CFR 740.29(a); BIS guidance of May 2025 on diversion; the weights are those of record linkage [Fellegi and
Sunter 1969]. Known false positives: honest subsidiaries that buy each for itself, franchises at one address, companies
of one registration agent that are founded in one week and buy for one project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from compliance.traces import weights
from compliance.traces.links import Links
from compliance.traces.purchases import Purchases
from compliance.traces.settings import Settings
from compliance.traces.windows import Window, fullest, of_years

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Split:
    """A group: the places of its members, the window in which they pass the limit, its tree of links, its evidence.

    Evidence in thousandths of a bit: `linked` by what they share, `filled` by how much of the limit each fills, `timed`
    by how close in time they buy, `odds` against such a group before anything is known; `bits` is the sum.
    """

    members: tuple[int, ...]
    window: Window
    tree: tuple[tuple[int, int], ...]
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


def filling(most: Whole, limit: int, settings: Settings) -> Whole:
    """How much likelier each buyer's fullest year is for a member of a group than for the buyers at large."""
    chances = settings.numbers("filled")
    parts = len(chances)
    part = np.minimum((most * parts - 1) // limit, parts - 1)
    counts = np.bincount(part, minlength=parts).tolist()
    at_large = [Fraction(count + 1, len(most) + parts) for count in counts]
    bits = [weights.millibits(chance / 100 / share) for chance, share in zip(chances, at_large, strict=True)]
    return np.array(bits, dtype=np.int64)[part]


def splits(
    bought: Purchases, linked: Links, buyers: Whole, most: Whole, limit: int, settings: Settings
) -> Iterator[Split]:
    """Every group, the strongest first."""
    if len(buyers) < 2:
        return
    fill = dict(zip(buyers.tolist(), filling(most, limit, settings).tolist(), strict=True))
    chance = weights.millibits(Fraction(1, len(buyers)))
    edges = {
        (a, b): (bits + chance, bits + chance + (fill[a] + fill[b]) // 2)
        for a, b, bits in zip(linked.a.tolist(), linked.b.tolist(), linked.bits.tolist(), strict=True)
    }
    lines: dict[int, list[int]] = defaultdict(list)
    for number, who in enumerate(bought.buyer.tolist()):
        if who in fill:
            lines[who].append(number)
    span = max(int(bought.day.max() - bought.day.min()) + 1, int(settings.number("window_days")))
    found = []
    apart, largest = int(settings.number("apart") * 1000), int(settings.number("most_members"))
    likely = {pair: with_filling for pair, (_, with_filling) in edges.items()}
    for members, tree in _groups(likely, apart, largest):
        own = np.array(sorted(n for who in members for n in lines[who]), dtype=np.int64)
        window = fullest(bought, own, limit, int(settings.number("window_days")))
        if window is None:
            continue
        inside = {int(bought.buyer[n]) for n in window.lines}
        kept = tuple(who for who in members if who in inside)
        kept_tree = tuple(pair for pair in tree if inside.issuperset(pair))
        if len(kept) < 2:
            continue
        group = Split(
            kept,
            window,
            kept_tree,
            linked=sum(edges[pair][0] for pair in kept_tree),
            filled=sum(fill[who] for who in kept),
            timed=_timed(bought, window, len(kept), span),
            odds=weights.millibits(settings.number("schemes_per_buyer") / 10_000 / 5),
        )
        if group.bits >= int(settings.number("score") * 1000):
            found.append(group)
    yield from sorted(found, key=lambda group: (-group.bits, group.members))


def _timed(bought: Purchases, window: Window, members: int, span: int) -> int:
    """Evidence in how close together they bought: half of what chance would make of buyers strewn over the record."""
    days = bought.day[list(window.lines)]
    close = int(days.max() - days.min()) + 1
    by_chance = min(Fraction(1), members * Fraction(close, span) ** (members - 1))
    return -weights.millibits(by_chance) // 2


def _groups(
    edges: dict[tuple[int, int], int], apart: int, most: int
) -> Iterator[tuple[tuple[int, ...], tuple[tuple[int, int], ...]]]:
    """Groups whose members belong together on the whole, each with the tree of edges that made it.

    Edges join groups from the strongest down (average linkage): two groups become one if all pairs between them,
    those that share nothing at `apart` below nothing, speak for it together. So one bridge does not join two groups,
    and no group has over `most` members.
    """
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    trees: dict[int, list[tuple[int, int]]] = {}
    between: dict[int, dict[int, tuple[int, int]]] = {}
    for (a, b), bits in edges.items():
        for who, other in ((a, b), (b, a)):
            group.setdefault(who, who)
            members.setdefault(who, [who])
            trees.setdefault(who, [])
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
        trees[one] += [*trees.pop(other), pair]
        for third, (sum_of, count) in between.pop(other).items():
            del between[third][other]
            if third != one:
                mine = between[one].get(third, (0, 0))
                between[one][third] = between[third][one] = mine[0] + sum_of, mine[1] + count
    for name in sorted(members, key=lambda name: min(members[name])):
        if len(members[name]) > 1:
            yield tuple(sorted(members[name])), tuple(sorted(trees[name]))
