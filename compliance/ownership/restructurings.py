"""When a party was restructured: the days on which its ultimate parent became another, or nobody, or unclear.

A company of which nothing is recorded before is founded, not restructured.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.ownership.ownership_graph import Ownership
from compliance.units import FIRST_DAY

_A_DAY = timedelta(days=1)


class Changes:
    """The changes of the parties of one world; what was asked once is kept."""

    def __init__(self, ownership: Ownership) -> None:
        self.ownership = ownership
        self._kept: dict[str, tuple[date, ...]] = {}

    def of(self, party: str) -> tuple[date, ...]:
        """The days on which the party came under another ultimate parent, sorted."""
        if party not in self._kept:
            days = self.ownership.days(party) if party in self.ownership.register.companies else ()
            self._kept[party] = tuple(day for day in days if day > FIRST_DAY and self._has_changed(party, day))
        return self._kept[party]

    def _has_changed(self, party: str, day: date) -> bool:
        before = day - _A_DAY
        return self._has_records(party, before) and self.ownership.families(party, before) != self.ownership.families(
            party, day
        )

    def _has_records(self, party: str, day: date) -> bool:
        """Whether anything is recorded of who holds or controls the party on the day."""
        on = self.ownership.register.day(day)
        return bool(on.controllers(party)) or any(column.held for column in on.columns(party))

    def near(self, party: str, day: date, within: int) -> bool:
        """Whether the party was restructured at most so many days before the day, or after it."""
        return any(abs((change - day).days) <= within for change in self.of(party))

    def left_listed(self, party: str, day: date, within: int) -> bool:
        """Whether, up to the day, it was restructured so near to the first day of a listing of who was above it."""
        return any(
            abs((change - begun).days) <= within
            for change in self.of(party)
            if change <= day
            for begun in self._listings_above(party, change - _A_DAY)
            if begun <= day
        )

    def _listings_above(self, party: str, day: date) -> Iterator[date]:
        """The first days of all listings of those who held or controlled the party on the day, at any remove."""
        register = self.ownership.register
        on = register.day(day)
        found, waiting = {party}, [party]
        while waiting:
            one = waiting.pop()
            holders = [h.owner for column in on.columns(one) for h in column.held if h.owner and h.percent.high != 0]
            for other in (*holders, *(controller for controller, _ in on.controllers(one))):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
                    yield from (row.from_ for row in register.listings_of.get(other, ()) if row.from_ is not None)

    def days(self, party: str, within: int) -> Iterator[date]:
        """The days on which `near` or `left_listed` of so many days can turn."""
        for change in self.of(party):
            for edge in (change - FIRST_DAY).days - within, (change - FIRST_DAY).days + within + 1:
                if 0 <= edge <= (date.max - FIRST_DAY).days:
                    yield FIRST_DAY + timedelta(days=edge)
            yield change
