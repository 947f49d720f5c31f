"""Random orders in the habits of a world: its parties, countries, chips and sites, and words that lines may bear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from compliance import World
from compliance.world.schema.tables import Shipment, Site

ROLES = ("end_user", "operator", "purchaser", "intermediate_consignee", "forwarder", "payer", "exporter", "charged_to")
CLAIMS = ("LPP", "license", "AIA", "ACA", "NAC", "NVEU", "UVEU", "none", "RPL", "TMP", "HBM")
PLACES = ("MY", "SG", "IN", "AE", "CN", "US", "GB", "IR", "RU", "MO", "PL", "BR")
CHIPS = ("H100", "H20", "A100", "RTX 4090")
UNITS = (1, 8, 100, 1_699, 1_700, 1_701, 20_000, 60_000)


def orders_of(world: World, day: date, seed: int) -> Iterator[list[dict[str, Any]]]:
    """Orders of one to three lines, without end."""
    chance = Random(seed)
    lines = _Lines(world, day, chance)
    number = 0
    while True:
        found = [lines.line(f"po-{number}-{place}") for place in range(chance.choice((1, 1, 1, 2, 3)))]
        if len(found) > 1 and chance.random() < 0.3:
            found = [{**line, "purchase": "together"} for line in found]
        yield found
        number += 1


class _Lines:
    def __init__(self, world: World, day: date, chance: Random) -> None:
        self.day = day
        self.chance = chance
        self.companies: list[Any] = list(world.rows("companies"))
        self.shipments: list[Any] = list(world.each(Shipment))
        self.sites = [site.id for site in world.each(Site)]
        self.licenses = [paper.name_of_row for paper in world.rows("authorizations")]

    def line(self, name: str) -> dict[str, Any]:
        pick, often = self.chance.choice, lambda share: self.chance.random() < share
        like: Any = pick(self.shipments) if self.shipments and often(0.6) else None
        found: dict[str, Any] = {
            "id": name,
            "date": str(self.day + timedelta(days=pick((0, 0, 0, 0, -5, -200, -400, 30)))),
            "to_country": like.to_country if like else pick(PLACES),
            "chip": like.chip if like else pick(CHIPS),
            "quantity": pick(UNITS),
        }
        if often(0.95):
            found["consignee"] = like.consignee if like else self._party()
        found |= {role: self._party() for role in ROLES if often(0.2)}
        if often(0.6):
            found["authorization"] = pick(CLAIMS)
        if found.get("authorization") == "license" and self.licenses and often(0.7):
            found["authorization_id"] = pick(self.licenses)
        for field, share, values in (
            ("site", 0.3, self.sites),
            ("movement", 0.3, ("export", "reexport", "transfer", "domestic")),
            ("from_country", 0.3, ("US", "MY", "SG", "CN")),
            ("purchase", 0.2, [line.purchase or line.id for line in self.shipments]),
            ("replaces", 0.05, [line.id for line in self.shipments]),
            ("serials", 0.1, (["S1", "S2"],)),
            ("description", 0.1, ("H100 servers",)),
            ("eccn", 0.1, ("3A090.c",)),
        ):
            if values and often(share):
                found[field] = pick(values)
        return {field: value for field, value in found.items() if value is not None}

    def _party(self) -> Any:
        """A party by id, or as a customer describes itself; now and then one that is new to the world."""
        company = self.chance.choice(self.companies)
        if self.chance.random() < 0.8:
            return company.id
        if self.chance.random() < 0.5 or company.name is None:
            return {"name": f"Quite New {self.chance.randint(1, 3)} Ltd", "country": self.chance.choice(PLACES)}
        return {"name": company.name}
