"""The order whose quantity a headroom asks for: where it goes, what it is, what power one unit takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from compliance.decisions.stage import scene_of
from compliance.errors import UsageError, near
from compliance.facts.entities import contents, facts_of
from compliance.rulebook.folder import rules_folder
from compliance.world.rule_file import Cited, Country, Written, parse, read
from compliance.world.world import World

ORDER = Path("shared") / "headroom_order.yaml"


class HeadroomOrder(Written):
    """`headroom_order.yaml`: where the order of a headroom comes from, and how it moves."""

    from_country: Country
    movement: Literal["export", "reexport", "transfer"]
    citation: Cited


def order_row(
    world: World,
    day: date,
    chip: str,
    consignee: str | None,
    operator: str | None,
    country: str | None,
    site: str | None,
    exporter: str | None,
) -> dict[str, str]:
    """The order but for its quantity; raises `UsageError` for a party or site that the world does not know."""
    buyer = consignee or operator
    if buyer is None:
        raise UsageError("headroom is for a consignee or an operator: name one")
    known = [*world.by_id("companies"), *world.by_id("people")]
    for party in filter(None, (consignee, operator, exporter)):
        if party not in known:
            raise UsageError(f"no party `{party}` in this world.{near(party, known)}")
    place: Any = world.by_id("sites").get(site or "")
    if site is not None and place is None:
        raise UsageError(f"no site `{site}` in this world.{near(site, world.by_id('sites'))}")
    company: Any = world.party(buyer)
    to_country = country or (place.country if place else None) or getattr(company, "headquarters", None)
    if to_country is None:
        raise UsageError(f"the country of `{buyer}` is not known: name it with --country")
    row = {
        **_order(), "id": "(headroom)", "date": day.isoformat(), "consignee": buyer, "end_user": buyer,
        "to_country": to_country, "chip": chip,
    }  # fmt: skip
    optional = {"operator": operator, "site": site, "exporter": exporter}
    return row | {key: value for key, value in optional.items() if value is not None}


def _order() -> dict[str, str]:
    file = rules_folder() / ORDER
    written = parse(HeadroomOrder, read(file), str(file))
    return {"from_country": written.from_country, "movement": written.movement}


def watts_of(world: World, day: date, chip: str) -> int | None:
    """The watts of one unit, `None` where they are not known; raises `UsageError` for an unknown chip."""
    catalogue = scene_of(world, day, day, orders=False).catalogue
    total = 0
    parts = contents(catalogue, chip)
    if not parts:
        raise UsageError(f"no chip or product is called `{chip}`.{catalogue.near(chip)}")
    for name, count in parts:
        facts = facts_of(catalogue, name, day)
        if facts is None or facts.power_watts is None:
            return None
        total += facts.power_watts * count
    return total
