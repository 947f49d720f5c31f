"""A headroom beside what is reserved and committed: how many more could be reserved now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from compliance.answers.headroom_answer import (
    MOST_ASKED,
    BindingRule,
    Headroom,
    RemainingLimit,
    RouteHeadroom,
)
from compliance.decisions.accounts.account import Claim
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.touched import BINDING, Lines, touched_each
from compliance.decisions.headroom.probe_order import PARTS, order_row
from compliance.decisions.screener import Screener
from compliance.ledger.fitting_quantity import find_fitting_quantity
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_answers import Balance
from compliance.units import exact, show


def headroom_beside_open(
    ledger: Ledger, screener: Screener, asked: Mapping[str, Any], *, now: datetime
) -> Headroom:  # fmt: skip
    """How many of a chip somebody may still get, as `Screener.headroom` is asked. Raises `UsageError`."""
    found = screener.headroom(**asked)
    named: dict[str, Any] = {name: asked.get(name) for name in PARTS}
    line = order_row(screener.world, screener.as_of, **named)
    return count_open_reservations(ledger, screener, found, line, now=now)


def count_open_reservations(
    ledger: Ledger, screener: Screener, found: Headroom, line: Mapping[str, Any], *, now: datetime
) -> Headroom:
    """The headroom of a line, its limits `used` by what is reserved and committed too, and `units` no more than fit.

    Where fewer fit than by what is on record, the limit of which the least is left binds, as `binding` says.
    """
    names = {one.account for route in found.routes for one in route.left}
    balances = {one.account.name: one for one in ledger.balances(accounts=names, now=now)} if names else {}
    taken = {name: one for name, one in balances.items() if one.reserved or one.committed}
    if not taken:
        return found
    claims = _claims_by_route(screener, found, line)
    routes = [
        _route(ledger, screener, found, route, taken, claims[route.authorization], line, now) for route in found.routes
    ]
    return found.model_copy(update={"routes": routes})


def _claims_by_route(
    screener: Screener, found: Headroom, line: Mapping[str, Any]
) -> dict[str, dict[str, tuple[Claim, int]]]:
    """By route and account what one unit takes, or one more than fit where the first takes nothing, and how many that
    are; all in one evaluation."""
    world = screener.world
    catalogue = KeptScenes.of(world).catalogue
    asked = {
        (route.authorization, n): Lines.read(
            world, catalogue, {**line, "authorization": route.authorization, "quantity": str(n)}
        )
        for route in found.routes
        for n in (1, _most(route) + 1)
    }
    claims: dict[str, dict[str, tuple[Claim, int]]] = {route.authorization: {} for route in found.routes}
    for (name, n), some in touched_each(screener, asked, binding=BINDING).items():
        for claim in some.claims:
            if claim.name not in claims[name] or n == 1:
                claims[name][claim.name] = (claim, n)
    return claims


def _most(route: RouteHeadroom) -> int:
    return MOST_ASKED if route.units is None else route.units


def _route(
    ledger: Ledger, screener: Screener, found: Headroom, route: RouteHeadroom, taken: Mapping[str, Balance],
    claims: Mapping[str, tuple[Claim, int]], line: Mapping[str, Any], now: datetime,
) -> RouteHeadroom:  # fmt: skip
    most, asked = _most(route), {**line, "authorization": route.authorization}
    left = [
        _remaining(one, taken[one.account], *claims.get(one.account, (None, 1))) if one.account in taken else one
        for one in route.left
    ]
    told = route.model_copy(update={"left": left})
    if route.units == 0 or not any(one.counted and one.account in taken for one in left):
        return told
    standings = [one for one in found.standings if one != "summary"]
    units = find_fitting_quantity(ledger, screener, asked, most, now=now, binding=standings)
    if units == most:
        return told
    binding = _binding(units, (one for one in left if one.counted and one.account in taken))
    before = route.binding
    after = route.next if before is not None and (before.pack, before.rule) == (binding.pack, binding.rule) else before
    changes: dict[str, Any] = {"units": units, "reading": "limited", "binding": binding, "next": after}
    if route.megawatts is not None and route.units:
        changes["megawatts"] = show(exact(route.megawatts) * units / route.units)
    return told.model_copy(update=changes)


def _remaining(one: RemainingLimit, balance: Balance, claim: Claim | None, quantity: int) -> RemainingLimit:
    """What is left of a limit beside what is open, and how many fit, by what so many units take of it."""
    if one.used is None or one.left is None:
        return one
    account, room = balance.account, max(0, balance.room)
    units = None if claim is None or not claim.taken else room * quantity // claim.taken
    used = account.said(balance.recorded + balance.reserved + balance.committed)
    return one.model_copy(update={"used": used, "left": account.said(room), "units": units})


def _binding(units: int, limits: Iterable[RemainingLimit]) -> BindingRule:
    tightest = min(limits, key=lambda one: (one.units if one.units is not None else MOST_ASKED, one.account))
    at = tightest.account
    return BindingRule(
        rule=tightest.rule, pack=tightest.pack, units=units, certainty="definite", measure=tightest.used,
        limit=tightest.limit, unit=tightest.unit,
        message=f"{tightest.left} {tightest.unit} is left of `{at}` beside what is reserved and committed",
    )  # fmt: skip
