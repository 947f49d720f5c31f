"""What it costs to know under whom companies stand that hold each other in circles, beside as many that do not.

    SIZE=30000 pytest -m bench -s tests/bench/bench_circles.py

Both worlds have the same companies and as many stakes of the same sizes; each is asked who may stand over every company
on a day. They take turns, each run in processor time; the ratio is that of the medians.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from statistics import median
from time import process_time as clock
from typing import Any

import pytest

from compliance.ownership.ownership_graph import Ownership
from compliance.world.world import World
from tests.ownership.packs import companies, parent_test, stake

SIZE = int(os.environ.get("SIZE", "12000"))
RUNS = 5
DAY = date(2026, 6, 30)
LONGEST = 250
BARS: dict[str, float] = {"50 and 100": 2.2, "51": 1.5, "crosswise": 2.6}
Percent = Callable[[int], int]


def world(circles: bool, kind: str) -> World:
    """A third of the companies in circles of `LONGEST`, or each of them held by one that nobody holds."""
    stakes: list[dict[str, Any]] = []
    for n in range(SIZE // 3):
        start, place = divmod(n, LONGEST)
        percent = 51 if kind == "51" else (50, 100)[n % 2] if kind == "50 and 100" else "25-75"
        holders = [start * LONGEST + (place + 1) % LONGEST]
        if kind == "crosswise":
            holders.append(start * LONGEST + (place * 7 + 3) % LONGEST)
        stakes += [
            stake(f"c{h if circles else SIZE - 1 - h:06d}", f"c{n:06d}", percent) for h in dict.fromkeys(holders)
        ]
    return World.of(None, companies=companies(*(f"c{n:06d}" for n in range(SIZE))), stakes=stakes)


def seconds(asked: World) -> float:
    ownership = Ownership(asked, parent_test())
    parties = list(ownership.register.companies)
    begun = clock()
    for party in parties:
        ownership.families(party, DAY)
    return clock() - begun


@pytest.mark.bench
@pytest.mark.parametrize("kind", BARS)
def test_circles_cost_little_more_than_as_many_companies_that_are_held(kind: str) -> None:
    worlds = [world(circles, kind) for circles in (False, True)]
    spent = [[seconds(one) for one in worlds] for _ in range(RUNS)]
    plain, circles = (median(run[n] for run in spent) for n in (0, 1))
    print(f"\n{kind}: {SIZE:,} companies, held {plain:.2f} s, in circles {circles:.2f} s, ratio {circles / plain:.2f}")

    assert circles <= BARS[kind] * plain
