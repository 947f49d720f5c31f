"""Whole groups in the markets of makers who know the contracts alone: recall and precision at two sizes.

`pytest -m bench -s tests/bench/bench_whole_groups.py`. A group is found if four fifths of it are found, and four fifths
of what is found are of it; the processor time is that of `patterns` alone.
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean
from time import process_time

import pytest

from compliance.detection.detectors import patterns
from compliance.world.io.load import load_world
from tests.bench.markets import MAKERS, last_day, make_market, write_market
from tests.bench.scoring import Whole, score_whole

BARS = {20_000: 0.90, 100_000: 0.95}
SEEDS = (11, 12, 13)
SCHEMES = 200


@pytest.mark.bench
@pytest.mark.parametrize("companies", BARS)
@pytest.mark.parametrize("maker", MAKERS)
def test_whole_groups_are_found(maker: str, companies: int, tmp_path: Path) -> None:
    scores: list[Whole] = []
    for seed in SEEDS:
        market = make_market(maker, seed, companies, SCHEMES)
        world = load_world(write_market(tmp_path / str(seed), market))
        started = process_time()
        groups = patterns(world, last_day(market), ["split_evasion"])["groups"]
        seconds = process_time() - started
        scores.append(score_whole([group["members"] for group in groups], market.schemes))
        print(f"{maker} {companies} {seed}: {scores[-1]} in {seconds:.1f} s")

    assert mean(score.recall for score in scores) >= BARS[companies]
    assert mean(score.precision for score in scores) >= BARS[companies]
