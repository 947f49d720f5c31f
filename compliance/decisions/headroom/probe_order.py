"""The order whose quantity a headroom asks for: where it goes, what it is, what power one unit takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from compliance.answers.answer import OUTCOMES
from compliance.answers.headroom_answer import ASKED
from compliance.decisions.headroom.by_operator import Unit
from compliance.decisions.setup import scene_of
from compliance.errors import UsageError, near
from compliance.explain.finding_kinds import require_outcome
from compliance.rulebook.folder import rules_folder
from compliance.sources.entities import contents, facts_of
from compliance.world.io.rule_file import Cited, Country, RuleDataModel, parse, read_rule_file
from compliance.world.reference.countries import country as country_code
from compliance.world.schema.shipments import ClaimedAuthorization
from compliance.world.world import World

ORDER = Path("shared") / "headroom_order.yaml"


class HeadroomOrder(RuleDataModel):
    """`headroom_order.yaml`: where the order of a headroom comes from, and how it moves."""

    from_country: Country
    movement: Literal["export", "reexport", "transfer"]
    citation: Cited


PARTS = ("chip", "consignee", "operator", "country", "site", "exporter", "end_user")
"""What an order that is asked about is made of."""


def order_row(
    world: World,
    day: date,
    chip: str,
    consignee: str | None,
    operator: str | None,
    country: str | None,
    site: str | None,
    exporter: str | None,
    end_user: str | None,
) -> dict[str, str]:
    """The order but for its quantity; raises `UsageError` for a party or site that the world does not know."""
    buyer = consignee or operator
    if buyer is None and (country is None or any(part is not None for part in (site, exporter, end_user))):
        raise UsageError("headroom is for a consignee or an operator, or for all operators of a world: name a country")
    known = [*world.by_id("companies"), *world.by_id("people")]
    for party in filter(None, (consignee, operator, exporter, end_user)):
        if party not in known:
            raise UsageError(f"no party `{party}` in this world.{near(party, known)}")
    place: Any = world.by_id("sites").get(site or "")
    if site is not None and place is None:
        raise UsageError(f"no site `{site}` in this world.{near(site, world.by_id('sites'))}")
    company: Any = world.party(buyer) if buyer is not None else None
    to_country = country or (place.country if place else None) or getattr(company, "headquarters", None)
    if to_country is None:
        raise UsageError(f"the country of `{buyer}` is not known: name it with --country")
    row = {**home_order(), "id": ASKED, "date": day.isoformat(), "to_country": to_country, "chip": chip}
    parties = {"consignee": buyer, "end_user": end_user or buyer, "operator": operator, "exporter": exporter}
    optional = {**parties, "site": site}
    return row | {key: value for key, value in optional.items() if value is not None}


def require_known(to_country: str | None, authorization: str | None, fail_on: str) -> None:
    """Raises `UsageError` for a country, an authorization or an outcome that is none."""
    if to_country is not None:
        try:
            country_code(to_country)
        except ValueError as wrong:
            raise UsageError(str(wrong)) from None
    claims = get_args(ClaimedAuthorization)
    claimable = tuple(word for claim in claims for word in (get_args(claim) or (claim,)))
    if authorization is not None and authorization not in claimable:
        raise UsageError(f"`{authorization}` is no authorization; one of {', '.join(claimable)}")
    require_outcome(fail_on)


def list_assumptions(row: Mapping[str, str], end_user: str | None, fail_on: str) -> list[str]:
    """What a headroom takes for granted, a sentence each; `end_user` if one was named."""
    user = f"the end user is `{row['end_user']}`"
    return [
        f"the order is one {row['movement']} from {row['from_country']} to {row['to_country']} on {row['date']}",
        user if end_user else f"{user}, the consignee, as no other is named",
        f"the exporter is `{row['exporter']}`" if "exporter" in row else "no exporter is named",
        f"what gives less than `{fail_on}` does not bind"
        if fail_on != OUTCOMES[-1]
        else "any finding binds, but for certifications, notices and reports that fall due; companies that split "
        "purchases are looked for without the order",
    ]


def home_order() -> dict[str, str]:
    """Where an order comes from and how it moves where nothing else is said."""
    file = rules_folder() / ORDER
    written = parse(HeadroomOrder, read_rule_file(file), str(file))
    return {"from_country": written.from_country, "movement": written.movement}


def unit_of(world: World, day: date, chip: str) -> Unit:
    """What one of a chip or product has; raises `UsageError` where nothing is known of the name."""
    catalogue = scene_of(world, day, day, orders=False).catalogue
    parts = contents(catalogue, chip)
    if not parts:
        raise UsageError(f"no chip or product is called `{chip}`.{catalogue.near(chip)}")
    facts = [(facts_of(catalogue, name, day), count) for name, count in parts]
    watts = [None if one is None or one.power_watts is None else one.power_watts * count for one, count in facts]
    tpp = [None if one is None or one.tpp is None else one.tpp * count for one, count in facts]
    return Unit(_total(watts), _total(tpp))


def _total(parts: Sequence[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
