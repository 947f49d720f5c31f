"""Tables of one world for two evaluations at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from compliance import World, load_packs
from compliance.decisions.setup import scene_of
from compliance.plan.plan_cache import plan_of
from compliance.plan.plan_tables import Tables
from tests.programs.made import DAY, TABLES


def test_parties_that_two_ask_for_at_once_are_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_of(World.of(**TABLES), DAY, DAY, orders=False)
    (pack,) = load_packs(["us_affiliates"])
    plan = plan_of(pack, scene.rows.present(), margins=False)
    scene.rows.of("dealings")
    real = Tables._party_rows

    def slowly(self: Tables, *asked: Any) -> Iterator[Any]:
        Event().wait(0.1)
        yield from real(self, *asked)

    def parties(_: int) -> Any:
        tables = Tables(scene, plan, scene.rows, few=True)
        tables.prepare([rule.sql for rule in plan.rules])
        return tables.made("party_at", ["party", "from"]).to_pylist()

    monkeypatch.setattr(Tables, "_party_rows", slowly)
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(parties, range(2)):
            assert len(found) == len({(row["party"], row["from"]) for row in found})
