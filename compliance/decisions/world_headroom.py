"""The headroom of a world that is asked about once: it is opened for the question."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict, Unpack

from compliance.decisions.headroom import headroom as of_headroom
from compliance.decisions.screener import Screener
from compliance.decisions.setup import PacksGiven
from compliance.world.world import World


class RouteOptions(TypedDict, total=False):
    """What is told of the order besides its party and chip; see `compliance.decisions.headroom.headroom`."""

    country: str | None
    site: str | None
    exporter: str | None
    end_user: str | None
    authorization: str | None
    fail_on: str
    named: Collection[str] | None


def headroom(
    world: World,
    *,
    chip: str,
    consignee: str | None = None,
    operator: str | None = None,
    packs: PacksGiven = None,
    as_of: date | None = None,
    posture: str = "both",
    **options: Unpack[RouteOptions],
) -> dict[str, Any]:
    """The headroom of a world, as contracts 6 has it; packs may be ids and folders too.

    Raises `UsageError` for a party, site, chip, pack or posture that is none, and where no country is given for a table
    of all operators.
    """
    opened = Screener(world, packs, as_of, posture)
    return of_headroom.headroom(opened, chip=chip, consignee=consignee, operator=operator, **options)
