"""1,000,000 shipments in Parquet audited under both packs, against SQL by hand for the same totals.

Type `pytest -m bench -s tests/bench/bench_size.py`. Both sides read the same Parquet and make every total of shipments
that a rule of the two packs is about. Allocations, caps and totals under LPP, of a consignee and of a family, must be
equal whether or not they are over their limit; of purchases, what is over. What only stands beside such a total (how
many consignees it is of, the total before the last line, lines on record) is timed and not compared. Each side is timed
twice in processes of its own, after its imports. Of ours are told apart: to read and check the world; to compile the
plans of the packs, which the command line keeps from then on; every rule of both packs with every total; and the whole
audit, which also says of each of the million lines what it needs, shows the rows behind each finding, and proves
remedies.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import load_packs
from compliance.units import FIRST_DAY
from compliance.world.reference.chip_catalogue import Catalogue
from tests.bench import audited, by_hand
from tests.bench.fleet import AS_OF, CHIPS, COUNTRIES, PRODUCTS, write

SHIPMENTS = 1_000_000
TARGET = 3
BY_FAMILY = {
    "small purchases": (1700, "small buyers"),
}
"""The limit of these totals, in the units of `by_hand`, and how many companies each is of."""
PARTS = ("seconds", "load", "plans", "every rule and total", "audit")
"""What is timed, of both sides in turn; of two runs the shorter time is taken, since the machine may be busy."""
WHOLE = ("allocation", "cap", "lpp")
"""Those of which every one is compared, also under its limit."""


def lists(folder: Path) -> Path:
    """What an analyst would have at hand: chips by date, what a product holds, which list a place is on."""
    folder.mkdir()
    catalogue = Catalogue.load(rules_folder())
    days = (FIRST_DAY, *catalogue.days(), date(9999, 12, 31))
    chips = []
    for name in CHIPS:
        chip = catalogue.find(name)
        assert chip is not None
        for since, until in pairwise(days):
            facts = catalogue.at(chip, since)
            chips.append((name, since, until, facts.tpp, facts.zone, facts.data_center))
    _table(folder / "chip.parquet", chips, "name", "since", "until", "tpp", "zone", "data_center")
    _table(folder / "sold.parquet", [*((name, name, 1) for name in CHIPS), *PRODUCTS], "name", "chip", "count")
    headline, diffusion = load_packs(["diffusion_headline", "us_ai_diffusion"])
    day = date(2026, 1, 1)

    def on(pack: Any, *names: str) -> Any:
        return lambda code: any(pack.lists.holds(name, code, day) for name in names)

    closed, open_again = on(diffusion, "D1", "D4", "D5"), on(diffusion, "A5", "A6")
    places = [
        (code, on(diffusion, "tier_1")(code), on(diffusion, "barred")(code),
         (closed(code) or code == "MO") and not open_again(code), not on(headline, "uncapped")(code))
        for code in (*COUNTRIES, "US", "CN")
    ]  # fmt: skip
    _table(folder / "place.parquet", places, "code", "tier_1", "barred", "lpp_closed", "capped")
    return folder


def _table(path: Path, rows: list[Any], *names: str) -> None:
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), path)


def run(module: Any, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module.__name__, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(folder: Path, count: int = SHIPMENTS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides: what they found, how long it took, and their greatest memory."""
    world, at_hand = write(folder / "world", count), lists(folder / "lists")
    hand, ours = run(by_hand, world, at_hand, AS_OF), run(audited, world, AS_OF)
    for first, again in ((hand, run(by_hand, world, at_hand, AS_OF)), (ours, run(audited, world, AS_OF))):
        first |= {part: min(first[part], again[part]) for part in PARTS if part in first}
    print(f"\n{count:,} shipments: by hand {hand['seconds']:.2f} s, {hand['kb'] / 1000:,.0f} MB")
    for part in PARTS[1:]:
        print(f"  {part}: {ours[part]:.2f} s, {ours[part] / hand['seconds']:.1f} times by hand")
    for part in ("every rule and total", "audit"):
        both = ours["load"] + ours[part]
        print(f"  load and {part}: {both:.2f} s, {both / hand['seconds']:.1f} times by hand")
    print(f"  {ours['findings']} findings, {ours['remedies']} remedies, {ours['kb'] / 1000:,.0f} MB")
    return hand, ours


def agree(hand: dict[str, Any], ours: dict[str, Any]) -> None:
    """Totals are equal, also those that are not over a limit; and so is all that the answer says of them."""
    for name, added in hand["totals"].items():
        totals = {key: total for key, total in added.items() if total}
        assert totals, name
        told, over = ours["totals"].get(name), ours["over"].get(name, {})
        assert told == (totals if name in WHOLE else None), name
        if name in BY_FAMILY:  # an answer names a group by its smallest member
            most, beside = BY_FAMILY[name]
            several = (total for key, total in totals.items() if total > most and hand["totals"][beside][key] > 1)
            assert Counter(over.values()) == Counter(several), name
        elif name == "purchase":  # an answer has those of barred parties too, of whatever size
            assert over.items() >= totals.items()
        else:
            assert over.items() <= totals.items(), name
        print(
            f"  {name}: {len(totals)} totals, {len(told or ())} seen to be equal, {len(over)} of them over their limit"
        )


def test_a_small_fleet_has_the_totals_added_up_by_hand(tmp_path: Path) -> None:
    agree(*measured(tmp_path, 20_000))


@pytest.mark.bench
def test_an_audit_at_size_costs_at_most_three_times_sql_by_hand(tmp_path: Path) -> None:
    hand, ours = measured(tmp_path)
    agree(hand, ours)

    assert ours["load"] + ours["every rule and total"] <= TARGET * hand["seconds"]
    assert ours["load"] + ours["audit"] <= TARGET * hand["seconds"]
