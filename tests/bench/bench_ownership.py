"""Ownership of a made-up registry against the same in networkx and against bare arrays, in one process.

    COMPANIES=1000000 pytest -m bench -s tests/bench/bench_ownership.py

Processor time, as the machine may be shared; each figure is the least of three runs, interleaved.
"""

from __future__ import annotations

import gc
import os
import resource
from datetime import date
from fractions import Fraction
from time import process_time as clock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from compliance.generate.registry import registry
from compliance.ownership.columnar.bulk_capture import Bulk, Links
from compliance.ownership.columnar.bulk_parents import ASK, BulkParents
from compliance.ownership.columnar.stake_columns import Groups, Stakes
from compliance.ownership.columnar.stake_snapshot import Snapshot
from compliance.ownership.stake_bounds import Bar
from tests.bench.plain_ownership import barely, plainly, read

COMPANIES = int(os.environ.get("COMPANIES", "100000"))
DAY = date(2025, 6, 1)
HALF = Bar(Fraction(50), inclusive=True)
WORDS = ("not_captured", "undetermined", "captured")


def tables(companies: int) -> tuple[pa.Table, list[str], pa.Array]:
    """Stakes as a file gives them, 1,000 listed parties, and who are people."""
    made = registry(companies, 11)
    listed = made["listings"]["party"].to_pylist()
    more = made["companies"]["id"].to_pylist()
    chosen = [more[n] for n in np.random.default_rng(5).choice(len(more), 1_000, replace=False)]
    stakes = made["stakes"]
    owner = pc.if_else(pc.equal(stakes["owner"], ""), pa.scalar(None, pa.string()), stakes["owner"])
    return (
        stakes.set_column(0, "owner", owner).combine_chunks(),
        sorted({*listed, *chosen})[:1_000],
        made["people"]["id"],
    )


def ours(table: pa.Table, listed: list[str], people: pa.Array) -> dict[str, Any]:
    """Load, build, capture, and the parents of all."""
    times, began = {}, clock()
    stakes = Stakes.of(table, listed)
    times["ids"], began = clock() - began, clock()
    shot = Snapshot.of(stakes, DAY)
    _ = shot.by_owner
    times["load"], began = clock() - began, clock()
    seeds, none = stakes.find(listed), np.zeros(0, np.int32)
    bulk = Bulk(shot, HALF, seeds, seeds, Links(none, none, Groups.by(none, len(stakes.names))), "closed", True)
    verdicts, sums = bulk.verdicts(none, seeds), bulk.sums()
    times["capture"], began = clock() - began, clock()
    person = pc.is_in(stakes.names, value_set=people.combine_chunks()).to_numpy(zero_copy_only=False)
    parents = BulkParents(shot, HALF, ~person, none)
    times["parents"] = clock() - began
    return {"marks": times, "verdicts": verdicts, "sums": sums, "stakes": stakes, "shot": shot, "parents": parents}


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: min(run[name] for run in runs) for name in runs[0]}


def show(name: str, marks: dict[str, float], steps: tuple[str, ...]) -> float:
    total = sum(marks[step] for step in steps)
    print(f"  {name:12}", *(f"{step} {marks[step] * 1000:8.1f}" for step in steps), f"total {total * 1000:9.1f} ms")
    return total


@pytest.mark.bench
def test_against_networkx_with_equal_answers_on_every_company() -> None:
    table, listed, people = tables(COMPANIES)
    runs = []
    for _ in range(3):
        gc.collect()
        found = ours(table, listed, people)
        runs.append(found["marks"])
    read.cache_clear()
    gc.collect()
    began = clock()
    expected = plainly(table, listed, DAY.isoformat())
    plain = clock() - began
    names = found["stakes"].names.to_pylist()
    low, _, high, _ = found["sums"]
    verdict, columns = found["verdicts"], found["shot"].by_company
    at_listed = set(listed)
    compared = 0
    for number, name in enumerate(names):
        if name in expected and len(columns.one(number)):
            said = (WORDS[verdict[number]], found["shot"].percent(low[number]), found["shot"].percent(high[number]))
            assert said == expected[name] or name in at_listed, (name, said, expected[name])
            compared += 1
    mine = show("ours", least(runs), ("ids", "load", "capture"))
    print(f"  networkx {plain * 1000:.0f} ms: {plain / mine:.1f} times; {compared:,} companies with equal answers")

    assert compared > COMPANIES / 2
    assert plain / mine >= 20


@pytest.mark.bench
def test_against_bare_arrays() -> None:
    table, listed, people = tables(COMPANIES)
    mine, bare = [], []
    for _ in range(3):
        gc.collect()
        mine.append((found := ours(table, listed, people))["marks"])
        read.cache_clear()
        gc.collect()
        bare.append(barely(table, listed, people.combine_chunks())["marks"])
    steps = ("ids", "load", "capture", "parents")
    total, floor = show("ours", least(mine), steps), show("bare arrays", least(bare), steps)
    asked = int((found["parents"].top == ASK).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {total / floor:.2f} times; {asked:,} parents left to be asked one by one; peak {peak:,.0f} MB")

    assert total / floor <= 1.5
    assert peak < 2_048


@pytest.mark.bench
def test_time_grows_no_faster_than_twelve_times() -> None:
    totals = []
    for companies in (COMPANIES // 10, COMPANIES):
        table, listed, people = tables(companies)
        runs = [ours(table, listed, people)["marks"] for _ in range(3)]
        totals.append(show(f"{companies:,}", least(runs), ("ids", "load", "capture", "parents")))
    print(f"  {totals[1] / totals[0]:.1f} times")

    assert totals[1] / totals[0] <= 12
