"""How many units of an order of one line fit beside all that is on record, reserved and committed.

What a quantity takes need not grow evenly: a purchase may count to a limit only as a whole, from some size on. So
quantities themselves are asked about, many at once, until one fits and the next does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.decisions.accounts.account import Claim
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.touched import BINDING, Lines, touched_each
from compliance.decisions.order_input import OrdersGiven
from compliance.decisions.screener import Screener
from compliance.ledger.ledger import Ledger
from compliance.ledger.unshipped_lines import open_lines
from compliance.rulebook.legal_standing import Standing

AT_ONCE = 16
"""So many quantities are asked about in one evaluation."""


def find_units_that_fit(
    ledger: Ledger, screener: Screener, lines: Sequence[Mapping[str, Any]], *, now: datetime, amends: str = "",
    binding: Collection[Standing] = BINDING,
) -> int | None:  # fmt: skip
    """How many units of a refused order of one line would fit, beside the others of its purchase; else `None`.

    `amends` is the reservation that the line would be of instead: what that holds is free for it.
    """
    quantity = str(lines[0].get("quantity", "")) if len(lines) == 1 else ""
    if not quantity.isdigit():
        return None
    others = open_lines(screener, [one for one in ledger.of_purchases(lines) if one.id != amends])
    own = ledger.reservation(amends, now=now).accounts if amends else ()
    return find_fitting_quantity(
        ledger, screener, lines[0], int(quantity) - 1, now=now, beside=others, binding=binding,
        held={one.account.name: one.taken for one in own},
    )  # fmt: skip


def find_fitting_quantity(
    ledger: Ledger, screener: Screener, line: Mapping[str, Any], most: int, *, now: datetime,
    beside: Sequence[OrdersGiven] = (), binding: Collection[Standing] = BINDING,
    held: Mapping[str, int] | None = None,
) -> int:  # fmt: skip
    """The largest quantity of a line up to `most` that could be reserved now, as far as every smaller one could.

    `beside` are the lines of open reservations of its purchase, `held` what of accounts by name is free for it beside
    their room. Raises `OrderError` for what is wrong with the line.
    """
    fits, refused = 0, most + 1
    while refused - fits > 1:
        asked = _between(fits, refused)
        found = claims_by_quantity(screener, line, asked, beside, binding)
        names = {claim.name for claims in found.values() for claim in claims}
        balances = ledger.balances(accounts=names, now=now) if names else []
        free = held or {}
        rooms = {one.account.name: one.room + free.get(one.account.name, 0) for one in balances}
        for quantity in asked:
            if not _have_room(found[quantity], rooms):
                refused = quantity
                break
            fits = quantity
    return fits


def _between(low: int, high: int) -> list[int]:
    """Whole numbers between two, none of them twice, spread evenly; all where they are few."""
    parts = min(AT_ONCE + 1, high - low)
    return [low + (high - low) * part // parts for part in range(1, parts)]


def claims_by_quantity(
    screener: Screener, line: Mapping[str, Any], asked: Iterable[int], beside: Sequence[OrdersGiven],
    binding: Collection[Standing],
) -> dict[int, tuple[Claim, ...]]:  # fmt: skip
    """What so many units of a line take of accounts, by the quantity. Raises `OrderError`."""
    world = screener.world
    catalogue = KeptScenes.of(world).catalogue
    read = {n: Lines.read(world, catalogue, {**line, "quantity": str(n)}, beside) for n in asked}
    return {n: found.claims for n, found in touched_each(screener, read, binding=binding).items()}


def _have_room(claims: Iterable[Claim], rooms: Mapping[str, int]) -> bool:
    for claim in claims:
        if claim.binds and claim.taken != 0:
            recorded = max(claim.capacity, 0) if claim.recorded is None else claim.recorded
            if claim.taken is None or claim.taken > rooms.get(claim.name, claim.capacity - recorded):
                return False
    return True
