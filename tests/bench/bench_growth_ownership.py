"""How time grows with each measure of who owns whom, alone: doubled again and again, as an exponent.

    LARGEST=24000 pytest -m bench -s tests/bench/bench_growth_ownership.py

What is timed is all that a pack asks of every company on every day on which an answer may change. Processor time; the
exponent is that of the last sizes, where what every run costs counts for little.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from math import log
from time import process_time as clock
from typing import Any

import pytest

from compliance import load_packs
from compliance.ownership.ownership_graph import Ownership
from compliance.sources.parties.party_attributes import Attributes
from compliance.sources.parties.pattern_signs import Signs
from compliance.world.world import World
from tests.ownership.packs import countries, parent_test

LARGEST = int(os.environ.get("LARGEST", "12000"))
FIRST = date(2025, 1, 1)
ASKED = ("captured.bis", "limb.bis", "owners.bis", "flagged.review_control", "flagged.listed_owner", "listed.UVL",
         "kin.EntityList", "family", "parent.headquarters")  # fmt: skip
BAR = 1.15
Tables = dict[str, list[dict[str, Any]]]


def _companies(count: int) -> list[dict[str, Any]]:
    return [{"id": f"c{n:06d}", "headquarters": ("MY", "CN", "US")[n % 3]} for n in range(count)]


def _stake(owner: int, owned: int, percent: object, **more: str) -> dict[str, Any]:
    return {"owner": f"c{owner:06d}", "owned": f"c{owned:06d}", "percent": str(percent), **more}


def _listed(party: int, **more: str) -> dict[str, Any]:
    return {"party": f"c{party:06d}", "list": "EntityList", **more}


def _day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def chains(size: int) -> Tables:
    """One chain of majorities under a listed company."""
    stakes = [_stake(n, n + 1, 51) for n in range(size - 1)]
    return {"companies": _companies(size), "stakes": stakes, "listings": [_listed(0)]}


def rings(size: int) -> Tables:
    """One ring of majorities, a company of it listed."""
    stakes = [_stake(n, (n + 1) % size, 51) for n in range(size)]
    return {"companies": _companies(size), "stakes": stakes, "listings": [_listed(size // 2)]}


def companies(size: int) -> Tables:
    """Every third company is owned by another, every 97th listed."""
    stakes = [_stake(n * 31 % size, n, (30, 50, 51, 100)[n % 4]) for n in range(0, size, 3) if n * 31 % size != n]
    return {"companies": _companies(size), "stakes": stakes, "listings": [_listed(n) for n in range(0, size, 97)]}


def stakes(size: int) -> Tables:
    """A hundred companies with more and more holders."""
    held = [_stake(100 + n, n % 100, "1/9999") for n in range(size)]
    return {"companies": _companies(size + 100), "stakes": held, "listings": [_listed(100)]}


def listings(size: int) -> Tables:
    """More and more listed companies, each with a subsidiary."""
    owned = [_stake(2 * n, 2 * n + 1, 60) for n in range(size // 2)]
    return {"companies": _companies(size), "stakes": owned, "listings": [_listed(2 * n) for n in range(size // 2)]}


def days_of_listings(size: int) -> Tables:
    """Five hundred companies, listed on more and more days."""
    owned = [_stake(2 * n, 2 * n + 1, 60) for n in range(250)]
    rows = [_listed(2 * n % 500, **{"from": _day(n), "to": _day(n + 1)}) for n in range(size // 4)]
    return {"companies": _companies(500), "stakes": owned, "listings": rows}


def days_of_stakes(size: int) -> Tables:
    """Five hundred companies, of which stakes change hands on more and more days."""
    rows = [_stake(n % 50, 50 + n % 450, 60, **{"from": _day(n), "to": _day(n + 200)}) for n in range(size // 4)]
    return {"companies": _companies(500), "stakes": rows, "listings": [_listed(n) for n in range(10)]}


def seconds(tables: Tables) -> float:
    """Processor time of all that is asked of every company on each of its days."""
    world = World.of(**tables)
    pack = load_packs(["us_affiliates"])[0]
    began = clock()
    own = Ownership(world, parent_test(), countries())
    attributes = Attributes(world, own, pack, lambda: Signs((), FIRST))
    for row in tables["companies"]:
        for day in sorted({date.min, *attributes.days(row["id"], ASKED)}):
            attributes.all(ASKED, row["id"], day)
    return clock() - began


@pytest.mark.bench
@pytest.mark.parametrize(
    "shape", [chains, rings, companies, stakes, listings, days_of_listings, days_of_stakes], ids=lambda s: s.__name__
)
def test_time_grows_no_faster_than_what_is_told(shape: Callable[[int], Tables]) -> None:
    sizes = [LARGEST // 4, LARGEST // 2, LARGEST]
    spent = [min(seconds(shape(size)) for _ in range(2)) for size in sizes]
    exponent = log(spent[-1] / spent[0]) / log(sizes[-1] / sizes[0])
    told = ", ".join(f"{size:,}: {time:.2f} s" for size, time in zip(sizes, spent, strict=True))
    print(f"\n{shape.__name__}: {told}; exponent {exponent:.2f}")

    assert exponent <= BAR
