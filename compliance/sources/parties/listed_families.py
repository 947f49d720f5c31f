"""Families of listed parties by date: parties of one cluster under the same ultimate parents."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.ownership.ownership_graph import Ownership


@dataclass(frozen=True)
class _Families:
    """The listed parties of a cluster, by who surely stands over them and by who may."""

    members: frozenset[str]
    under: dict[frozenset[str], list[str]]
    heads: dict[str, list[str]]


class Kin:
    """The families of listed parties of one world.

    `candidates` are those who are on a list on some day, `on` says whether one is on a day, `stay_days` when that may
    change.
    """

    def __init__(
        self,
        ownership: Ownership,
        candidates: Callable[[str], Sequence[str]],
        on: Callable[[str, str, date], bool],
        stay_days: Callable[[str, str], Iterable[date]],
    ) -> None:
        self.ownership = ownership
        self._candidates = candidates
        self._on = on
        self._stay_days = stay_days
        self._made: dict[tuple[str, str | int, date], _Families] = {}
        self._stays: dict[tuple[str, str | int], tuple[date, ...]] = {}
        self._member_days: dict[tuple[str, int], frozenset[date]] = {}
        self._by_cluster: dict[str, dict[int, list[str]]] = {}
        self._sets: dict[str, frozenset[str]] = {}

    def days(self, name: str, party: str) -> Iterable[date]:
        """The days on which anything about a listed party of a party's cluster changes, or about its family."""
        number = self.ownership.clusters.number(party)
        if number < 0:
            return self._stay_days_near(name, party)
        key = name, number
        if key not in self._member_days:
            near = self._near(name, party)
            own = {day for member in near for day in self.ownership.days(member)}
            self._member_days[key] = frozenset({*own, *self._stay_days_near(name, party)})
        return self._member_days[key]

    def members(self, name: str, party: str, day: date) -> dict[str, bool | None]:
        """The listed parties of the family of a party, and (`None`) those that may be of it, in order."""
        own = self.ownership
        families = self._of_cluster(name, party, day)
        under = own.surely_under(party, day)
        sure = {*families.under.get(under, ()), *((party,) if party in families.members else ())}
        maybe = {member for head in own.families(party, day) for member in families.heads.get(head, ())}
        return {member: True if member in sure else None for member in sorted(sure | maybe)}

    def _of_cluster(self, name: str, party: str, day: date) -> _Families:
        """The families of the listed parties of a party's cluster."""
        own = self.ownership
        number = own.clusters.number(party)
        key = name, party if number < 0 else number, self._since(name, party, day)
        if key not in self._made:
            members = [one for one in self._near(name, party) if self._on(name, one, day)]
            found = _Families(frozenset(members), defaultdict(list), defaultdict(list))
            for member in members:
                found.under[own.surely_under(member, day)].append(member)
                for head in own.families(member, day):
                    found.heads[head].append(member)
            self._made[key] = found
        return self._made[key]

    def _since(self, name: str, party: str, day: date) -> date:
        """The last day up to this one on which the families of a cluster, or who of it is listed, changed."""
        days = self._stay_days_near(name, party)
        place = bisect_right(days, day)
        return max(self.ownership.cluster_since(party, day), days[place - 1] if place else date.min)

    def _stay_days_near(self, name: str, party: str) -> tuple[date, ...]:
        """The days on which somebody of a party's cluster may enter or leave a list."""
        number = self.ownership.clusters.number(party)
        key = name, party if number < 0 else number
        if key not in self._stays:
            near = self._near(name, party)
            self._stays[key] = tuple(sorted({day for one in near for day in self._stay_days(name, one)}))
        return self._stays[key]

    def _near(self, name: str, party: str) -> Sequence[str]:
        """The parties that are ever on a list and may be of one family with a party: those of its cluster."""
        clusters = self.ownership.clusters
        number = clusters.number(party)
        if number < 0:
            return (party,) if party in self._candidates_kept(name) else ()
        if name not in self._by_cluster:
            found: dict[int, list[str]] = defaultdict(list)
            for member in self._candidates(name):
                found[clusters.number(member)].append(member)
            self._by_cluster[name] = found
        return self._by_cluster[name].get(number, ())

    def _candidates_kept(self, name: str) -> frozenset[str]:
        if name not in self._sets:
            self._sets[name] = frozenset(self._candidates(name))
        return self._sets[name]
