"""Who holds, controls, is tied to and listed as what: a world's rows by party, and how they stand on a day.

A row stands from `from` to before `to`; the rows of one owner, company and interest that stand on a day add
up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from datetime import date
from functools import cached_property
from typing import TypeVar

from compliance.ownership.day_sets import Timeline
from compliance.ownership.party_rows import Parties, PartyRows, Place
from compliance.ownership.stake_bounds import Column, HolderStake
from compliance.ownership.stake_cells import UNNAMED, Cell, DatedRow, Holding, Spells, StakeRow, ends, stands
from compliance.units import FIRST_DAY
from compliance.world.schema.tables import Company, Control, Headquarters, Listing, Person, Role, Stake, Tie
from compliance.world.world import World

_D = TypeVar("_D", bound=DatedRow)


class Register:
    """The rows of a world by party, for all days; nothing in it changes."""

    def __init__(self, world: World) -> None:
        self._parties = Parties(world)
        self.companies: PartyRows[Company] = self._parties.companies
        self.people: PartyRows[Person] = self._parties.people
        self.controls_of: dict[str, list[Control]] = defaultdict(list)
        self.controls_by: dict[str, list[Control]] = defaultdict(list)
        self.ties_of: dict[str, list[Tie]] = defaultdict(list)
        self.listings_of: dict[str, list[Listing]] = defaultdict(list)
        self.roles_in: dict[str, list[Role]] = defaultdict(list)
        self.roles_of: dict[str, list[Role]] = defaultdict(list)
        self.seats_of: dict[str, list[Headquarters]] = defaultdict(list)
        self._days: dict[date, Day] = {}
        self._columns: dict[str, Spells[tuple[Column, ...]]] = {}
        self._holdings: dict[str, Spells[tuple[Holding, ...]]] = {}
        self._fill_links(world)
        self._fill_stakes(world)

    def _fill_stakes(self, world: World) -> None:
        self._held_in: dict[str, list[Cell]] = {}
        self._held_by: dict[str, list[Cell]] = {}
        cells: dict[tuple[str, str, str], Cell] = {}
        for stake in sorted(world.each(Stake), key=lambda s: (s.owner or UNNAMED, s.owned, s.interest)):
            key = (stake.owner or UNNAMED, stake.owned, stake.interest)
            if key not in cells:
                cells[key] = cell = Cell(*key, [])
                self._held_in.setdefault(cell.owned, []).append(cell)
                self._held_by.setdefault(cell.owner, []).append(cell)
            cells[key].rows.append(stake)

    def cells_in(self, company: str) -> Sequence[Cell]:
        """What anybody ever held in a company, by owner and interest in the order of their names."""
        return self._held_in.get(company, ())

    def cells_by(self, owner: str) -> Sequence[Cell]:
        """What an owner ever held, by company and interest in the order of their names."""
        return self._held_by.get(owner, ())

    def stakes_in(self, company: str) -> Iterator[StakeRow]:
        """The rows of what anybody ever held in a company, by owner and interest."""
        return (row for cell in self.cells_in(company) for row in cell.rows)

    def _fill_links(self, world: World) -> None:
        for control in world.each(Control):
            self.controls_of[control.company].append(control)
            self.controls_by[control.controller].append(control)
        for tie in world.each(Tie):
            self.ties_of[tie.party].append(tie)
            self.ties_of[tie.other].append(tie)
        for listing in world.each(Listing):
            self.listings_of[listing.party].append(listing)
        for role in world.each(Role):
            self.roles_in[role.company].append(role)
            self.roles_of[role.person].append(role)
        for seat in world.each(Headquarters):
            self.seats_of[seat.company].append(seat)

    def with_companies(self, more: Sequence[Company]) -> Register:
        """The same rows, of which none names these further companies; what is kept of others is shared."""
        found = copy(self)
        found._parties = self._parties.with_companies(more)
        found.companies = found._parties.companies
        found._days = {}
        return found

    def known(self, party: str) -> bool:
        """Whether there is a company or a person with this id."""
        return party in self.companies or party in self.people

    def place(self, party: str) -> Place:
        """Where a party belongs, whatever day it is."""
        return self._parties.place(party)

    def day(self, day: date) -> Day:
        """How the rows stand on a day; kept, as many questions are asked of one day."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = Day(self, day)
        return found

    def columns(self, company: str, day: date) -> tuple[Column, ...]:
        """The holders of each interest in a company on a day."""
        found = self._columns.get(company)
        if found is None:
            found = self._columns[company] = Spells(ends(self.stakes_in(company)))
        return found.on(day, lambda: self._columns_on(company, day))

    def _columns_on(self, company: str, day: date) -> tuple[Column, ...]:
        held: dict[str, list[HolderStake]] = {"shares": []}
        for cell in self.cells_in(company):
            percent = cell.on(day)
            if percent is not None:
                held.setdefault(cell.interest, []).append(HolderStake(cell.owner, percent))
        return tuple(Column.of(company, interest, holders) for interest, holders in held.items())

    def holdings(self, owner: str, day: date) -> tuple[Holding, ...]:
        """What an owner holds on a day: company, interest and percent."""
        found = self._holdings.get(owner)
        if found is None:
            found = self._holdings[owner] = Spells(ends(row for cell in self.cells_by(owner) for row in cell.rows))
        return found.on(day, lambda: self._holdings_on(owner, day))

    def _holdings_on(self, owner: str, day: date) -> tuple[Holding, ...]:
        cells = ((cell.owned, cell.interest, cell.on(day)) for cell in self.cells_by(owner))
        return tuple((owned, interest, percent) for owned, interest, percent in cells if percent is not None)

    @cached_property
    def timeline(self) -> Timeline:
        """The days on which anything about a party of the register changes."""
        return Timeline(self._every_day())

    def _every_day(self) -> Iterator[date]:
        for party in self._held_in:
            yield from ends(self.stakes_in(party))
        yield from self._linked_days()

    def _linked_days(self) -> Iterator[date]:
        rows: tuple[Mapping[str, Sequence[DatedRow]], ...] = (
            self.controls_of, self.ties_of, self.listings_of, self.seats_of, self.roles_in,
        )  # fmt: skip
        for index in rows:
            for found in index.values():
                yield from ends(found)

    def own_days(self, party: str) -> Iterator[date]:
        """The days on which a row about this party itself begins or ends, sorted or not."""
        yield from ends(self.stakes_in(party))
        yield from ends(self.controls_of.get(party, ()))
        yield from ends(self.ties_of.get(party, ()))
        yield from ends(self.listings_of.get(party, ()))
        yield from ends(self.seats_of.get(party, ()))

    def upstream(self, party: str) -> Iterator[str]:
        """Who ever held, controlled or was tied to this party, with repetitions."""
        for cell in self.cells_in(party):
            if cell.owner:
                yield cell.owner
        for control in self.controls_of.get(party, ()):
            yield control.controller
        for tie in self.ties_of.get(party, ()):
            yield tie.other if tie.party == party else tie.party

    def links(self) -> Iterator[tuple[str, str]]:
        """All pairs of parties that a stake, control, tie or role of any day links."""
        for party in self._held_in:
            yield from ((cell.owner, party) for cell in self.cells_in(party) if cell.owner)
        yield from self._other_links()

    def _other_links(self) -> Iterator[tuple[str, str]]:
        yield from ((row.controller, row.company) for rows in self.controls_of.values() for row in rows)
        yield from ((row.party, row.other) for rows in self.ties_of.values() for row in rows)
        yield from ((row.person, row.company) for rows in self.roles_in.values() for row in rows)

    @cached_property
    def nameless(self) -> Set[str]:
        """The companies in which a holder was ever not identified."""
        return frozenset(cell.owned for cell in self.cells_by(UNNAMED))

    def ever_below(self, parties: Iterable[str]) -> set[str]:
        """The parties and whatever they ever held, controlled or were tied to, directly or through others."""
        found = set(parties)
        waiting = list(found)
        while waiting:
            party = waiting.pop()
            below = [cell.owned for cell in self.cells_by(party)]
            below += [row.company for row in self.controls_by.get(party, ())]
            below += [row.other if row.party == party else row.party for row in self.ties_of.get(party, ())]
            for other in below:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found


