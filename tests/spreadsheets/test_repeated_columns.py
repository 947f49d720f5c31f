"""Owners, directors, items and periods that stand side by side: each group of columns is a row of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import read, write

DAY = date(2026, 12, 1)
Rows = list[list[Any]]


@pytest.mark.parametrize(
    "header",
    [
        [["Customer", "Country", "Shareholder 1", "% 1", "Country 1", "Shareholder 2", "% 2", "Country 2"]],
        [["Customer", "Country", "Owner A", "Share A", "Owner A country", "Owner B", "Share B", "Owner B country"]],
        [["Customer", "Country", "Shareholder 1 Name", "Shareholder 1 %", "Shareholder 1 Country", "Shareholder 2 Name",
          "Shareholder 2 %", "Shareholder 2 Country"]],
        [["Customer", "Country", "1st shareholder", "1st shareholder %", "1st shareholder country", "2nd shareholder",
          "2nd shareholder %", "2nd shareholder country"]],
        [["Customer", "Country", "Shareholder", "Share %", "Country of shareholder", "Shareholder 2", "Share % 2",
          "Country of shareholder 2"]],
        [["Kunde", "Land", "Gesellschafter 1", "Anteil 1 %", "Land Gesellschafter 1", "Gesellschafter 2", "Anteil 2 %",
          "Land Gesellschafter 2"]],
        [["客户名称", "国家", "股东1", "持股比例1", "股东国籍1", "股东2", "持股比例2", "股东国籍2"]],
        [["客户名称", "国家", "股东一", "持股比例一", "股东国籍一", "股东二", "持股比例二", "股东国籍二"]],
        [["Cliente", "País", "Accionista 1", "% participación 1", "País accionista 1", "Accionista 2",
          "% participación 2", "País accionista 2"]],
        [["Customer", "", "Shareholder 1", "", "", "Shareholder 2", "", ""],
         ["Name", "Country", "Name", "%", "Country", "Name", "%", "Country"]],
    ],
)  # fmt: skip
def test_owners_side_by_side_are_stakes(header: Rows, tmp_path: Path) -> None:
    rows: Rows = [["Sun", "SG", "Lim", 30, "SG", "Wu", 70, "CN"], ["Moon", "MY", "Ho", 100, "MY", "", "", ""]]
    merged = {"Customers": ["A1:B1", "C1:E1", "F1:H1"]} if len(header) > 1 else {}

    found = read(write(tmp_path / "a.xlsx", {"Customers": [*header, *rows]}, merged))

    assert [(row["owner"], row["owned"], row["percent"]) for row in found.rows["stakes"]] == [
        ("Lim", "Sun", "30"), ("Wu", "Sun", "70"), ("Ho", "Moon", "100"),
    ]  # fmt: skip
    seats = {row["id"]: row.get("headquarters") for row in found.rows["companies"]}
    assert seats == {"Sun": "SG", "Lim": "SG", "Wu": "CN", "Moon": "MY", "Ho": "MY"}


@pytest.mark.parametrize(
    "header",
    [
        ["Company", "Shareholder", "%", "Shareholder", "%"], ["Company", "%", "Shareholder", "%", "Shareholder"],
        ["Company", "Owner", "%", "2nd Owner", "%"], ["Company", "Owner I", "Owner II", "% I", "% II"],
    ],
)  # fmt: skip
def test_a_sheet_of_stakes_has_them_side_by_side_too(header: list[str], tmp_path: Path) -> None:
    given = {"company": "Sun", "first": "Lim", "second": "Wu"}
    owners = iter(("Lim", "Wu"))
    shares = iter((30, 70))
    row = [next(shares) if "%" in name else "Sun" if name == "Company" else next(owners) for name in header]

    found = read(write(tmp_path / "a.xlsx", {"Ownership": [header, row]}))

    assert {(each["owner"], each["percent"]) for each in found.rows["stakes"]} == {("Lim", "30"), ("Wu", "70")}
    assert given["company"] == found.rows["stakes"][0]["owned"]


def test_owners_without_a_column_for_their_share_and_shares_without_an_owner_are_said(tmp_path: Path) -> None:
    owners: Rows = [["Company", "Shareholder 1", "Shareholder 2", "Shareholder 3", "% 1", "% 2"]]
    shares: Rows = [["Company", "Shareholder 1", "% 1", "% 2"], ["Moon", "Lim", 30, 50]]

    found = read(write(tmp_path / "a.xlsx", {"Ownership": [*owners, ["Sun", "Lim", "Wu", "Ho", 30, 50]]}))
    other = read(write(tmp_path / "b.xlsx", {"Ownership": shares}))

    assert [(row["owner"], row.get("percent", "unknown")) for row in found.rows["stakes"]] == [
        ("Lim", "30"), ("Wu", "50"), ("Ho", "unknown"),
    ]  # fmt: skip
    assert "`Shareholder 3`: no column tells the share" in found.text
    assert [(row.get("owner"), row["percent"]) for row in other.rows["stakes"]] == [("Lim", "30"), (None, "50")]
    assert "`% 2`: no column tells whose share it is" in other.text


def test_one_share_beside_two_owners_is_asked(tmp_path: Path) -> None:
    rows: Rows = [["Company", "Shareholder 1", "Shareholder 2", "%"], ["Sun", "Lim", "Wu", 30]]

    assert "which of the owners has this share?" in str(read(write(tmp_path / "a.xlsx", {"Owners": rows})).asked)


def test_a_parent_beside_numbered_shareholders_is_one_more_owner(tmp_path: Path) -> None:
    rows: Rows = [["Customer", "Country", "Ultimate parent", "Shareholder 1", "% 1", "Shareholder 2", "% 2"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": [*rows, ["Sun", "SG", "Top", "Lim", 30, "Wu", 70]]}))

    assert {row["owner"] for row in found.rows["stakes"]} == {"Top", "Lim", "Wu"}


@pytest.mark.parametrize(
    ("header", "role"),
    [
        (["Customer", "Country", "Director 1", "Director 2"], "director"),
        (["Kunde", "Land", "Geschäftsführer 1", "Geschäftsführer 2"], "director"),
        (["客户名称", "国家", "董事1", "董事2"], "director"),
        (["Customer", "Country", "Authorized signatory 1", "Authorized signatory 2"], "signatory"),
    ],
)
def test_directors_side_by_side_are_roles(header: list[str], role: str, tmp_path: Path) -> None:
    rows: Rows = [header, ["Sun", "SG", "Anna Tan", "Bo Lim"], ["Moon", "MY", "Anna Tan", ""]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert {(row["person"], row["company"], row["role"]) for row in found.rows["roles"]} == {
        ("Anna Tan", "Sun", role), ("Bo Lim", "Sun", role), ("Anna Tan", "Moon", role),
    }  # fmt: skip
    assert [row["id"] for row in found.rows["people"]] == ["Anna Tan", "Bo Lim"]


def test_who_owns_and_directs_is_one_party(tmp_path: Path) -> None:
    rows: Rows = [["Customer", "Country", "Director", "Shareholder", "%"], ["Sun", "SG", "Bo Lim", "Bo Lim", 60]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert found.rows["roles"][0]["person"] == found.rows["stakes"][0]["owner"]
    assert len(found.rows["companies"]) + len(found.rows.get("people", [])) == 2


def test_items_side_by_side_are_lines(tmp_path: Path) -> None:
    header = ["Order", "Consignee", "Country", "Ship date", "Item 1", "Qty 1", "Item 2", "Qty 2"]
    rows: Rows = [header, ["S1", "Acme", "SG", DAY, "H100", 8, "H200", 4], ["S2", "Acme", "SG", DAY, "A100", 8, "", ""]]

    lines = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert [(row["id"], row["chip"], row["quantity"]) for row in lines] == [
        ("S1-1", "H100", "8"), ("S1-2", "H200", "4"), ("S2", "A100", "8"),
    ]  # fmt: skip


def test_units_by_day_are_lines_of_that_day(tmp_path: Path) -> None:
    rows: Rows = [
        ["Order", "Consignee", "Country", "Product", DAY, date(2027, 1, 5), "2027-02-03"],
        ["S1", "Acme", "SG", "H100", 8, 0, 4],
    ]

    lines = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert [(row["date"], row["quantity"]) for row in lines] == [("2026-12-01", "8"), ("2027-02-03", "4")]


@pytest.mark.parametrize(
    "periods", [["Q1", "Q2"], ["Jan 2027", "Feb 2027"], ["01/2027", "02/2027"], ["2027年1月", "2027年2月"]]
)
def test_units_by_a_longer_period_are_asked_for_their_day(periods: list[str], tmp_path: Path) -> None:
    header: Rows = [["Consignee", "Country", "Product", "2027", ""], ["", "", "", *periods]]
    rows: Rows = [*header, ["Acme", "SG", "H100", 8, 4], ["Beta", "MY", "H100", 1, 2]]
    path = write(tmp_path / "a.xlsx", {"Orders": rows}, {"Orders": ["D1:E1"]})

    found = read(path, {f"{periods[0]}`, `day`": '"2027-03-31"', f"{periods[1]}`, `day`": '"2027-06-30"'})

    assert "of which day are the lines of" in str(found.asked)
    assert [(row["date"], row["quantity"]) for row in found.rows["orders"]] == [
        ("2027-03-31", "8"), ("2027-06-30", "4"), ("2027-03-31", "1"), ("2027-06-30", "2"),
    ]  # fmt: skip
    assert len({row["id"] for row in found.rows["orders"]}) == 4


def test_a_third_owner_next_month_is_asked_and_not_lost(tmp_path: Path) -> None:
    first: Rows = [["Customer", "Country", "Shareholder 1", "% 1", "Shareholder 2", "% 2"]]
    kept = read(write(tmp_path / "a.xlsx", {"Customers": [*first, ["Sun", "SG", "Lim", 30, "Wu", 70]]}))
    header = [*first[0], "Shareholder 3", "% 3"]
    path = write(tmp_path / "b.xlsx", {"Customers": [header, ["Sun", "SG", "Lim", 30, "Wu", 60, "Ho", 10]]})

    answers = {"write `stakes.owner` if it is": "stakes.owner", "write `stakes.percent` if it is": "stakes.percent"}
    found = read(path, answers, map_path=kept.map_path)

    assert "`Shareholder 3`" in str(found.asked)
    assert ("Ho", "10") in {(row["owner"], row["percent"]) for row in found.rows["stakes"]}


def test_names_and_addresses_that_go_on_are_no_owners(tmp_path: Path) -> None:
    rows: Rows = [["Debitor", "Name 1", "Name 2", "Land", "Telefon 1"], ["1", "Sun", "Holding", "DE", "030 1"]]

    found = read(write(tmp_path / "a.xlsx", {"Kunden": rows}))

    assert "stakes" not in found.rows
    assert found.rows["companies"][0]["name"] == "Sun"


def test_owners_numbered_in_words_by_groups_of_two_rows(tmp_path: Path) -> None:
    header: Rows = [
        ["Counterparty", "", "", "Beneficial owners", "", "", "", "", ""],
        ["", "", "", "First", "", "", "Second", "", ""],
        ["ID", "Legal name", "Country", "Name", "Country", "%", "Name", "Country", "%"],
    ]
    merged = ["A1:C1", "D1:I1", "D2:F2", "G2:I2"]
    rows: Rows = [
        ["C1", "Sun", "SG", "Lim", "SG", 60, "Wu", "CN", 40],
        ["C2", "Moon", "MY", "Ho", "HK", 100, "", "", ""],
    ]

    found = read(write(tmp_path / "a.xlsx", {"KYC": [*header, *rows]}, {"KYC": merged}))

    assert [(row["owner"], row["owned"], row["percent"]) for row in found.rows["stakes"]] == [
        ("Lim", "C1", "60"), ("Wu", "C1", "40"), ("Ho", "C2", "100"),
    ]  # fmt: skip
    seats = {row["id"]: row.get("headquarters") for row in found.rows["companies"]}
    assert seats == {"C1": "SG", "C2": "MY", "Lim": "SG", "Wu": "CN", "Ho": "HK"}


def test_the_first_name_of_a_person_is_no_first_owner(tmp_path: Path) -> None:
    rows: Rows = [["Customer", "Country", "First name", "Last name"], ["Sun", "SG", "Anna", "Tan"]]

    assert set(read(write(tmp_path / "a.xlsx", {"Customers": rows})).rows) == {"companies"}


def test_periods_with_words_beside_them_are_asked_and_sums_may_be_left(tmp_path: Path) -> None:
    header: Rows = [
        ["Consignee", "Country", "Product", "2026", "", "2027"],
        ["", "", "", "Q3 act.", "Q4 (forecast)", "Q1"],
    ]
    path = write(tmp_path / "a.xlsx", {"Orders": [*header, ["Acme", "SG", "H100", 8, 4, 2]]}, {"Orders": ["D1:E1"]})

    asked = str(read(path).asked)

    assert all(
        f"of which day are the lines of `{name}`" in asked for name in ("2026 / Q3 act.", "2026 / Q4 (forecast)")
    )
    assert "adds up other columns" in asked


def test_products_that_name_columns_are_a_row_each_with_what_stands_below(tmp_path: Path) -> None:
    sites: Rows = [["Site", "Country", "IT MW", "H100", "Qty A100 80GB", "L40S"], ["Johor", "MY", 12, 64, 8, ""]]
    header: Rows = [["Order", "Consignee", "Country", "Ship date", "H100", "", "A100 80GB", ""]]
    header += [["", "", "", "", "Qty", "Value USD", "Qty", "Value USD"]]
    rows: Rows = [["S1", "Acme", "MY", DAY, 64, 100, 8, 10], ["S2", "Beta", "NO", DAY, 3, "", 0, ""]]
    orders = write(tmp_path / "b.xlsx", {"Orders": [*header, *rows]}, {"Orders": ["E1:F1", "G1:H1"]})

    holdings = read(write(tmp_path / "a.xlsx", {"Sites": sites})).rows["holdings"]
    lines = read(orders).rows["orders"]

    assert [(row["chip"], row["quantity"]) for row in holdings] == [("H100", "64"), ("A100 80GB", "8")]
    assert [(row["id"], row["chip"], row["quantity"], row.get("value_usd")) for row in lines] == [
        ("S1-1", "H100", "64", "100"), ("S1-2", "A100 80GB", "8", "10"), ("S2", "H100", "3", None),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["Qty (A100)", "Quantity [A100]", "Menge (A100)"])
def test_the_number_of_a_product_multiplies_nothing(title: str, tmp_path: Path) -> None:
    rows: Rows = [
        ["Order", "Consignee", "Country", "Ship date", "Product", title],
        ["S1", "Acme", "MY", DAY, "A100", 8],
    ]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"`quantity`": "quantity"})

    assert found.rows["orders"][0]["quantity"] == "8"


def test_chips_of_a_site_side_by_side_are_holdings(tmp_path: Path) -> None:
    header = ["Site", "Country", "IT MW", "GPU 1", "Qty 1", "GPU 2", "Qty 2"]
    rows: Rows = [header, ["Johor", "MY", 12, "H100", 64, "A100", 8], ["Oslo", "NO", 4, "L40S", 3, "", ""]]

    found = read(write(tmp_path / "a.xlsx", {"Sites": rows}))

    assert [(row["site"], row["chip"], row["quantity"]) for row in found.rows["holdings"]] == [
        ("Johor", "H100", "64"), ("Johor", "A100", "8"), ("Oslo", "L40S", "3"),
    ]  # fmt: skip
    assert [row["it_mw"] for row in found.rows["sites"]] == ["12", "4"]


@pytest.mark.parametrize(
    "header",
    [
        ["Customer", "Country", "Parent", "Parent country", "Ultimate parent", "Ultimate parent country"],
        ["Customer", "Country", "Parent", "Ultimate parent", "Parent country", "Ultimate parent country"],
    ],
)
def test_a_parent_and_an_ultimate_parent_are_two_owners(header: list[str], tmp_path: Path) -> None:
    told = dict(zip(sorted(header[2:]), ["Hold", "SG", "Wu Group", "CN"], strict=True))
    row = ["Acme", "MY", *(told[name] for name in header[2:])]

    found = read(write(tmp_path / "a.xlsx", {"Customers": [header, row]}))

    assert {stake["owner"] for stake in found.rows["stakes"]} == {"Hold", "Wu Group"}
    seats = {company["id"]: company["headquarters"] for company in found.rows["companies"]}
    assert seats == {"Acme": "MY", "Hold": "SG", "Wu Group": "CN"}


def test_two_owners_beside_numbered_ones_are_both_kept(tmp_path: Path) -> None:
    header = ["Customer", "Country", "Parent", "Ultimate parent", "Shareholder 1", "% 1", "Shareholder 2", "% 2"]
    rows: Rows = [header, ["Sun", "SG", "Mid", "Top", "Lim", 30, "Wu", 70]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert {row["owner"] for row in found.rows["stakes"]} == {"Mid", "Top", "Lim", "Wu"}


@pytest.mark.parametrize("cell", ["Lim (60%), Wu (40%)", "Lim; Wu", "Lim\nWu", "Lim 60 %"])
def test_a_cell_that_tells_several_owners_or_a_share_too_is_not_taken_for_a_name(cell: str, tmp_path: Path) -> None:
    rows: Rows = [["Customer", "Country", "Shareholder"], ["Sun", "SG", cell], ["Moon", "MY", "Ho"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert [row["owner"] for row in found.rows["stakes"]] == ["Ho"]
    assert [(row["id"], row["field"]) for row in found.rows["unread"]] == [("Sun", "owner")]
