"""The stakes of one day as whole numbers, ready to be added up: one cell an owner, company and interest.

INVARIANT: nothing is rounded unless `exact` is false; then lower ends are rounded down and upper ends up, so
that no holder is missed, and who is touched has to be asked in fractions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, lcm

import numpy as np

from compliance.ownership.columnar.stake_columns import NOBODY, Codes, Groups, Numbers, Stakes, Truths
from compliance.ownership.stake_bounds import WHOLE, together
from compliance.units import Interval

_ROOM = 2**62
"""What the sums of a column stay under, in numbers of 64 bits."""

_COARSE = 10**6


@dataclass(frozen=True)
class Snapshot:
    """Cells sorted by column and owner; a column is all holders of one interest in a company.

    `unit` parts are one percent. `low` and `high` are in parts, `low_open` and `high_open` 1 where the end
    itself is left out.
    """

    parties: int
    unit: int
    exact: bool
    owner: Codes
    column: Codes
    low: Numbers
    high: Numbers
    low_open: Numbers
    high_open: Numbers
    company: Codes
    votes: Truths
    first: Codes

    @classmethod
    def of(cls, stakes: Stakes, day: date) -> Snapshot:
        """The stakes that stand on the day."""
        rows = stakes.standing(day)
        count = len(stakes.names)
        owner = stakes.owner[rows]
        held = stakes.owned[rows] + np.where(stakes.votes[rows], count, 0).astype(np.int32)
        order = Groups.by(owner + 1, count + 1).order
        order = order[Groups.by(held[order], 2 * count).order]
        rows, owner, held = rows[order], owner[order], held[order]
        begins = np.ones(len(rows), np.bool_)
        begins[1:] = held[1:] != held[:-1]
        column = np.cumsum(begins, dtype=np.int32) - np.int32(1)
        same = np.zeros(len(rows), np.bool_)
        same[1:] = ~begins[1:] & (owner[1:] == owner[:-1])
        ranges, percent = (stakes.ranges, stakes.percent[rows])
        if same.any():
            ranges, percent = _merge_ranges(ranges, percent, same)
            owner, column = owner[~same], column[~same]
        sizes = np.bincount(column) if len(column) else np.zeros(1, np.int64)
        unit = _unit(ranges, 100 * int(sizes.max()))
        exact = unit is not None
        unit = unit or _COARSE
        held = held[begins]
        votes = held >= count
        return cls(
            count,
            unit,
            exact,
            owner,
            column,
            np.array([floor(r.low * unit) for r in ranges], np.int64)[percent],
            np.array([ceil((WHOLE if r.high is None else r.high) * unit) for r in ranges], np.int64)[percent],
            np.array([r.low_open and exact for r in ranges], np.int64)[percent],
            np.array([r.high_open and exact for r in ranges], np.int64)[percent],
            np.where(votes, held - count, held).astype(np.int32),
            votes,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        )

    @cached_property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.company)

    def sums(self, part: Numbers) -> Numbers:
        """A part of the cells added up by column."""
        found: Numbers = np.add.reduceat(part, self.first[:-1]) if len(part) else part
        return found

    @cached_property
    def least(self) -> Numbers:
        """What all holders of a column have at the least."""
        return self.sums(self.low)

    @cached_property
    def opened(self) -> Numbers:
        """How many of these ends are left out."""
        return self.sums(self.low_open)

    @cached_property
    def over(self) -> Truths:
        """Whether the holders of a column have over 100 percent; where numbers are rounded, whether they may."""
        whole = 100 * self.unit
        if not self.exact:
            return self.least + np.diff(self.first) > whole
        found: Truths = (self.least > whole) | ((self.least == whole) & (self.opened > 0))
        return found

    @cached_property
    def by_owner(self) -> Groups:
        """The cells of each owner."""
        return Groups.by(self.owner, self.parties)

    @cached_property
    def by_company(self) -> Groups:
        """The columns of each company."""
        return Groups.by(self.company, self.parties)

    @cached_property
    def nameless(self) -> Codes:
        """The cells whose owner is not identified."""
        return np.flatnonzero(self.owner == NOBODY).astype(np.int32)

    def percent(self, parts: int) -> Fraction:
        """Parts as percent."""
        return Fraction(int(parts), self.unit)


def _merge_ranges(ranges: tuple[Interval, ...], percent: Codes, same: Truths) -> tuple[tuple[Interval, ...], Codes]:
    """The ranges of cells where several rows make one; `same` marks the rows that go with the row before."""
    starts = np.flatnonzero(~same)
    found = percent[starts]
    ends = np.append(starts[1:], len(percent))
    more: dict[Interval, int] = {}
    for place in np.flatnonzero(ends - starts > 1).tolist():
        rows, counts = np.unique(percent[starts[place] : ends[place]], return_counts=True)
        of_each: Counter[Interval] = Counter()
        for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
            of_each[ranges[row]] += count
        found[place] = more.setdefault(together(of_each), len(ranges) + len(more))
    return (*ranges, *more), found


def _unit(ranges: tuple[Interval, ...], most: int) -> int | None:
    """How many parts make every end whole, if sums of up to `most` percent stay within numbers of 64 bits."""
    unit = 1
    for one in ranges:
        unit = lcm(unit, one.low.denominator, 1 if one.high is None else one.high.denominator)
        if unit * most >= _ROOM:
            return None
    return unit
