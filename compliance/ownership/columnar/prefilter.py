"""Which companies of a large world need to be asked at all: of every other one the answer is nothing.

INVARIANT: nobody is left out of whom `capture`, `capture_flags`, `parent` or `parent_flags` says anything; one
too many costs only time. The tests hold the answers to those of a small register, company by company.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.ownership.capture.capture_test import CaptureTest, FlagRule, ParentTest
from compliance.ownership.columnar.bulk_capture import Bulk, Links
from compliance.ownership.columnar.bulk_parents import ASK, OPEN, BulkParents
from compliance.ownership.columnar.columnar_register import WideRegister
from compliance.ownership.columnar.stake_columns import Codes, Groups, Truths
from compliance.ownership.columnar.stake_snapshot import Snapshot
from compliance.ownership.stake_bounds import Bar
from compliance.ownership.stake_cells import stands


@dataclass(frozen=True)
class Proof:
    """The ultimate parents of a day as far as they are proven for all companies at once."""

    heads: dict[str, str]
    circles: frozenset[str]


class Sieve:
    """One day of a large register."""

    def __init__(self, register: WideRegister, day: date) -> None:
        self.register = register
        self.stakes = register.stakes
        self.day = day
        self.shot = Snapshot.of(self.stakes, day)
        self.names = np.array(self.stakes.names.to_pylist(), dtype=object)

    def parents(self, test: ParentTest) -> BulkParents:
        """The parents of all companies."""
        people = pc.is_in(self.stakes.names, value_set=pa.array(self.register.people.keys(), pa.string()))
        companies: Truths = ~people.to_numpy(zero_copy_only=False)
        day = self.register.day(self.day)
        onto = [
            company
            for company in self.register.controls_of
            if any(means in test.consolidates for _, means in day.controllers(company))
        ]
        return BulkParents(self.shot, Bar(test.percent, inclusive=True), companies, self.stakes.find(onto))

    def proof(self, parents: BulkParents, test: ParentTest) -> Proof:
        """The proven parents by name, and who owns a part of itself."""
        proven = np.flatnonzero(parents.top >= 0)
        heads = dict(zip(self.names[proven].tolist(), self.names[parents.top[proven]].tolist(), strict=True))
        return Proof(heads, frozenset(self.names[self.circles(test.consolidates)].tolist()))

    def captured(self, test: CaptureTest, undisclosed: str) -> set[str] | None:
        """The parties to ask about capture; `None` is everybody, as where anybody may hold what is not disclosed."""
        if undisclosed == "open":
            return None
        register = self.register
        lists = {entry.list for entry in test.lists} | {name for rule in test.flags.values() for name in rule.lists}
        listed = [p for p, rows in register.listings_of.items() if any(r.list in lists for r in rows)]
        seeds = self.stakes.find(listed)
        links = self._links(test.capturing, test.joint)
        exact = test.aggregate and not test.joint
        bar, interests = test.bar(self.day), test.interests.capture
        runs = [
            Bulk(self.shot, bar, seeds, seeds, links, reading, exact, interests) for reading in ("closed", "red_flag")
        ]
        found = {
            *listed,
            *register.controls_of,
            *register.ties_of,
            *self._below_tied(test.flags, self._ended_companies()),
        }
        for run in runs:
            found.update(self.names[run.touched].tolist())
        found |= self._roles(found)
        found.update(self.names[self.circles()].tolist())
        lifted = self._reachable(self.circles(test.capturing, test.joint), links)
        found.update(self.names[np.intersect1d(self._reachable(seeds, links), lifted)].tolist())
        now = [p for p in listed if any(r.list in lists and stands(r, self.day) for r in register.listings_of[p])]
        below = self._below(self.stakes.find(now))
        below_ended = self._below(self._ended_companies())
        found.update(self.names[np.intersect1d(below, below_ended)].tolist())
        found.update(self.names[self.stakes.owned[self.stakes.by_owner.of(seeds)]].tolist())
        return found

    def sisters(self, heads: set[str], parents: BulkParents) -> set[str]:
        """Who may have one of these parents: by proof, or because that is not proven."""
        numbers = self.stakes.find(heads)
        alike = np.isin(parents.top, numbers)
        unproven = np.isin(parents.top, [OPEN, ASK])
        below = np.zeros(len(alike), np.bool_)
        below[self._below(numbers)] = True
        return set(self.names[alike | (unproven & below)].tolist())

    def _links(self, means: Container[str] | None, ties: Container[str] | None, ever: bool = False) -> Links:
        """Controls by these means and ties of these kinds (`None`: of all), those of the day or of all days."""
        register = self.register
        pairs = [
            (row.controller, row.company)
            for rows in register.controls_of.values()
            for row in rows
            if (ever or stands(row, self.day)) and (means is None or row.means in means)
        ]
        for rows in register.ties_of.values() if ties is None or ties else ():
            for row in rows:
                if (ever or stands(row, self.day)) and (ties is None or row.kind in ties):
                    pairs += [(row.party, row.other), (row.other, row.party)]
        sources, onto = (self.stakes.find([pair[side] for pair in pairs]) for side in (0, 1))
        return Links(sources, onto, Groups.by(sources, len(self.stakes.names)))

    def _roles(self, parties: set[str]) -> set[str]:
        """Companies in which somebody has a role who is one of these, or has a role in one of these."""
        register = self.register
        inside = [row for company, rows in register.roles_in.items() if company in parties for row in rows]
        people = {row.person for row in inside} | (register.roles_of.keys() & parties)
        return {row.company for person in people for row in register.roles_of[person]}

    def _ended_companies(self) -> Codes:
        """The companies in which a stake or control has ended."""
        ended = self.stakes.owned[self.stakes.until <= self.day.toordinal()]
        ruled = [
            company
            for company, rows in self.register.controls_of.items()
            if any(row.to is not None and row.to <= self.day for row in rows)
        ]
        return np.unique(np.concatenate([ended, self.stakes.find(ruled)]))

    def _below(self, parties: Codes) -> Codes:
        """These, and whatever they ever held, controlled or were tied to, directly or through others."""
        links = self._links(None, None, ever=True)
        found = np.zeros(len(self.stakes.names), np.bool_)
        frontier = np.unique(parties)
        while len(frontier):
            found[frontier] = True
            held = self.stakes.owned[self.stakes.by_owner.of(frontier)]
            new = np.concatenate([held, links.after(frontier)])
            frontier = np.unique(new[~found[new]])
        return np.flatnonzero(found).astype(np.int32)

    def _reachable(self, parties: Codes, links: Links, least: int = 1) -> Codes:
        """These, and whatever they hold or are linked to on the day, directly or through others.

        A holding counts that may be of so many parts of a percent as `least` says.
        """
        shot = self.shot
        found = np.zeros(shot.parties, np.bool_)
        frontier = np.unique(parties)
        while len(frontier):
            found[frontier] = True
            cells = shot.by_owner.of(frontier)
            held = shot.company[shot.column[cells[shot.high[cells] >= least]]]
            new = np.concatenate([held, links.after(frontier)])
            frontier = np.unique(new[~found[new]])
        return np.flatnonzero(found).astype(np.int32)

    def circles(self, means: Iterable[str] = (), ties: Iterable[str] = ()) -> Codes:
        """The parties that own a part of themselves, directly or through others."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        shot = self.shot
        some = (shot.owner >= 0) & (shot.high > 0)
        owner, owned = shot.owner[some], shot.company[shot.column[some]]
        links = self._links(frozenset(means), frozenset(ties))
        owner, owned = np.concatenate([owner, links.sources]), np.concatenate([owned, links.onto])
        ones = np.ones(len(owner), np.int8)
        _, part = connected_components(
            coo_array((ones, (owner, owned)), shape=(shot.parties, shot.parties)), connection="strong"
        )
        itself = np.zeros(shot.parties, np.bool_)
        itself[owner[owner == owned]] = True
        return np.flatnonzero(itself | (np.bincount(part)[part] > 1)).astype(np.int32)

    def parent_flags(self, test: ParentTest, there: Iterable[str], parents: BulkParents) -> set[str]:
        """Who may have a flag beside its parent; `there` are the parties that sit in a listed country."""
        register, shot = self.register, self.shot
        influence = np.zeros(shot.parties, np.bool_)
        influence[self.stakes.find(there)] = True
        proven = parents.top >= 0
        influence[proven] |= influence[parents.top[proven]]
        influence[~proven] = True
        rows = register.listings_of.items()
        influence[self.stakes.find(p for p, found in rows if any(r.list in test.lists for r in found))] = True
        cells = np.flatnonzero((shot.owner >= 0) & influence[shot.owner])
        found = set(self.names[shot.company[shot.column[cells]]].tolist())
        ended = (self.stakes.until <= self.day.toordinal()) & (self.stakes.owner >= 0)
        left = self.stakes.owned[ended & influence[self.stakes.owner]]
        found.update(self.names[left].tolist())
        found.update(register.controls_of, register.ties_of, register.roles_in)
        found.update(self.names[shot.company[shot.over]].tolist())
        found.update(self._below_tied(test.flags, left))
        if any(rule.of_owners for rule in test.flags.values()):
            most = int(test.percent * self.shot.unit)
            below = self._reachable(self.stakes.find(found), self._links((), ()), most)
            found.update(self.names[below].tolist())
        return found

    def _below_tied(self, flags: Mapping[str, FlagRule], left: Codes) -> Iterable[str]:
        """What parties with a tie, and those that left somebody's hands, hold directly or through others."""
        if not any(rule.proxy_ties for rule in flags.values()):
            return ()
        first = np.union1d(self.stakes.find(self.register.ties_of), left)
        found: list[str] = self.names[self._reachable(first, self._links((), ()))].tolist()
        return found
