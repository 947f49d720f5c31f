"""An old company of another trade that begins to buy at once in bulk.

Definition. It was incorporated `sudden_days` or more before it first bought in bulk, its business is on record and is
none of `computing_words`, and nine tenths of all it ever bought came within `burst_days`. Source. BIS guidance of May
2025 (no orders of advanced chips before October 2022; no clear business reason). Known false positives: companies that
build one data center beside their trade; records that begin late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.world import spelling

SIGN = "sudden_buyer"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer of that kind."""
    old, burst = (view.settings.number(name) for name in ("sudden_days", "burst_days"))
    computing, born = set(view.settings.computing_words), view.of_large("incorporated")
    for who, business in view.of_large("business").items():
        founded = born[who]
        if business is None or founded is None or computing.intersection(spelling.words(business)):
            continue
        begins, days = _burst(view, who)
        age = (begins - date.fromisoformat(founded)).days
        if age >= old and days <= burst:
            told = f"is in {business}, and bought in bulk within {days} days, {age} days after it was founded"
            yield Sign(who, told)


def _burst(view: View, who: int) -> tuple[date, int]:
    """The first day and the length of the shortest stretch in which nine tenths of all that it bought came."""
    lines = view.lines[who]
    day, tpp = [int(view.bought.day[n]) for n in lines], [int(view.bought.tpp[n]) for n in lines]
    best, start, inside, total = (day[0], day[-1] - day[0] + 1), 0, 0, sum(tpp)
    for end in range(len(lines)):
        inside += tpp[end]
        while (inside - tpp[start]) * 10 >= total * 9:
            inside -= tpp[start]
            start += 1
        if inside * 10 >= total * 9:
            best = min(best, (day[start], day[end] - day[start] + 1), key=lambda found: (found[1], found[0]))
    return date.fromordinal(best[0]), best[1]
