"""Effective ownership: what an owner has of a company over all paths, as exact fractions.

Stakes are multiplied along a path and added over paths. Paths do not come back to the owner, which corrects
the double count of circles [Baldone, Brioschi & Paleari 1998]:

    y(j) = a(i, j) + the sum over k other than i of y(k) a(k, j)

For beneficial owners; never for a 50 percent verdict, where a stake counts in full or for nothing.

INVARIANT: on the highest completion what a company's stakes leave free goes to the holders who bring the
owner most, so no share is over one; on the lowest it goes to nobody.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from compliance.ownership.linear_system import solve
from compliance.ownership.register import Day
from compliance.ownership.stake_bounds import WHOLE, Column
from compliance.ownership.stake_cells import UNNAMED
from compliance.ownership.strong_components import components
from compliance.units import show

_NONE = Fraction(0)
_ALL = Fraction(1)
Weights = dict[str, Fraction]
"""Parts of a company by holder, as fractions of one; who is not identified or disclosed under ``."""


@dataclass(frozen=True, slots=True)
class Share:
    """An owner's share of a company as a fraction of one: the least and the most that is possible.

    `over` says that it rests on stakes of over 100 percent.
    """

    low: Fraction
    high: Fraction
    over: bool = False

    def as_json(self) -> dict[str, Any]:
        """The answer; `share` is `None` where only bounds are known."""
        low = show(self.low)
        high = low if self.low == self.high else show(self.high)  # numbers as long as the chain: written once
        flags = ["over_100_percent"] if self.over else []
        return {"share": low if high is low and not self.over else None, "low": low, "high": high, "flags": flags}


def shares(day: Day, owner: str, parties: Iterable[str], undisclosed: str = "closed") -> dict[str, Share]:
    """The owner's share of each party (of itself: what it has of itself through others)."""
    asked = list(parties)
    low = _End(day, owner, None)
    high = _End(day, owner, undisclosed)
    for end in (low, high):
        end.reach(party for party in asked if party != owner)
    return {party: Share(low.of(party), high.of(party), party in low.over or party in high.over) for party in asked}


class _End:
    """The shares on one completion: the lowest (`undisclosed` is `None`) or the highest."""

    def __init__(self, day: Day, owner: str, undisclosed: str | None) -> None:
        self.day = day
        self.owner = owner
        self.undisclosed = undisclosed
        self.value: dict[str, Fraction] = {}
        self.over: set[str] = set()

    def of(self, party: str) -> Fraction:
        """The owner's share of a party; of itself what it holds through others."""
        if party != self.owner:
            return self.value[party]
        self.reach(self._above(party))
        column = self._column(party)
        own = dict(self.value)
        if column is not None and column.over:
            self.over.add(party)
            return _NONE if self.undisclosed is None else _ALL
        return self._worth(self._weights(column, own), own) if column is not None else _NONE

    def reach(self, parties: Iterable[str]) -> None:
        """Works out the shares of these parties and of all upstream of them."""
        for part in components(parties, lambda p: () if p == self.owner else self._above(p)):
            if part[0] not in self.value:
                self._settle(part)

    def _column(self, party: str) -> Column | None:
        if party not in self.day.register.companies:
            return None
        return next(column for column in self.day.columns(party) if column.interest == "shares")

    def _above(self, party: str) -> Iterator[str]:
        column = self._column(party)
        if column is not None:
            yield from (h.owner for h in column.held if h.owner and h.owner not in self.value)

    def _settle(self, part: tuple[str, ...]) -> None:
        """Finds the values of companies that hold each other, by improving how free mass is given out."""
        if part == (self.owner,):
            self.value[self.owner] = _ALL
            return
        columns = {party: self._column(party) for party in part}
        wrong = {party for party, c in columns.items() if c is not None and c.over and self._may_be_owners(c, part)}
        if wrong or any(self._rests_on_wrong(c) for c in columns.values() if c is not None):
            self.over.update(part)
        fixed = dict.fromkeys(wrong, _NONE if self.undisclosed is None else _ALL)
        value = {**dict.fromkeys(part, _NONE), **fixed}
        weights = {p: self._weights(c, None) if c else {} for p, c in columns.items() if p not in wrong}
        while True:
            value = {**self._solve(weights, fixed), **fixed}
            known = ChainMap(value, self.value)
            if self.undisclosed is None:
                break
            better = {
                party: new
                for party in weights
                if (column := columns[party]) is not None
                and (worth := self._worth(new := self._weights(column, known), known)) != value[party]
                and worth > value[party]
            }
            if not better:
                break
            weights.update(better)
        self.value.update(value)

    def _may_be_owners(self, column: Column, part: tuple[str, ...]) -> bool:
        """Whether anything in a column may be the owner's."""
        if self.undisclosed is not None and column.unnamed.holders:
            return True
        return any(h.owner in part or self.value.get(h.owner, _NONE).numerator for h in column.held if h.owner)

    def _rests_on_wrong(self, column: Column) -> bool:
        return any(h.owner in self.over and h.percent.high != 0 for h in column.held)

    def _weights(self, column: Column, value: Mapping[str, Fraction] | None) -> Weights:
        """How a company is held: the least of everyone; with `value` free mass goes to the best first."""
        found: Weights = {}
        for holder in column.held:
            mine = holder.owner or (UNNAMED if self.undisclosed is not None else None)
            if mine is not None:
                found[mine] = found.get(mine, _NONE) + holder.percent.low / WHOLE
        if value is None or self.undisclosed is None:
            return found
        free = max(_ALL - column.total.low / WHOLE, _NONE)

        def worth(owner: str) -> Fraction:
            return value.get(owner, _NONE) if owner else _ALL

        room = {h.owner: ((h.percent.high or _NONE) - h.percent.low) / WHOLE for h in column.held}
        known = any(worth(owner).numerator for owner in room)
        if self.undisclosed == "open" or (self.undisclosed == "red_flag" and known):
            room[UNNAMED] = free
        for owner in sorted(room, key=lambda o: (-worth(o), o)):
            given = min(free, room[owner])
            found[owner] = found.get(owner, _NONE) + given
            free -= given
        return found

    def _worth(self, weights: Weights, value: Mapping[str, Fraction]) -> Fraction:
        found = weights.get(UNNAMED, _NONE)
        return found + sum((part * value.get(owner, _NONE) for owner, part in weights.items()), _NONE)

    def _solve(self, weights: dict[str, Weights], fixed: dict[str, Fraction]) -> dict[str, Fraction]:
        """The values under these weights: zero where nothing of the owner's arrives, else solved."""
        known = ChainMap({**fixed, UNNAMED: _ALL}, self.value)
        given = {p: sum((w * known[o] for o, w in held.items() if o in known), _NONE) for p, held in weights.items()}
        below: dict[str, list[str]] = {}
        for party, held in weights.items():
            for holder, part in held.items():
                if holder in weights and part:
                    below.setdefault(holder, []).append(party)
        reached = {party for party, value in given.items() if value}
        waiting = list(reached)
        while waiting:
            new = [p for p in below.get(waiting.pop(), ()) if p not in reached]
            reached.update(new)
            waiting += new
        rows = {p: {o: w for o, w in weights[p].items() if o in reached and w} for p in sorted(reached)}
        return {**dict.fromkeys(weights, _NONE), **solve(rows, given)}
