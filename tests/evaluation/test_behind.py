"""The rows behind a total: all of few, of very many the first by id and the last by date; and fields read of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.decisions.audit import audit
from compliance.decisions.setup import scene_of
from compliance.evaluation import lineage_query
from compliance.evaluation.evaluate import evaluate
from compliance.evaluation.lineage import LineageRow
from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import Match
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from compliance.world.world import World

PACKS = load_packs(["diffusion_headline", "us_ai_diffusion"])
DAY = date(2026, 6, 30)
COUNT = 40


def lines(count: int = COUNT) -> list[dict[str, str]]:
    """Lines to one country that pass its cap; the later ids are the earlier dates."""
    return [
        {
            "id": f"s{n:03}", "date": f"2025-{12 - n % 12:02}-{28 - n // 12:02}", "consignee": "c", "to_country": "MY",
            "chip": "H100", "quantity": "2000", "authorization": "license", "movement": "export",
        }
        for n in range(count)
    ]  # fmt: skip


def found_of(rule: str, **tables: Any) -> Match:
    world = World.of(companies=[{"id": "c", "headquarters": "MY"}, {"id": "d", "headquarters": "MY"}], **tables)
    (one,) = [f for f in evaluate(scene_of(world, DAY, DAY, orders=False), PACKS).found if f.plan.rule.id == rule]
    return one


def test_of_few_rows_all_are_behind_a_total_by_date() -> None:
    found = found_of("country_cap", shipments=lines())

    assert found.counted is not None
    assert [row.id for row in found.rows] == [row["id"] for row in sorted(lines(), key=lambda row: row["date"])]
    assert {(row.low, row.high, row.sure, row.inside) for row in found.rows} == {(2000, 2000, True, True)}
    assert (found.counted.count, found.counted.least) == (COUNT, "shipments/s000")


def test_of_many_rows_the_first_by_id_and_the_last_by_date_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage_query, "MOST_ROWS", 5)
    found = found_of("country_cap", shipments=lines())
    by_date = sorted(lines(), key=lambda row: (row["date"], row["id"]))

    assert {row.id for row in found.rows} == {f"s{n:03}" for n in range(5)} | {row["id"] for row in by_date[-5:]}
    assert found.counted is not None
    assert found.counted.count == COUNT


def test_a_row_that_may_count_is_kept_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage_query, "MOST_ROWS", 5)
    unsure = {**lines()[20], "id": "t", "date": "2025-01-20", "chip": "an unknown chip"}
    chips = [{"name": "an unknown chip"}]
    found = found_of("country_cap", shipments=[*lines(), unsure], chips=chips)

    assert [row.id for row in found.rows if not row.sure] == ["t"]


def test_a_line_of_several_kinds_of_chips_is_one_row_of_the_count() -> None:
    products = [{"name": "rack", "chip": "H100", "count": "1"}, {"name": "rack", "chip": "A100", "count": "2"}]
    found = found_of("country_cap", shipments=[{**row, "chip": "rack"} for row in lines()], products=products)

    assert found.counted is not None
    assert (len(found.rows), found.counted.count) == (2 * COUNT, COUNT)


def test_a_window_of_days_has_the_rows_of_its_days_alone() -> None:
    bought = [
        {
            **lines()[0],
            "id": f"{party}{day}",
            "consignee": party,
            "date": day,
            "quantity": "1000",
            "authorization": "none",
        }
        for party in ("c", "d")
        for day in ("2024-01-10", "2025-02-10", "2025-12-01")
    ]
    stakes = [{"owner": "c", "owned": "d", "percent": "100"}]
    found = found_of("split_purchase", shipments=bought, stakes=stakes)

    assert found.period is not None
    assert found.period.split("/")[0] > "2024-01-10"
    assert {str(row.date) for row in found.rows} == {"2025-02-10", "2025-12-01"}


@pytest.mark.parametrize("kept", ["as rows", "as columns"])
def test_fields_are_read_in_the_order_of_the_rows_whatever_the_table(tmp_path: Path, kept: str) -> None:
    tables = {"shipments": lines(12), "sites": [{"id": "x", "operator": "c", "country": "SG"}]}
    if kept == "as rows":
        world = World.of(companies=[{"id": "c", "headquarters": "MY"}], **tables)
    else:
        for name, rows in {"companies": [{"id": "c", "headquarters": "MY"}], **tables}.items():
            text = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
            (tmp_path / f"{name}.csv").write_text("\n".join(text), "utf-8")
        world = load_world(tmp_path)
    named = [*(("shipments", f"s{n:03}") for n in range(11, -1, -1)), ("sites", "x"), ("shipments", "s004")]
    fields = LineageFields([LineageRow(*name, DAY, False, True, 1, 1, None) for name in named], world)

    assert fields.column("quantity") == ["2000"] * 12 + [None, "2000"]
    assert fields.column("country") == [None] * 12 + ["SG", None]
    assert fields.column("date")[0] == lines()[11]["date"]


def test_a_remedy_takes_units_off_the_last_lines_however_many_come_before(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.of(companies=[{"id": "c", "headquarters": "MY"}], shipments=lines())

    def cure() -> list[str]:
        answer = audit(world, PACKS[1:], DAY)
        return [remedy.text for f in answer.findings if f.rule == "country_allocation" for remedy in f.remedy]

    whole = cure()
    monkeypatch.setattr(lineage_query, "MOST_ROWS", 20)
    assert whole == cure()
    assert whole
