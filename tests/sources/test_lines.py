"""Lines are the rows of their own dates, whatever stands beside them and whatever file they came from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.sources.entities import strictest_chip
from compliance.sources.license_utilization import find_covered_lines
from compliance.sources.shipment_lines import line_columns, lines, select_lines
from compliance.world.io.load import load_world
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.tables import Chip, Product
from compliance.world.world import World
from tests.world.written import FORMATS, written

DAY = date(2026, 6, 30)
LEFT_OUT = [
    {"status": "cancelled"},
    {"status": "refused"},
    {"date": "2026-07-01"},
]


def sold(name: str, day: str, **more: str) -> dict[str, Any]:
    kept = {"id": name, "date": day, "consignee": "c", "to_country": "MY", "chip": "H100", "quantity": "5"}
    return {**kept, "movement": "export", **more}


def tables(left_out: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    return {
        "companies": [{"id": "c", "headquarters": "MY"}],
        "shipments": [
            sold("a", "2024-12-01", **left_out),
            sold("b", "2025-03-01", status="shipped"),
            sold("d", "2025-05-01", **left_out),
            sold("e", "2024-12-01"),
        ],
    }


@pytest.mark.parametrize("how", FORMATS)
@pytest.mark.parametrize("left_out", LEFT_OUT, ids=["cancelled", "refused", "later"])
def test_a_line_keeps_its_date_beside_lines_that_are_left_out(
    how: str, left_out: dict[str, str], tmp_path: Path
) -> None:
    world = load_world(written(tables(left_out), tmp_path / "w", how))

    parts = line_columns(world, Catalogue.load(rules_folder()), DAY, ["shipments"])
    found, one_each = lines(parts, find_covered_lines(world, parts), {})

    assert one_each
    dates = dict(zip(found.column("id").to_pylist(), found.column("date").to_pylist(), strict=True))
    assert dates == {"b": date(2025, 3, 1), "e": date(2024, 12, 1)}
    years = dict(zip(found.column("id").to_pylist(), found.column("year").to_pylist(), strict=True))
    assert years == {"b": "2025", "e": "2024"}


def test_the_last_day_counts_and_the_next_does_not() -> None:
    world = World.of(companies=[{"id": "c"}], shipments=[sold("a", "2026-06-30"), sold("b", "2026-07-01")])

    assert select_lines(world, "shipments", DAY).column("id").to_pylist() == ["a"]


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "turned round"])
def test_a_chip_without_control_hides_none_of_the_same_product(turned: bool) -> None:
    held = [Product.model_validate({"name": "Mixed", "chip": chip, "count": "4"}) for chip in ("H20", "H100", "A100")]
    catalogue = Catalogue.load(rules_folder(), (), held[::-1] if turned else held)

    assert strictest_chip(catalogue, "Mixed", DAY) == "H100"
    assert strictest_chip(catalogue, "nothing known", DAY) == "nothing known"


def test_a_chip_of_unknown_zone_stands_before_one_that_is_not_in_the_first() -> None:
    unknown = Chip.model_validate({"name": "Dim", "throughput": {"FP16": "200"}})
    held = [Product.model_validate({"name": "Mixed", "chip": chip, "count": "1"}) for chip in ("H20", "Dim")]

    assert strictest_chip(Catalogue.load(rules_folder(), [unknown], held), "Mixed", DAY) == "Dim"


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "turned round"])
def test_services_and_parties_of_lines_see_every_chip_of_a_product(turned: bool, tmp_path: Path) -> None:
    from compliance.decisions.audit import audit
    from compliance.rulebook.packs import load_packs

    kinds = [{"name": "Mixed", "chip": "H20", "count": "4"}, {"name": "Mixed", "chip": "H100", "count": "4"}]
    world = World.of(
        companies=[
            {"id": "c", "headquarters": "CN"},
            {"id": "young", "headquarters": "MY", "incorporated": "2026-01-05"},
            {"id": "p", "headquarters": "US"},
        ],
        products=kinds[::-1] if turned else kinds,
        compute_services=[
            {
                "id": "v",
                "provider": "p",
                "customer": "c",
                "purpose": "training",
                "chip": "Mixed",
                "from": "2026-02-01",
            }
        ],
        shipments=[sold("s", "2026-03-01", consignee="young", chip="Mixed", from_country="US")],
    )
    packs = load_packs(["diffusion_headline", "us_chips_enforced", "diversion_red_flags"])

    found = {(f.rule, f.subject.id) for f in audit(world, packs, DAY).findings if f.certainty == "definite"}

    assert {("barred_customer", "v"), ("embargoed_training", "v"), ("new_company", "s")} <= found
