"""Orders tried side by side: each answer is that of the evaluation of the world with this order alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.decisions.finding_comparison import by_identity
from compliance.decisions.scenario_batch import ScenarioBatch
from compliance.decisions.setup import scene_of
from compliance.evaluation.evaluate import Evaluation, evaluate
from compliance.rulebook.packs import load_packs
from compliance.sources.source_catalogue import ORDERED
from compliance.world.io.load import load_world
from compliance.world.schema.tables import Order

FIXTURES = Path(__file__).parents[2] / "fixtures"
PACKS = load_packs(["diffusion_headline", "us_ai_diffusion"])


def told(evaluation: Evaluation) -> list[object]:
    """What is found of an order: who, whether for certain, by how much, on which rows."""
    return [
        (identity, f.certain, f.measured, f.words, [(c.id, c.holds, c.numbers) for c in f.clauses], f.rows)
        for identity, f in sorted(by_identity(evaluation).items(), key=str)
        if f.ordered
    ]


@pytest.mark.parametrize("fixture", ["hyperscaler_absorbs_it.yaml", "american_cloud_in_malaysia.yaml"])
@pytest.mark.parametrize("rows_at_once", [1, 10**6])
def test_each_answer_is_that_of_the_order_alone(
    fixture: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world(FIXTURES / fixture)
    assert world.as_of is not None
    scene = scene_of(world, world.as_of, world.as_of, orders=True)
    operator = str(world.rows("companies")[0].name_of_row)
    orders = [
        Order.model_validate(
            {
                "id": "o", "date": str(world.as_of), "from_country": "US", "consignee": operator, "to_country": country,
                "chip": "H100", "quantity": quantity, "movement": "export", "authorization": authorization,
            }
        )
        for country, quantity, authorization in
        [("MY", "1", "LPP"), ("MY", "60000", "none"), ("US", "100", "UVEU"), ("CN", "1701", "LPP"), ("MY", "1", "none")]
    ]  # fmt: skip
    monkeypatch.setattr("compliance.decisions.scenario_batch.MOST_ROWS", rows_at_once)

    together = ScenarioBatch(scene, PACKS).each([(order,) for order in orders])

    for order, beside in zip(orders, together, strict=True):
        own = scene.changed(scene.world.replace("orders", [order]))
        alone = evaluate(own, PACKS, determine=False, margins=True, sources=ORDERED)
        assert told(beside) == told(alone)
        assert beside.margins.items() <= {k[:-1]: m for k, m in alone.margins.items()}.items()
    assert any(told(one) for one in together)
