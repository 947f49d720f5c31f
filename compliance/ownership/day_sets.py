"""Sets of days as bits of one number, so that the days of all who are above a company are joined at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from compliance.units import FIRST_DAY

Marks = int
"""A set of days of one timeline: bit `n` stands for its day `n`."""


class Timeline:
    """All days on which anything in a world changes, in order."""

    def __init__(self, days: Iterable[date]) -> None:
        self.days = sorted(set(days))
        self._numbers = {day: number for number, day in enumerate(self.days)}
        self._shared: dict[Marks, Marks] = {}
        self._read: dict[Marks, tuple[date, ...]] = {}

    def mark(self, days: Iterable[date]) -> Marks:
        """The set of these days, which are of the timeline."""
        found = 0
        for day in days:
            found |= 1 << self._numbers[day]
        return self.share(found)

    def share(self, marks: Marks) -> Marks:
        """The same set as one object, however often it is made."""
        return self._shared.setdefault(marks, marks)

    def read(self, marks: Marks) -> tuple[date, ...]:
        """The days of a set, in order."""
        if marks not in self._read:
            digits = bin(marks)[:1:-1]
            self._read[marks] = tuple(self.days[n] for n in range(len(digits)) if digits[n] == "1")
        return self._read[marks]

    def last(self, marks: Marks, day: date) -> date:
        """The last day of a set up to `day`; the first of all days where there is none."""
        before = marks & ((1 << bisect_right(self.days, day)) - 1) if marks else 0
        return self.days[before.bit_length() - 1] if before else FIRST_DAY
