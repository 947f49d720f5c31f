"""Buyers that each stay at or under the limit, and together pass it, and look like one hand: how they are found.

Groups are drawn by what buyers share and by how much of the limit each fills [record linkage, Fellegi and Sunter 1969;
average linkage]. A group whose every link is one open owner of the greater part of both is told apart (`is_open`):
that one hand is behind it stands in the register, so what else its members share says nothing of a wish to hide. Of
such groups only how they bought is weighed, against honest groups that pass the limit together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from compliance.detection import log_likelihood
from compliance.detection.groups.buyer_grouping import Grouping
from compliance.detection.groups.common_hands import Hands
from compliance.detection.groups.purchase_windows import Window, fullest, of_years
from compliance.detection.groups.purchases import Purchases
from compliance.detection.groups.shared_things import Thing
from compliance.detection.pattern_settings import Settings

ROUNDS = 2
OWNERSHIP = "ownership"
Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class SplitGroup:
    """A group: the places of its members, the window in which they pass the limit, its tree of links, its evidence.

    Evidence in thousandths of a bit: `linked` by what they share (of an open group: none), `filled` by how much of the
    limit each fills, `timed` by how close in time they buy, `odds` against such a group before anything is known;
    `bits` is the sum.
    """

    members: tuple[int, ...]
    window: Window
    nodes: frozenset[int]
    is_open: bool
    joins: Mapping[str, int]
    owned: int
    linked: int
    filled: int
    timed: int
    odds: int

    @property
    def bits(self) -> int:
        return self.linked + self.filled + self.timed + self.odds

    def holds(self, settings: Settings) -> bool:
        """Whether more than one thing holds it together: of several families, or of one that join different members.

        Owners are one thing, however many of them there are: who owns several companies openly hides nothing.
        """
        joins = {family: count for family, count in self.joins.items() if family not in settings.supporting}
        if self.owned or OWNERSHIP in joins:
            joins[OWNERSHIP] = 1
        return self.is_open or sum(joins.values()) >= settings.number("families")


def candidates(bought: Purchases, limit: int, settings: Settings) -> tuple[Whole, Whole]:
    """Buyers that could be members, with what each bought in its fullest year: none over the limit, each of size."""
    years = of_years(bought)
    order = np.lexsort((years.tpp, years.buyer))
    buyers, last = np.unique(years.buyer[order][::-1], return_index=True)
    most = years.tpp[order][::-1][last]
    kept = (most <= limit) & (most >= int(least_of(limit, settings)))
    return buyers[kept], most[kept]


def least_of(limit: int, settings: Settings) -> Fraction:
    """What a member bought at the least in its fullest year."""
    return limit * settings.number("least_percent") / 100


@dataclass(frozen=True)
class Filling:
    """How much likelier each buyer's fullest year is for a member of a scheme: than at large, and in an open group."""

    at_large: dict[int, int]
    in_groups: dict[int, int]


