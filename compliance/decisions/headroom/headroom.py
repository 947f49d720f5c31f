"""Headroom: the largest quantity that adds and worsens nothing, the rule that binds, and the one that would bind next.

It is worked out from limits and totals, not searched for (`bounds`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from compliance.answers.answer import OUTCOMES
from compliance.answers.headroom_answer import UNCLAIMED
from compliance.decisions.headroom.breakpoints import BindingLimit, HeadroomQuery, ProbeSeries, find_binding_limit
from compliance.decisions.headroom.by_operator import by_operator
from compliance.decisions.headroom.one_unit import first_units
from compliance.decisions.headroom.probe_order import list_assumptions, order_row, require_known, unit_of
from compliance.decisions.opened_world import OpenedWorld
from compliance.decisions.scenario_batch import ScenarioBatch, Walk
from compliance.decisions.setup import postures_of, scene_of
from compliance.evaluation.described_parties import resolve
from compliance.evaluation.matches import Match
from compliance.explain.finding_kinds import counted_standings
from compliance.rulebook.authorization_claims import claims
from compliance.rulebook.legal_standing import Standing, standings_of
from compliance.rulebook.packs import Pack
from compliance.versions import SCHEMA_VERSION

NO_LIMIT = "no_limit_found"


def headroom(
    opened: OpenedWorld,
    *,
    chip: str,
    consignee: str | None = None,
    operator: str | None = None,
    country: str | None = None,
    site: str | None = None,
    exporter: str | None = None,
    end_user: str | None = None,
    authorization: str | None = None,
    fail_on: str = "license_required",
    named: Collection[str] | None = None,
) -> dict[str, Any]:
    """How many of a chip a consignee (or operator) may still get, by route (contracts 6, headroom).

    Findings count as they do for the exit status; a pack that is not law counts where it is `named` (without, those
    that the world was opened with by name). Packs of which nothing can count stand under `not_counted`. Where no
    `end_user` is named it is the consignee; `assumptions` say so. Beside the quantity each route tells what one unit
    meets in each standing, and what is left of the limits on which it draws, those of packs that are not counted too.
    Without consignee and operator, the table of all operators of the world: who can still build how much in the
    country (`operators`).
    Raises `UsageError` for a party, site or chip that the world does not know, and where no country is given for a
    table.
    """
    require_known(country, authorization, fail_on)
    world, day, posture, every = opened.world, opened.as_of, opened.posture, opened.packs
    by_name = set(opened.named_packs if named is None else named)
    left_out = list(_not_counted(every, day, posture, by_name))
    chosen = tuple(pack for pack in every if pack.id not in {one["pack"] for one in left_out})
    for_all = consignee is None and operator is None
    row = order_row(world, day, chip, consignee, operator, country, site, exporter, end_user)
    unit = unit_of(world, day, chip)
    beside = ScenarioBatch(scene_of(resolve(world).world.replace("orders", []), day, day, orders=True), chosen)
    head = {
        "schema_version": SCHEMA_VERSION,
        "as_of": day.isoformat(),
        "posture": posture,
        "packs": [{"id": p.id, "sha256": p.sha256} for p in chosen],
        "standings": _standings(chosen, day, posture),
        "not_counted": left_out,
        "chip": chip,
    }
    if for_all:
        asked = HeadroomQuery(row, chosen, posture, _reach(fail_on), whole=True)
        table = by_operator(beside, asked, unit, row["to_country"], authorization)
        return {**head, "country": row["to_country"], "authorization": authorization, "operators": table}
    routes = [authorization] if authorization else _routes(every)
    reach = _reach(fail_on)

    def route(kind: str) -> Walk[dict[str, Any]]:
        told = yield from _route(
            kind, ProbeSeries(beside, HeadroomQuery({**row, "authorization": kind}, chosen, posture, reach))
        )
        if operator is not None:
            told["megawatts"] = unit.amounts(told["units"])["megawatts"]
        return told

    found = beside.together(map(route, routes))
    orders = {kind: {**row, "authorization": kind} for kind in routes}
    units = {told["authorization"]: told["units"] for told in found}
    summaries = sorted(by_name & {pack.id for pack in every if not pack.file.law})
    firsts = first_units(opened, orders, units, fail_on, summaries)
    found = [_with_first_unit(told, firsts[told["authorization"]], bool(chosen)) for told in found]
    to = {"consignee": row["consignee"], "country": row["to_country"]}
    return {**head, **to, "routes": found, "assumptions": list_assumptions(row, end_user, fail_on)}


def _reach(fail_on: str) -> tuple[str, ...]:
    return OUTCOMES[: OUTCOMES.index(fail_on) + 1]


def _not_counted(packs: Sequence[Pack], day: date, posture: str, named: Collection[str]) -> Iterator[dict[str, str]]:
    """The packs of which no finding can count on the day, each with its standing and why."""
    counted = ("as-enforced" if posture == "both" else posture,)
    for pack in packs:
        if not pack.file.law:
            if pack.id not in named:
                why = "a summary and not law: it counts only where it is named with --pack"
                yield {"pack": pack.id, "standing": "summary", "why": why}
        elif not standings_of([pack], [day], counted):
            why = f"not applied on {day.isoformat()} under posture {posture}"
            if standings_of([pack], [day], ("as-written",)):
                why = f"in the text and not enforced: posture {posture} leaves it out, --posture as-written counts it"
            yield {"pack": pack.id, "standing": "written", "why": why}


def _standings(packs: Sequence[Pack], day: date, posture: str) -> list[Standing]:
    """The standings that the packs have of those that count in the posture."""
    summary = [pack.id for pack in packs if not pack.file.law]
    counted = counted_standings(posture, summary)
    return [one for one in standings_of(packs, [day], postures_of(posture)) if one in counted]


def _route(kind: str, screens: ProbeSeries) -> Walk[dict[str, Any]]:
    """What one route leaves, the rule that binds it, and the one that binds once that is lifted."""
    binding = yield from find_binding_limit(screens, _accept_all)
    after = BindingLimit(None, None)
    if (lifted := binding.found) is not None:
        after = yield from find_binding_limit(
            screens, lambda found: (found.pack.id, found.rule) != (lifted.pack.id, lifted.rule)
        )
    return {
        "authorization": kind,
        "units": binding.units,
        "binding": _binding_rule(binding),
        "next": _binding_rule(after),
    }


def _with_first_unit(told: dict[str, Any], first: dict[str, Any], any_counts: bool) -> dict[str, Any]:
    """A route with what one unit meets, and what its `units` mean."""
    reading = "limited"
    if told["units"] is None:
        reading = "not_counted" if not any_counts else "not_known" if first["one_unit"]["not_evaluated"] else NO_LIMIT
    return {**told, "reading": reading, **first}


def _accept_all(found: Match) -> bool:
    del found
    return True


def _binding_rule(bound: BindingLimit) -> dict[str, Any] | None:
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
    last = ("license", UNCLAIMED)
    return [*sorted({*routes, *(word for pack in packs for word in claims(pack))} - set(last)), *last]
