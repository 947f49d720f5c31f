"""Who can still build how much in one country: a table of all operators of a world, by the room that is left to each.

What is asked about are the rules that add something up (a share of capacity, a ceiling, a country's cap): for each of
them the quantity that still passes, and what more capacity at home would open. A license is taken for granted where it
may be had: what bars a single line, or meets a policy of denial, leaves no room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from compliance.answers.answer import Finding
from compliance.decisions.determinations import Determinations
from compliance.decisions.headroom.breakpoints import HeadroomQuery, ProbeSeries, find_binding_limit
from compliance.decisions.headroom.home_capacity import HomeEffect, at_home
from compliance.decisions.headroom.operator_footprint import Footprint, Stock, footprints
from compliance.decisions.scenario_batch import ScenarioBatch, Walk
from compliance.decisions.setup import POSTURES
from compliance.evaluation.matches import Match
from compliance.sources.column_types import TPP, WATTS
from compliance.sources.entities import Amount
from compliance.units import show
from compliance.world.schema.tables import Order

LICENSE = "license"
LICENSED = "license_required"
DENIED = ("presumption_of_denial", "policy_of_denial")


@dataclass(frozen=True)
class Unit:
    """What one unit of the chip has: watts and thousandths of TPP, where they are known."""

    watts: int | None
    tpp: int | None

    def amounts(self, units: int | None) -> dict[str, Any]:
        """So many units, as chips, megawatts and TPP; `None` is no limit, or not known."""
        return {
            "units": units,
            "megawatts": None if units is None or self.watts is None else show(Fraction(units * self.watts, WATTS)),
            "tpp": None if units is None or self.tpp is None else show(Fraction(units * self.tpp, TPP)),
        }


@dataclass
class InstallationRoom:
    """How many units a rule lets an operator install: `most` assumes the most favourable value of every unknown."""

    finding: Finding
    found: Match
    units: int
    most: int | None
    home: HomeEffect | None = None


@dataclass
class OperatorHeadroom:
    """The rooms of an operator under one authorization, the one that binds first."""

    authorization: str
    screens: ProbeSeries
    rooms: list[InstallationRoom] = field(default_factory=list)

    @property
    def units(self) -> float:
        """For sorting only: how many units pass, infinitely many where nothing binds."""
        return self.rooms[0].units if self.rooms else float("inf")


def by_operator(
    beside: ScenarioBatch, asked: HeadroomQuery, unit: Unit, country: str, authorization: str | None
) -> list[dict[str, Any]]:
    """The rows of the table, those with the most room first; `asked` is the order but for its parties."""
    all_of = footprints(beside.scene, country)
    routes = {one.operator: [authorization] for one in all_of} if authorization else _routes(beside, asked, all_of)

    def rooms(one: Footprint, kind: str) -> Walk[OperatorHeadroom]:
        own = replace(asked, row={**_parties(asked.row, one.operator), "authorization": kind})
        found = OperatorHeadroom(kind, ProbeSeries(beside, own))
        found.rooms = yield from _rooms(found.screens)
        return found

    pairs = [(one, kind) for one in all_of for kind in routes[one.operator]]
    best: dict[str, OperatorHeadroom] = {}
    for (one, _), found in zip(pairs, beside.together(rooms(*pair) for pair in pairs), strict=True):
        if one.operator not in best or found.units > best[one.operator].units:
            best[one.operator] = found
    beside.together(at_home_of(one, best[one.operator]) for one in all_of)
    made = [_row(one, best[one.operator], unit) for one in all_of]
    total = sum(said["units"] for said in made if said["units"] is not None)
    for said in made:
        said["share"] = show(Fraction(said["units"], total)) if said["units"] is not None and total else None
    made.sort(key=lambda said: (said["units"] is not None, -(said["units"] or 0), said["operator"]))
    return made


def _parties(row: dict[str, str], operator: str) -> dict[str, str]:
    return {**row, "consignee": operator, "end_user": operator, "operator": operator}


def _routes(beside: ScenarioBatch, asked: HeadroomQuery, all_of: Sequence[Footprint]) -> dict[str, list[str]]:
    """The authorizations under which each operator may build: the exceptions open to it for certain, and a license."""
    orders = [
        Order.model_validate({**_parties(asked.row, one.operator), "authorization": LICENSE, "quantity": "1"})
        for one in all_of
    ]
    found = {}
    for one, evaluation in zip(all_of, beside.each([(order,) for order in orders], determine=True), strict=True):
        said = Determinations(evaluation.determined, POSTURES)
        kinds = {route.kind for each in said for route in each.routes if route.available}
        found[one.operator] = [*sorted(kinds - {LICENSE}), LICENSE]
    return found


def _rooms(screens: ProbeSeries) -> Walk[list[InstallationRoom]]:
    """The rules that add something up and would bind at last, each with its room, the tightest first."""
    found: list[InstallationRoom] = []
    while True:
        limit = yield from find_binding_limit(
            screens, lambda f: _limits(f, screens) and _name(f) not in map(_of, found)
        )
        if limit.found is None or limit.finding is None or limit.units is None:
            return found
        name = _name(limit.found)
        surely = yield from find_binding_limit(screens, lambda f, name=name: f.certain and _name(f) == name)  # type: ignore[misc]
        found.append(InstallationRoom(limit.finding, limit.found, limit.units, surely.units))


def _limits(found: Match, screens: ProbeSeries) -> bool:
    """Whether a finding is about a total, or about a line that no license would cure."""
    licensed = screens.ask.row["authorization"] == LICENSE and found.plan.rule.then.outcome == LICENSED
    return found.plan.shape is not None or not licensed or found.review_policy in DENIED


def _name(found: Match) -> tuple[str, str]:
    return found.pack.id, found.rule


def _of(room: InstallationRoom) -> tuple[str, str]:
    return _name(room.found)


def at_home_of(one: Footprint, best: OperatorHeadroom) -> Walk[None]:
    """Works out what more at home would open under each rule."""
    if one.headquarters is None:
        return
    later: InstallationRoom | None = None
    for room in reversed(best.rooms):
        until = later.units if later is not None and later.home is None else None
        room.home = yield from at_home(best.screens, room.found, room.units, until, one.headquarters)
        later = room


# ---- as the answer gives it


def _row(one: Footprint, best: OperatorHeadroom, unit: Unit) -> dict[str, Any]:
    first = best.rooms[0] if best.rooms else None
    return {
        "operator": one.operator,
        "candidates": list(one.candidates),
        "headquarters": one.headquarters,
        "home": _stock(one.home),
        "abroad": _stock(one.abroad),
        "there": _stock(one.there),
        "authorization": best.authorization,
        **unit.amounts(first.units if first else None),
        "certainty": first.finding.certainty if first else None,
        "binding": first.finding.rule if first else None,
        "rooms": [_room(room, place, best.rooms, unit) for place, room in enumerate(best.rooms)],
    }


def _stock(stock: Stock) -> dict[str, Any]:
    return {"megawatts": _interval(stock.watts, WATTS), "tpp": _interval(stock.tpp, TPP)}


def _interval(ends: Amount, scale: int) -> dict[str, str | None]:
    low, high = ends
    return {"value": show(Fraction(low or 0, scale)), "high": None if high is None else show(Fraction(high, scale))}


def _room(room: InstallationRoom, place: int, rooms: Sequence[InstallationRoom], unit: Unit) -> dict[str, Any]:
    finding, home = room.finding, room.home
    following = rooms[place + 1].finding.rule if place + 1 < len(rooms) else None
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "subject": finding.subject.model_dump(mode="json"),
        **unit.amounts(room.units),
        "most": unit.amounts(room.most),
        "certainty": finding.certainty,
        "measure": finding.measure.value if finding.measure else None,
        "limit": finding.limit.value if finding.limit else None,
        "unit": finding.limit.unit if finding.limit else None,
        "message": finding.message,
        "missing": [gap.model_dump(mode="json") for gap in finding.missing],
        "at_home": None
        if home is None
        else {
            "each": show(home.each),
            "next": None if home.next is None else unit.amounts(home.next),
            "until": None if home.until is None else {**unit.amounts(home.until), "rule": following},
        },
    }
