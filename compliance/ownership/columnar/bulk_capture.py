"""Capture of a whole registry at once: the fixed points of `cascade` on arrays, in whole numbers.

What `bounds` says of one column is said here of many; the tests hold the two together, company by company.
Where a test does not add parties up, joins some, or where numbers do not fit, only who may be touched is
worked out (`exact` is false): everyone else is surely not captured, and these few are asked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt

from compliance.ownership.columnar.stake_columns import Codes, Groups, Numbers, Truths
from compliance.ownership.columnar.stake_snapshot import Snapshot
from compliance.ownership.stake_bounds import Bar
from compliance.world.schema.parties import INTERESTS

NOT_CAPTURED, UNDETERMINED, CAPTURED = 0, 1, 2


@dataclass(frozen=True)
class Links:
    """From which party to which capture passes beside stakes, such as by control."""

    sources: Codes
    onto: Codes
    groups: Groups
    """The places of the links from each party."""

    def after(self, parties: Codes) -> Codes:
        """Where these lead."""
        found: Codes = self.onto[self.groups.of(parties)]
        return found


class _Run:
    """A least fixed point: its members, and by column what they hold."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.member = np.zeros(snapshot.parties, np.bool_)
        self.low, self.opened, self.high, self.short, self.holders = (
            np.zeros(snapshot.columns, np.int64) for _ in range(5)
        )

    def add(self, cells: Codes) -> Codes:
        """Counts these cells in; gives their columns, each once."""
        shot = self.snapshot
        columns = shot.column[cells]
        np.add.at(self.low, columns, shot.low[cells])
        np.add.at(self.opened, columns, shot.low_open[cells])
        np.add.at(self.high, columns, shot.high[cells])
        np.add.at(self.short, columns, shot.high_open[cells])
        np.add.at(self.holders, columns, (shot.high[cells] > 0).astype(np.int64))
        return np.unique(columns)


class Bulk:
    """One capture test on one day, of all companies that anybody holds."""

    def __init__(
        self,
        snapshot: Snapshot,
        bar: Bar,
        sure: Codes,
        maybe: Codes,
        links: Links,
        undisclosed: str,
        exact: bool,
        interests: Collection[str] = INTERESTS,
    ) -> None:
        self.snapshot = snapshot
        self.exact = exact and snapshot.exact
        self.undisclosed = undisclosed
        self._cut = bar.percent * snapshot.unit
        self._bar = floor(self._cut)
        self._inclusive = bar.inclusive
        self._links = links
        self._captures: Truths = np.where(snapshot.votes, "votes" in interests, "shares" in interests)
        self.low = _Run(snapshot)
        self.high = _Run(snapshot)
        if self.exact:
            self._spread(self.low, sure, np.zeros(0, np.int32), self.surely)
        first = self.high.add(snapshot.nameless)
        if undisclosed == "open":
            first = np.arange(snapshot.columns, dtype=np.int32)
        self._spread(self.high, maybe, first, self.possibly)

    def _spread(self, run: _Run, frontier: Codes, touched: Codes, crosses: Callable[[Codes], Truths]) -> None:
        company = self.snapshot.company
        frontier = np.unique(frontier)
        while len(frontier) or len(touched):
            run.member[frontier] = True
            columns = run.add(self.snapshot.by_owner.of(frontier))
            if len(touched):
                columns, touched = np.union1d(columns, touched), touched[:0]
            new = np.concatenate([company[columns[crosses(columns)]], self._links.after(frontier)])
            frontier = np.unique(new[~run.member[new]])

    def _reaches(self, value: Numbers) -> tuple[Truths, Truths]:
        """Whether values are over the bar, and whether they are it."""
        return value > self._bar, (value == self._bar) & (self._bar == self._cut)

    def surely(self, columns: Codes) -> Truths:
        """Whether the members of the lowest run reach the bar on every completion."""
        over, at = self._reaches(self.low.low[columns])
        if not self._inclusive:
            at &= self.low.opened[columns] > 0
        found: Truths = (over | at) & ~self.snapshot.over[columns] & self._captures[columns]
        return found

    def possibly(self, columns: Codes) -> Truths:
        """Whether the members of the highest run reach the bar on some completion."""
        captures = self._captures[columns]
        some: Truths = (self.high.holders[columns] > 0) & captures
        if not self.exact:
            return some if self.undisclosed != "open" else captures
        value, opened = self.highest(columns)
        over, at = self._reaches(value)
        at &= ~opened if self._inclusive else False
        return np.where(self.snapshot.over[columns], some, (over | at) & captures)

    def highest(self, columns: Codes) -> tuple[Numbers, Truths]:
        """What the members of the highest run have on the highest completion, and whether they stay under it."""
        run, shot = self.high, self.snapshot
        low, opened, over = shot.least[columns], shot.opened[columns], shot.over[columns]
        whole = 100 * shot.unit
        room = np.where(over, whole, whole - (low - run.low[columns]))
        room_open = (opened > run.opened[columns]) & ~over
        mine, mine_open = run.high[columns], run.short[columns] > 0
        rest = np.zeros(len(columns), np.bool_)
        if self.undisclosed == "open":
            rest = ~over
        elif self.undisclosed == "red_flag":
            rest = ~over & (run.holders[columns] > 0)
        roomy = rest | (room < mine)
        tied = ~rest & (room == mine)
        value = np.where(roomy, room, mine)
        return value, np.where(tied, room_open | mine_open, np.where(roomy, room_open, mine_open))

    @property
    def touched(self) -> Codes:
        """The parties of which anything but nothing may be said: members, and whose holders are."""
        columns = np.flatnonzero((self.high.holders > 0) | (self.low.holders > 0))
        held = self.snapshot.company[columns]
        found = self.high.member.copy()
        found[held] = True
        return np.flatnonzero(found).astype(np.int32)

    def verdicts(self, home: Codes, listed: Codes) -> npt.NDArray[np.int8]:
        """By party: 0 not captured, 1 open, 2 captured; `home` are kept out unless they are `listed` surely."""
        found = self.high.member.astype(np.int8)
        found[self.low.member] = CAPTURED
        found[home] = NOT_CAPTURED
        found[listed] = CAPTURED
        return found

    def sums(self) -> tuple[Numbers, Truths, Numbers, Truths]:
        """By party, in parts of a percent: the least, whether more, the most, whether less, as `Capture.sums` does."""
        shot = self.snapshot
        every = np.arange(shot.columns, dtype=np.int32)
        value, under = self.highest(every)
        keys: list[npt.NDArray[Any]] = [
            self.surely(every),
            self.possibly(every),
            value,
            ~under,
            self.low.low,
            self.low.opened > 0,
        ]
        best: list[npt.NDArray[Any]] = [np.zeros(shot.parties, key.dtype) for key in keys]
        best[3][:] = True
        for votes in (False, True):
            columns = every[(shot.votes == votes) & self._captures]
            company = shot.company[columns]
            better: Any = np.zeros(len(columns), np.bool_)
            for key, so_far in zip(reversed(keys), reversed(best), strict=True):
                mine, other = key[columns], so_far[company]
                better = (mine > other) | ((mine == other) & better)
            if not votes:
                better[:] = True
            for key, so_far in zip(keys, best, strict=True):
                so_far[company[better]] = key[columns[better]]
        _, _, high, high_closed, low, low_open = best
        return low, low_open, high, ~high_closed
