"""Purchases added up over calendar years and over any stretch of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from compliance.traces.purchases import Purchases

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Years:
    """Totals of each buyer in each calendar year, thousandths of TPP."""

    buyer: Whole
    year: Whole
    tpp: Whole


@dataclass(frozen=True)
class Window:
    """A stretch of days, a calendar year or another, what was bought in it, and the places of its lines."""

    begins: date
    ends: date
    tpp: int
    lines: tuple[int, ...]

    @property
    def is_year(self) -> bool:
        """Whether it is a calendar year."""
        return (self.begins.month, self.begins.day) == (1, 1) and self.ends == date(self.begins.year, 12, 31)

    @property
    def period(self) -> str:
        """The year, or the first day and the day after the last."""
        return str(self.begins.year) if self.is_year else f"{self.begins}/{self.ends + timedelta(days=1)}"


def years_of(days: Whole) -> Whole:
    """The calendar year of each day."""
    since = (days - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    return since.astype("datetime64[Y]").astype(np.int64) + 1970


def of_years(bought: Purchases) -> Years:
    """The totals of all buyers by calendar year."""
    year = years_of(bought.day)
    if len(year) == 0:
        return Years(year, year, year)
    key = bought.buyer * 10_000 + year
    keys, back = np.unique(key, return_inverse=True)
    tpp = np.zeros(len(keys), dtype=np.int64)
    np.add.at(tpp, back, bought.tpp)
    return Years(keys // 10_000, keys % 10_000, tpp)


def fullest(bought: Purchases, lines: Whole, limit: int, days: int) -> Window | None:
    """The calendar year in which these lines add to most, if to more than the limit, else the fullest stretch of days.

    `None` where no window holds more than the limit.
    """
    order = lines[np.lexsort((lines, bought.day[lines]))]
    day, tpp = bought.day[order], bought.tpp[order]
    year = years_of(day)
    best: Window | None = None
    for one in np.unique(year).tolist():
        inside = order[year == one]
        best = _better(
            best, Window(date(one, 1, 1), date(one, 12, 31), int(bought.tpp[inside].sum()), tuple(inside.tolist()))
        )
    if best is not None and best.tpp > limit:
        return best
    best = None
    sums, start = np.concatenate([[0], np.cumsum(tpp)]), 0
    for end in range(len(order)):
        while day[end] - day[start] >= days:
            start += 1
        begins = date.fromordinal(int(day[start]))
        found = int(sums[end + 1] - sums[start])
        if best is None or found > best.tpp:
            ends = begins + timedelta(days=days - 1)
            best = Window(begins, ends, found, tuple(order[start : end + 1].tolist()))
    return best if best is not None and best.tpp > limit else None


def _better(one: Window | None, other: Window) -> Window:
    return other if one is None or other.tpp > one.tpp else one
