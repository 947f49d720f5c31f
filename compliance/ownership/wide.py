"""The register of a large world: rows of stakes are made from columns when somebody asks about their parties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow as pa

from compliance import units
from compliance.ownership.register import UNNAMED, Cell, Register
from compliance.ownership.stakes import NOBODY, Stakes
from compliance.units import Interval
from compliance.world.tables import Control, Listing, Stake, Tie
from compliance.world.world import World

WIDE = 20_000
"""So many stakes are asked as columns."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A row of `stakes`, as far as questions of ownership go."""

    owner: str | None
    percent: Interval
    price_usd: Fraction | None
    from_: date | None
    to: date | None


@dataclass(frozen=True, slots=True)
class Seated:
    """A company or person, as far as questions of ownership go."""

    id: str
    jurisdiction: str | None
    headquarters: str | None
    residence: str | None
    nationality: str | None


class _Made(Mapping[str, Any]):
    """What is made by key when it is asked for, and kept; only `get` knows which keys there could be."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._kept: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The value; empty where there is nothing of this key."""
        if key not in self._kept:
            self._kept[key] = self._make(key)
        return self._kept[key]

    __getitem__ = get

    def __iter__(self) -> Iterator[str]:
        raise TypeError("asked for by key alone")

    def __len__(self) -> int:
        raise TypeError("asked for by key alone")


class _Parties(Mapping[str, Seated]):
    """The companies, or the people, of columns of text."""

    def __init__(self, table: pa.Table) -> None:
        self.ids: list[str] = table["id"].to_pylist() if "id" in table.column_names else []
        self._place = {name: place for place, name in enumerate(self.ids)}
        self._fields = {
            name: table[name].combine_chunks() if name in table.column_names else pa.nulls(len(self.ids))
            for name in ("jurisdiction", "headquarters", "residence", "nationality")
        }

    def __getitem__(self, party: str) -> Seated:
        place = self._place[party]
        return Seated(party, **{name: column[place].as_py() or None for name, column in self._fields.items()})

    def __contains__(self, party: object) -> bool:
        return party in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)


class WideRegister(Register):
    """The same answers as `Register`, from columns; only what is asked about becomes rows."""

    def _fill(self, world: World) -> None:
        self.companies = _Parties(world.columns("companies"))
        self.people = _Parties(world.columns("people"))
        self._fill_links(world)
        self._world = world
        self.held_in = _Made(lambda company: self._cells(self._rows_in(company)))
        self.held_by = _Made(lambda owner: self._cells(self._rows_by(owner)))
        self.stakes_in = _Made(lambda company: [self._lot(row) for row in self._rows_in(company)])

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

    def _lot(self, row: int) -> Any:
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


def register_of(world: World) -> Register:
    """The register of a world: of rows, or of columns where it is large."""
    return WideRegister(world) if len(world.rows(Stake.table)) >= WIDE else Register(world)
