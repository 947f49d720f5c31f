"""What an owner ever held in a company, the rows of it by date, and what is made once for a stretch of days."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

from compliance.ownership.stake_bounds import together
from compliance.units import Interval

UNNAMED = ""


class DatedRow(Protocol):
    """A row that stands for a time."""

    @property
    def from_(self) -> date | None: ...
    @property
    def to(self) -> date | None: ...


class StakeRow(DatedRow, Protocol):
    """A row of `stakes`, as far as questions of ownership go."""

    @property
    def owner(self) -> str | None: ...
    @property
    def percent(self) -> Interval: ...
    @property
    def price_usd(self) -> Fraction | None: ...


_T = TypeVar("_T")


def stands(row: DatedRow, day: date) -> bool:
    """Whether the row holds on the day."""
    return (row.from_ is None or row.from_ <= day) and (row.to is None or day < row.to)


def ends(rows: Iterable[DatedRow]) -> Iterator[date]:
    """The days on which one of these rows begins or ceases to hold."""
    for row in rows:
        if row.from_ is not None:
            yield row.from_
        if row.to is not None:
            yield row.to


@dataclass(frozen=True, slots=True)
class Cell:
    """The rows of one owner, company and interest, over all time."""

    owner: str
    owned: str
    interest: str
    rows: list[StakeRow]

    def on(self, day: date) -> Interval | None:
        """What the owner holds on the day, in percent; `None` where no row stands."""
        found = [row.percent for row in self.rows if stands(row, day)]
        if len(found) == 1:
            return found[0]
        return together(Counter(found)) if found else None


Holding = tuple[str, str, Interval]
"""A company, an interest in it, and how much of it somebody holds, in percent."""


class Spells(Generic[_T]):
    """What is made once for each stretch of days between these, and kept."""

    __slots__ = ("_days", "_kept")

    def __init__(self, days: Iterable[date]) -> None:
        self._days = tuple(sorted(set(days)))
        self._kept: dict[int, _T] = {}

    def on(self, day: date, make: Callable[[], _T]) -> _T:
        """What stands on a day; `make` gives it where nobody has asked yet."""
        place = bisect_right(self._days, day) if self._days else 0
        found = self._kept.get(place)
        if found is None:
            found = self._kept[place] = make()
        return found
