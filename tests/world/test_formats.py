"""The same rows are the same world, and give the same answer, whatever format they stand in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from compliance.decisions.audit import audit
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from compliance.world.schema.column_table import Table
from compliance.world.world import World
from tests.packs import on
from tests.test_properties import FEW
from tests.world.written import FORMATS, written
from tests.worlds import AS_OF, Tables, worlds

PACKS = load_packs(["diffusion_headline", "us_ai_diffusion"])
RICH: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"id": "a", "headquarters": "MY", "aliases": ["Ay; Bee", "A"], "exchange_listed": True, "name": "Åsa"},
        {"id": "b", "website": "none", "employees": "1e3", "x_note": " kept "},
    ],
    "stakes": [
        {"owner": "a", "owned": "b", "percent": ">25-50", "from": "2025-01-01"},
        {"owned": "b", "percent": "33.33333", "interest": "votes"},
        {"owned": "b", "percent": "unknown"},
    ],
    "chips": [{"name": "K5", "throughput": {"FP16": 312.5, "FP8_sparse": 1000}, "data_center": False}],
    "shipments": [
        {"id": "s1", "date": "2025-06-01", "consignee": {"name": "A Sdn", "country": "MY"}, "to_country": "MY",
         "chip": "K5", "quantity": 8, "serials": ["x1", "x2"]},
        {"id": "s2", "date": "2025-06-02", "end_user": "a", "to_country": "SG", "chip": "H100",
         "quantity": 1700, "movement": "export"},
    ],
}  # fmt: skip


def without_lines(world: World) -> Any:
    said = json.loads(audit(world, PACKS, on(AS_OF)).json_text())
    for finding in said["findings"]:
        for row in finding["evidence"]["rows"]:
            row["line"] = row["file"] = None
    return said


@pytest.mark.parametrize("how", [how for how in FORMATS if how != "csv"])
def test_a_world_is_the_same_in_every_format(how: str, tmp_path: Path) -> None:
    text = {t: [{k: _text(v) for k, v in row.items()} for row in rows] for t, rows in RICH.items()}
    plain = World.of(**text)
    found = load_world(written(RICH, tmp_path / "w", how))

    assert found.sha256 == plain.sha256
    for table in plain.tables:
        assert list(found.rows(table)) == list(plain.rows(table))
        assert found.columns(table).to_pylist() == plain.columns(table).to_pylist()


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: str(item) for key, item in value.items()}
    return value if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)


def same_in_every_format(tables: Tables, folder: Path) -> None:
    plain = World.of(**tables)
    answer = without_lines(plain)
    for how in FORMATS:
        world = load_world(written(tables, folder / how, how))

        assert world.sha256 == plain.sha256
        assert without_lines(world) == answer
        assert how in ("yaml", "json") or all(isinstance(rows, Table) for rows in world.tables.values())


@settings(FEW, max_examples=5)
@given(tables=worlds())
def test_an_audit_is_the_same_in_every_format(tmp_path_factory: Any, tables: Tables) -> None:
    same_in_every_format(tables, tmp_path_factory.mktemp("worlds"))
