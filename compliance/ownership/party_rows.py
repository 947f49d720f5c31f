"""The companies and people of a world by id, whatever its tables are kept as: the same rows, made when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar, cast

from compliance.world.schema.column_table import Table
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Company, Person
from compliance.world.world import World

_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party belongs on all days: a company's jurisdiction and headquarters, a person's residence."""

    jurisdiction: str | None
    headquarters: str | None


NO_PLACE = Place(None, None)


class PartyRows(Mapping[str, _R]):
    """The rows of one table by id, in their order; of a table of columns a row is made once somebody asks for it."""

    def __init__(self, rows: Sequence[_R]) -> None:
        self._rows = rows
        self._numbers = {name: number for number, name in enumerate(self.texts("id"))}
        self._made: dict[str, _R] = {}
        self._texts: dict[str, Sequence[Any]] = {}

    def __getitem__(self, party: str) -> _R:
        if party not in self._made:
            self._made[party] = self._rows[self._numbers[party]]
        return self._made[party]

    def __contains__(self, party: object) -> bool:
        return party in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, party: str) -> int | None:
        """Where the row of a party stands."""
        return self._numbers.get(party)

    def text(self, party: str, field: str) -> Any:
        """A field of text of one row, `None` where it is empty or there is no such party; no row is made for it."""
        if field not in self._texts:
            self._texts[field] = self.texts(field)
        number = self._numbers.get(party)
        return None if number is None else self._texts[field][number]

    def texts(self, field: str) -> Sequence[Any]:
        """A field of text of all rows, `None` where it is empty; no row is made for it."""
        if not isinstance(self._rows, Table):
            return [getattr(row, field) for row in self._rows]
        if field not in self._rows.columns.column_names:
            return [None] * len(self._rows)
        coded = self._rows.columns[field].combine_chunks().dictionary_encode()
        values = coded.dictionary.to_pylist()
        return [None if code is None else values[code] for code in coded.indices.to_pylist()]


class MoreRows(PartyRows[_R]):
    """The same rows with some more after them; no id of these is among those before."""

    def __init__(self, before: PartyRows[_R], more: Sequence[_R]) -> None:
        self._before = before
        self._more = {row.name_of_row: row for row in more}

    def __getitem__(self, party: str) -> _R:
        return self._more[party] if party in self._more else self._before[party]

    def __contains__(self, party: object) -> bool:
        return party in self._more or party in self._before

    def __iter__(self) -> Iterator[str]:
        return chain(self._before, self._more)

    def __len__(self) -> int:
        return len(self._before) + len(self._more)

    def number(self, party: str) -> int | None:
        return self._before.number(party)

    def text(self, party: str, field: str) -> Any:
        return getattr(self._more[party], field) if party in self._more else self._before.text(party, field)

    def texts(self, field: str) -> Sequence[Any]:
        return [*self._before.texts(field), *(getattr(row, field) for row in self._more.values())]


class Parties:
    """Who there is in a world."""

    def __init__(self, world: World) -> None:
        self.companies = PartyRows(world.each(Company))
        self.people = PartyRows(world.each(Person))
        self._more: dict[str, Place] = {}
        self._seats = [self.companies.texts("jurisdiction"), self.companies.texts("headquarters")]
        self._homes = [self.people.texts("residence"), self.people.texts("nationality")]

    def with_companies(self, more: Sequence[Company]) -> Parties:
        """The same parties and some more companies."""
        found = copy(self)
        found.companies = MoreRows(self.companies, more)
        found._more = {**self._more, **{row.id: Place(row.jurisdiction, row.headquarters) for row in more}}
        return found

    def place(self, party: str) -> Place:
        """Where a party belongs; a person by residence, else by nationality."""
        if party in self._more:
            return self._more[party]
        number = self.companies.number(party)
        if number is not None:
            jurisdiction, headquarters = self._seats
            return Place(jurisdiction[number], headquarters[number])
        number = self.people.number(party)
        if number is None:
            return NO_PLACE
        residence, nationality = self._homes
        return Place(None, cast("str | None", residence[number] or nationality[number]))
