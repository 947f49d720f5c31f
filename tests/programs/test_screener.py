"""A Screener: the same bytes as the function, whatever it keeps; copies, threads, memory."""

from __future__ import annotations

import gc
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings

from compliance import OrderError, Screener, World, load_packs, load_world, screen
from compliance.errors import InputError, UsageError
from tests.packs import on
from tests.programs.made import DAY, ORDER, PACKS, TABLES, opened, plain
from tests.test_properties import FEW
from tests.worlds import AS_OF, Tables, lines, worlds

OTHER = {**ORDER, "id": "po-2", "consignee": "bay", "to_country": "SG", "quantity": 9}
LATER = {**ORDER, "id": "po-3", "date": "2026-09-01"}
DESCRIBED = {**ORDER, "id": "po-4", "consignee": {"name": "Nobody Known Ltd", "country": "MY"}}
KNOWN_BY_LEI = {**ORDER, "id": "po-5", "consignee": {"lei": "5493001KJTIIGC8Y1R12"}}


def test_it_gives_the_bytes_of_the_function_order_after_order() -> None:
    screener = opened()

    for order in (ORDER, OTHER, LATER, DESCRIBED, ORDER, KNOWN_BY_LEI, [ORDER, OTHER], ORDER):
        assert screener.screen(order).json_text() == screen(screener.world, order, PACKS, DAY).json_text()


def test_orders_by_name_are_each_as_if_alone() -> None:
    screener = opened()
    book = {"a": ORDER, "b": [OTHER, LATER], "c": {**ORDER, "quantity": 1}}

    found = screener.screen_each(book)

    assert list(found) == ["a", "b", "c"]
    for name, order in book.items():
        assert found[name].json_text() == screen(screener.world, order, PACKS, DAY).json_text()


def test_what_is_wrong_in_any_of_them_is_told_at_once() -> None:
    with pytest.raises(OrderError) as caught:
        opened().screen_each({"a": {**ORDER, "chip": "H10O"}, "b": ORDER, "c": {**OTHER, "to_country": "ZZ"}})

    assert [(p.order, p.field) for p in caught.value.problems] == [("po-2", "to_country"), ("po-1", "chip")]
    with pytest.raises(OrderError) as caught:
        opened().screen_each({"a": ORDER, "b": [], "c": None})  # type: ignore[dict-item]
    assert [(p.order, p.code) for p in caught.value.problems] == [("b", "no_order"), ("c", "not_a_row")]


def alike(tables: Tables, orders: list[dict[str, str]]) -> None:
    world, packs = World.of(**tables), load_packs(PACKS)
    screener = Screener(world, packs, on(AS_OF))
    each = screener.screen_each({row["id"]: row for row in orders})
    for row in orders:
        assert each[row["id"]].json_text() == screen(world, row, packs, on(AS_OF)).json_text()


@settings(FEW, max_examples=10)
@given(worlds(), lines(4, "o", 3))
def test_each_is_as_alone_in_any_world(tables: Tables, orders: list[dict[str, str]]) -> None:
    alike(tables, orders)


@pytest.mark.night
@settings(FEW, max_examples=1000, derandomize=False)
@given(worlds(), lines(4, "o", 3))
def test_each_is_as_alone_by_night(tables: Tables, orders: list[dict[str, str]]) -> None:
    alike(tables, orders)


SPLIT = {
    "companies": [
        {"id": f"c{n}", "headquarters": "MY", "address": "9 Jalan Tun, Kuala Lumpur", "phone": "+60 3 2161 0000"}
        for n in range(4)
    ],
    "stakes": [{"owner": "c0", "owned": f"c{n}", "percent": 30} for n in (1, 2, 3)],
    "shipments": [
        {**ORDER, "id": f"s{n}", "consignee": f"c{n}", "quantity": 900, "date": f"2026-06-0{n + 1}"} for n in range(3)
    ],
}


def test_an_order_that_changes_what_a_search_finds_is_told_as_alone() -> None:
    world, packs = World.of(**SPLIT), load_packs(["diversion_red_flags"])
    screener = Screener(world, packs, DAY)

    for buyer in ("c0", "c3", "c1", "c3"):
        order = {**ORDER, "consignee": buyer, "quantity": 900}
        assert screener.screen(order).json_text() == screen(world, order, packs, DAY).json_text()


def test_packs_are_taken_as_read_by_id_and_by_folder() -> None:
    world = World.of(**TABLES)
    (pack,) = load_packs(PACKS)
    said = {Screener(world, given, DAY).screen(ORDER).json_text() for given in (PACKS, PACKS[0], [pack], pack.folder)}

    assert len(said) == 1
    with pytest.raises(UsageError, match="unknown pack `us_ai_difusion`"):
        Screener(world, ["us_ai_difusion"], DAY)
    with pytest.raises(UsageError, match="`int` is no pack"):
        Screener(world, [3], DAY)  # type: ignore[list-item]


