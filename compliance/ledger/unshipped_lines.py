"""What of the lines of a reservation is not on record yet: it goes on counting where the reservation is.

A shipment under the id of a line is of that line, as far as it is of the same chip, to the same consignee and country.
What it leaves of the quantity is still to ship; a shipment under another id is another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.order_input import order_lines
from compliance.decisions.screener import Screener
from compliance.ledger.ledger_answers import Reservation
from compliance.sources.entities import contents
from compliance.sources.shipment_lines import NOT_LINES
from compliance.units import exact
from compliance.world.schema.row import Row

REST = " (rest)"
"""Stands behind the id of a line of which a part is on record."""


def open_lines(screener: Screener, reservations: Iterable[Reservation]) -> list[list[dict[str, Any]]]:
    """The lines of reservations as far as they are not on record yet, a list for each that has any."""
    found = (list(unshipped_parts(screener, json.loads(one.orders))) for one in reservations)
    return [lines for lines in found if lines]


def require_readable(screener: Screener, reservation: Reservation) -> None:
    """Raises `OrderError` for lines of a reservation that the world cannot read any more."""
    for lines in open_lines(screener, [reservation]):
        order_lines(screener.world, KeptScenes.of(screener.world).catalogue, lines)


def unshipped_parts(screener: Screener, lines: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What of lines is not on record yet."""
    shipments = screener.world.by_id("shipments")
    for line in lines:
        shipped = shipments.get(str(line.get("id")))
        if shipped is None:
            yield dict(line)
            continue
        left = _quantity(line) - (shipped.value("quantity") if _is_of(screener, shipped, line) else 0)
        if left > 0:
            name = str(line["id"]) + REST
            while name in shipments:
                name += REST
            yield {**line, "id": name, "purchase": line.get("purchase") or line["id"], "quantity": str(left)}


def _quantity(line: Mapping[str, Any]) -> int:
    try:
        return int(exact(str(line.get("quantity"))))
    except ValueError:
        return 0  # INVARIANT: the line was read when it was reserved


def _is_of(screener: Screener, shipped: Row, line: Mapping[str, Any]) -> bool:
    world = screener.world
    if shipped.value("status") in NOT_LINES or shipped.value("to_country") != line.get("to_country"):
        return False
    catalogue = KeptScenes.of(world).catalogue
    kinds = [contents(catalogue, str(chip)) or chip for chip in (shipped.value("chip"), line.get("chip"))]
    known = [str(name) for name in (shipped.value("consignee"), line.get("consignee")) if world.party(str(name))]
    return kinds[0] == kinds[1] and len(set(known)) < 2
