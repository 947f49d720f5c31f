"""A second, slow and plain implementation: tries completions of small registers one by one.

Ends of ranges lie on multiples of 25, so trying each end, a little beside it, and what the others leave free meets
every case there is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

LISTED = ("x", "y")
OUTSIDER = "n"
SUBJECTS = ("a", "b", "c")
EDGES = (0, 1, 24, 25, 26, 49, 50, 51, 74, 75, 76, 99, 100)
Range = tuple[int, int, bool, bool]
"""Low, high, and whether each end is left out."""


@dataclass(frozen=True)
class Graph:
    """Stakes by company: `?` is a holder who is not identified."""

    stakes: tuple[tuple[str, tuple[tuple[str, Range], ...]], ...]

    def rows(self) -> list[dict[str, str]]:
        """As rows of a world."""
        return [
            {"owner": owner.removeprefix("?"), "owned": owned, "percent": written(share)}
            for owned, holders in self.stakes
            for owner, share in holders
        ]


def written(share: Range) -> str:
    low, high, low_open, high_open = share
    if low == high:
        return str(low)
    return f"{'>' if low_open else ''}{low}-{'<' if high_open else ''}{high}"


def any_graph(rng: random.Random) -> Graph:
    """Up to three companies that listed parties, an outsider, somebody unknown and each other hold."""
    stakes = []
    for owned in SUBJECTS[: rng.randint(1, 3)]:
        owners = rng.sample([*LISTED, OUTSIDER, "?", *(s for s in SUBJECTS if s != owned or rng.random() < 0.2)], 3)
        holders, room = [], 100
        for owner in owners[: rng.randint(1, 3)]:
            share = _any_range(rng, room)
            if share is None:
                continue
            room -= share[0] + share[2]
            holders.append((owner, share))
        stakes.append((owned, tuple(holders)))
    there = {owned for owned, _ in stakes} | {*LISTED, OUTSIDER, "?"}
    return Graph(tuple((owned, tuple(h for h in holders if h[0] in there)) for owned, holders in stakes))


def _any_range(rng: random.Random, room: int) -> Range | None:
    low = rng.choice([value for value in (0, 25, 50, 75, 100) if value <= room])
    kind = rng.random()
    if kind < 0.45:
        return (low, low, False, False)
    high = rng.choice([value for value in (25, 50, 75, 100) if value >= low])
    if high == low:
        return (low, low, False, False)
    low_open = rng.random() < 0.4 and low + 1 <= room
    return (low, high, low_open, rng.random() < 0.4 and high < 100)


@cache
def vectors(holders: tuple[Range, ...]) -> tuple[tuple[int, ...], ...]:
    """The values that the holders of a company may have together; the last is what nobody disclosed."""
    found: set[tuple[int, ...]] = set()
    for order in _orders(len(holders)):
        for picks in product(EDGES, repeat=len(holders)):
            values = [0] * len(holders)
            left = 100 - sum(low + low_open for low, _, low_open, _ in holders)
            for place, pick in zip(order, picks, strict=True):
                low, high, low_open, high_open = holders[place]
                least, most = low + low_open, high - high_open
                values[place] = max(least, min(pick, most, least + left))
                left -= values[place] - least
            if left >= 0:
                found.add((*values, 100 - sum(values)))
    return tuple(sorted(found))


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    places = tuple(range(count))
    yield places
    if count > 1:
        yield places[::-1]


@dataclass(frozen=True)
class Rule:
    """How the completions are judged."""

    inclusive: bool = True
    aggregate: bool = True
    undisclosed: str = "closed"


def judged(graph: Graph, rule: Rule) -> dict[str, tuple[bool, bool, Fraction, Fraction]]:
    """By company: captured on every completion, on some, and the least and the most that captured owners hold."""
    columns = dict(graph.stakes)
    options = {owned: _kinds(holders, rule) for owned, holders in columns.items()}
    names = list(columns)
    found: dict[str, list[tuple[bool, Fraction, Fraction]]] = {name: [] for name in names}
    for picked in product(*(options[name] for name in names)):
        kinds = dict(zip(names, picked, strict=True))
        persons = [frozenset(LISTED)] if rule.aggregate else [frozenset({p}) for p in LISTED]
        captured = [_fixed(columns, kinds, seeds, rule) for seeds in persons]
        for name in names:
            sums = [_sums(columns[name], kinds[name], members, rule) for members in captured]
            least = max(low for low, _ in sums)
            found[name].append((any(name in c for c in captured), least, max(high for _, high in sums)))
    return {
        name: (
            all(c for c, _, _ in seen),
            any(c for c, _, _ in seen),
            min(low for _, low, _ in seen),
            max(high for _, _, high in seen),
        )
        for name, seen in found.items()
    }


Kind = tuple[frozenset[str], bool, tuple[tuple[int, ...], ...]]
"""Which unidentified holders are listed, whether the rest is theirs, and values that cross the bar alike."""


def _kinds(holders: tuple[tuple[str, Range], ...], rule: Rule) -> list[Kind]:
    names = [owner for owner, _ in holders]
    every = vectors(tuple(share for _, share in holders))
    alike: dict[tuple[bool, ...], list[tuple[int, ...]]] = {}
    subsets = list(product((False, True), repeat=len(names) + 1))
    for values in every:
        crossed = tuple(_crosses(sum(v for v, s in zip(values, subset, strict=True) if s), rule) for subset in subsets)
        some = tuple(value > 0 for value in values)
        alike.setdefault((*crossed, *some), []).append(values)
    anonymous = [frozenset[str](), frozenset({"?"})] if "?" in names else [frozenset[str]()]
    theirs = [False] if rule.undisclosed == "closed" else [False, True]
    return [(who, rest, tuple(values)) for who in anonymous for rest in theirs for values in alike.values()]


def _crosses(total: int, rule: Rule) -> bool:
    return total > 50 or (total == 50 and rule.inclusive)


def _held(
    holders: tuple[tuple[str, Range], ...], kind: Kind, values: tuple[int, ...], members: set[str], rule: Rule
) -> int:
    who, rest, _ = kind
    mine = [v for (owner, _), v in zip(holders, values[:-1], strict=True) if owner in members or owner in who]
    theirs = rest and (rule.undisclosed == "open" or any(mine))
    return sum(mine) + (values[-1] if theirs else 0)


def _fixed(
    columns: dict[str, tuple[tuple[str, Range], ...]], kinds: dict[str, Kind], seeds: frozenset[str], rule: Rule
) -> set[str]:
    members = set(seeds)
    while True:
        new = {
            name
            for name, holders in columns.items()
            if name not in members and _crosses(_held(holders, kinds[name], kinds[name][2][0], members, rule), rule)
        }
        if not new:
            return members
        members |= new


def _sums(
    holders: tuple[tuple[str, Range], ...], kind: Kind, members: set[str], rule: Rule
) -> tuple[Fraction, Fraction]:
    found = [_held(holders, kind, values, members, rule) for values in kind[2]]
    return Fraction(min(found)), Fraction(max(found))
