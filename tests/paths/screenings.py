"""Orders screened by several paths: their rows mixed, read from a file, or shipped and audited."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.world.io.load import load_orders
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.makers import Tables
from tests.paths.answers import differences, plain
from tests.paths.cases import AS_OF, Case
from tests.paths.mixes import Mix, load_mixed, mix_rows
from tests.paths.sizes import sizes_at
from tests.world.written import FORMATS, written, written_as_one

Rows = list[dict[str, Any]]
ROWS, ONE_FILE = "rows", "orders.yaml"
FORMS = (*(how for how in FORMATS if how not in ("yaml", "json")), ONE_FILE)
OF_LINES = frozenset({
    "country_allocation", "small_order", "split_evasion", "embargoed_parent", "license_exception",
    "destination_license", "named_party", "ownership", "control",
})  # fmt: skip
"""Topics that rest on lines, but for `INSTALLED`: an order counts as installed at its site too, a shipment does not."""
INSTALLED = frozenset({"allocation_by_installed"})


class Screening(NamedTuple):
    """A world without orders, the orders, and the lines among them that an audit of that day counts."""

    case: Case
    world: Tables
    orders: Rows

    @classmethod
    def of(cls, case: Case) -> Screening:
        """The orders of a world; of one without them some of its shipments, which it then has no more."""
        world = dict(case.tables)
        orders = world.pop("orders", [])
        if not orders:
            replaced = {row.get("replaces") for row in world["shipments"]}
            free = [row for row in world["shipments"] if row["id"] not in replaced and not row.get("replaces")]
            orders = Random(case.seed).sample(free, min(3, len(free)))
            named = {row["id"] for row in orders}
            world["shipments"] = [row for row in world["shipments"] if row["id"] not in named]
            world["certifications"] = [
                row for row in world.get("certifications", ()) if row.get("shipment") not in named
            ]
        return cls(case, world, orders)

    def shipped(self) -> tuple[Rows, Tables]:
        """The orders dated up to the day, with what they replace, and the world in which they are shipments."""
        early = [row for row in self.orders if row["date"] <= AS_OF.isoformat()]
        known = {row["id"] for row in (*self.world["shipments"], *early)}
        early = [row for row in early if row.get("replaces", row["id"]) in known]
        return early, {**self.world, "shipments": [*self.world["shipments"], *early]}


def screen_mixed(asked: Screening, mix: Mix, how: str) -> Any:
    """What a screening says: the world by a path, the orders in another order and from a file."""
    with sizes_at(mix.sizes, mix.processors), tempfile.TemporaryDirectory() as folder:
        world = load_mixed(asked.world, mix)
        tables = mix_rows({"orders": asked.orders}, mix.order)
        if how == ROWS:
            orders = list(World.of(**{**asked.world, **tables}).each(Order))
        else:
            one = how == ONE_FILE
            place = written_as_one(tables, Path(folder, how)) if one else written(tables, Path(folder, "o"), how)
            (file,) = [place] if one else place.iterdir()
            orders, problems = load_orders(file, world)
            assert problems == []
        return plain(screen(world, orders, asked.case.packs, AS_OF))


def compare_screenings(case: Case) -> list[str]:
    """What differs between a screening by the plain path and by another."""
    asked = Screening.of(case)
    how = Random(f"orders {case.seed}").choice(FORMS)
    return differences(screen_mixed(asked, Mix(), ROWS), screen_mixed(asked, case.mix, how))


def compare_with_audit(case: Case) -> list[str]:
    """What differs between what a screening finds and what an audit does once the order shipped."""
    asked = Screening.of(case)
    early, shipped = asked.shipped()
    screened = plain(screen(World.of(**asked.world), _orders(asked.world, early), case.packs, AS_OF))
    audited = plain(audit(World.of(**shipped), case.packs, AS_OF))
    own = {row["id"] for row in early}
    got = {
        _named(finding): finding["after"]
        for finding in screened["findings"]
        if _of_lines(finding) and finding["effect"] != "eased"
    }
    expected = {
        _named(finding): finding["measure"]
        for finding in audited["findings"]
        if _of_lines(finding) and own & {row["id"] for row in finding["evidence"]["rows"]}
    }
    return differences(expected, got)


def _orders(world: Tables, rows: Rows) -> list[Order]:
    return list(World.of(**{**world, "orders": rows}).each(Order))


def _of_lines(finding: Any) -> bool:
    return finding["topic"] in OF_LINES and finding["rule"] not in INSTALLED


def _named(finding: Any) -> str:
    return json.dumps([finding[name] for name in ("pack", "rule", "subject", "certainty", "outcome")])
