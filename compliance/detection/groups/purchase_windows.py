"""Purchases added up over calendar years and over any stretch of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from compliance.detection.groups.purchases import Purchases

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
    """The calendar year or the stretch of days in which these lines add to most, if to more than the limit.

    Of both the one with more buyers, else the year. `None` where no window holds more than the limit.
    """
    order = lines[np.lexsort((lines, bought.day[lines]))]
    windows = (_year(bought, order), _stretch(bought, order, days))
    over = [window for window in windows if window is not None and window.tpp > limit]
    return max(over, key=lambda window: len(np.unique(bought.buyer[list(window.lines)])), default=None)


def _year(bought: Purchases, order: Whole) -> Window | None:
    """The calendar year that holds most of these lines; they stand by date."""
    year = years_of(bought.day[order])
    starts = np.flatnonzero(np.diff(year, prepend=-1))
    if not len(starts):
        return None
    sums = np.add.reduceat(bought.tpp[order], starts)
    fullest = int(np.argmax(sums))  # of several the first
    one = int(year[starts[fullest]])
    inside = order[year == one]
    return Window(date(one, 1, 1), date(one, 12, 31), int(sums[fullest]), tuple(inside.tolist()))


def _stretch(bought: Purchases, order: Whole, days: int) -> Window | None:
    """The stretch of so many days that holds most of these lines; they stand by date."""
    if not len(order):
        return None
    day = bought.day[order]
    sums = np.concatenate([[0], np.cumsum(bought.tpp[order])])
    starts = np.searchsorted(day, day - days, side="right")  # of each last line the first
    held = sums[1:] - sums[starts]
    end = int(np.argmax(held))  # of several the first
    start = int(starts[end])
    begins = date.fromordinal(int(day[start]))
    ends = date.fromordinal(min(begins.toordinal() + days, date.max.toordinal()) - 1)
    return Window(begins, ends, int(held[end]), tuple(order[start : end + 1].tolist()))
