"""Which purchases change nothing about the groups that were found without them.

How much of the limit buyers fill, how rare what they share is, and when they bought is asked of all that could be
members. A line of a buyer that is none, before it and with it, and that shows nothing new about that buyer, leaves all
of it as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from compliance.detection.evidence import OF_LINES
from compliance.detection.groups.purchase_windows import years_of
from compliance.detection.groups.purchases import Purchases
from compliance.detection.pattern_context import View

Places = np.ndarray[Any, Any]


def adds_nothing(base: View, more: Purchases) -> bool:
    """Whether a search finds the same with these lines as without; where that is not sure, no."""
    bought = base.bought
    if not len(more.buyer):
        return True
    if not len(bought.buyer) or not (_within(base, more) or _no_open(base)):
        return False
    return all(_adds_nothing(base, bought, more, who) for who in np.unique(more.buyer).tolist())


def _within(base: View, more: Purchases) -> bool:
    day = base.bought.day
    return bool(day.min() <= more.day.min() and more.day.max() <= day.max())


def _no_open(base: View) -> bool:
    """Whether no group of one open owner is told by how close in time it bought within all that was bought."""
    return not any(split.is_open for split in base.splits)


def _adds_nothing(base: View, bought: Purchases, more: Purchases, who: int) -> bool:
    old = np.arange(*np.searchsorted(bought.buyer, (who, who + 1)))
    new = np.flatnonzero(more.buyer == who)
    if not len(old) or who in base.members:
        return False
    years: dict[int, int] = {}
    for lines, rows in ((bought, old), (more, new)):
        for year, tpp in zip(years_of(lines.day[rows]).tolist(), lines.tpp[rows].tolist(), strict=True):
            years[year] = years.get(year, 0) + tpp
    return not base.could_be_member(max(years.values())) and all(
        _buyer_texts(more, column, new) <= _buyer_texts(bought, column, old) for column in OF_LINES
    )


def _buyer_texts(lines: Purchases, column: str, rows: Places) -> set[str]:
    """What lines say of their buyer in a column, by id or described."""
    names = [name for name in (column, f"{column}.name") if name in lines.more.column_names]
    found = {text for name in names for text in lines.more.column(name).take(rows).to_pylist()}
    return {text for text in found if text is not None}
