"""Names of columns in several rows: groups over them, names that go on below, units, the words of a system."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import read, write

DAY = date(2026, 12, 1)
Rows = list[list[Any]]
LINE = {
    "id": "S1", "purchase": "S1", "purchaser": {"name": "Acme", "country": "SG"}, "consignee": {"name": "Beta"},
    "to_country": "MY", "chip": "H100", "quantity": "8", "date": "2026-12-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "merged"),
    [
        (
            [["Order", "Sold-to", "", "Ship-to", "", "", "Goods", "", "Ship date"],
             ["", "Name 1", "Ctry", "City", "Name 1", "Ctry", "Description", "Qty", ""]],
            ["S1", "Acme", "SG", "Kuala Lumpur", "Beta", "MY", "H100", 8, DAY],
            ["B1:C1", "D1:F1", "G1:H1"],
        ),
        (
            [["", "Sold-to", "", "Ship-to", "", "", "", ""],
             ["Order", "Name", "Country", "Name", "Country", "Item", "Qty", "Ship date"]],
            ["S1", "Acme", "SG", "Beta", "MY", "H100", 8, DAY],
            [],
        ),
        (
            [["Order", "", "Parties", "", "", "", "Goods", ""],
             ["", "", "Customer", "", "Consignee", "", "", ""],
             ["No.", "Ship date", "Name", "Country", "Name", "Country", "Item", "Qty"]],
            ["S1", DAY, "Acme", "SG", "Beta", "MY", "H100", 8],
            ["A1:B1", "C1:F1", "G1:H1", "C2:D2", "E2:F2"],
        ),
        (
            [["订单号", "客户 Customer", "", "收货方 Consignee", "", "货物", "", "发货日期"],
             ["", "名称 Name", "国家 Country", "名称 Name", "国家 Country", "型号", "数量", ""],
             ["", "", "", "", "", "", "台", ""]],
            ["S1", "Acme", "SG", "Beta", "MY", "H100", 8, DAY],
            ["B1:C1", "D1:E1", "F1:G1"],
        ),
    ],
)  # fmt: skip
def test_groups_over_columns_say_whose_they_are(
    header: Rows, row: list[Any], merged: list[str], tmp_path: Path
) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": [*header, row]}, {"Orders": merged}), {"`purchase`": "purchase"})

    assert found.rows["orders"] == [LINE], found.asked


def test_a_group_whose_reach_nothing_tells_is_asked(tmp_path: Path) -> None:
    rows: Rows = [["", "Customer", "", "", "", ""], ["Order", "Name", "Country", "Item", "Qty", "Ship date"]]
    path = write(tmp_path / "a.xlsx", {"Orders": [*rows, ["S1", "Acme", "SG", "H100", 8, DAY]]})

    found = read(path, {"nothing tells how far": "to_country", "`consignee`": '"-"'})

    assert "write `purchaser.country` if it belongs there, else `to_country`" in str(found.asked)
    assert found.rows["orders"][0]["to_country"] == "SG"
    assert found.rows["orders"][0]["purchaser"] == {"name": "Acme"}


@pytest.mark.parametrize(
    "header",
    [
        [["Sales", "Ship-to", "Country of", "Item", "Order", "Ship"],
         ["Order", "Party", "Destination", "Description", "Qty", "Date"]],
        [["Auftrags-", "Waren-", "Bestimmungs-", "Artikel-", "Auftrags-", "Versand-"],
         ["nummer", "empfänger", "land", "bezeichnung", "menge", "datum"]],
        [["Requested", "", "", "", "", "Requested"], ["Sales", "", "Ship-to", "", "Order", "Delivery"],
         ["Order", "Consignee", "Country", "Item", "Quantity", "Date"]],
    ],
)  # fmt: skip
def test_a_name_that_goes_on_in_the_cell_below_is_read_as_one(header: Rows, tmp_path: Path) -> None:
    row = ["S1", "Beta", "MY", "H100", 8, DAY]

    found = read(write(tmp_path / "a.xlsx", {"Orders": [*header, row]}))

    (line,) = found.rows["orders"]
    assert (line["purchase"], line["consignee"], line["to_country"]) == ("S1", {"name": "Beta"}, "MY")
    assert (line["chip"], line["quantity"], line["date"]) == ("H100", "8", "2026-12-01")


HEADER = ["Order", "Consignee", "Country", "Item", "Qty", "Ship date", "Net value"]


@pytest.mark.parametrize(
    ("units", "quantity", "value"),
    [
        (["", "", "ISO", "", "pcs", "dd.mm.yyyy", "USD"], "8", "50"),
        (["", "", "", "", "[thousand pcs]", "", "k USD"], "8000", "50000"),
        (["", "", "", "", "Tsd. Stk", "", "EUR"], "8000", None),
        (["", "", "", "", "thousand GPUs", "", ""], "8000", None),
        (["", "", "", "", "千片", "", "万美元"], "8000", "500000"),
    ],
)
def test_a_row_of_units_is_no_data_and_says_what_is_counted(
    units: list[str], quantity: str, value: str | None, tmp_path: Path
) -> None:
    rows: Rows = [HEADER, units, ["S1", "Beta", "MY", "H100", 8, DAY, 50]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"万美元": "USD"})

    (line,) = found.rows["orders"]
    assert (line["quantity"], line.get("value_usd")) == (quantity, value)
    assert "units: row 2" in found.text
    assert "unread" not in found.rows


def test_units_that_are_not_surely_one_are_asked(tmp_path: Path) -> None:
    rows: Rows = [HEADER, ["", "", "", "", "racks", "", ""], ["S1", "Beta", "MY", "H100", 8, DAY, 50]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert "of how many of the product is each?" in str(found.asked)


@pytest.mark.parametrize(("mask", "day"), [("MM/DD/YYYY", "2026-03-04"), ("TT/MM/JJJJ", "2026-04-03")])
def test_a_mask_says_the_order_of_a_date(mask: str, day: str, tmp_path: Path) -> None:
    below: Rows = [HEADER, ["", "", "", "", "", mask, ""], ["S1", "Beta", "MY", "H100", 8, "03/04/2026", 50]]
    beside = [[name if name != "Ship date" else f"Ship date ({mask})" for name in HEADER], below[-1]]

    for place, rows in enumerate((below, beside)):
        assert read(write(tmp_path / f"{place}.xlsx", {"Orders": rows})).rows["orders"][0]["date"] == day


@pytest.mark.parametrize("above", [[], [["Open orders", "", "", ""]], [["Customer", "Acme Ltd", "From", "2026-01-01"]]])
def test_the_names_of_a_system_below_those_of_the_trade_are_no_data(above: Rows, tmp_path: Path) -> None:
    rows: Rows = [
        ["Sales document", "Item", "Sold-to party", "Ship-to party", "Country", "Description", "Order quantity"],
        ["VBELN", "POSNR", "KUNNR", "KUNWE", "LAND1", "ARKTX", "KWMENG"],
        ["S1", "10", "Acme", "Beta", "MY", "H100", 8],
    ]  # fmt: skip
    rows = [*above, *([*row, cell] for row, cell in zip(rows, ["Delivery date", "EDATU", DAY], strict=True))]

    (line,) = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert (line["id"], line["purchaser"], line["consignee"]) == ("S1-10", {"name": "Acme"}, {"name": "Beta"})
    assert (line["chip"], line["quantity"], line["to_country"]) == ("H100", "8", "MY")


def test_a_header_of_two_rows_that_stands_again_is_no_second_table(tmp_path: Path) -> None:
    header: Rows = [["", "Sold-to", "", "Ship-to", ""], ["Order", "Name", "Ctry", "Name", "Ctry"]]
    header = [[*header[0], "", "", ""], [*header[1], "Item", "Qty", "Ship date"]]
    line = ["Acme", "SG", "Beta", "MY", "H100", 8, DAY]

    found = read(write(tmp_path / "a.xlsx", {"Orders": [*header, ["S1", *line], *header, ["S2", *line]]}))

    assert [row["id"] for row in found.rows["orders"]] == ["S1", "S2"]
    assert "column names again: rows 4, 5" in found.text


@pytest.mark.parametrize(
    "row", [["Acme Ltd", "Wu", 30, "SG"], ["Name", "Country AG", "unknown", "SG"], ["公司", "Lim", "30", "SG"]]
)
@pytest.mark.parametrize(
    "header", [["Company", "Shareholder", "%", "Country of shareholder"], ["公司名称", "股东", "持股比例", "股东国家"]]
)
def test_a_first_row_of_data_is_never_taken_into_the_header(header: list[Any], row: list[Any], tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Owners": [header, row, ["Acme Ltd", "Ho", 5, "CN"]]}))

    assert len(found.rows["stakes"]) == 2


def test_the_map_of_last_month_is_used_again_on_two_rows(tmp_path: Path) -> None:
    header: Rows = [["", "Customer", "", "", "", ""], ["Order", "Name", "Country", "Item", "Qty", "Ship date"]]
    answers = {"nothing tells how far": "to_country", "`consignee`": "purchaser"}
    first = write(tmp_path / "a.xlsx", {"Orders": [*header, ["S1", "Acme", "SG", "H100", 8, DAY]]})
    kept = read(first, answers)
    assert kept.asked

    again = write(tmp_path / "b.xlsx", {"Orders": [["December"], *header, ["S2", "Acme", "SG", "H100", 8, DAY]]})
    found = read(again, map_path=kept.map_path)

    assert not found.asked
    assert found.rows["orders"][0]["id"] == "S2"


@pytest.mark.parametrize(
    ("header", "merged"),
    [
        (
            [["Order", "Name", "", "Country", "", "Item", "Quantity", "", "Dates", ""],
             ["", "Sold-to", "Ship-to", "Sold-to", "Ship-to", "", "Ordered", "Shipped", "Order", "Ship"]],
            ["B1:C1", "D1:E1", "G1:H1", "I1:J1"],
        ),
        (
            [["Auftrag", "Kunde", "Empfänger", "Kunde", "Empfänger", "Artikel", "Menge", "", "Daten", ""],
             ["Nr.", "Name", "Name", "Land", "Land", "Bezeichnung", "bestellt", "", "Auftrag", "Versand"]],
            [],
        ),
        (
            [["Order", "Bill-to", "Ship-to details", "Bill-to address", "Ship-to details", "Line", "", "", "", ""],
             ["Number", "Company", "Company", "Country", "Country", "SKU", "Units", "Net", "Order date", "Ship by"]],
            ["F1:J1"],
        ),
    ],
)  # fmt: skip
def test_what_is_told_may_stand_over_whose_it_is(header: Rows, merged: list[str], tmp_path: Path) -> None:
    row = ["S1", "Acme", "Beta", "SG", "MY", "H100", 8, 5, date(2026, 10, 1), DAY]

    found = read(write(tmp_path / "a.xlsx", {"Orders": [*header, row]}, {"Orders": merged}))

    (line,) = found.rows["orders"]
    assert (line["id"], line["to_country"], line["date"], line["quantity"]) == ("S1", "MY", "2026-12-01", "8")
    assert (line["purchaser"], line["consignee"]) == ({"name": "Acme", "country": "SG"}, {"name": "Beta"})


def test_ordered_and_open_units_that_differ_are_asked(tmp_path: Path) -> None:
    header: Rows = [["", "", "", "Quantity", "", ""], ["Order", "Ship-to", "Country", "Ordered", "Open", "Item"]]
    rows: Rows = [[*header[0], ""], [*header[1], "Ship date"], ["S1", "Beta", "MY", 100, 60, "H100", DAY]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}, {"Orders": ["D1:E1"]}))

    assert "`Quantity / Ordered` (D) and `Quantity / Open` (E) differ" in str(found.asked)


@pytest.mark.parametrize(
    "second",
    [["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"], [1, 2, 3, 4, 5, 6, 7], ["a", "b", "c", "d", "e", "f", "g"],
     ["[-]", "[-]", "[ISO2]", "[model]", "[pcs]", "[DD/MM/YYYY]", "[USD]"]],
)  # fmt: skip
def test_a_row_that_counts_the_columns_or_tells_what_to_write_is_no_data(second: list[Any], tmp_path: Path) -> None:
    rows: Rows = [HEADER, second, ["S1", "Beta", "MY", "H100", 8, DAY, 50]]

    (line,) = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"in which currency": "USD"}).rows["orders"]

    assert (line["id"], line["quantity"]) == ("S1", "8")


def test_merged_groups_with_a_second_language_below_and_a_cell_merged_downward(tmp_path: Path) -> None:
    header: Rows = [
        ["序号", "合同号", "客户信息", "", "收货方信息", "", "产品信息", "", "计划发货日期"],
        ["", "", "客户名称", "国家/地区", "收货单位", "目的国", "规格型号", "数量", ""],
        ["No.", "Contract No.", "Customer", "Country", "Consignee", "Destination", "Model", "Quantity", "Ship Date"],
        ["", "", "", "", "", "", "", "(台)", ""],
    ]
    merged = ["C1:D1", "E1:F1", "G1:H1", "A1:A2", "B1:B2", "I1:I2"]
    path = write(
        tmp_path / "a.xlsx",
        {"订单": [*header, [1, "S1", "Acme", "SG", "Beta", "MY", "H100", 8, DAY]]},
        {"订单": merged},
    )

    assert read(path).rows["orders"] == [LINE]


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ([["Gesellschafter", "", "Gesellschaft", "", "Anteil"], ["Name", "Sitz", "Name", "Sitz", "%"]], "stakes"),
        ([["Shareholder", "", "Company", "", "Stake"], ["Legal name", "Country", "Name", "HQ", "%"]], "stakes"),
        ([["股东", "", "公司", "", "持股比例"], ["名称", "国家", "名称", "国家", "%"]], "stakes"),
    ],
)  # fmt: skip
def test_an_owner_and_what_it_owns_are_told_apart_by_their_groups(header: Rows, table: str, tmp_path: Path) -> None:
    rows: Rows = [*header, ["Wu Invest", "HK", "Orion Cloud", "DE", 24.5], ["Lim", "SG", "Orion Cloud", "DE", 60]]

    found = read(write(tmp_path / "a.xlsx", {"Ownership": rows}))

    assert {(row["owner"], row["owned"], row["percent"]) for row in found.rows[table]} == {
        ("Wu Invest", "Orion Cloud", "24.5"), ("Lim", "Orion Cloud", "60"),
    }  # fmt: skip
    assert {row["id"]: row["headquarters"] for row in found.rows["companies"]} == {
        "Wu Invest": "HK", "Lim": "SG", "Orion Cloud": "DE",
    }  # fmt: skip


def test_chips_of_a_site_under_a_group_and_those_that_no_name_tells(tmp_path: Path) -> None:
    grouped: Rows = [["Site", "", "Power", "Accelerators", ""], ["Name", "Country", "IT load", "Model", "Installed"]]
    units, row = ["", "", "kW", "", "pcs"], ["Johor", "MY", 12000, "H100", 64]
    path = write(tmp_path / "a.xlsx", {"Sites": [*grouped, units, row]}, {"Sites": ["A1:B1", "D1:E1"]})
    odd: Rows = [["Site", "Country", "IT MW", "Hardware inside", "Installed"], ["Johor", "MY", 12, "H100", 64]]
    none = [[*each[:3], each[4]] for each in odd]

    assert read(path).rows["holdings"] == [{"site": "Johor", "chip": "H100", "quantity": "64"}]
    assert "its values look like `holdings.chip`" in str(read(write(tmp_path / "b.xlsx", {"Sites": odd})).asked)
    (lost,) = read(write(tmp_path / "c.xlsx", {"Sites": none})).rows["unread"]
    assert (lost["field"], lost["text"]) == ("quantity", "64")


def test_letters_of_one_encoding_inside_a_known_word_tell_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "Auftrag;Warenempfänger;Zielland;Artikel;Menge;Versanddatum\nS1;Beta;MY;H100;8;01.12.2026\n"
    path.write_bytes(text.encode("cp1252"))

    assert read(path).rows["orders"][0]["consignee"] == {"name": "Beta"}


def test_a_group_reaches_no_column_whose_name_is_merged_down_beside_it(tmp_path: Path) -> None:
    header: Rows = [
        ["Order", "Item", "Qty", "Parties", "", "", "", "Date"],
        ["", "", "", "Sold-to", "", "Ship-to", "", ""],
        ["No.", "Description", "ordered", "Name", "Country", "Name", "Country", "of shipment"],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:G1", "H1:H2"]
    rows: Rows = [*header, ["S1", "H100", 8, "Acme", "SG", "Beta", "MY", DAY]]

    assert read(write(tmp_path / "a.xlsx", {"Orders": rows}, {"Orders": merged})).rows["orders"] == [LINE]


def test_letters_in_brackets_beside_a_party_say_nothing(tmp_path: Path) -> None:
    header: Rows = [
        ["Order", "Buyer (A)", "", "Consignee (B)", "", "Item", "Qty", "Ship date"],
        ["", "Name", "Country", "Name", "Country", "", "", ""],
    ]
    path = write(tmp_path / "a.xlsx", {"Orders": [*header, ["S1", "Acme", "SG", "Beta", "MY", "H100", 8, DAY]]})

    assert read(path).rows["orders"] == [LINE]


@pytest.mark.parametrize(("answer", "consignee"), [("purchaser", {"name": "Acme"}), ('"-"', None)])
def test_an_address_of_a_consignee_without_a_name_is_asked_and_never_costs_the_line(
    answer: str, consignee: dict[str, str] | None, tmp_path: Path
) -> None:
    header: Rows = [["", "", "Ship-to address", "", "", "", ""], ["Order", "Sold-to", "Street", "Country"]]
    header[1] += ["Item", "Qty", "Ship date"]
    path = write(
        tmp_path / "a.xlsx", {"Orders": [*header, ["S1", "Acme", "1 Rd", "MY", "H100", 8, DAY]]}, {"Orders": ["C1:D1"]}
    )

    found = read(path, {"who receives the goods": answer})

    assert "no column says who receives the goods" in str(found.asked)
    (line,) = found.rows["orders"]
    assert line.get("consignee", {}).get("name") == (consignee or {}).get("name")
    assert line["to_country"] == "MY"
    assert ("unread" in found.rows) == (consignee is None)


def test_a_table_above_the_one_that_is_read_is_said(tmp_path: Path) -> None:
    rows: Rows = [["Customers"], ["No", "Name", "Country"], ["C1", "Acme", "SG"], [], ["Orders"], HEADER]

    found = read(write(tmp_path / "a.xlsx", {"Sheet1": [*rows, ["S1", "Beta", "MY", "H100", 8, DAY, 50]]}))

    assert "rows 2 to 3 look like a table of their own" in found.text
