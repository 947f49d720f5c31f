"""The smallest change that cures a finding, computed from its total and limit and then proven.

A remedy is shown only if its rule, evaluated again, no longer finds the subject with it and still does with one unit
less. The evaluation runs on the slice of the finding (`finding_slice`). `remove` takes units off the last lines or
holdings; `add` puts chips or megawatts at a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from compliance.answers.answer import FindingRemedy
from compliance.evaluation.evaluate import evaluate
from compliance.evaluation.lineage import LineageRow, LineageSlice
from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import Match
from compliance.explain.finding_slice import slice_of
from compliance.explain.quantities import format_inline
from compliance.rulebook.rule_models import Remedy
from compliance.sources.column_types import WATTS
from compliance.sources.entities import contents, facts_of
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import Interval, show
from compliance.world.schema.column_table import Table
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Holding, Site
from compliance.world.world import World

QUANTITY_TABLES = ("shipments", "orders", "holdings")


def remedies(found: Match, scene: EvaluationContext) -> list[FindingRemedy]:
    """The proven remedies of a finding that holds for certain."""
    if not found.certain or found.measured is None or not found.measured.known:
        return []
    made = []
    for remedy in found.plan.rule.then.remedy:
        change = _CapacityAddition(found, scene, remedy) if remedy.action == "add" else _UnitRemoval(found, scene)
        count = change.least()
        if count is None or count < 1:
            continue
        change.scene = part = slice_of(found, scene, fewer=remedy.action == "remove")
        if not _proven(found, part, change, count):
            continue
        amount, unit = change.named(count)
        text = remedy.text.format(
            quantity=f"{format_inline(amount)} {unit}", subject=found.id, key=found.key or "", period=found.period or ""
        )
        made.append(FindingRemedy(text=text, action=remedy.action, quantity=show(amount), unit=unit))
    return made


def _proven(found: Match, scene: EvaluationContext, change: _CapacityAddition | _UnitRemoval, count: int) -> bool:
    """Whether the finding goes with the change and stays with one unit less."""
    worlds = [change.world(count), *([change.world(count - 1)] if count > 1 else [])]
    with ThreadPoolExecutor(max_workers=len(worlds)) as pool:
        there = list(pool.map(lambda world: _is_still_found(found, scene, world), worlds))
    return there in ([False], [False, True])


def _is_still_found(found: Match, scene: EvaluationContext, world: World) -> bool:
    again = evaluate(scene.changed(world), [found.pack], {found.rule}, determine=False, behind=False)
    return any(one.identity == found.identity for one in again.found)


def _excess(found: Match) -> tuple[Fraction, Fraction]:
    """How far the value is over its limit, and the limit, both in the unit of the rule."""
    assert found.measured is not None
    return found.measured.low - found.measured.limit, found.measured.limit


def _sides(found: Match) -> tuple[Fraction, Fraction]:
    """The part and the whole of a ratio, in units of the columns."""
    inside = sum((row.low or 0 for row in found.rows if row.inside), 0)
    return Fraction(inside), Fraction(sum(row.low or 0 for row in found.rows))


class _UnitRemoval:
    """Units taken off the rows that count, the last ones first."""

    def __init__(self, found: Match, scene: EvaluationContext) -> None:
        self.found = found
        self.scene = scene
        self.strict = found.plan.measured is not None and found.plan.measured.test.op in ("ge", "le")

    @cached_property
    def rows(self) -> list[LineageRow]:
        kept: dict[tuple[str, str], LineageRow] = {}
        for row in reversed(self.found.rows):
            if row.inside and row.table in QUANTITY_TABLES and (row.low or 0) > 0:
                before = kept.get((row.table, row.id))  # a line of a product adds a row for each kind of its chips
                kept[row.table, row.id] = row._replace(low=(row.low or 0) + (before.low or 0 if before else 0))
        return list(kept.values())

    @cached_property
    def fields(self) -> LineageFields:
        return LineageFields(self.rows, self.scene.world)

    @cached_property
    def units(self) -> list[int]:
        return [int(text) if text and text.isdecimal() else 0 for text in self.fields.column("quantity")]

    def least(self) -> int | None:
        goal = self._goal()
        if goal is None or (isinstance(self.found.rows, LineageSlice) and goal > self.found.rows.known()):
            return None
        count, left, parts = 0, goal.numerator, goal.denominator
        for row, units in zip(self.rows, self.units, strict=True):
            if not units:  # not one number
                return None
            low = (row.low or 0) * parts
            if left < low or (left == low and not self.strict):
                needed = left * units // low + 1 if self.strict else -(-left * units // low)
                return count + max(needed, 0)
            count, left = count + units, left - low
        return None

    def _goal(self) -> Fraction | None:
        """What must go, in units of the columns."""
        leaf = self.found.plan.measured
        assert leaf is not None
        excess, limit = _excess(self.found)
        if not leaf.ratio:
            return excess * leaf.scale
        if leaf.test.op in ("lt", "le") or limit >= 100:
            return None
        part, whole = _sides(self.found)
        return (100 * part - limit * whole) / (100 - limit)

    def world(self, count: int) -> World:
        left: dict[str, dict[str, int]] = {}
        for row, units in zip(self.rows, self.units, strict=True):
            taken = min(units, count)
            left.setdefault(row.table, {})[row.id] = units - taken
            count -= taken
            if count == 0:
                break
        world = self.scene.world
        for table, units_of in left.items():
            world = _with_quantities(world, table, units_of)
        return world

    def named(self, count: int) -> tuple[Fraction, str]:
        """The change as a number and its unit: the chip or product where it is one."""
        names = set(self.fields.column("chip"))
        return Fraction(count), _units_of(count, names.pop() if len(names) == 1 else None)


class _CapacityAddition:
    """Chips or megawatts put at a place that counts beside the part (or in it, where a share is too small)."""

    def __init__(self, found: Match, scene: EvaluationContext, remedy: Remedy) -> None:
        self.found = found
        self.scene = scene
        self.country = self._country(remedy.place)
        self.power = any(row.table == "sites" for row in found.rows)
        self.chip = self._chip()

    def _country(self, place: str | None) -> str | None:
        """The first country of the place in which the holder stands already, else the first of the place."""
        lists = self.found.pack.lists
        possible = lists.countries(place, self.scene.day) if place is not None else ()
        own = {
            _site(self.scene.world, row).country for row in self.found.rows if _site(self.scene.world, row) is not None
        }
        return next((c for c in sorted(possible) if c in own), None) or next(
            (c for c in possible if c == place), possible[-1] if possible else None
        )

    def _chip(self) -> str | None:
        """The chip that the holder has most of in the part."""
        found: dict[str, int] = {}
        for row in self.found.rows:
            source = _row(self.scene.world, row)
            if row.inside and getattr(source, "chip", None):
                found[source.chip] = found.get(source.chip, 0) + (row.low or 0)
        return max(sorted(found), key=lambda name: found[name], default=None)

    def least(self) -> int | None:
        leaf = self.found.plan.measured
        if leaf is None or not leaf.ratio or self.country is None:
            return None
        _, limit = _excess(self.found)
        part, whole = _sides(self.found)
        if leaf.test.op in ("gt", "ge"):
            needed = (100 * part - limit * whole) / limit if limit else None
        else:
            needed = (limit * whole - 100 * part) / (100 - limit) if limit < 100 else None
        each = self._unit_amount()
        return None if needed is None or not each else ceil(needed / each)

    def _unit_amount(self) -> int | None:
        """What one unit adds, in units of the columns: a watt, or the TPP of a chip."""
        if self.power:
            return 1
        total = 0
        for name, count in contents(self.scene.catalogue, self.chip or ""):
            facts = facts_of(self.scene.catalogue, name, self.scene.day)
            if facts is None or facts.tpp is None:
                return None
            total += facts.tpp * count
        return total

    def world(self, count: int) -> World:
        holder = self.found.id
        if self.power:
            megawatts = show(Fraction(count, WATTS))
            site = {"id": "(remedy)", "operator": holder, "owner": holder, "country": self.country or "",
                    "it_mw": megawatts, "facility_mw": megawatts}  # fmt: skip
            return self.scene.world.with_rows("sites", [Site.model_validate(site)])
        place = Site.model_validate(
            {"id": "(remedy)", "operator": holder, "owner": holder, "country": self.country or ""}
        )
        held = {"site": "(remedy)", "chip": self.chip or "", "quantity": str(count), "owner": holder}
        return self.scene.world.with_rows("sites", [place]).with_rows("holdings", [Holding.model_validate(held)])

    def named(self, count: int) -> tuple[Fraction, str]:
        return (Fraction(count, WATTS), "MW") if self.power else (Fraction(count), _units_of(count, self.chip))


def _units_of(count: int, chip: str | None) -> str:
    word = "unit" if count == 1 else "units"
    return word if chip is None else f"{word} of {chip}"


def _row(world: World, counted: LineageRow) -> Any:
    return world.by_id(counted.table).get(counted.id)


def _site(world: World, counted: LineageRow) -> Any:
    row = _row(world, counted)
    if counted.table == "sites":
        return row
    return world.by_id("sites").get(row.site) if getattr(row, "site", None) else None


def _with_quantities(world: World, table: str, units: Mapping[str, int]) -> World:
    """The world with other quantities of these rows of a table, and without those of which none is left."""

    def changed(row: Row) -> Row | None:
        left = units[row.name_of_row]
        quantity = Interval.of(left) if table == "holdings" else left
        return row.model_copy(update={"quantity": quantity}).at(row.origin) if left else None

    rows = world.rows(table)
    if isinstance(rows, Table):
        places = [place for name in units if (place := rows.place(name)) is not None]
        return world.replace(table, rows.changed({place: changed(rows[place]) for place in places}))
    made = (changed(row) if row.name_of_row in units else row for row in rows)
    return world.replace(table, [row for row in made if row is not None])
