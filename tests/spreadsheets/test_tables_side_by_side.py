"""Two tables side by side on one sheet, and parties that no column tells of."""

from __future__ import annotations

from pathlib import Path

from tests.spreadsheets.books import read, write
from tests.spreadsheets.test_import_table import ORDERS, order

LEFT = ["Customer no", "Name", "Country", None]
HEADER = [*LEFT, "Order", "Customer no", "Item", "Qty", "Delivery date", "Ship-to country"]
ROWS = [
    ["C1", "Nordlicht GmbH", "DE", None, "A1", "C2", "H100 SXM", 8, "2026-12-01", "VN"],
    ["C2", "Song Cau JSC", "VN", None, "A2", "C1", "DGX H100", 1, "2026-12-02", "DE"],
]


def test_a_table_reads_its_own_column_and_not_that_of_the_table_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [HEADER, *ROWS]})

    found = read(path, {"stands apart": '"-"', "who receives": "purchaser"})

    assert [(row["id"], row["purchaser"]["name"]) for row in found.rows["orders"]] == [("A1", "C2"), ("A2", "C1")]
    assert [row["consignee"] for row in found.rows["orders"]] == [row["purchaser"] for row in found.rows["orders"]]


def test_a_party_that_is_said_to_be_one_of_whom_nothing_is_told_is_asked_again(tmp_path: Path) -> None:
    gone = [place for place, name in enumerate(ORDERS) if name in ("Customer", "Consignee")]
    rows = [[cell for place, cell in enumerate(row) if place not in gone] for row in (ORDERS, order(1))]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"who buys or receives": "purchaser"})

    assert found.told is None
    again = read(tmp_path / "a.xlsx", map_path=found.map_path)
    assert "`purchaser` was written, and no column tells of a `purchaser`" in str(again.asked + found.asked)


def test_a_column_that_was_left_for_one_that_is_not_read_is_told_as_such(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]})
    map_path = read(path).map_path
    text = map_path.read_text("utf-8").replace("field: purchaser.name", 'field: "-"')
    map_path.write_text(text, "utf-8")

    assert "columns that are not read, and no other tells the same: `Customer`" in read(path).text
