"""Who can ever have to do with whom: parties that stakes, controls, ties or roles of any day link, at any remove.

An answer about a party rests on rows about its cluster alone. Within it, a circle is the companies that ever owned a
part of themselves through each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property

from compliance.ownership.register import Register
from compliance.ownership.stake_cells import Spells, ends
from compliance.ownership.strong_components import circles, components


class Clusters:
    """The clusters and circles of one register; what was asked once is kept."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._circle: dict[str, tuple[str, ...]] = {}
        self._turning: dict[str, Spells[frozenset[str]]] = {}

    def number(self, party: str) -> int:
        """The number of a party's cluster; -1 for a party that nothing is linked to."""
        return self._numbers.get(party, -1)

    def of(self, party: str) -> frozenset[str]:
        """Everybody in a party's cluster, itself included."""
        number = self._numbers.get(party)
        return frozenset({party}) if number is None else self._members[number]

    def listed(self, number: int) -> Sequence[str]:
        """The parties of a cluster that are ever on a list, sorted."""
        return self._listed_by_cluster.get(number, ())

    @cached_property
    def _listed_by_cluster(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for party in sorted(self.register.listings_of):
            found.setdefault(self.number(party), []).append(party)
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        import numpy as np
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        place: dict[str, int] = {}
        pairs = np.array(
            [place.setdefault(party, len(place)) for pair in self.register.links() for party in pair], np.int32
        ).reshape(-1, 2)
        shape = (len(place), len(place))
        matrix = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=shape)
        _, part = connected_components(matrix, directed=False) if place else (0, np.zeros(0, np.int32))
        return dict(zip(place, part.tolist(), strict=True))

    @cached_property
    def _members(self) -> list[frozenset[str]]:
        found: list[list[str]] = [[] for _ in range(max(self._numbers.values(), default=-1) + 1)]
        for party, number in self._numbers.items():
            found[number].append(party)
        return [frozenset(parties) for parties in found]

    def in_circle(self, party: str, day: date) -> bool:
        """Whether a company owns a part of itself on the day, directly or through others."""
        if party not in self._circle:
            for part in components([party], self._owners_unsettled):
                kept = part if len(part) > 1 or part[0] in self._ever_owners(part[0]) else ()
                self._circle.update(dict.fromkeys(part, kept))
        part = self._circle[party]
        if not part:
            return False
        found = self._turning.get(part[0])
        if found is None:
            rows = (row for one in part for row in self.register.stakes_in(one))
            found = self._turning[part[0]] = Spells(ends(rows))
        return party in found.on(day, lambda: self._turns(part, day))

    def _owners_unsettled(self, party: str) -> Iterator[str]:
        return (owner for owner in self._ever_owners(party) if owner not in self._circle)

    def _ever_owners(self, party: str) -> list[str]:
        if party not in self.register.companies:
            return []
        return [cell.owner for cell in self.register.cells_in(party) if cell.owner]

    def _turns(self, part: Sequence[str], day: date) -> frozenset[str]:
        inside = set(part)

        def owners(party: str) -> list[str]:
            columns = self.register.columns(party, day) if party in self.register.companies else ()
            return [h.owner for column in columns for h in column.held if h.owner in inside and h.percent.high != 0]

        return frozenset(circles(sorted(part), owners))
