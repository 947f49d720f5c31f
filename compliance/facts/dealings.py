"""The parties of what is sold, rented and sent: each party of a line, a service or a transfer of weights once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from compliance.facts.entities import amount, contents, strictest_chip
from compliance.facts.licenses import Licenses
from compliance.world.chips import Catalogue
from compliance.world.tables import ComputeService, WeightTransfer
from compliance.world.world import World

OF_LINES = (
    "consignee", "end_user", "operator", "purchaser", "intermediate_consignee", "forwarder", "payer", "exporter",
)  # fmt: skip


def dealings(
    world: World, day: date, lines: Iterable[Any], licenses: Licenses, catalogue: Catalogue
) -> Iterator[dict[str, Any]]:
    """A row for each party of each line, of each service begun by the day, and of each transfer of weights.

    The chip is the most strictly controlled of those in what the line names, the quantity that of all of them.
    """
    for line in lines:
        value = amount(line.value_usd)
        units = line.quantity * (sum(count for _, count in contents(catalogue, line.chip)) or 1)
        about = {
            "table": line.table, "id": line.id, "date": line.date, "ordered": line.table == "orders",
            "movement": line.movement, "from_country": line.from_country, "to_country": line.to_country,
            "exporter": line.exporter, "licensed": licenses.lacks(line) is None,
            "chip": strictest_chip(catalogue, line.chip, line.date),
            "quantity.low": units, "quantity.high": units, "value_usd.low": value[0], "value_usd.high": value[1],
        }  # fmt: skip
        yield from _each({role: getattr(line, role) for role in OF_LINES}, about)
    for service in world.each(ComputeService):
        begins = service.from_ or day
        if begins <= day:
            about = {
                "table": service.table, "id": service.id, "date": begins, "ordered": False, "movement": "service",
                "exporter": service.provider, "licensed": False,
                "chip": strictest_chip(catalogue, service.chip, begins) if service.chip else None,
            }  # fmt: skip
            yield from _each({"customer": service.customer, "provider": service.provider}, about)
    for sent in world.each(WeightTransfer):
        if sent.date <= day:
            about = {
                "table": sent.table, "id": sent.id, "date": sent.date, "ordered": False, "movement": "weights",
                "from_country": sent.from_country, "to_country": sent.to_country, "exporter": sent.from_party,
                "licensed": False,
            }  # fmt: skip
            yield from _each({"receiver": sent.to_party, "sender": sent.from_party}, about)


def _each(parties: dict[str, str | None], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parties, each with all that it is in the dealing."""
    roles: dict[str, list[str]] = {}
    for role, party in parties.items():
        if party is not None:
            roles.setdefault(party, []).append(role.replace("_", " "))
    for party, found in roles.items():
        yield {**about, "party": party, "role": " and ".join(found)}