class Day:
    """The register on one day; what stands since an earlier day is kept once for all days."""

    def __init__(self, register: Register, day: date) -> None:
        self.register = register
        self.day = day

    def rows(self, index: Mapping[str, list[_D]], party: str) -> list[_D]:
        """The rows of the party in an index that stand on the day."""
        return [row for row in index.get(party, ()) if stands(row, self.day)]

    def columns(self, company: str) -> tuple[Column, ...]:
        """The holders of each interest in the company; shares always, votes where they are recorded apart."""
        return self.register.columns(company, self.day)

    def holdings(self, owner: str) -> tuple[Holding, ...]:
        """What the owner holds: company, interest and percent."""
        return self.register.holdings(owner, self.day)

    def controllers(self, company: str) -> list[tuple[str, str]]:
        """Who controls the company other than by stakes, with the means."""
        return [(r.controller, r.means) for r in self.rows(self.register.controls_of, company)]

    def controlled(self, controller: str) -> list[tuple[str, str]]:
        """What the party controls other than by stakes, with the means."""
        return [(r.company, r.means) for r in self.rows(self.register.controls_by, controller)]

    def tied_parties(self, party: str, kinds: Iterable[str]) -> list[str]:
        """Who has a tie of one of these kinds with the party, whichever side it stands on."""
        kinds = frozenset(kinds)
        return sorted(
            {
                row.other if row.party == party else row.party
                for row in (self.rows(self.register.ties_of, party) if kinds else ())
                if row.kind in kinds
            }
        )

    def seat(self, party: str) -> str | None:
        """The country of a company's headquarters on the day; `None` where it is not known, or one of several."""
        found = self.seats(party)
        return found[0] if len(found) == 1 else None

    def seats(self, party: str) -> tuple[str, ...]:
        """Where a company may have its headquarters on the day, or a person its residence (else nationality).

        The table `headquarters` overrides the company's own field on the days that it covers; where two rows cover the
        day, the one that began last. Of several that began on one day nothing says which is meant.
        """
        rows = self.rows(self.register.seats_of, party)
        if rows:
            last = max(row.from_ or FIRST_DAY for row in rows)
            return tuple(sorted({row.country for row in rows if (row.from_ or FIRST_DAY) == last}))
        own = self.register.place(party).headquarters
        return (own,) if own else ()
