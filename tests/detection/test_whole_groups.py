"""Groups are found whole, in small markets of makers who know nothing of how they are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.detection.detectors import patterns
from compliance.world.io.load import load_world
from tests.bench.markets import MAKERS, last_day, make_market, write_market
from tests.bench.scoring import score_whole


@pytest.mark.parametrize("maker", MAKERS)
def test_whole_groups_are_found_in_a_small_market(maker: str, tmp_path: Path) -> None:
    market = make_market(maker, 5, 2_000, 20)
    world = load_world(write_market(tmp_path / maker, market))
    groups = patterns(world, last_day(market), ["split_evasion"])["groups"]
    score = score_whole([group["members"] for group in groups], market.schemes)

    assert min(score.recall, score.precision) >= 0.9, score
