"""The figures of charts: the totals are those of the findings, and are told where a limit is not passed too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.decisions.audit import audit
from compliance.decisions.overview.overview import overview_of
from compliance.decisions.overview.owners import _links_by_parties, owner_graphs
from compliance.decisions.setup import packs_on
from compliance.units import exact
from compliance.world.io.load import load_world
from compliance.world.world import World

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DAY = date(2026, 6, 30)
CAPPED = """\
companies: [{id: buyer, name: Buyer Sdn Bhd, headquarters: MY}, {id: top, name: Top, headquarters: CN}]
stakes: [{owner: top, owned: buyer, percent: 60}, {owned: buyer, percent: 5}]
listings: [{party: top, list: EntityList}]
sites: [{id: johor, country: MY, operator: buyer, it_mw: 40}]
holdings: [{site: johor, chip: H100, quantity: 100-200}, {site: johor, chip: A100}]
shipments:
  - {id: s1, date: 2025-03-01, consignee: buyer, to_country: MY, chip: H100, quantity: 20000, authorization: none}
  - {id: s2, date: 2025-03-01, consignee: buyer, to_country: MY, chip: H100, quantity: 5000}
  - {id: s3, date: 2026-02-01, consignee: buyer, to_country: MY, chip: H100, quantity: 5000, authorization: none}
  - {id: s4, date: 2026-12-01, consignee: buyer, to_country: MY, chip: H100, quantity: 9000}
"""


def world(tmp_path: Path, text: str = CAPPED) -> World:
    place = tmp_path / "world.yaml"
    place.write_text(text, encoding="utf-8")
    return load_world(place)


@pytest.mark.parametrize(
    "name", ["dirty_fleet.yaml", "american_cloud_in_malaysia.yaml", "three_gigawatts_in_malaysia.yaml"]
)
def test_a_total_is_that_of_the_finding_about_it(name: str) -> None:
    """A chart that differed from the finding beside it would be a second truth."""
    read = load_world(FIXTURES / name)
    day = read.as_of or DAY
    packs = packs_on(day, None)
    totals = {
        (one.pack, one.rule, one.subject.id, one.subject.key, one.subject.period): (one.measure, one.limit)
        for one in overview_of(read, packs, day).limits
    }
    told = {
        (one.pack, one.rule, one.subject.id, one.subject.key, one.subject.period): (one.measure, one.limit)
        for one in audit(read, packs, day).findings
        if one.measure is not None
    }
    shared = told.keys() & totals.keys()

    assert len(shared) > 3
    assert {key: totals[key] for key in shared} == {key: told[key] for key in shared}


def test_a_limit_that_is_not_passed_is_told_with_how_it_filled_up(tmp_path: Path) -> None:
    found = [
        one
        for one in overview_of(world(tmp_path), packs_on(DAY, ["diffusion_headline"]), DAY).limits
        if one.subject.id == "MY"
    ]
    exported = next(one for one in found if one.growth)

    assert (exported.measure.value, exported.measure.high, exported.limit.value) == ("25000", "30000", "50000")
    assert [(step.day, step.total, step.high) for step in exported.growth] == [
        ("2025-03-01", "20000", "25000"),
        ("2026-02-01", "25000", "30000"),
    ]
    assert exported.applies is True


def test_the_last_day_of_a_total_is_the_total(tmp_path: Path) -> None:
    grown = [
        one
        for one in overview_of(load_world(FIXTURES / "dirty_fleet.yaml"), packs_on(DAY, None), DAY).limits
        if one.growth
    ]

    assert grown
    for one in grown:
        assert exact(one.growth[-1].total) == exact(one.measure.value)
        assert [step.day for step in one.growth] == sorted({step.day for step in one.growth})


def test_what_stands_is_told_with_what_is_not_known_of_it(tmp_path: Path) -> None:
    overview = overview_of(world(tmp_path), packs_on(DAY, ["diffusion_headline"]), DAY)
    by_chip = {one.chip: one for one in overview.installed}

    assert (by_chip["H100"].quantity.value, by_chip["H100"].quantity.high) == ("100", "200")
    assert by_chip["H100"].tpp is not None
    assert (by_chip["H100"].tpp.value, by_chip["H100"].tpp.high) == ("1582400", "3164800")
    assert (by_chip["A100"].quantity.value, by_chip["A100"].quantity.high) == ("0", None)
    assert [(one.site, one.it_mw.value) for one in overview.capacity] == [("johor", "40")]


def test_an_order_counts_as_if_it_shipped(tmp_path: Path) -> None:
    line = "{id: o1, date: 2026-07-01, consignee: buyer, to_country: MY, chip: H100, quantity: 25000}"
    lines = world(tmp_path, f"{CAPPED}orders: [{line}]\n").rows("orders")
    overview = overview_of(world(tmp_path), packs_on(DAY, ["diffusion_headline"]), DAY, orders=lines)
    total = next(one for one in overview.limits if one.subject.id == "MY" and one.growth)

    assert (total.measure.value, total.measure.high, total.passed) == ("55000", "55000", None)
    assert total.growth[-1].day == "2026-07-01"


def test_the_path_of_a_finding_is_lit_in_the_graph_around_its_party(tmp_path: Path) -> None:
    read = world(tmp_path)
    paths = [one.path for one in audit(read, packs_on(DAY, None), DAY).findings if one.path]
    graphs, left = owner_graphs(read, DAY, paths)

    assert left == 0
    assert {node["id"]: node["listed"] for node in graphs[0]["nodes"]} == {"?buyer": False, "buyer": False, "top": True}
    assert {(link["owner"], link["witness"]) for link in graphs[0]["links"]} == {("top", True), ("?buyer", False)}


def test_paths_that_meet_stand_in_one_graph_and_others_apart() -> None:
    links = [("a", "b"), ("x", "y"), ("b", "c"), ("top", "a"), ("z", "c"), ("a", "b")]

    assert _links_by_parties(links) == [[("a", "b"), ("b", "c"), ("top", "a"), ("z", "c")], [("x", "y")]]
    assert _links_by_parties([("a", "b"), ("c", "d"), ("b", "c")]) == [[("a", "b"), ("c", "d"), ("b", "c")]]
