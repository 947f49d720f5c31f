"""The verbs: `import table` and `screen` with a spreadsheet, their exit status and what they say where."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from compliance.cli.main import run
from tests.spreadsheets.books import write
from tests.spreadsheets.officer import DECEMBER, FIXTURES, NOVEMBER, write_workbook
from tests.spreadsheets.test_import_table import ORDERS, order

MAP = FIXTURES / "workbook.map.yaml"


def made(tmp_path: Path) -> Path:
    world = tmp_path / "world"
    words = ["import", "table", str(FIXTURES / "workbook.xlsx"), "--map", str(MAP), "--output", str(world)]
    assert run(words) == 0
    return world


def test_a_run_that_asks_writes_its_map_beside_the_world_and_no_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["import", "table", str(FIXTURES / "workbook.xlsx"), "--output", str(tmp_path / "world")])

    assert status == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["world.map.yaml"]
    assert "world.map.yaml:38: column `since`, `date`" in capsys.readouterr().err


def test_next_months_orders_are_screened_by_the_same_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = MAP.read_bytes()
    world = made(tmp_path)
    order_book = str(FIXTURES / "december.xlsx")
    words = ["screen", str(world), order_book, "--map", str(MAP), "--as-of", "2026-11-28", "--format", "json"]
    status = run(words)
    answer = json.loads(capsys.readouterr().out)

    assert status in (1, 3)
    assert {row["id"] for row in answer["decisions"] if row["table"] == "orders"} == {
        "*",
        *(row[0] for row in DECEMBER),
    }
    assert MAP.read_bytes() == before


def test_a_line_that_is_not_surely_read_is_not_screened_and_not_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    path = write(tmp_path / "o.xlsx", {"Orders": [ORDERS, order(1), order(2, qty="some")]})
    shutil.copy(MAP, tmp_path / "m.yaml")
    run(["screen", str(world), str(path), "--as-of", "2026-11-28", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)

    assert "SO-2" not in {row["id"] for row in answer["decisions"]}
    assert any("cell F3: `some` is not a whole number" in each["reason"] for each in answer["not_evaluated"])
    assert (tmp_path / "world.map.yaml").exists()


def test_goods_without_an_accelerator_are_said_to_be_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    path = write(tmp_path / "o.xlsx", {"Orders": [ORDERS, order(1, item="ConnectX-7 400G NIC")]})
    run(["screen", str(world), str(path), "--as-of", "2026-11-28", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)

    assert any("outside the rules on chips" in text for text in answer["assumptions"])
    assert "SO-1" in {row["id"] for row in answer["decisions"]}
    assert [finding for finding in answer["findings"] if finding["topic"] == "chip_control"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--sheet", "Nope"], "has no sheet `Nope`"),
        (["--as", "ordrs"], "there is no table `ordrs`. Did you mean `orders`?"),
    ],
)
def test_a_wrong_option_is_told(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = FIXTURES / "workbook.xlsx"
    status = run(["import", "table", str(path), *words, "--output", str(tmp_path / "w")])

    assert status == 2
    assert told in capsys.readouterr().err


def test_the_workbooks_of_the_fixtures_are_as_they_are_made(tmp_path: Path) -> None:
    from compliance.spreadsheets.files.workbook import read_workbook

    for name, orders, sheets in (("workbook", NOVEMBER, True), ("december", DECEMBER, False)):
        write_workbook(tmp_path / f"{name}.xlsx", orders, sheets)
        made_now, kept = (read_workbook(folder / f"{name}.xlsx") for folder in (tmp_path, FIXTURES))

        assert [(sheet.name, sheet.rows) for sheet in made_now] == [(sheet.name, sheet.rows) for sheet in kept]


def test_words_of_the_trade_are_known_in_every_order_and_the_reading_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    book = tmp_path / "orders.csv"
    book.write_text("id,date,consignee,to_country,chip,quantity\na,2026-12-01,K-1007,JP,Tesla V100 32G,8\n", "utf-8")
    run(["screen", str(world), str(book), "--as-of", "2026-11-28", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)

    assert any(text.startswith("`Tesla V100 32G` is read as 1 V100") for text in answer["assumptions"])


def test_a_product_is_asked_about_as_a_chip(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chips", "DGX-H100", "--as-of", "2026-11-28", "--format", "json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["chips"].values()

    assert (told["zone"], told["notes"][0]) == ("a", "holds 8 H100; the figures are of one")


def test_a_sheet_of_customers_beside_the_orders_is_not_asked_for_dates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    customers = [["Customer No", "Name", "Country"], ["K-1001", "Alstertal Rechenzentrum GmbH", "DE"]]
    path = write(tmp_path / "o.xlsx", {"Orders": [ORDERS, order(1)], "Customers": customers})
    status = run(["screen", str(world), str(path), "--map", str(tmp_path / "new.yaml"), "--as-of", "2026-11-28"])
    told = capsys.readouterr().err

    assert status in (1, 3)
    assert "sheet `Customers`: looks like `companies`" in told


def test_an_accelerator_beside_a_network_card_is_never_nothing_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    book = tmp_path / "orders.csv"
    rows = "id,date,consignee,to_country,chip,quantity\na,2026-12-01,K-1006,CN,8-GPU server w/ ConnectX-7,64\n"
    book.write_text(rows, "utf-8")
    status = run(["screen", str(world), str(book), "--as-of", "2026-11-28"])

    assert status == 2
    assert "Did you mean `B300`?" in capsys.readouterr().err


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_text_table_with_names_of_its_own_is_told_how_to_be_read(
    mark: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    book = tmp_path / "orders.csv"
    rows = [["Order", "Date", "Ship to", "Product", "Qty"], ["1", "2026-12-01", "K-1007", "H100", "8"]]
    book.write_text("\n".join(mark.join(row) for row in rows) + "\n", "utf-8")
    capsys.readouterr()

    status = run(["screen", str(world), str(book), "--as-of", "2026-11-28"])

    assert status == 2
    assert "with `--map FILE.yaml` it is read as any spreadsheet is" in capsys.readouterr().err.splitlines()[0]


def test_a_quantity_that_is_not_read_names_the_line_by_its_own_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = made(tmp_path)
    path = write(tmp_path / "o.xlsx", {"Orders": [ORDERS, order(1), order(5, qty="8 x 8")]})
    run(["screen", str(world), str(path), "--as-of", "2026-11-28", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)

    assert any(
        "cell F3: `8 x 8` is not a whole number" in each["reason"] and "order line `SO-5`" in each["reason"]
        for each in answer["not_evaluated"]
    )
    assert all(row["enforced"] != "nothing_found" for row in answer["decisions"] if row["id"] == "*")
