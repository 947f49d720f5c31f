"""What columns are, in the words of several systems and languages: seats, owners, units, products told twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import read, write
from tests.spreadsheets.test_import_table import ORDERS, order

CUSTOMERS = [["Customer No", "Name", "Country"], ["C1", "Sun Ltd", "SG"], ["C2", "Polar AS", "NO"]]


def with_column(title: str, *values: Any) -> list[list[Any]]:
    return [[*ORDERS, title], *([*order(place), value] for place, value in enumerate(values, 1))]


def with_quantity(title: str, value: Any) -> list[list[Any]]:
    return [[title if name == "Qty" else name for name in ORDERS], order(1, qty=value)]


@pytest.mark.parametrize(
    ("country", "seat"),
    [
        ("Country", "Headquarters"), ("Country", "HQ"), ("Billing Country", "HQ country"), ("Country", "Head office"),
        ("Country", "Country of headquarters"), ("国家", "总部"), ("Land", "Hauptsitz"), ("País", "Sede"),
        ("Pays", "Siège"), ("国", "本社"), ("국가", "본사"),
    ],
)  # fmt: skip
def test_the_seat_of_a_company_is_read_and_not_the_country_beside_it(country: str, seat: str, tmp_path: Path) -> None:
    rows = [["Customer No", "Name", country, seat], ["C1", "Sun Ltd", "SG", "China"], ["C2", "Moon Ltd", "SG", "MY"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert [row["headquarters"] for row in found.rows["companies"]] == ["CN", "MY"]


@pytest.mark.parametrize(
    "header",
    [
        ("Company", "Shareholder", "Share %", "Country of shareholder"),
        ("Company", "Owned by", "%", "Owner country"),
        ("Customer", "Shareholder", "Share", "Shareholder country"),
        ("公司名称", "股东", "持股比例", "股东国家"),
        ("Gesellschaft", "Gesellschafter", "Anteil in %", "Land des Gesellschafters"),
        ("회사명", "주주", "지분율", "주주 국가"),
    ],
)
def test_owners_of_a_company_are_stakes_however_the_sheet_is_read(header: tuple[str, ...], tmp_path: Path) -> None:
    rows = [list(header), ["Sun Ltd", "Lim Family", 30, "SG"], ["Sun Ltd", "Tianyuan Group", 70, "CN"]]

    found = read(write(tmp_path / "a.xlsx", {"Owners": rows, "Customers": CUSTOMERS}))

    stakes = {(row["owner"], row["owned"], row["percent"]) for row in found.rows["stakes"]}
    assert stakes == {("Lim Family", "C1", "30"), ("Tianyuan Group", "C1", "70")}
    assert {(row["id"], row.get("headquarters")) for row in found.rows["companies"]} == {
        ("C1", "SG"), ("C2", "NO"), ("Lim Family", "SG"), ("Tianyuan Group", "CN"),
    }  # fmt: skip


def test_a_customer_that_stands_twice_with_another_owner_is_one_with_two_stakes(tmp_path: Path) -> None:
    rows = [["Customer No", "Name", "Country", "Shareholder", "Share (%)"]]
    rows += [["C1", "Sun Ltd", "SG", "Lim", 30], ["C1", "Sun Ltd", "SG", "Wu", 70], ["C1", "Sun Ltd", "MY", "Ho", 5]]  # type: ignore[list-item]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert [row["id"] for row in found.rows["companies"] if row["id"] == "C1"] == ["C1"]
    assert {(row["owner"], row["percent"]) for row in found.rows["stakes"]} == {
        ("Lim", "30"),
        ("Wu", "70"),
        ("Ho", "5"),
    }
    assert ("headquarters", "MY") in {(row["field"], row["text"]) for row in found.rows["unread"]}


@pytest.mark.parametrize("title", ["Owner", "Inhaber", "所有者", "Propietario", "Propriétaire"])
def test_an_owner_that_may_be_the_salesperson_is_asked(title: str, tmp_path: Path) -> None:
    rows = [["Customer No", "Name", "Country", title], ["C1", "Sun Ltd", "CN", "Anna Smith"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert "is it a shareholder, and not the colleague" in str(found.asked)


def test_the_country_of_an_owner_without_a_name_and_several_owners_in_a_cell_are_unread(tmp_path: Path) -> None:
    seats = [["Customer No", "Name", "Country", "Parent country"], ["C1", "Sun Ltd", "SG", "CN"]]
    several = [["Customer No", "Name", "Country", "Shareholder"], ["C2", "Moon", "SG", "Lim Family; Tianyuan Group"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": seats, "Customers 2": several}))

    assert {(row["id"], row["text"]) for row in found.rows["unread"]} == {
        ("C1", "CN"), ("C2", "Lim Family; Tianyuan Group"),
    }  # fmt: skip


@pytest.mark.parametrize("title", ["Notes", "备注", "Bemerkung", "Observaciones", "Remarques"])
def test_notes_are_no_description_of_goods(title: str, tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": with_column(title, "call back")}))

    assert "description" not in found.rows["orders"][0]
    assert f"not read: `{title}`" in found.text


@pytest.mark.parametrize(
    ("title", "value", "read_as"),
    [
        ("Quantity (thousand)", 16, "16000"), ("Qty (k)", 2, "2000"), ("Qty (boxes of 8)", 2, "16"),
        ("Menge (Tsd.)", 4, "4000"), ("数量(千片)", 2, "2000"), ("数量（万片）", 1, "10000"), ("Qty x100", 3, "300"),
        ("Qty (EA)", 8, "8"), ("数量(台)", 8, "8"), ("Cantidad (miles)", 2, "2000"), ("Qty '000", 2, "2000"),
        ("Qty", "16x", "16"), ("Qty", "8 Stk.", "8"), ("Qty", "4 장", "4"),
    ],
)  # fmt: skip
def test_what_the_name_of_a_column_counts_is_counted(title: str, value: Any, read_as: str, tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": with_quantity(title, value)}))

    assert found.rows["orders"][0]["quantity"] == read_as


@pytest.mark.parametrize(
    "title", ["Qty (boxes)", "Quantity (pallets)", "Qty (systems)", "数量(箱)", "Menge (Kartons)", "Cantidad (cajas)"]
)
def test_a_count_of_something_else_is_asked(title: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": with_quantity(title, 4)})

    assert "of how many of the product is each?" in str(read(path).asked)
    assert read(path, {"`times`": '"10"'}).rows["orders"][0]["quantity"] == "40"


@pytest.mark.parametrize(
    ("title", "value", "megawatts"),
    [
        ("IT load (kW)", 120_000, "120"), ("IT power kW", 30_500, "30.5"), ("IT capacity [GW]", 1.2, "1200"),
        ("IT负载(kW)", 500, "0.5"), ("IT MW", 12.5, "12.5"), ("Facility power (kVA)", 100, None), ("IT load", 12, None),
    ],
)  # fmt: skip
def test_power_is_in_megawatts_or_asked(title: str, value: Any, megawatts: str | None, tmp_path: Path) -> None:
    rows = [["Site ID", "Site name", "Country", "Operator", title], ["S1", "Johor", "MY", "C1", value]]

    found = read(write(tmp_path / "a.xlsx", {"Sites": rows}))

    assert found.rows["sites"][0]["it_mw"] == megawatts if megawatts else "multiplied" in str(found.asked)


@pytest.mark.parametrize(("title", "value", "percent"), [("Stake (bps)", 5100, "51"), ("Share (‰)", 510, "51")])
def test_shares_in_other_parts_than_hundredths_are_converted(
    title: str, value: int, percent: str, tmp_path: Path
) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Owners": [["Company", "Shareholder", title], ["A", "B", value]]}))

    assert [row["percent"] for row in found.rows["stakes"]] == [percent]


def test_a_column_of_units_says_what_a_number_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": with_column("UoM", "EA", "DZ", "BOX10", "Stk")})

    assert "how many of the product is one `BOX10`" in str(read(path).asked)
    found = read(path, {"BOX10": '"10"'})
    assert [row["quantity"] for row in found.rows["orders"]] == ["8", "96", "80", "8"]


@pytest.mark.parametrize(
    ("number", "description", "asked"),
    [
        ("H20", "NVIDIA H100 SXM5", ("NVIDIA H100 SXM5", "H20")),
        ("900-21010-0000-000", "NVIDIA H20 96GB", ("900-21010-0000-000", "NVIDIA H20 96GB")),
        ("T4", "8x H100 server", ("8x H100", "T4")),
        ("XX-1", "8-GPU server with ConnectX-7", ("B300",)),
        ("MCX75310AAS-NEAT", "H100 PCIe", ("H100 PCIe", "no accelerator")),
    ],
)
def test_a_number_and_a_description_that_disagree_are_asked_together(
    number: str, description: str, asked: tuple[str, ...], tmp_path: Path
) -> None:
    header = ["Item number" if name == "Item" else name for name in ORDERS]
    rows = [[*header, "Item description"]]
    rows += [[*order(1, item=number), description], [*order(2, item="L40S"), "NVIDIA L40S 48GB"]]  # type: ignore[list-item]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    (told,) = [each for each in found.asked if "is it" in each]
    assert f"`{number} | {description}`" in told
    assert told.partition("is it ")[2].startswith(f"`{asked[0]}`")
    assert all(f"`{name}`" in told for name in asked)


def test_a_description_that_says_more_than_the_number_is_read(tmp_path: Path) -> None:
    header = ["Item number" if name == "Item" else name for name in ORDERS]
    rows = [[*header, "Item description"], [*order(1, item="H100"), "NVIDIA H100 PCIe 80GB"]]
    rows += [[*order(2, item="HW-1"), "DGX H100"], [*order(3, item="900-21010-0000-000"), "PCIe card with cable"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert [row["chip"] for row in found.rows["orders"]] == ["NVIDIA H100 PCIe 80GB", "DGX H100", "900-21010-0000-000"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["Werk", "Material", "Materialkurztext", "Frei verwendbar"], ["1000", "900-1", "NVIDIA H100 PCIe 80GB", 12]),
        (["INVENTORYSITEID", "ITEMNUMBER", "PRODUCTNAME", "ONHANDQUANTITY"], ["1", "GPU-1", "H100 PCIe", 12]),
        (["仓库", "国家", "产品名称", "库存数量"], ["上海仓", "中国", "英伟达 H100 PCIe", 12]),
        (["WhsCode", "ItemCode", "ItemName", "OnHand"], ["01", "A-1", "H100 PCIe", 12]),
        (["창고", "국가", "품명", "재고수량"], ["부산", "한국", "H100 PCIe", 12]),
    ],
)
def test_stock_is_read_as_holdings(header: list[str], row: list[Any], tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Sheet1": [header, row]}))

    assert [(each["site"], each["quantity"]) for each in found.rows["holdings"]] == [(row[0], "12")]
    assert found.rows["sites"][0].get("country") == {"中国": "CN", "한국": "KR"}.get(row[1])
