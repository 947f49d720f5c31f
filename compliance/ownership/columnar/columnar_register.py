"""The register of a large world: rows of stakes are made from columns when somebody asks about their parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from compliance import units
from compliance.ownership.columnar.stake_columns import NOBODY, Stakes
from compliance.ownership.register import Register
from compliance.ownership.stake_cells import UNNAMED, Cell, StakeRow
from compliance.units import Interval
from compliance.world.schema.tables import Control, Listing, Stake, Tie
from compliance.world.world import World

WIDE = 20_000
"""From so many stakes on they are asked as columns; the answers are the same."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A row of `stakes`, as far as questions of ownership go."""

    owner: str | None
    percent: Interval
    price_usd: Fraction | None
    from_: date | None
    to: date | None


class WideRegister(Register):
    """The same answers as `Register`, from columns; only what is asked about becomes rows."""

    def _fill_stakes(self, world: World) -> None:
        self._world = world
        self._in: dict[str, list[Cell]] = {}
        self._by: dict[str, list[Cell]] = {}

    def cells_in(self, company: str) -> list[Cell]:
        if company not in self._in:
            self._in[company] = self._cells(self._rows_in(company))
        return self._in[company]

    def cells_by(self, owner: str) -> list[Cell]:
        if owner not in self._by:
            self._by[owner] = self._cells(self._rows_by(owner))
        return self._by[owner]

    @cached_property
    def stakes(self) -> Stakes:
        """All stakes; who controls, is tied to or listed has a number too."""
        world = self._world
        others = {party for row in world.each(Control) for party in (row.controller, row.company)}
        others |= {party for row in world.each(Tie) for party in (row.party, row.other)}
        others |= {row.party for row in world.each(Listing)}
        return Stakes.of(world.columns("stakes"), others)

    def _rows_in(self, company: str) -> list[int]:
        number = self.stakes.numbers.get(company)
        return [] if number is None else self.stakes.by_owned.one(number)

    def _rows_by(self, owner: str) -> list[int]:
        if owner == UNNAMED:
            return self.stakes.nameless
        number = self.stakes.numbers.get(owner)
        return [] if number is None else self.stakes.by_owner.one(number)

    def _every_day(self) -> Iterator[date]:
        found = np.union1d(self.stakes.since, self.stakes.until).tolist()
        yield from (date.fromordinal(day) for day in found if 0 < day <= date.max.toordinal())
        yield from self._linked_days()

    def links(self) -> Iterator[tuple[str, str]]:
        named = self.stakes.owner != NOBODY
        pairs = zip(self.stakes.owner[named].tolist(), self.stakes.owned[named].tolist(), strict=True)
        yield from ((self._names[owner], self._names[owned]) for owner, owned in pairs)
        yield from self._other_links()

    @cached_property
    def _names(self) -> list[str]:
        return list(self.stakes.numbers)

    def _cells(self, rows: list[int]) -> list[Cell]:
        """Rows by owner, company and interest, in the order of their names."""
        found: dict[tuple[str, str, str], Cell] = {}
        stakes = self.stakes
        for row in rows:
            owner = int(stakes.owner[row])
            name = UNNAMED if owner == NOBODY else self._names[owner]
            key = name, self._names[stakes.owned[row]], "votes" if stakes.votes[row] else "shares"
            if key not in found:
                found[key] = Cell(*key, [])
            found[key].rows.append(self._lot(row))
        return [found[key] for key in sorted(found)]

    def _lot(self, row: int) -> StakeRow:
        stakes = self.stakes
        owner, since, until = int(stakes.owner[row]), int(stakes.since[row]), int(stakes.until[row])
        price = stakes.price[row].as_py()
        return Lot(
            None if owner == NOBODY else self._names[owner],
            stakes.ranges[stakes.percent[row]],
            units.exact(price) if price else None,
            date.fromordinal(since) if since else None,
            date.fromordinal(until) if until <= date.max.toordinal() else None,
        )


def register_of(world: World, least: int | None = None) -> Register:
    """The register of a world: of columns from `least` stakes on (by default `WIDE`), else of rows."""
    many = len(world.rows(Stake.table)) >= (WIDE if least is None else least)
    return WideRegister(world) if many else Register(world)
