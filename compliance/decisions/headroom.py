"""Headroom: the largest quantity that adds and worsens nothing, the rule that binds, and the one that would bind next.

It is worked out from limits and totals, not searched for. On a stretch of quantities on which no comparison changes its
answer, every value is a straight line in the quantity: two screens of the stretch give the lines, the lines give the
first quantity at which some comparison changes, and there the next stretch begins. Where one begins with a new or
worsened finding, the quantity before it is the answer; screens of both prove it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from compliance.decisions.answer import OUTCOMES, FindingSaid, counts
from compliance.decisions.beside import Beside, Walk
from compliance.decisions.evaluate import Evaluation, Found
from compliance.decisions.findings import said
from compliance.decisions.parties import resolve
from compliance.decisions.screen import effect
from compliance.decisions.stage import day_of, packs_on, postures_of, scene_of
from compliance.engine.facts import Amount
from compliance.errors import UsageError, near
from compliance.facts.entities import contents, facts_of
from compliance.rulebook.claims import claims
from compliance.rulebook.packs import Pack
from compliance.units import show
from compliance.world.tables import Order
from compliance.world.world import World

MOST = 10**9
MOST_STRETCHES = 200
AHEAD = 8
HOME = "US"  # [contracts 6, headroom: an export from the US]


@dataclass(frozen=True)
class Asked:
    """The order whose quantity is asked for, and how findings count."""

    row: dict[str, str]
    packs: tuple[Pack, ...]
    posture: str
    reach: tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """How many units pass, and the finding that one more would add or worsen; without one nothing binds."""

    units: int | None
    finding: FindingSaid | None


def headroom(
    world: World,
    *,
    chip: str,
    consignee: str | None = None,
    operator: str | None = None,
    country: str | None = None,
    site: str | None = None,
    exporter: str | None = None,
    authorization: str | None = None,
    packs: Sequence[Pack] | None = None,
    as_of: date | None = None,
    posture: str = "both",
    fail_on: str = "license_required",
) -> dict[str, Any]:
    """How many of a chip a consignee (or operator) may still get, by route (contracts 6, headroom).

    Raises `UsageError` for a party, site or chip that the world does not know.
    """
    day = day_of(world, as_of)
    postures_of(posture)
    chosen = tuple(pack for pack in packs_on(day, packs) if _may_count(pack, day, posture))
    row = _row(world, day, chip, consignee, operator, country, site, exporter)
    routes = [authorization] if authorization else _routes(chosen)
    reach = OUTCOMES[: OUTCOMES.index(fail_on) + 1]
    watts = _watts(world, day, chip)
    beside = Beside(scene_of(resolve(world).world.replace("orders", []), day, day, orders=True), chosen)

    def route(kind: str) -> Walk[dict[str, Any]]:
        told = yield from _route(kind, _Screens(beside, Asked({**row, "authorization": kind}, chosen, posture, reach)))
        if operator is not None:
            units = told["units"]
            told["megawatts"] = None if watts is None or units is None else show(Fraction(watts * units, 10**6))
        return told

    found = beside.together(map(route, routes))
    return {
        "as_of": day.isoformat(),
        "posture": posture,
        "packs": [{"id": p.id, "sha256": p.sha256} for p in chosen],
        "chip": chip,
        "consignee": row["consignee"],
        "country": row["to_country"],
        "routes": found,
    }


def _may_count(pack: Pack, day: date, posture: str) -> bool:
    """Whether a finding of the pack can count on the day: as enforced, where both postures are asked about."""
    counted = "as-enforced" if posture == "both" else posture
    return not pack.file.law or pack.force.at(day, counted).applies is not False


def _route(kind: str, screens: _Screens) -> Walk[dict[str, Any]]:
    """What one route leaves, the rule that binds it, and the one that binds once that is lifted."""
    binding = yield from _bound(screens, frozenset())
    after = Bound(None, None)
    if binding.finding is not None:
        after = yield from _bound(screens, frozenset({(binding.finding.pack, binding.finding.rule)}))
    return {"authorization": kind, "units": binding.units, "binding": _told(binding), "next": _told(after)}


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


def _row(
    world: World,
    day: date,
    chip: str,
    consignee: str | None,
    operator: str | None,
    country: str | None,
    site: str | None,
    exporter: str | None,
) -> dict[str, str]:
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
        "id": "(headroom)", "date": day.isoformat(), "from_country": HOME, "consignee": buyer, "end_user": buyer,
        "to_country": to_country, "chip": chip, "movement": "export",
    }  # fmt: skip
    optional = {"operator": operator, "site": site, "exporter": exporter}
    return row | {key: value for key, value in optional.items() if value is not None}


def _watts(world: World, day: date, chip: str) -> int | None:
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


Lifted = frozenset[tuple[str, str]]


def _bound(screens: _Screens, lifted: Lifted) -> Walk[Bound]:
    """The largest quantity that passes with some rules lifted."""
    at = 1
    for _ in range(MOST_STRETCHES):
        yield from screens.need(at - 1, at, at + 1)
        yield from screens.need(*screens.ahead(at))
        for quantity in (at, at + 1):
            if finding := screens.binding(quantity, lifted):
                proof = screens.binding(quantity - 1, lifted) if quantity > 1 else None
                if proof is not None:  # INVARIANT: stretches leave no gap in which a finding could hide
                    raise AssertionError(f"{quantity - 1} units already give `{proof.rule}`")
                return Bound(quantity - 1, finding)
        following = screens.change(at)
        if following is None or following > MOST:
            yield from screens.need(MOST)
            if (finding := screens.binding(MOST, lifted)) is not None:
                raise AssertionError(f"`{finding.rule}` binds before {MOST} units where no comparison changes")
            return Bound(None, None)
        at = following
    raise AssertionError("a headroom of more stretches than any rule has limits")


class _Screens:
    """Screens of one order at several quantities against one world."""

    def __init__(self, beside: Beside, ask: Asked) -> None:
        self.beside = beside
        self.ask = ask
        self._seen: dict[int, Evaluation] = {}

    def need(self, *quantities: int) -> Walk[None]:
        """Has the order screened at these quantities."""
        lacking = [quantity for quantity in quantities if quantity > 0 and quantity not in self._seen]
        if lacking:
            found = yield [(self._order(quantity),) for quantity in lacking]
            self._seen.update(zip(lacking, found, strict=True))

    def _order(self, quantity: int) -> Order:
        return Order.model_validate({**self.ask.row, "quantity": str(quantity)})

    def at(self, quantity: int) -> Evaluation:
        return self._seen[quantity]

    def binding(self, quantity: int, lifted: Lifted) -> FindingSaid | None:
        """The strictest new or worsened finding that the order of this quantity gives and that counts."""
        found = [finding for one in self.at(quantity).found if (finding := self._counts(one, lifted))]
        return min(found, key=lambda f: (OUTCOMES.index(f.outcome), f.certainty, f.rule, f.subject.id), default=None)

    def _counts(self, found: Found, lifted: Lifted) -> FindingSaid | None:
        if not found.ordered or (found.pack.id, found.rule) in lifted:
            return None
        if effect(self.beside.before.get(found.identity), found) not in ("new", "worsened"):
            return None
        finding = said(found, self.beside.scene, postures_of(self.ask.posture), [])
        if finding is None or finding.outcome not in self.ask.reach:
            return None
        not_law = frozenset(pack.id for pack in self.ask.packs if not pack.file.law)
        return finding if counts(finding, self.ask.posture, not_law) else None

    def change(self, at: int) -> int | None:
        """The first quantity after `at + 1` at which some comparison may change its answer."""
        return min(self._changes(at), default=None)

    def ahead(self, at: int) -> list[int]:
        """The quantities around the next changes, which are cheap to screen together with each other."""
        changes = sorted(change for change in self._changes(at) if change <= MOST)
        return [quantity for change in changes[:AHEAD] for quantity in (change - 1, change, change + 1)]

    def _changes(self, at: int) -> set[int]:
        here, there = self.at(at).margins, self.at(at + 1).margins
        return {
            at + quantity
            for key, (op, amount) in here.items()
            if key in there
            for quantity in _turns(op, amount, there[key][1])
            if quantity > 1
        }


def _turns(op: str, here: Amount, there: Amount) -> list[int]:
    """How many more units until a comparison turns, for either end of the value."""
    ends = [(here.low, there.low)]
    if here.high is not None and there.high is not None:
        ends.append((here.high, there.high))
    return [steps for one, two in ends if (steps := _steps(op, one, two - one)) is not None]


def _steps(op: str, value: int, slope: int) -> int | None:
    """The least number of steps after which the answer to `value op 0` is another, on a straight line."""
    if slope == 0:
        return None
    # whole distances: `gt` and `le` turn between 0 and 1, `ge` and `lt` between -1 and 0
    edge = 1 if op in ("gt", "le") else 0
    over = value >= edge
    if over == (slope > 0):
        return None
    if slope > 0:
        return ceil(Fraction(edge - value, slope))
    return (value - edge) // -slope + 1