def filling(buyers: Whole, most: Whole, limit: int, settings: Settings, known: frozenset[int] = frozenset()) -> Filling:
    """The evidence in what each buyer bought in its fullest year.

    How members of schemes and buyers at large fill it is counted, those `known` to be members apart, after `few_buyers`
    that fill it as `filled` and `filled_at_large` say: a small world is no sample.
    """
    chances, large, groups = (settings.numbers(n) for n in ("filled", "filled_at_large", "filled_in_groups"))
    parts, few = len(chances), settings.number("few_buyers")
    part = np.minimum((most * parts - 1) // limit, parts - 1)
    inside = np.isin(buyers, np.array(sorted(known), dtype=np.int64))
    counts, theirs = (np.bincount(part[rows], minlength=parts).tolist() for rows in (~inside, inside))
    shares, those = (
        [(count + few * one / 100) / (sum(of) + few) for count, one in zip(of, chance, strict=True)]
        for of, chance in ((counts, large), (theirs, chances))
    )
    bits = [log_likelihood.millibits(chance / share) for chance, share in zip(those, shares, strict=True)]
    among = [log_likelihood.millibits(chance * 100 / share) for chance, share in zip(those, groups, strict=True)]
    places = list(zip(buyers.tolist(), part.tolist(), strict=True))
    return Filling({who: bits[n] for who, n in places}, {who: among[n] for who, n in places})


def splits(
    bought: Purchases, shared: list[Thing], hand: Whole, buyers: Whole, most: Whole, limit: int, settings: Settings
) -> Iterator[SplitGroup]:
    """Every group that passes the limit, the strongest first."""
    if len(buyers) < 2:
        return
    node = dict(zip(buyers.tolist(), hand[buyers].tolist(), strict=True))
    members: dict[int, list[int]] = defaultdict(list)
    for who, its in node.items():
        members[its].append(who)
    lines: dict[int, list[int]] = defaultdict(list)
    for number, who in enumerate(bought.buyer.tolist()):
        if who in node:
            lines[who].append(number)
    size = dict(zip(buyers.tolist(), most.tolist(), strict=True))
    key = {
        its: (-sum(size[w] for w in some), sorted(int(bought.day[n]) for w in some for n in lines[w])[:3], min(some))
        for its, some in members.items()
    }
    middles = {its: _middle(bought, [n for w in some for n in lines[w]]) for its, some in members.items()}
    known: frozenset[int] = frozenset()
    schemes = 0
    odds = Fraction(settings.number("schemes_per_buyer") / 50_000)
    found: list[SplitGroup] = []
    asked: tuple[frozenset[int], int] | None = None
    for _ in range(ROUNDS):
        if asked != (known, schemes):
            asked = known, schemes
            fill = filling(buyers, most, limit, settings, known)
            of_node = {its: sum(fill.at_large[who] for who in some) for its, some in members.items()}
            hands = Hands(shared, node, of_node, key, middles, settings, len({node[who] for who in known}), schemes)
            found = list(_over(bought, hands, members, node, lines, fill, limit, settings))
        found = [one if one.is_open else replace(one, odds=log_likelihood.millibits(odds)) for one in found]
        least = int(settings.number("score") * 1000)
        told = [one for one in found if one.bits >= least and not one.is_open and one.holds(settings)]
        known = frozenset(who for one in told for who in one.members)
        schemes = len(told)
        odds = (schemes + odds * settings.number("few_buyers")) / (len(members) + settings.number("few_buyers"))
    yield from sorted(found, key=lambda group: (-group.bits, group.members))


def _over(
    bought: Purchases,
    hands: Hands,
    members: dict[int, list[int]],
    node: dict[int, int],
    lines: dict[int, list[int]],
    fill: Filling,
    limit: int,
    settings: Settings,
) -> Iterator[SplitGroup]:
    """The groups over the limit; the odds against one that is not open are left out."""
    days = int(settings.number("window_days"))
    span = max(int(bought.day.max() - bought.day.min()) + 1, days)
    for nodes in Grouping(hands).groups():
        every = [who for its in nodes for who in members[its]]
        if len(every) < 2:
            continue
        window = fullest(bought, np.array(sorted(n for who in every for n in lines[who])), limit, days)
        if window is None:
            continue
        inside = {int(bought.buyer[n]) for n in window.lines}
        for part in _connected_parts({node[who] for who in inside}, hands):
            kept = inside & {who for its in part for who in members[its]}
            theirs = tuple(n for n in window.lines if int(bought.buyer[n]) in kept)
            narrow = Window(window.begins, window.ends, int(bought.tpp[list(theirs)].sum()), theirs)
            if len(kept) < 2 or narrow.tpp <= limit:
                continue
            is_open = len(part) == 1
            filled = fill.in_groups if is_open else fill.at_large
            yield SplitGroup(
                tuple(sorted(kept)),
                narrow,
                frozenset(part),
                is_open,
                hands.read(frozenset(part)).joins,
                sum(len(kept.intersection(members[its])) > 1 for its in part),
                linked=0 if is_open else hands.linked(frozenset(part)) + hands.prior(len(part)),
                filled=sum(filled[who] for who in kept),
                timed=_timing_evidence(bought, narrow, len(kept), span) if is_open else hands.timed(frozenset(part)),
                odds=log_likelihood.millibits(settings.number("open_groups") / 100) if is_open else 0,
            )


def _middle(bought: Purchases, lines: list[int]) -> int:
    """The day by which half of what these lines hold was bought."""
    rows = sorted((int(bought.day[n]), int(bought.tpp[n])) for n in lines)
    so_far, whole = 0, sum(tpp for _, tpp in rows)
    for day, tpp in rows:
        so_far += tpp
        if 2 * so_far >= whole:
            return day
    raise ValueError("a buyer without lines")


def _timing_evidence(bought: Purchases, window: Window, members: int, span: int) -> int:
    """Evidence in how close together they bought: half of what chance would make of buyers strewn over the record."""
    days = bought.day[list(window.lines)]
    close = int(days.max() - days.min()) + 1
    by_chance = min(Fraction(1), members * Fraction(close, span) ** (members - 1))
    return -log_likelihood.millibits(by_chance) // 2


def _connected_parts(inside: set[int], hands: Hands) -> Iterator[set[int]]:
    """The parts of a group that hang together by what links."""
    part = {its: {its} for its in inside}
    for number, some in sorted(hands.shared(frozenset(inside)).items()):
        if hands.links[number]:
            whole = set().union(*(part[its] for its in some))
            part.update(dict.fromkeys(whole, whole))
    for its in sorted(inside):
        if min(part[its]) == its:
            yield part[its]
