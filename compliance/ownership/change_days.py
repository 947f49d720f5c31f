"""On which days the answer about a party can change: those of rows about it, upstream of it, or in its cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from threading import RLock

from compliance.ownership.day_sets import Marks
from compliance.ownership.linked_clusters import Clusters
from compliance.ownership.register import Register
from compliance.ownership.stake_cells import DatedRow, ends
from compliance.ownership.strong_components import components


class ChangingDays:
    """The days of every party of one register, worked out upstream of whom is asked about, and kept."""

    def __init__(self, register: Register, clusters: Clusters) -> None:
        self.register = register
        self.clusters = clusters
        self._days: dict[str, tuple[Marks, Marks]] = {}
        self._of_clusters: dict[int, Marks] = {}
        self._settling = RLock()

    def days(self, party: str) -> tuple[date, ...]:
        """The days on which an answer about the party can change: of the rows about it and upstream."""
        return self.register.timeline.read(self._marks(party)[0])

    def endings(self, party: str, day: date) -> Sequence[date]:
        """The days up to this one on which a stake or control upstream of the party ended, the last first."""
        return [end for end in reversed(self.register.timeline.read(self._marks(party)[1])) if end <= day]

    def _marks(self, party: str) -> tuple[Marks, Marks]:
        if party not in self._days:
            with self._settling:
                if party not in self._days:
                    for part in components([party], self._upstream_undated):
                        self._settle(part)
        return self._days[party]

    def _upstream_undated(self, party: str) -> Iterator[str]:
        return (other for other in self.register.upstream(party) if other not in self._days)

    def _settle(self, part: tuple[str, ...]) -> None:
        register, timeline = self.register, self.register.timeline
        days = endings = 0
        inside = set(part)
        for party in part:
            days |= timeline.mark(register.own_days(party))
            rows: Iterable[DatedRow] = (*register.stakes_in(party), *register.controls_of.get(party, ()))
            endings |= timeline.mark(row.to for row in rows if row.to is not None)
            for other in register.upstream(party):
                if other not in inside:
                    days |= self._days[other][0]
                    endings |= self._days[other][1]
        found = timeline.share(days), timeline.share(endings)
        for party in part:
            self._days[party] = found

    def since(self, party: str, day: date) -> date:
        """The last day up to this one on which an answer about the party may have changed."""
        return self.register.timeline.last(self._marks(party)[0], day)

    def cluster_since(self, party: str, day: date) -> date:
        """The last day up to this one on which anything about anybody in the party's cluster changed."""
        register, timeline, number = self.register, self.register.timeline, self.clusters.number(party)
        if number < 0:
            return timeline.last(timeline.mark(register.own_days(party)), day)
        if number not in self._of_clusters:
            found = 0
            for one in self.clusters.of(party):
                rows: Iterable[DatedRow] = (*register.roles_in.get(one, ()), *register.roles_of.get(one, ()))
                found |= timeline.mark((*register.own_days(one), *ends(rows)))
            self._of_clusters[number] = found
        return timeline.last(self._of_clusters[number], day)
