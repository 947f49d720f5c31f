"""Orders answered from what is kept of a world: the bytes of a full screening, and which orders take one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from compliance import OrderError, Screener, World, load_packs, load_world, screen
from compliance.decisions.incremental import kept_worlds
from compliance.decisions.incremental.kept_worlds import KeptWorlds
from compliance.evaluation import lineage_query
from compliance.plan.kept import order_rows
from compliance.plan.kept.order_workspace import OrderWorkspace
from compliance.sources.parties.pattern_signs import Signs
from compliance.sources.source_catalogue import ORDERED
from compliance.world.schema import column_table
from tests.detection.made import line, scheme
from tests.detection.made import world as made_world
from tests.programs.habits import orders_of
from tests.programs.made import DAY, ORDER, TABLES
from tests.world.written import written

FIXTURES = Path(__file__).parents[2] / "fixtures"
MAKERS = ("customs", "distributors", "operators")
PACKS = ("us_ai_diffusion", "us_chips_enforced", "diffusion_headline", "diversion_red_flags", "us_affiliates")


@contextmanager
def ways() -> Iterator[list[bool]]:
    """Of each screening in turn whether it was answered from what is kept."""
    found: list[bool] = []
    real = KeptWorlds.compare

    def told(self: KeptWorlds, *asked: Any) -> Any:
        compared = real(self, *asked)
        found.append(compared is not None)
        return compared

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeptWorlds, "compare", told)
        yield found


def require_alike(world: World, day: date, seed: int, count: int, names: tuple[str, ...] = PACKS) -> list[bool]:
    """Screens random orders both ways; gives of each whether it was answered from what is kept."""
    packs = load_packs(names)
    screener = Screener(world, packs, day)
    with ways() as found:
        for order in islice(orders_of(world, day, seed), count):
            try:
                said = screener.screen(order).json_text()
            except OrderError:
                continue
            assert said == screen(world, order, packs, day).json_text(), order
    return found


def made(maker: str, seed: int, lines: int, folder: Path) -> World:
    path = folder / f"{maker}-{seed}.json"
    tables = import_module(f"tests.makers.{maker}").make_world(seed, lines)
    path.write_text(json.dumps(dict(tables), default=str), encoding="utf-8")
    return load_world(path)


@pytest.mark.parametrize("maker", MAKERS)
def test_an_order_is_told_as_by_full_evaluations(maker: str, tmp_path: Path) -> None:
    assert any(require_alike(made(maker, 7, 25, tmp_path), date(2025, 7, 15), 7, 2))


@pytest.mark.night
@pytest.mark.parametrize("seed", range(500))
def test_orders_are_told_as_by_full_evaluations_by_night(seed: int, tmp_path: Path) -> None:
    day = date(2026, 6, 30) if seed % 2 else date(2025, 7, 15)
    require_alike(made(MAKERS[seed % 3], seed, 40 + seed, tmp_path), day, seed, 20)


@pytest.mark.parametrize("name", ["order_book_world.yaml", "two_clouds_and_a_local.yaml"])
def test_an_order_in_a_handed_world_is_told_as_by_full_evaluations(name: str) -> None:
    require_alike(load_world(FIXTURES / name), date(2026, 11, 20), 11, 2)


def lines_to(country: str, count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            **ORDER, "id": f"s{n:03}", "to_country": country, "date": f"2025-{n % 6 + 1:02}-{n % 27 + 1:02}",
            "consignee": ("acme", "bay")[n % 2], "quantity": 400 + n % 5, "authorization": ("license", "none")[n % 2],
            **more,
        }
        for n in range(count)
    ]  # fmt: skip


def test_of_a_country_of_many_lines_the_rows_behind_a_finding_are_those_that_a_database_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = OrderWorkspace.columns_in_database

    def counted(self: OrderWorkspace, sql: str) -> Any:
        asked.append(sql)
        return real(self, sql)

    monkeypatch.setattr(OrderWorkspace, "columns_in_database", counted)
    monkeypatch.setattr(lineage_query, "MOST_ROWS", 20)
    world = World.of(**{**TABLES, "shipments": lines_to("MY", 150)})
    packs = load_packs(["diffusion_headline", "us_ai_diffusion"])
    screener = Screener(world, packs, DAY)
    for quantity in (1, 1_701, 60_000):
        order = {**ORDER, "quantity": quantity, "authorization": "license"}
        with ways() as found:
            assert screener.screen(order).json_text() == screen(world, order, packs, DAY).json_text()
        assert found == [True]
    assert asked


def test_lines_on_record_count_anew_where_an_order_adds_to_their_purchase() -> None:
    shipments = [
        {**ORDER, "id": "s1", "purchase": "together", "quantity": 1_000, "date": "2026-02-01"},
        {**ORDER, "id": "s2", "purchase": "alone", "quantity": 49_500, "authorization": "none", "date": "2026-02-01"},
    ]
    world, packs = World.of(**{**TABLES, "shipments": shipments}), load_packs(["diffusion_headline"])
    screener = Screener(world, packs, DAY)
    for purchase, effects in (("together", ["new"]), ("other", [])):
        order = {**ORDER, "quantity": 900, "purchase": purchase}
        with ways() as found:
            answer = screener.screen(order)
        assert found == [True]
        assert [one.effect for one in answer.findings if one.rule == "country_cap"] == effects
        assert answer.json_text() == screen(world, order, packs, DAY).json_text()


@pytest.mark.parametrize(
    ("order", "more"),
    [
        ({"replaces": "s1"}, {}),
        (
            {"authorization": "license", "authorization_id": "lic"},
            {"authorizations": [{"id": "lic", "holder": "acme", "kind": "license", "limit_tpp": 10**9}]},
        ),
    ],
    ids=["it stands in for a line", "it takes room of a license"],
)
def test_an_order_that_changes_other_lines_takes_full_evaluations(order: dict[str, Any], more: Any) -> None:
    world, packs = World.of(**{**TABLES, **more}), load_packs(["us_ai_diffusion"])
    with ways() as found:
        said = Screener(world, packs, DAY).screen({**ORDER, **order}).json_text()

    assert found == [False]
    assert said == screen(world, {**ORDER, **order}, packs, DAY).json_text()


def test_a_finding_that_an_order_cures_is_told_by_full_evaluations() -> None:
    tables = {
        "companies": [{"id": "us", "headquarters": "US"}],
        "sites": [
            {"id": "home", "operator": "us", "country": "US", "it_mw": 90},
            {"id": "away", "operator": "us", "country": "MY", "it_mw": 10},
        ],
    }
    order = {"id": "o", "date": "2026-06-30", "consignee": "us", "site": "home", "to_country": "US", "chip": "H100",
             "quantity": 400_000}  # fmt: skip
    world, packs = World.of(**tables), load_packs(["diffusion_headline"])
    with ways() as found:
        answer = Screener(world, packs, DAY).screen(order)

    assert found == [False]
    assert [finding.effect for finding in answer.findings if finding.rule == "capacity_abroad"] == ["eased"]


def test_a_customer_who_is_new_to_the_world_takes_none() -> None:
    world, packs = World.of(**TABLES), load_packs(["us_chips_enforced", "us_affiliates"])
    order = {**ORDER, "consignee": {"name": "Nobody Known Ltd", "country": "CN"}}
    with ways() as found:
        said = Screener(world, packs, DAY).screen(order).json_text()

    assert found == [True]
    assert said == screen(world, order, packs, DAY).json_text()


def test_a_world_is_kept_once_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[date] = []
    real = kept_worlds.KeptWorld

    def counted(scene: Any, packs: Any) -> Any:
        days.append(scene.day)
        return real(scene, packs)

    monkeypatch.setattr(kept_worlds, "KeptWorld", counted)
    screener = Screener(World.of(**TABLES), ["us_affiliates"], DAY)
    later = {**ORDER, "date": "2026-09-01"}
    for order in (ORDER, later, {**ORDER, "consignee": "bay"}, later):
        screener.screen(order)

    assert days == [DAY, date(2026, 9, 1)]
    screener.apply({"companies": [{"id": "new"}]})
    screener.screen(ORDER)
    assert len(days) == 3


def test_an_order_to_a_site_in_no_known_country_is_screened() -> None:
    order = {"id": "o", "date": "2026-06-30", "consignee": "acme", "site": "somewhere", "to_country": "SG",
             "chip": "H200", "quantity": 1}  # fmt: skip
    tables = {
        **TABLES,
        "sites": [{"id": "somewhere", "operator": "bay"}],
        "listings": [*TABLES["listings"], {"party": "bay", "list": "UVEU"}],
    }
    answer = screen(World.of(**tables), order, ["us_ai_diffusion"], DAY)

    (finding,) = [one for one in answer.findings if one.rule == "uveu_location_barred"]
    assert finding.subject.key is None
    assert [row.id for row in finding.evidence.rows] == ["o"]


def test_an_order_that_a_line_on_record_replaces_takes_full_evaluations() -> None:
    """That line counts without the order, and with it no more."""
    line = {**ORDER, "id": "in-its-place", "purchase": "other", "replaces": "o1", "date": "2026-02-01"}
    world, packs = (
        World.of(**{**TABLES, "shipments": [line], "orders": [{**ORDER, "id": "o1"}]}),
        load_packs(["us_ai_diffusion"]),
    )
    order = {**ORDER, "id": "o1", "date": "2026-02-01"}
    with ways() as found:
        said = Screener(world, packs, DAY).screen(order).json_text()

    assert found == [False]
    assert said == screen(world, order, packs, DAY).json_text()


def test_an_order_by_which_a_group_of_the_same_bought_more_takes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules ask who is of a group, not how much it bought or with what score."""
    totals: list[set[str]] = []
    real = Signs.told_alike

    def told(self: Signs, other: Signs) -> bool:
        totals.append({str(sign.total_tpp) for one in (self, other) for signs in one._of.values() for sign in signs})
        return real(self, other)

    monkeypatch.setattr(Signs, "told_alike", told)
    world, packs, day = made_world(scheme()), load_packs(["diversion_red_flags"]), date(2025, 12, 31)
    order = line("-more", "a", "2025-06-05", 60)
    with ways() as found:
        said = Screener(world, packs, day).screen(order).json_text()

    assert (found, len(totals[0])) == ([True], 2)
    assert said == screen(world, order, packs, day).json_text()


def test_rows_on_record_are_hashed_and_an_order_is_gone_through_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hashed: list[str] = []
    gone_through: list[int] = []
    digest, with_places = column_table.digest, order_rows._with_places
    monkeypatch.setattr(column_table, "digest", lambda *asked: hashed.append(asked[0].table) or digest(*asked))
    monkeypatch.setattr(order_rows, "_with_places", lambda rows: gone_through.append(len(rows)) or with_places(rows))
    world = load_world(written({**TABLES, "shipments": lines_to("MY", 20)}, tmp_path / "w", "csv"))
    screener = Screener(world, load_packs(PACKS), DAY)
    for number in range(3):
        gone_through.clear()
        assert screener.screen({**ORDER, "id": f"po-{number}"}).world.sha256

    assert sorted(hashed) == sorted(set(hashed))
    assert "shipments" in hashed
    assert len(gone_through) <= len(ORDERED)
