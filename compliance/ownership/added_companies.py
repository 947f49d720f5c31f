"""Who owns whom in a world to which companies were added that no stake, control, tie, role or listing names.

Each of these is its own parent, on all days; of everybody else what is known is asked of the ownership before, which
keeps it for the next such world.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from compliance.ownership.capture.dated_tests import Judge
from compliance.ownership.capture.verdict import CaptureTest
from compliance.ownership.ownership_graph import Ownership, ParentAnswer
from compliance.units import FIRST_DAY
from compliance.world.schema.tables import Company
from compliance.world.world import World


class OwnershipBeside(Ownership):
    """The answers of `before`, and those about some further companies of `world`."""

    def __init__(self, before: Ownership, world: World, more: Sequence[Company]) -> None:
        self.__dict__.update(before.__dict__)
        self._before = before
        self._more = frozenset(row.id for row in more)
        self.world = world
        self.register = before.register.with_companies(more)
        self._judges = {}

    def days(self, party: str) -> tuple[date, ...]:
        return () if party in self._more else self._before.days(party)

    def endings(self, party: str, day: date) -> Sequence[date]:
        return () if party in self._more else self._before.endings(party, day)

    def since(self, party: str, day: date) -> date:
        return FIRST_DAY if party in self._more else self._before.since(party, day)

    def cluster_since(self, party: str, day: date) -> date:
        return FIRST_DAY if party in self._more else self._before.cluster_since(party, day)

    def families(self, party: str, day: date) -> tuple[str, ...]:
        return (party,) if party in self._more else self._before.families(party, day)

    def surely_under(self, party: str, day: date) -> frozenset[str]:
        return frozenset({party}) if party in self._more else self._before.surely_under(party, day)

    def parent(self, party: str, day: date) -> ParentAnswer:
        return self.determined(party, party, day) if party in self._more else self._before.parent(party, day)

    def judge(self, test: CaptureTest, party: str, day: date, alone: bool = False) -> Judge:
        if party in self._more:
            return super().judge(test, party, day, alone)
        return self._before.judge(test, party, day, alone)

    def in_circle(self, party: str, day: date) -> bool:
        return party not in self._more and self._before.in_circle(party, day)