def test_a_world_that_cannot_be_screened_is_told_at_opening(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no chip or product is called `H10O`"):
        opened(shipments=[{**ORDER, "id": "s", "chip": "H10O"}])
    with pytest.raises(UsageError, match="no day is given"):
        Screener(World.of(**TABLES))
    with pytest.raises(UsageError, match="takes a date"):
        Screener(World.of(**TABLES), as_of="2026-06-30")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is not a posture"):
        Screener(World.of(**TABLES), as_of=DAY, posture="written")
    with pytest.raises(UsageError, match="is of a World"):
        Screener("my_world")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        Screener.open(tmp_path / "none.yaml")


def test_a_headroom_is_typed_and_says_why() -> None:
    screener = Screener(World.of(**TABLES), ["us_ai_diffusion"], DAY, "as-written")
    room = screener.headroom(chip="H100", consignee="bay", authorization="LPP")

    assert room.units == 1699
    assert "us_ai_diffusion/lpp_yearly_limit (definite)" in room.why
    assert room.schema_version == "1"
    enforced = Screener(World.of(**TABLES), ["us_ai_diffusion"], DAY).headroom(chip="H100", consignee="acme")
    assert enforced.route.authorization == "none"
    assert enforced.units is None
    assert "us_ai_diffusion is not counted: in the text and not enforced" in enforced.why
    with pytest.raises(UsageError, match="name one"):
        opened().headroom(chip="H100")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"authorization": "LP"}, "`LP` is no authorization; one of license, LPP"),
        ({"country": "ZZ"}, "`ZZ` is not a country code"),
        ({"fail_on": "worst"}, "`worst` is no outcome; one of violation"),
        ({"end_user": "akme"}, "no party `akme` in this world. Did you mean `acme`?"),
    ],
)
def test_a_headroom_of_what_there_is_not_is_refused(options: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        opened().headroom(chip="H100", consignee="acme", **options)


@pytest.mark.parametrize("folder", [False, True], ids=["rows", "columns"])
def test_worlds_and_screeners_are_pickled(folder: bool, tmp_path: Path) -> None:
    world = World.of(**TABLES)
    if folder:
        for table, rows in TABLES.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            text = [",".join(names), *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
            (tmp_path / f"{table}.csv").write_text("\n".join(text) + "\n")
        world = load_world(tmp_path)
    screener = Screener(world, PACKS, DAY)
    said = screener.screen(ORDER).json_text()

    again: World = pickle.loads(pickle.dumps(world))
    other: Screener = pickle.loads(pickle.dumps(screener))

    assert again.sha256 == world.sha256
    assert screen(again, ORDER, PACKS, DAY).json_text() == said
    assert other.screen(ORDER).json_text() == said
    assert other.headroom(chip="H100", consignee="acme") == screener.headroom(chip="H100", consignee="acme")
    other.apply(remove={"listings": [{"party": "acme"}]})
    assert len(other.world.rows("listings")) == 1
    assert screener.screen(ORDER).json_text() == said


def test_threads_see_the_world_before_or_after_a_change_and_never_half() -> None:
    screener = opened()
    more = {
        "companies": [{"id": "new", "headquarters": "CN"}],
        "stakes": [{"owner": "new", "owned": "acme", "percent": 60}],
        "shipments": [{**ORDER, "id": "s9", "quantity": 1600}],
    }
    less: dict[str, list[dict[str, Any]]] = {
        "shipments": [{"id": "s9"}], "stakes": [{"owner": "new"}], "companies": [{"id": "new"}],
    }  # fmt: skip
    before = plain(screener.screen(ORDER))
    screener.apply(more)
    after = plain(screener.screen(ORDER))
    screener.apply(remove=less)

    done = Event()

    def change() -> None:
        while not done.wait(0.01):
            screener.apply(more)
            done.wait(0.01)
            screener.apply(remove=less)

    with ThreadPoolExecutor(max_workers=4) as pool:
        changing = pool.submit(change)
        said = [plain(one) for one in pool.map(screener.screen, [ORDER] * 12)]
        done.set()
        changing.result()

    assert before != after
    assert all(one in (before, after) for one in said)
    assert plain(screener.screen(ORDER)) == before


def test_memory_does_not_grow_with_the_orders() -> None:
    screener = Screener(World.of(**TABLES), ["ofac_50"], DAY)

    def screened(first: int, last: int) -> tuple[int, int]:
        for number in range(first, last):
            day = date.fromordinal(DAY.toordinal() + number % 12)
            screener.screen({**ORDER, "id": f"po-{number}", "quantity": number + 1, "date": day})
        gc.collect()
        return len(gc.get_objects()), pyarrow.total_allocated_bytes()

    objects, arrays = screened(0, 100)
    more_objects, more_arrays = screened(100, 300)

    assert more_objects < 1.02 * objects
    assert more_arrays < 1.05 * arrays + 100_000
