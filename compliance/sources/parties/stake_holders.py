"""Holders from given countries in a party, as in a joint venture."""

from __future__ import annotations

from datetime import date

from compliance.ownership.ownership_graph import Ownership
from compliance.world.reference.country_lists import CountryLists


def held_from(ownership: Ownership, lists: CountryLists, name: str, party: str, day: date) -> bool | None:
    """Whether an owner sits in a country of the list; `None` where an owner, or the seat of one, is not known."""
    owners = {held.owner for column in ownership.register.columns(party, day) for held in column.held}
    seats = {ownership.seat(owner, day) if owner else None for owner in owners}
    if any(seat is not None and lists.holds(name, seat, day) for seat in seats):
        return True
    return None if None in seats else False
