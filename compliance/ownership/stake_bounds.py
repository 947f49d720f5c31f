"""Sums of stakes on the lowest and on the highest completion of what is not known, in percent and exact.

A completion gives every stake one value of its range, so that no company has more than 100 percent. Of a
company's holders some are *members* (captured, or of one family); what they hold together lies between two
bounds.

INVARIANT: an open bound is never reached itself: 50, open below, is more than 50.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

from compliance.units import Interval

WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class RangeEnd:
    """An end of what is possible; `open` leaves out the value itself."""

    value: Fraction = Fraction(0)
    open: bool = False

    def as_low(self) -> tuple[Fraction, bool]:
        """Orders bounds as lower ends: more than 50 is over 50."""
        return self.value, self.open

    def as_high(self) -> tuple[Fraction, bool]:
        """Orders bounds as upper ends: less than 50 is under 50."""
        return self.value, not self.open


@dataclass(frozen=True, slots=True)
class Bar:
    """What a sum must reach: `percent` itself if `inclusive`, else more than it."""

    percent: Fraction
    inclusive: bool

    def surely(self, low: RangeEnd) -> bool:
        """Whether every value from this lower end on reaches the bar."""
        return low.value > self.percent or (low.value == self.percent and (self.inclusive or low.open))

    def possibly(self, high: RangeEnd) -> bool:
        """Whether some value up to this upper end reaches the bar."""
        return high.value > self.percent or (high.value == self.percent and self.inclusive and not high.open)


@dataclass(slots=True)
class Tally:
    """The stakes of several holders added up; `holders` counts those that may hold anything at all."""

    low: Fraction = Fraction(0)
    opened: int = 0
    high: Fraction = Fraction(0)
    closed_short: int = 0
    holders: int = 0

    def add(self, stake: Interval) -> None:
        """Adds a stake."""
        high = WHOLE if stake.high is None else stake.high
        self.low += stake.low
        self.opened += stake.low_open
        self.high += high
        self.closed_short += stake.high_open
        self.holders += high > 0

    def remove(self, stake: Interval) -> None:
        """Takes a stake that was added out again."""
        high = WHOLE if stake.high is None else stake.high
        self.low -= stake.low
        self.opened -= stake.low_open
        self.high -= high
        self.closed_short -= stake.high_open
        self.holders -= high > 0

    def join(self, other: Tally) -> None:
        """Adds all that another tally holds."""
        if other.holders:
            self.low += other.low
            self.opened += other.opened
            self.high += other.high
            self.closed_short += other.closed_short
            self.holders += other.holders

    def copy(self) -> Tally:
        """Another tally with the same sums."""
        return Tally(self.low, self.opened, self.high, self.closed_short, self.holders)

    @classmethod
    def of(cls, stakes: Iterable[Interval]) -> Tally:
        """The tally of these stakes."""
        stakes = tuple(stakes)
        if len(stakes) == 1:
            high = WHOLE if stakes[0].high is None else stakes[0].high
            return cls(stakes[0].low, int(stakes[0].low_open), high, int(stakes[0].high_open), int(bool(high)))
        tally = cls()
        for stake in stakes:
            tally.add(stake)
        return tally

    def lowest(self) -> RangeEnd:
        """What these holders have on the lowest completion."""
        return RangeEnd(self.low, self.opened > 0)


@dataclass(frozen=True, slots=True)
class HolderStake:
    """One holder's stake in a company, all rows of the day added up; an empty `owner` is not identified."""

    owner: str
    percent: Interval


@dataclass(frozen=True, slots=True)
class Column:
    """All holders of one interest (shares or votes) in a company on a day."""

    company: str
    interest: str
    held: tuple[HolderStake, ...]
    total: Tally
    unnamed: Tally

    @classmethod
    def of(cls, company: str, interest: str, held: Iterable[HolderStake]) -> Column:
        """The column of these holders."""
        held = tuple(held)
        unnamed = [h.percent for h in held if not h.owner]
        return cls(company, interest, held, Tally.of(h.percent for h in held), Tally.of(unnamed))

    @property
    def over(self) -> bool:
        """Whether the holders have more than 100 percent on every completion: the register is wrong."""
        return self.total.low > WHOLE or (self.total.low == WHOLE and self.total.opened > 0)

    def tally(self, member: Callable[[str], bool], unnamed: bool) -> Tally:
        """The stakes of members, with those of holders who are not identified if `unnamed`."""
        return Tally.of(h.percent for h in self.held if (member(h.owner) if h.owner else unnamed))

    def highest(self, members: Tally, rest: bool) -> RangeEnd:
        """What members have on the highest completion; with `rest` what nobody disclosed is theirs too."""
        mine = RangeEnd(members.high, members.closed_short > 0)
        if self.over:
            return min(mine, RangeEnd(WHOLE), key=RangeEnd.as_high)
        others = self.total.low - members.low
        room = RangeEnd(WHOLE - others, self.total.opened > members.opened)
        return room if rest else min(mine, room, key=RangeEnd.as_high)


def together(rows: Mapping[Interval, int]) -> Interval:
    """What the rows of one owner come to, so many of each: no more than all of it, unless they say so themselves."""
    found = reduce(add, (row.times(count) for row, count in rows.items()))
    if sum(rows.values()) == 1 or found.low > WHOLE:
        return found
    if found.high is None or found.high > WHOLE:
        return Interval(found.low, WHOLE, found.low_open)
    return found
