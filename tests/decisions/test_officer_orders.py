"""Orders of an attentive officer, with what the law lets come out of them (officer_orders.yaml, field_orders.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.answers.answer import DecisionByStanding
from compliance.decisions.screen import screen
from compliance.world.schema.tables import Order
from compliance.world.world import World

Entry = dict[str, Any]

HERE = Path(__file__).parent
PAGES = [
    yaml.load((HERE / name).read_text(encoding="utf-8"), yaml.BaseLoader)
    for name in ("officer_orders.yaml", "field_orders.yaml")
]
WORLDS: dict[str, Any] = {name: world for page in PAGES for name, world in page["worlds"].items()}
ORDERS: list[Entry] = [entry for page in PAGES for entry in page["orders"]]
WORDS = {"prohibited", "license_required", "review", "unknown", "nothing_found"}
FIELDS = {"id", "why", "world", "order", "orders", "as_of", "enforced", "written", "never", "open"}


def entries() -> Iterator[Any]:
    """Each order; three in four, and those that are open, only at night: an order takes a second or two."""
    wrong = pytest.mark.xfail(strict=True, raises=AssertionError, reason="the program says something else today")
    for number, entry in enumerate(ORDERS):
        open_ = entry.get("open") == "true"
        marks = [wrong] if open_ else []
        yield pytest.param(entry, id=entry["id"], marks=[*marks, pytest.mark.night] if open_ or number % 4 else marks)


@cache
def shared(name: str, day: date) -> World:
    tables = WORLDS[name]
    if "like" in tables:
        left_out = tables["without"]
        tables = dict(WORLDS[tables["like"]])
        for table in ("listings", "screening_lists"):
            tables[table] = [row for row in tables[table] if row["list"] != left_out]
    return World.of(day, **tables)


def decide_order(entry: Entry) -> DecisionByStanding:
    day = date.fromisoformat(entry["as_of"])
    world = shared(entry["world"], day) if isinstance(entry["world"], str) else World.of(day, **entry["world"])
    lines = entry.get("orders") or [entry["order"]]
    answer = screen(world, [Order.model_validate(line) for line in lines], None, day)
    wanted = "*" if "orders" in entry else entry["order"]["id"]
    (found,) = (one for one in answer.decisions if one.id == wanted)
    return found


def test_the_page_is_whole() -> None:
    names = [entry["id"] for entry in ORDERS]
    assert len(names) == len(set(names))
    assert len(WORLDS) == sum(len(page["worlds"]) for page in PAGES)
    for entry in ORDERS:
        assert entry.keys() <= FIELDS
        assert ("order" in entry) != ("orders" in entry)
        assert entry["enforced"]
        assert {*entry["enforced"], *entry.get("written", []), *entry.get("never", [])} <= WORDS
        assert not {*entry["enforced"]} & {*entry.get("never", [])}


@pytest.mark.parametrize("entry", list(entries()))
def test_an_order_is_decided_as_the_law_allows(entry: Entry) -> None:
    decided = decide_order(entry)

    assert decided.enforced in entry["enforced"], entry["why"]
    assert decided.enforced not in entry.get("never", []), entry["why"]
    assert "written" not in entry or decided.written in entry["written"], entry["why"]
