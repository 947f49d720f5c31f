"""Reporting periods: halves of calendar years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def half_year(day: date) -> tuple[date, date]:
    """The half of a calendar year in which a day lies: its first day and the first day after it."""
    return (
        (date(day.year, 1, 1), date(day.year, 7, 1))
        if day.month <= 6
        else (date(day.year, 7, 1), date(day.year + 1, 1, 1))
    )


def half_years(first: date | None, day: date) -> Iterator[tuple[date, date]]:
    """The half-years from the one in which `first` lies that ended by the day; none where it is not known."""
    if first is None:
        return
    begins, ends = half_year(first)
    while ends <= day:
        yield begins, ends
        begins, ends = half_year(ends)


def last_half_year(day: date) -> Iterator[tuple[date, date]]:
    """The last half-year that ended by the day."""
    yield from half_years(half_year(half_year(day)[0] - timedelta(days=1))[0], day)
