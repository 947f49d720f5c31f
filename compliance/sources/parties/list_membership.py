"""List membership and authorizations by date: listings, grants, and what ended them.

A granted authorization makes a holder as a listing does. A suspended or revoked one ends, from its own first day,
listings and grants of that kind for its country (for every country where it names none).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.sources.entities import holds_on
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Authorization, Listing
from compliance.world.world import World

ENDED = ("suspended", "revoked")

LISTED = "listed:"
UNIDENTIFIED = "unidentified"
"""Stand in what a world has: that somebody is on a list, and that a holder is not identified."""


@dataclass(frozen=True, slots=True)
class Membership:
    """That a party stands on a list for a time, for a country or (`None`) none named; `row` says so."""

    party: str
    name: str
    country: str | None
    from_: date | None
    to: date | None
    row: Row
    program: str | None = None


class ListMemberships:
    """The listings and authorizations of a world."""

    def __init__(self, world: World) -> None:
        self.rows = [
            Membership(row.party, row.list, row.country, row.from_, row.to, row, row.program)
            for row in world.each(Listing)
        ]
        self._ended: dict[tuple[str, str], list[Membership]] = defaultdict(list)
        for paper in world.each(Authorization):
            found = Membership(paper.holder, paper.kind, paper.country, paper.from_, paper.to, paper)
            if paper.state == "granted":
                self.rows.append(found)
            elif paper.state in ENDED:
                self._ended[paper.holder, paper.kind].append(found)

    def holds(self, row: Membership, day: date) -> bool:
        """Whether it holds on a day, and nothing has suspended or revoked it."""
        ended = self._ended.get((row.party, row.name), ())
        return holds_on(row, day) and not any(
            holds_on(end, day) and end.country in (None, row.country) for end in ended
        )

    def ends(self, row: Membership) -> date | None:
        """The day from which it holds no more: its own last, or that on which it was suspended or revoked for good."""
        days = [
            end.from_
            for end in self._ended.get((row.party, row.name), ())
            if end.from_ is not None and end.to is None and end.country in (None, row.country)
        ]
        return min([*days, *([row.to] if row.to is not None else [])], default=None)

    def end_days(self, party: str, name: str) -> Iterator[date]:
        """The days on which something suspends or revokes what puts a party on a list, or ceases to."""
        for end in self._ended.get((party, name), ()):
            yield from (day for day in (end.from_, end.to) if day is not None)

    def days(self, names: Collection[str]) -> set[date]:
        """The days on which somebody enters or leaves one of these lists."""
        every = [*self.rows, *(end for ends in self._ended.values() for end in ends)]
        return {day for row in every if row.name in names for day in (row.from_, row.to) if day is not None}
