"""Orders against a world that is opened once, beside audits of it, and as the world grows.

Type `pytest -m bench -s tests/bench/bench_screener.py`. An audit of the world, the first order (which makes what is
kept) and the orders after it are timed in turn in one process, by processor time, so that ratios hold on a busy
machine. Orders are drawn from the world's own habits. A search for split purchases is made again for an order that
could change its groups, in worlds of up to 20,000 companies; without it an order asks only of what it touches.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import pytest

from compliance import OrderError, Screener, World, audit, load_packs, load_world
from compliance.generate.write import generate
from tests.programs.habits import orders_of

DAY = date(2026, 11, 20)
SIZES = (200, 2_000)
ORDERS = 15
PACKS = ("us_chips_enforced", "us_embargoes", "us_ai_diffusion", "diffusion_headline", "us_affiliates", "ofac_50")
"""Packs that read no signs of patterns."""
OPENED = 1.5
GROWTH = 2


def timed(run: Callable[[], Any]) -> float:
    begun = process_time()
    run()
    return process_time() - begun


def world_of(companies: int, folder: Path) -> World:
    generate(companies, companies * 10, 7, folder)
    return load_world(folder)


def measured(companies: int, folder: Path) -> tuple[float, float, float]:
    """Of a world an audit, the opening with the first order, and the median of the orders after it."""
    world, packs = world_of(companies, folder), load_packs(PACKS)
    whole = timed(lambda: audit(world, packs, DAY).json_text())
    screener = Screener(world, packs, DAY)
    orders = islice(orders_of(world, DAY, 3), ORDERS)
    first, *more = [order for order in orders if all("replaces" not in line for line in order)]
    opened = timed(lambda: screener.screen(first))

    def screen(order: Any) -> None:
        try:
            screener.screen(order)
        except OrderError:
            return

    for order in more[:2]:
        screen(order)
    return whole, opened, median(timed(lambda order=order: screen(order)) for order in more)  # type: ignore[misc]


@pytest.mark.bench
def test_the_cost_of_an_order_does_not_grow_with_the_world(tmp_path: Path) -> None:
    small, large = (measured(companies, tmp_path / str(companies)) for companies in SIZES)
    for companies, (whole, opened, order) in zip(SIZES, (small, large), strict=True):
        print(f"{companies:,} companies: audit {whole:.2f} s, opened {opened:.2f} s, an order {order * 1000:.0f} ms")

    assert large[1] < OPENED * large[0]
    assert large[2] < GROWTH * small[2]
