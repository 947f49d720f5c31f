"""Who holds a company on a day, and whether some of its holders have half of it or over, alone or together.

INVARIANT: what `stake_bounds` says in fractions is said here in whole numbers, parts of a common denominator, once
for each set of holders that is asked about; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from compliance.ownership.stake_bounds import WHOLE, Column

SURELY, HALF_SURELY, OVER_POSSIBLY, HALF_POSSIBLY = 1, 2, 4, 8
"""What holders have together: over half or half on every completion, over half or half on some.

On some completion whoever is not identified counts with them.
"""
ALL_REACHED = SURELY | HALF_SURELY | OVER_POSSIBLY | HALF_POSSIBLY

Places = tuple[int, ...]
"""Some of the holders of a column by their number, in order."""


class ColumnHolders:
    """The companies that hold one interest in a company, and what any of them have together against the bar."""

    __slots__ = ("_bar", "_ends", "_known", "_over", "_total", "_unnamed", "_whole", "nameless", "owners")

    def __init__(self, column: Column, bar: Fraction, companies: Container[str]) -> None:
        held = [h for h in column.held if h.owner in companies and h.percent.high != 0]
        total, unnamed = column.total, column.unnamed
        self.owners: Sequence[str] = [h.owner for h in held]
        self.nameless = unnamed.holders > 0
        ends = [(h.percent.low, WHOLE if h.percent.high is None else h.percent.high) for h in held]
        unit = bar.denominator
        for end in (total.low, unnamed.low, unnamed.high, *(end for both in ends for end in both)):
            if unit % end.denominator:
                unit = lcm(unit, end.denominator)
        self._over = column.over
        self._whole = 100 * unit
        self._bar = _parts(bar, unit)
        self._ends = [
            (_parts(low, unit), h.percent.low_open, _parts(high, unit), h.percent.high_open)
            for h, (low, high) in zip(held, ends, strict=True)
        ]
        self._total = _parts(total.low, unit), total.opened
        self._unnamed = _parts(unnamed.low, unit), unnamed.opened, _parts(unnamed.high, unit), unnamed.closed_short
        self._known: dict[Places, int] = {}

    def reach(self, places: Places) -> int:
        """Which of the four these holders have together, as one number."""
        found = self._known.get(places)
        if found is None:
            found = self._known[places] = self._reach(places)
        return found

    def alone(self, reached: int) -> list[str]:
        """The companies whose own stake is enough."""
        return [owner for place, owner in enumerate(self.owners) if self.reach((place,)) & reached]

    def _reach(self, places: Places) -> int:
        low = opened = high = short = 0
        for place in places:
            ends = self._ends[place]
            low += ends[0]
            opened += ends[1]
            high += ends[2]
            short += ends[3]
        bar, found = self._bar, 0
        if not self._over and low >= bar:
            found = HALF_SURELY if low == bar and not opened else HALF_SURELY | SURELY
        if self.nameless:
            more = self._unnamed
            low, opened, high, short = low + more[0], opened + more[1], high + more[2], short + more[3]
        room, room_open = self._whole, False
        if not self._over:
            room, room_open = room - (self._total[0] - low), self._total[1] > opened
        most = min(high, room)
        if most > bar:
            found |= OVER_POSSIBLY | HALF_POSSIBLY
        elif most == bar and not (high == bar and short) and not (room == bar and room_open):
            found |= HALF_POSSIBLY
        return found


@dataclass(frozen=True, slots=True)
class CompanyHolders:
    """The holders of a company by interest, and who consolidates its accounts."""

    columns: Sequence[ColumnHolders]
    consolidating: Sequence[str]

    def owners(self) -> Iterator[str]:
        """Who holds the company or consolidates it, with repetitions."""
        for column in self.columns:
            yield from column.owners
        yield from self.consolidating

    def alone(self, reached: int) -> set[str]:
        """The companies whose own stake is enough."""
        return {owner for column in self.columns for owner in column.alone(reached)}


NO_HOLDERS = CompanyHolders((), ())


def _parts(percent: Fraction, unit: int) -> int:
    return percent.numerator * (unit // percent.denominator)
