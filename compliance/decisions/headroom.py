"""Headroom: the largest quantity that adds and worsens nothing, the rule that binds, and the one that would bind next.

It is worked out from limits and totals, not searched for (`bounds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.decisions.answer import OUTCOMES
from compliance.decisions.beside import Beside, Walk
from compliance.decisions.bounds import Asked, Bound, Screens, bound
from compliance.decisions.headroom_order import assumed, order_row, unit_of
from compliance.decisions.matches import Found
from compliance.decisions.operators import by_operator
from compliance.decisions.parties import resolve
from compliance.decisions.stage import day_of, packs_on, postures_of, scene_of
from compliance.rulebook.claims import claims
from compliance.rulebook.packs import Pack
from compliance.world.world import World


def headroom(
    world: World,
    *,
    chip: str,
    consignee: str | None = None,
    operator: str | None = None,
    country: str | None = None,
    site: str | None = None,
    exporter: str | None = None,
    end_user: str | None = None,
    authorization: str | None = None,
    packs: Sequence[Pack] | None = None,
    as_of: date | None = None,
    posture: str = "both",
    fail_on: str = "license_required",
) -> dict[str, Any]:
    """How many of a chip a consignee (or operator) may still get, by route (contracts 6, headroom).

    Where no `end_user` is named it is the consignee; `assumptions` say so.
    Without consignee and operator, the table of all operators of the world: who can still build how much in the
    country (`operators`).
    Raises `UsageError` for a party, site or chip that the world does not know, and where no country is given for a
    table.
    """
    day = day_of(world, as_of)
    postures_of(posture)
    chosen = tuple(pack for pack in packs_on(day, packs) if _may_count(pack, day, posture))
    for_all = consignee is None and operator is None
    row = order_row(world, day, chip, consignee, operator, country, site, exporter, end_user)
    unit = unit_of(world, day, chip)
    beside = Beside(scene_of(resolve(world).world.replace("orders", []), day, day, orders=True), chosen)
    head = {
        "as_of": day.isoformat(),
        "posture": posture,
        "packs": [{"id": p.id, "sha256": p.sha256} for p in chosen],
        "chip": chip,
    }
    if for_all:
        asked = Asked(row, chosen, posture, _reach(fail_on), whole=True)
        table = by_operator(beside, asked, unit, row["to_country"], authorization)
        return {**head, "country": row["to_country"], "authorization": authorization, "operators": table}
    routes = [authorization] if authorization else _routes(chosen)
    reach = _reach(fail_on)

    def route(kind: str) -> Walk[dict[str, Any]]:
        told = yield from _route(kind, Screens(beside, Asked({**row, "authorization": kind}, chosen, posture, reach)))
        if operator is not None:
            told["megawatts"] = unit.amounts(told["units"])["megawatts"]
        return told

    found = beside.together(map(route, routes))
    to = {"consignee": row["consignee"], "country": row["to_country"]}
    return {**head, **to, "routes": found, "assumptions": assumed(row, end_user, fail_on)}


def _reach(fail_on: str) -> tuple[str, ...]:
    return OUTCOMES[: OUTCOMES.index(fail_on) + 1]


def _may_count(pack: Pack, day: date, posture: str) -> bool:
    """Whether a finding of the pack can count on the day: as enforced, where both postures are asked about."""
    counted = "as-enforced" if posture == "both" else posture
    return not pack.file.law or pack.force.at(day, counted).applies is not False


def _route(kind: str, screens: Screens) -> Walk[dict[str, Any]]:
    """What one route leaves, the rule that binds it, and the one that binds once that is lifted."""
    binding = yield from bound(screens, _any)
    after = Bound(None, None)
    if (lifted := binding.found) is not None:
        after = yield from bound(screens, lambda found: (found.pack.id, found.rule) != (lifted.pack.id, lifted.rule))
    return {"authorization": kind, "units": binding.units, "binding": _told(binding), "next": _told(after)}


def _any(found: Found) -> bool:
    del found
    return True


def _told(bound: Bound) -> dict[str, Any] | None:
    if bound.finding is None:
        return None
    finding = bound.finding
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "units": bound.units,
        "certainty": finding.certainty,
        "measure": finding.measure.value if finding.measure else None,
        "limit": finding.limit.value if finding.limit else None,
        "unit": finding.limit.unit if finding.limit else None,
        "message": finding.message,
    }


def _routes(packs: Sequence[Pack]) -> list[str]:
    """Every authorization that the packs know for lines, by a route or in a condition; licenses and none come last."""
    routes = {
        route.kind or name for pack in packs for name, route in pack.definitions.routes.items() if "lines" in route.of
    }
    last = ("license", "none")
    return [*sorted({*routes, *(word for pack in packs for word in claims(pack))} - set(last)), *last]
