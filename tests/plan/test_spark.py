"""Totals added up over Spark Connect give the bytes that DuckDB gives; a total that 38 digits do not hold is refused.

Sail answers Spark Connect here, a server of its own in this process.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from compliance.decisions.audit import audit
from compliance.errors import UsageError
from compliance.generate.write import generate
from compliance.plan.databases import Database
from compliance.plan.spark import SparkEngine, SparkTotals
from compliance.plan.sql import relations
from compliance.plan.sql.aggregate import sql
from compliance.plan.sql.materialize import Materialization, Statement
from compliance.rulebook.packs import Pack, load_packs
from compliance.world.io.load import load_world
from compliance.world.world import World
from tests.cli.commands import here

pysail = pytest.importorskip("pysail.spark")
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = pysail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def engine(address: str) -> Iterator[SparkEngine]:
    made = SparkEngine(address)
    yield made
    made.close()


@pytest.fixture(scope="module")
def packs() -> tuple[Pack, ...]:
    return tuple(load_packs(["diffusion_headline", "us_ai_diffusion"]))


def same(world: World, packs: tuple[Pack, ...], engine: SparkEngine) -> None:
    assert audit(world, packs, DAY, engine=engine).json_text() == audit(world, packs, DAY).json_text()


def test_a_generated_world_gives_the_same_bytes_and_the_totals_come_from_there(
    tmp_path: Path, packs: tuple[Pack, ...], engine: SparkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[int] = []
    total = SparkTotals.total

    def counting(self: SparkTotals, making: Any) -> pa.Table | None:
        found = total(self, making)
        added.append(-1 if found is None else len(found))
        return found

    monkeypatch.setattr(SparkTotals, "total", counting)
    generate(80, 1_200, 11, tmp_path / "w", "parquet")
    same(load_world(tmp_path / "w"), packs, engine)

    assert len(added) > 5
    assert added.count(-1) == 1  # a total over any 365 days, whose first of several orders DuckDB alone knows
    assert max(added) > 500


@pytest.mark.night
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_worlds_give_the_same_bytes(
    seed: int, tmp_path: Path, packs: tuple[Pack, ...], engine: SparkEngine
) -> None:
    generate(100 + seed, 10 * seed, seed, tmp_path / "w", "parquet")
    same(load_world(tmp_path / "w"), packs, engine)


def added_up(amounts: list[int], engine: SparkEngine | None, last: bool = False) -> list[int] | None:
    """The total of amounts (or the `last` by number) by DuckDB, or by the engine (`None`: it leaves it to DuckDB)."""
    database = Database()
    rows = pa.table({"id": ["a"] * len(amounts), "low": pa.array(amounts, pa.decimal128(38, 0))})
    database.give("lines", rows)
    lines = relations.table({"id": "string", "low": "decimal(38, 0)"}, "lines")
    counted = Statement("counted__t", "view", sql(lines.select("id", "low")))
    grouped = relations.table(lines.kinds, "counted__t")
    made = grouped.low.argmax(grouped.low) if last else grouped.low.sum()
    total = Statement("total__t", "table", sql(grouped.group_by(["id"]).agg(low=made)))
    makings = [Materialization(one, one.kind, one.sql, []) for one in (counted, total)]
    try:
        database.make("view", "counted__t", counted.sql)
        if engine is None:
            return [int(row["low"]) for row in database.rows(total.sql)]
        there = engine.totals(database, makings)
        there.view(makings[0])
        found = there.total(makings[1])
        there.close()
        return None if found is None else [int(each) for each in found.column("low").to_pylist()]
    finally:
        database.close()


def test_a_total_of_38_digits_is_exact_and_one_beyond_is_refused(engine: SparkEngine) -> None:
    largest = 10**38 - 1
    for amounts in ([largest], [4 * 10**37, 9 * 10**36], [2**63, 2**63, 1]):
        assert added_up(amounts, engine) == added_up(amounts, None) == [sum(amounts)]
    assert added_up([3, 9, 4], engine, last=True) == added_up([3, 9, 4], None, last=True) == [9]
    beyond = [largest, 1]
    assert added_up(beyond, engine) is None  # it might answer with 39 digits and no word
    with pytest.raises(UsageError, match="a total is beyond 38 digits"):
        added_up(beyond, None)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("localhost:15002", "is no address; give one such as sc://"),
        ("sc://127.0.0.1:1", "sc://127.0.0.1:1: nobody answers"),
    ],
)
def test_where_nobody_answers_it_is_said(
    given: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate(100, 10, 1, tmp_path / "w", "csv")
    done = here(capsys, "audit", tmp_path / "w", "--as-of", "2026-11-20", "--engine", given)

    assert done.status == 2
    assert told in done.err
