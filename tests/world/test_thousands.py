"""A point or a comma that may part thousands is refused with both readings, in every format and at every door."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from compliance.cli.main import run
from compliance.errors import InputError
from compliance.rulebook.parameters import Parameter
from compliance.world.io.load import load_world
from compliance.world.schema.column_table import Table
from compliance.world.schema.tables import TABLES
from compliance.world.world import World
from tests.world.written import FORMATS, written

SITE: dict[str, list[dict[str, Any]]] = {"sites": [{"id": "s", "country": "MY"}]}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("shipments", {"id": "l", "date": "2025-06-01", "to_country": "MY", "chip": "H100", "quantity": "1"}),
    ("holdings", {"site": "s", "chip": "H100"}),
    ("companies", {"id": "c"}),
    ("sites", {"id": "t"}),
    ("authorizations", {"id": "a", "holder": "c", "kind": "license"}),
    ("models", {"id": "m"}),
    ("stakes", {"owned": "c"}),
    ("chips", {"name": "K"}),
    ("inspections", {"site": "s", "date": "2025-06-01"}),
    ("products", {"name": "box", "chip": "H100", "count": "1"}),
    ("synthetic_inputs", {"model": "n", "source_model": "n"}),
]
BASE = dict(CASES)


def told(table: str, field: str, value: Any) -> str | None:
    """What is said of a value of a field; `None` where it is taken."""
    rows: dict[str, list[dict[str, Any]]] = {**SITE, "companies": [{"id": "c"}], "models": [{"id": "n"}]}
    rows[table] = [*([] if table == "companies" else rows.get(table, [])), {**BASE[table], field: value}]
    try:
        World.of(None, **rows)
    except InputError as error:
        (problem,) = error.problems
        return problem.message.removeprefix(f"`{field}` of `{table}`: ")
    return None


ONE_OR_THOUSAND = "`1.000` can be read as 1 or as 1000; write `1` or `1000`"


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("shipments", "quantity"), ("shipments", "value_usd"), ("holdings", "quantity"), ("companies", "employees"),
        ("companies", "capital_usd"), ("sites", "it_mw"), ("sites", "facility_mw"), ("authorizations", "limit_tpp"),
        ("models", "training_ops"), ("models", "tuning_ops"), ("stakes", "price_usd"), ("chips", "published_tpp"),
        ("chips", "die_area_mm2"), ("chips", "memory_bandwidth_gbs"), ("chips", "interconnect_gbs"),
        ("chips", "power_kw"), ("inspections", "seen"), ("products", "count"), ("synthetic_inputs", "operations"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", [".", ","])
def test_one_and_a_thousand_are_not_told_apart(table: str, field: str, mark: str) -> None:
    assert told(table, field, f"1{mark}000") == ONE_OR_THOUSAND.replace(".", mark)
    assert told(table, field, "1") is None
    assert told(table, field, "1000") is None
    assert told(table, field, "1000.000") is None


@pytest.mark.parametrize(
    ("table", "field", "value", "said"),
    [
        ("shipments", "quantity", "1.700", "`1.700` can be read as 1.7 or as 1700; write `1700`"),
        ("shipments", "quantity", "1,700", "`1,700` is not a number; write it as `1700`"),
        ("shipments", "quantity", "1.234.567", "`1.234.567` is not a number; write it as `1234567`"),
        ("shipments", "quantity", "26 900", "`26 900` is not a number; write it as `26900`"),
        ("holdings", "quantity", ">12.000", "`12.000` can be read as 12 or as 12000; write `12` or `12000`"),
        ("holdings", "quantity", "500-1.000", ONE_OR_THOUSAND),
        ("authorizations", "limit_tpp", "26.900", "`26.900` can be read as 26.9 or as 26900; write `26.9` or `26900`"),
        ("chips", "published_tpp", "15.824", "`15.824` can be read as 15.824 or as 15824; write `15.8240` or `15824`"),
        ("sites", "it_mw", "12.500", "`12.500` can be read as 12.5 or as 12500; write `12.5` or `12500`"),
        ("sites", "it_mw", "12,345", "`12,345` can be read as 12.345 or as 12345; write `12.3450` or `12345`"),
        ("sites", "it_mw", "12,5", "`12,5` is not a number; write it as `12.5`"),
        ("sites", "it_mw", "1.234,5", "`1.234,5` is not a number; write it as `1234.5`"),
        ("chips", "throughput", "FP16=1.000", ONE_OR_THOUSAND),
        ("stakes", "percent", "33,333", "`33,333` is not a number; write it as `33.333`"),
    ],
)  # fmt: skip
def test_what_the_field_takes_tells_what_may_be_meant(table: str, field: str, value: str, said: str) -> None:
    assert told(table, field, value) == said


@pytest.mark.parametrize(
    ("table", "field", "value", "exact"),
    [
        ("sites", "it_mw", "12.345", Fraction(12345, 1000)),
        ("sites", "it_mw", "0.125", Fraction(1, 8)),
        ("sites", "it_mw", "1.0000", 1),
        ("authorizations", "limit_tpp", "2394.400", Fraction(23944, 10)),
        ("authorizations", "limit_tpp", "15.8240", Fraction(15824, 1000)),
        ("models", "training_ops", "1.000e26", 10**26),
        ("shipments", "quantity", "1_000.000", 1000),
        ("shipments", "quantity", Decimal("1.000"), 1),
        ("synthetic_inputs", "share", "1.000", 1),
    ],
)
def test_what_can_be_read_in_one_way_alone_is_exact(table: str, field: str, value: Any, exact: Fraction) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"companies": [{"id": "c"}], "models": [{"id": "n"}]}
    rows[table] = [*rows.get(table, []), {**BASE[table], field: value}]
    found = World.of(None, **rows).rows(table)[-1].value(field)

    assert found == exact


@pytest.mark.parametrize("text", ["33.333", "50.000", "1.000", "33.33333", "25.000-50.000"])
def test_a_percentage_is_never_in_the_thousands(text: str) -> None:
    assert told("stakes", "percent", text) is None


@pytest.mark.parametrize("how", FORMATS)
def test_every_format_refuses_with_the_line(how: str, tmp_path: Path) -> None:
    row = {**BASE["shipments"], "quantity": "1.000"}
    with pytest.raises(InputError) as caught:
        load_world(written({"shipments": [BASE["shipments"] | {"id": "k"}, row]}, tmp_path / "w", how))
    (problem,) = caught.value.problems

    assert problem.message == f"`quantity` of `shipments`: {ONE_OR_THOUSAND}"
    assert problem.line > 0


def test_a_decimal_of_parquet_has_no_point_between_thousands(tmp_path: Path) -> None:
    rows = {name: [value] for name, value in BASE["shipments"].items()}
    rows["quantity"] = pa.array([Decimal("1.000")], pa.decimal128(10, 3))
    (tmp_path / "w").mkdir()
    pq.write_table(pa.table(rows), tmp_path / "w" / "shipments.parquet")

    assert load_world(tmp_path / "w").rows("shipments")[0].value("quantity") == 1


def test_a_row_kept_by_column_is_made_again_from_its_canonical_text(tmp_path: Path) -> None:
    row = {**BASE["authorizations"], "limit_tpp": "15.8240"}
    (tmp_path / "w").mkdir()
    for table, rows in {"companies": [{"id": "c"}], "authorizations": [row]}.items():
        (tmp_path / "w" / f"{table}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    found = load_world(tmp_path / "w").rows("authorizations")

    assert isinstance(found, Table)
    assert found[0].value("limit_tpp") == Fraction(15824, 1000)


def test_an_order_and_a_parameter_are_read_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, book = tmp_path / "w.yaml", tmp_path / "book.csv"
    world.write_text("companies:\n- {id: c, headquarters: MY}\n")
    book.write_text("id,date,consignee,to_country,chip,quantity\no,2025-06-01,c,MY,H100,1.000\n")

    assert run(["screen", str(world), str(book), "--as-of", "2025-06-30"]) == 2
    assert f"{book}:2: `quantity` of `orders`: {ONE_OR_THOUSAND}" in capsys.readouterr().err
    assert run(["audit", str(world), "--as-of", "2025-06-30", "--set", "cap=50.000"]) == 2
    assert "`50.000` can be read as 50 or as 50000; write `50` or `50000`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("unit", "text", "fine"), [("percent", "7.000", True), ("MW", "12.345", True), ("TPP", "26.900", False)]
)
def test_the_unit_of_a_parameter_tells_what_it_may_be(unit: str, text: str, fine: bool) -> None:
    value = {"value": text, "citation": "a design choice", "confidence": "design"}
    made = {"text": "A limit.", "unit": unit, "values": [value]}
    if fine:
        Parameter.model_validate(made)
    else:
        with pytest.raises(ValueError, match=r"can be read as 26\.9 or as 26900"):
            Parameter.model_validate(made)


def test_each_table_of_the_cases_is_one() -> None:
    assert set(BASE) <= set(TABLES)
