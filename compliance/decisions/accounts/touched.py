"""The accounts that an order touches, out of one evaluation of the world with the order and without it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.decisions.accounts.account import Claim
from compliance.rulebook.standing import Standing

if TYPE_CHECKING:
    from compliance.decisions.orders import OrdersGiven
    from compliance.decisions.screener import Screener

BINDING: tuple[Standing, ...] = ("enforced", "written")
"""The standings whose limits stand in the way of a reservation where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What an order takes of which accounts, and which limits that it touches are no accounts, a sentence each."""

    claims: tuple[Claim, ...]
    no_accounts: tuple[str, ...] = ()


def touched(
    screener: Screener, orders: OrdersGiven, *, beside: Sequence[OrdersGiven] = (),
    binding: Collection[Standing] = BINDING, fail_on: str = "license_required",
) -> Touched:  # fmt: skip
    """The accounts that an order touches in the world of a Screener, what is on record there and what it takes.

    `beside` are orders of open reservations that count together with this one (of the same purchase). A rule's limit
    stands in the way where its standing on the day is one of `binding`; a pack that is no law only where it was named.
    Raises `OrderError` as a screening does.
    """
    del screener, orders, beside, binding, fail_on
    return Touched(())


def on_record(
    screener: Screener, names: Collection[str], *, binding: Collection[Standing] = BINDING,
    fail_on: str = "license_required",
) -> dict[str, Claim]:  # fmt: skip
    """Of accounts by name what the law gives and what the world of a Screener has on record, as claims of nothing."""
    del screener, names, binding, fail_on
    return {}
