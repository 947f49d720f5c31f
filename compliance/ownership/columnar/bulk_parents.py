"""The ultimate parents of a whole registry at once, on arrays; what they cannot prove is left to `parent`.

Three proofs need no search: a company in which all companies together cannot have half is its own parent; one
with a holder of surely over half has that holder's parent; one whose holders' parents are all known has the
parent whose group has surely over half, none if no group can have half, and is open in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np

from compliance.ownership.columnar.stake_columns import NOBODY, Codes, Numbers, Truths
from compliance.ownership.columnar.stake_snapshot import Snapshot
from compliance.ownership.stake_bounds import Bar

OPEN = -1
ASK = -2
_PENDING = -3
"""Not determined; not proven here; not yet looked at."""

_ROUNDS = 64
"""How often the groups are looked at again; what is deeper is asked about."""


@dataclass(frozen=True)
class Sums:
    """What several holders have together, by group: the least, and the most; how many ends are left out."""

    low: Numbers
    opened: Numbers
    high: Numbers
    short: Numbers

    @classmethod
    def of(cls, shot: Snapshot, cells: Codes, groups: Codes, count: int) -> Sums:
        """Adds the cells up by the number of their group."""
        found = [np.zeros(count, np.int64) for _ in range(4)]
        for sums, part in zip(found, (shot.low, shot.low_open, shot.high, shot.high_open), strict=True):
            np.add.at(sums, groups, part[cells])
        return cls(*found)

    @classmethod
    def kept(cls, shot: Snapshot, kept: Truths) -> Sums:
        """Adds the cells that are kept up by column."""
        parts = (shot.low, shot.low_open, shot.high, shot.high_open)
        return cls(*(shot.sums(np.where(kept, part, 0)) for part in parts))

    def plus(self, other: Sums, place: Codes) -> Sums:
        """Each group with another: `place` says which."""
        return Sums(
            self.low + other.low[place],
            self.opened + other.opened[place],
            self.high + other.high[place],
            self.short + other.short[place],
        )


class BulkParents:
    """The parent of each company on a day: its number, `OPEN`, or `ASK`."""

    def __init__(self, shot: Snapshot, half: Bar, companies: Truths, consolidated: Codes) -> None:
        self._shot = shot
        self._cut = half.percent * shot.unit
        self._bar = floor(self._cut)
        self._companies = companies
        self.top = np.arange(shot.parties, dtype=np.int32)
        if half.percent < 50 or not shot.exact:
            self.top[companies] = ASK
            return
        named = (shot.owner >= 0) & companies[shot.owner] & (shot.high > 0)
        self._held = np.flatnonzero(named).astype(np.int32)
        self._together = Sums.kept(shot, named | (shot.owner == NOBODY))
        self._nameless = Sums.of(shot, shot.nameless, shot.column[shot.nameless], shot.columns)
        self._settle(consolidated)

    def _settle(self, consolidated: Codes) -> None:
        shot, top = self._shot, self.top
        columns = np.arange(shot.columns, dtype=np.int32)
        together = self._together
        over = shot.over & (together.high > 0)
        reach = self._may_reach(together, columns) | over
        top[shot.company[reach]] = _PENDING
        twice = np.bincount(shot.company[reach], minlength=shot.parties) > 1
        top[twice] = ASK
        top[shot.company[over]] = ASK
        top[consolidated] = ASK
        sure = self._held[self._surely(shot.low[self._held], shot.low_open[self._held])]
        company = shot.company[shot.column[sure]]
        kept = top[company] == _PENDING
        pointer = np.full(shot.parties, -1, np.int32)
        pointer[company[kept]] = shot.owner[sure[kept]]
        root, circle = _roots(pointer)
        top[circle] = ASK
        pending = top == _PENDING
        under = np.flatnonzero(pending & (pointer >= 0)).astype(np.int32)
        top[under] = top[root[under]]
        column = np.full(shot.parties, -1, np.int32)
        column[shot.company[reach]] = np.flatnonzero(reach)
        grouped = column[np.flatnonzero(pending & (pointer < 0))]
        among = np.zeros(shot.columns, np.bool_)
        among[grouped] = True
        cells = self._held[among[shot.column[self._held]]]
        for _ in range(_ROUNDS if len(grouped) else 0):
            left = self._group(grouped, cells)
            under = under[top[under] == _PENDING]
            top[under] = top[root[under]]
            if len(left) == len(grouped):
                break
            grouped = left
            cells = cells[top[shot.company[shot.column[cells]]] == _PENDING]
        top[top == _PENDING] = ASK

    def _group(self, columns: Codes, cells: Codes) -> Codes:
        """Looks at columns by the groups of their holders; gives those that still have to wait."""
        shot, top = self._shot, self.top
        place = np.full(shot.columns, -1, np.int32)
        place[columns] = np.arange(len(columns), dtype=np.int32)
        at, head = place[shot.column[cells]], top[shot.owner[cells]]
        blocked, open_, may = (np.zeros(len(columns), np.bool_) for _ in range(3))
        blocked[at[(head == ASK) | (head == _PENDING)]] = True
        known, unsure = head >= 0, head == OPEN
        open_[at[unsure]] = True
        rest = Sums.of(shot, cells[unsure], at[unsure], len(columns)).plus(self._nameless, columns)
        keys, group = np.unique(at[known].astype(np.int64) * shot.parties + head[known], return_inverse=True)
        mine = Sums.of(shot, cells[known], group.astype(np.int32), len(keys))
        where, whose = (keys // shot.parties).astype(np.int32), (keys % shot.parties).astype(np.int32)
        may[where[self._may_reach(mine.plus(rest, where), columns[where])]] = True
        may |= self._may_reach(rest, columns)
        company = shot.company[columns]
        answer = np.where(may, np.where(open_, ASK, OPEN), company).astype(np.int32)
        sure = self._surely(mine.low, mine.opened)
        answer[where[sure]] = whose[sure]
        decided = ~blocked
        decided[where[sure]] = True
        top[company[decided]] = answer[decided]
        return columns[~decided]

    def _surely(self, low: Numbers, opened: Numbers) -> Truths:
        found: Truths = (low > self._bar) | ((low == self._bar) & (self._bar == self._cut) & (opened > 0))
        return found

    def _may_reach(self, sums: Sums, columns: Codes) -> Truths:
        """Whether these holders may have half or more on some completion."""
        room = 100 * self._shot.unit - (self._shot.least[columns] - sums.low)
        room_open = self._shot.opened[columns] > sums.opened
        short = sums.short > 0
        value = np.minimum(sums.high, room)
        under = np.where(sums.high == room, short | room_open, np.where(sums.high < room, short, room_open))
        found: Truths = (value > self._bar) | ((value == self._bar) & (self._bar == self._cut) & ~under)
        return found


def _roots(pointer: Codes) -> tuple[Codes, Codes]:
    """Where following pointers ends (-1: none) for each number, and the numbers from which it does not end."""
    root = np.where(pointer >= 0, pointer, np.arange(len(pointer), dtype=np.int32))
    moving = np.flatnonzero(pointer >= 0)
    for _ in range(len(pointer).bit_length()):
        moving = moving[pointer[root[moving]] >= 0]
        if not len(moving):
            break
        root[moving] = root[root[moving]]
    return root, moving[pointer[root[moving]] >= 0].astype(np.int32)
