"""Runtime functions of generated programs: windows, sorting, greatest and least, text patterns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from compliance.plan.rowwise.row_relations import Row, by_key
from compliance.rulebook.word_search import fold_text


def rolling(rows: Iterable[Row], key: Sequence[int], day: int, value: int, back: int, ahead: int) -> list[Any]:
    """Of each row the sum over the rows of its key that are at most so many days before or after it; null if none."""
    held = list(rows)
    groups: dict[Row, list[int]] = defaultdict(list)
    for at, row in enumerate(held):
        groups[tuple([row[place] for place in key])].append(at)
    found: list[Any] = [None] * len(held)
    before, after = timedelta(days=back), timedelta(days=ahead)
    for places in groups.values():
        places.sort(key=lambda at: held[at][day])
        days: list[date] = [held[at][day] for at in places]
        sums, known = [0], [0]
        for at in places:
            amount = held[at][value]
            sums.append(sums[-1] + (amount or 0))
            known.append(known[-1] + (amount is not None))
        for at, of in zip(places, days, strict=True):
            low, high = bisect_left(days, of - before), bisect_right(days, of + after)
            found[at] = sums[high] - sums[low] if known[high] > known[low] else None
    return found


def number_rows(rows: Iterable[Row], key: Sequence[int], order: Sequence[tuple[int, bool]]) -> list[int]:
    """Of each row its number among those of its key, in an order of (place, descending)."""
    held = list(rows)
    counts: dict[Row, int] = defaultdict(int)
    found = [0] * len(held)
    for at in sort_items(range(len(held)), [(_value_at(held, place), down) for place, down in order]):
        group = tuple([held[at][place] for place in key])
        counts[group] += 1
        found[at] = counts[group]
    return found


def sort_items(items: Iterable[Any], order: Sequence[tuple[Callable[[Any], Any], bool]]) -> list[Any]:
    """The items in an order of (value, descending); what is not known comes last in either direction."""
    found = list(items)
    for value, down in reversed(order):
        known = [item for item in found if value(item) is not None]
        known.sort(key=value, reverse=down)
        found = known + [item for item in found if value(item) is None]
    return found


def first(items: Sequence[Row], order: Sequence[tuple[int, bool]]) -> Any:
    """The first value of (value, orders...) in an order; null if there is none."""
    if not items:
        return None
    return sort_items(items, [(itemgetter(place), down) for place, down in order])[0][0]


def _value_at(rows: Sequence[Row], place: int) -> Callable[[int], Any]:
    return lambda at: rows[at][place]


def greatest(*values: Any) -> Any:
    """The greatest of the values that are known."""
    return max((value for value in values if value is not None), default=None)


def least(*values: Any) -> Any:
    """The least of the values that are known."""
    return min((value for value in values if value is not None), default=None)


def at_once(function: Callable[[], None]) -> None:
    """Calls a function as soon as it is there."""
    function()


def quotient(number: int, by: int) -> int:
    """The whole part of a quotient, towards zero."""
    return number // by if (number < 0) == (by < 0) else -(-number // by)


@lru_cache(maxsize=100_000)
def matches(text: str, pattern: str) -> bool:
    """Whether a text holds a pattern, asked of the machine for patterns that the database has too (RE2)."""
    found: bool = pc.match_substring_regex(pa.scalar(text), pattern).as_py()
    return found


CALLED = {
    "at_once": at_once, "by_key": by_key,
    "rolling": rolling, "numbered": number_rows, "ordered": sort_items, "first": first, "greatest": greatest,
    "least": least, "quotient": quotient, "matches": matches, "folded": fold_text, "date": date,
}  # fmt: skip
"""By the names under which programs call them."""
