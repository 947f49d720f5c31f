"""An answer is the same whichever plans were compiled before it: those of the world's own sources, or of all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance import World, audit, load_packs, load_world
from compliance.plan import plan_cache
from compliance.rulebook.packs import Pack
from tests.paths.cases import every_source
from tests.paths.mixes import make_tables

FIXTURES = Path(__file__).parents[2] / "fixtures"
DAY = date(2026, 6, 30)
PACKS = load_packs()
WORLDS = ("american_cloud_in_malaysia.yaml", "two_clouds_and_a_local.yaml", "customs", "operators")


def unlisted(maker: str) -> World:
    """A world of a maker in which nobody is on a list."""
    return World.of(**{table: rows for table, rows in make_tables(maker, 2, 12).items() if table != "listings"})


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
@pytest.mark.parametrize("world", WORLDS)
def test_an_answer_is_the_same_by_plans_for_more_sources(
    world: str, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load_world(FIXTURES / world) if world.endswith(".yaml") else unlisted(world)
    monkeypatch.setattr(plan_cache, "_PLANS", {})
    own = audit(found, [pack], DAY).json_text()
    plan_cache._PLANS.clear()
    plan_cache.plan_of(pack, every_source(), margins=False)

    assert audit(found, [pack], DAY).json_text() == own
