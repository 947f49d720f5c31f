"""Restructuring attributes of a party on the row's date: `restructured.90` and `left_listed.90`.

`restructured.N`: its ultimate parent changed at most N days before or after the date. `left_listed.N`: it changed
by the date, at most N days before or after the first day of a listing of somebody who was above it until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from compliance.errors import UsageError
from compliance.ownership.restructurings import Changes

WINDOWS = ("restructured", "left_listed")


def window(attribute: str) -> int | None:
    """The days of the window of such an attribute; `None` for another. Raises `UsageError` for no number of days."""
    word, _, days = attribute.partition(".")
    if word not in WINDOWS:
        return None
    if not days.isdecimal() or not 0 < int(days) <= 3_660:
        raise UsageError(f"`{attribute}`: name a number of days from 1 to 3660, as in `{word}.90`")
    return int(days)


def answer(changes: Changes, attribute: str, party: str, day: date) -> bool:
    """The attribute of the party at the day."""
    within = window(attribute)
    assert within is not None
    ask = changes.near if attribute.startswith(WINDOWS[0]) else changes.left_listed
    return ask(party, day, within)


def days(changes: Changes, attributes: Iterable[str], party: str) -> Iterator[date]:
    """The days on which such attributes of the party can turn."""
    for attribute in attributes:
        within = window(attribute)
        if within is not None:
            yield from changes.days(party, within)
