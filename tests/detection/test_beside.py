"""The search for split purchases in a world with an order, from what was seen of the world without it."""

from __future__ import annotations

from datetime import date
from itertools import islice
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from compliance import OrderError, World
from compliance.decisions.order_input import order_lines
from compliance.decisions.setup import catalogue_of
from compliance.detection import pattern_context
from compliance.detection.detectors import view_of
from compliance.detection.evidence import is_named
from compliance.detection.groups.purchase_windows import Window, fullest
from compliance.detection.groups.purchases import Purchases
from compliance.detection.groups.split_evasion import detect
from compliance.detection.pattern_context import View
from compliance.evaluation.described_parties import resolve, resolve_orders
from tests.bench.markets import MAKERS, make_market
from tests.detection.made import buyer, line, scheme, world
from tests.programs.habits import orders_of

DAY = date(2026, 6, 30)
COLUMNS = ("buyer", "day", "tpp", "count", "watts")


def require_alike(beside: View, anew: View) -> int:
    """The same lines, the same groups with the same evidence; gives how many groups are told."""
    assert [getattr(beside.bought, name).tolist() for name in COLUMNS] == [
        getattr(anew.bought, name).tolist() for name in COLUMNS
    ]
    assert beside.bought.line.to_pylist() == anew.bought.line.to_pylist()
    assert beside.bought.more.to_pydict() == anew.bought.more.to_pydict()
    assert beside.stands.parts == anew.stands.parts
    assert beside.splits == anew.splits
    told = [group.said() for group in detect(anew)]
    assert [group.said() for group in detect(beside)] == told
    return len(told)


@pytest.mark.parametrize("maker", MAKERS)
def test_groups_beside_an_order_are_those_of_a_search_of_the_whole(maker: str) -> None:
    plain = World.of(**{**make_market(maker, 5, 240, 3).tables, "orders": []})
    base = resolve(plain)
    kept = view_of(base.world, DAY, orders=False)
    groups = tried = 0
    for order in islice(orders_of(plain, DAY, 4), 12):
        try:
            lines = order_lines(plain, catalogue_of(plain), order)
        except OrderError:
            continue
        after = resolve_orders(plain, base, lines).world
        if after.rows("listings") is not base.world.rows("listings") or any(row.value("replaces") for row in lines):
            continue
        groups += require_alike(view_of(after, DAY, True, kept), view_of(after, DAY, True))
        tried += 1
    assert tried > 3


def test_a_new_buyer_who_splits_with_those_on_record_is_found() -> None:
    tables = scheme()
    before = world(tables)
    kept = view_of(before, DAY, orders=False)
    more = {**tables, "companies": [*tables["companies"], buyer("aa", address="Unit 4, 88 Jalan Ampang, Kuala Lumpur")],
            "orders": [line("-new", "aa", "2025-06-03")]}  # fmt: skip
    added = world(more)
    companies = (*before.rows("companies"), added.rows("companies")[-1])
    after = before.replace("companies", companies).replace("orders", added.rows("orders"))

    assert require_alike(view_of(after, DAY, True, kept), view_of(after, DAY, True)) == 1


def test_what_companies_have_is_worked_out_once_for_many_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    before = world(scheme())
    kept = view_of(before, DAY, orders=False)
    assert kept.stands.parts
    monkeypatch.setattr(pattern_context.Standing, "of", None)
    row = world({"companies": [buyer("zz")]}).rows("companies")[0]
    after = before.with_rows("companies", [row])

    assert view_of(after, DAY, True, kept).stands.parts


def test_a_new_company_that_a_stake_names_is_told_by_a_search_of_the_whole() -> None:
    before = world({**scheme(), "stakes": [{"owner": "a", "owned": "b", "percent": "60"}]})

    assert is_named(before, {"b"})
    assert not is_named(before, {"zz"})


@pytest.mark.parametrize("seed", range(40))
def test_the_fullest_window_is_that_of_a_search_day_by_day(seed: int) -> None:
    chance = Random(seed)
    count = chance.randint(1, 12)
    first = date(2025, 6, 1).toordinal()
    days = np.array(sorted(first + chance.randrange(500) for _ in range(count)), dtype=np.int64)
    tpp = np.array([chance.choice((1, 5, 5, 9)) for _ in range(count)], dtype=np.int64)
    who = np.array([chance.randrange(3) for _ in range(count)], dtype=np.int64)
    bought = Purchases(who, days, tpp, tpp, tpp, pa.array([str(n) for n in range(count)]), pa.table({}))
    limit, length = chance.randint(0, 20), chance.choice((1, 30, 365))

    assert fullest(bought, np.arange(count), limit, length) == _by_hand(bought, limit, length)


def _by_hand(bought: Purchases, limit: int, length: int) -> Window | None:
    days, tpp = bought.day.tolist(), bought.tpp.tolist()
    spans = [(date(year, 1, 1), date(year, 12, 31)) for year in range(2025, 2027)]
    rolling = [(date.fromordinal(day), date.fromordinal(day + length - 1)) for day in days]
    found = []
    for kind in (spans, rolling):
        windows = []
        for begins, ends in kind:
            inside = [n for n, day in enumerate(days) if begins.toordinal() <= day <= ends.toordinal()]
            windows.append(Window(begins, ends, sum(tpp[n] for n in inside), tuple(inside)))
        found.append(max(windows, key=lambda one: one.tpp))
    over = [one for one in found if one.tpp > limit]
    return max(over, key=lambda one: len({int(bought.buyer[n]) for n in one.lines}), default=None)
