"""Workbooks as offices write them: what is read, what is asked, what is told."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from compliance.errors import InputError
from compliance.spreadsheets.book_reading import BookQuestion
from compliance.spreadsheets.importing import import_tables
from tests.spreadsheets.books import CATALOGUE, PERCENT, Shown, read, write

ORDERS = ["Order No.", "Customer", "Consignee", "Destination", "Item", "Qty", "Ship date"]


def order(number: int, **given: object) -> list[object]:
    row = {
        "no": f"SO-{number}",
        "customer": "Acme Ltd",
        "to": "Beta GmbH",
        "country": "Germany",
        "item": "H100",
        "qty": 8,
    }
    row |= {"day": date(2026, 12, 1)} | given  # type: ignore[assignment]
    return [row[key] for key in ("no", "customer", "to", "country", "item", "qty", "day")]


def test_an_export_with_titles_and_totals_becomes_orders(tmp_path: Path) -> None:
    rows = [
        ["Open orders"],
        ["30.11.2026"],
        [],
        ORDERS,
        order(1),
        [],
        order(2, country="MYS"),
        ["Total", "", "", "", "", 16],
    ]

    found = read(write(tmp_path / "a.xlsx", {"Orders": [*rows, ["* prices without tax"]]}))

    assert [row["id"] for row in found.rows["orders"]] == ["SO-1", "SO-2"]
    assert found.rows["orders"][1] == {
        "id": "SO-2", "purchase": "SO-2", "purchaser": {"name": "Acme Ltd"}, "consignee": {"name": "Beta GmbH"},
        "to_country": "MY", "chip": "H100", "quantity": "8", "date": "2026-12-01",
    }  # fmt: skip
    assert "totals: row 8" in found.text
    assert "notes: row 9" in found.text
    assert "blank rows: 1" in found.text


def test_a_customer_called_total_is_no_sum(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1, customer="Total")]}))

    assert len(found.rows["orders"]) == 1


def test_german_quantities_with_three_decimals_are_read_by_the_money_beside_them(tmp_path: Path) -> None:
    header = [
        "Verk.beleg",
        "Pos",
        "Auftraggeber",
        "Name 1",
        "Name Warenempfänger",
        "LKZ",
        "Bezeichnung",
        "Auftragsmenge",
    ]
    row = ["0040001200", "000010", "0000100017", "Alpen Cloud AG", "Acme AG", "CH", "H100", "8,000"]
    rows = [[*header, "Nettowert", "Währg", "Wunschlieferdat."], [*row, "123.456,50", "EUR", "31.12.2026"]]

    (found,) = read(write(tmp_path / "a.xlsx", {"Aufträge": rows})).rows["orders"]

    assert (found["id"], found["quantity"], found["date"]) == ("0040001200-000010", "8", "2026-12-31")
    assert found["x_purchaser_number"] == "0000100017"
    assert "value_usd" not in found


def test_quantities_that_no_cell_decides_are_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1, qty="8,000")]})

    found = read(path)
    answered = read(path, {"`number`": '"1.234,56"'})

    assert any("`8,000` is 8000 or 8.000" in told and "F2" in told for told in found.asked)
    assert found.told is None
    assert answered.rows["orders"][0]["quantity"] == "8"


@pytest.mark.parametrize(("other", "day"), [("25/11/2026", "2026-12-11"), ("11/25/2026", "2026-11-12")])
def test_the_order_of_a_date_is_told_by_a_date_beside_it(other: str, day: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1, day="11/12/2026"), order(2, day=other)]})

    assert read(path).rows["orders"][0]["date"] == day


def test_a_date_that_may_be_two_is_asked_once_and_never_again(tmp_path: Path) -> None:
    first = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1, day="11/12/2026")]})
    again = write(tmp_path / "b.xlsx", {"December": [["title"], [], ORDERS, order(2, day="09/12/2026")]})

    found = read(first, {"`date`": "month/day/year"})
    later = read(again, map_path=found.map_path)

    assert "`11/12/2026` is 2026-12-11" in str(found.asked)
    assert found.rows["orders"][0]["date"] == "2026-11-12"
    assert not later.asked
    assert later.rows["orders"][0]["date"] == "2026-09-12"


def test_a_share_is_as_the_workbook_shows_it(tmp_path: Path) -> None:
    rows = [["Owner", "Company", "%"], ["A Ltd", "B Ltd", Shown(0.51, PERCENT)], ["B Ltd", "C Ltd", Shown(1, PERCENT)]]

    found = read(write(tmp_path / "a.xlsx", {"Ownership": rows}))

    assert sorted(row["percent"] for row in found.rows["stakes"]) == ["100", "51"]
    assert [row["id"] for row in found.rows["companies"]] == ["A Ltd", "B Ltd", "C Ltd"]


@pytest.mark.parametrize(("answer", "percent"), [("fraction", "51"), ("percent", "0.51")])
def test_a_fraction_that_may_be_percent_is_asked(answer: str, percent: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Ownership": [["Owner", "Company", "%"], ["A Ltd", "B Ltd", 0.51]]})

    found = read(path, {"`percent`": answer})

    assert "is `0.51` that many percent" in str(found.asked)
    assert found.rows["stakes"][0]["percent"] == percent


def test_what_is_not_surely_read_is_told_with_its_cell_and_kept_as_unread(tmp_path: Path) -> None:
    rows = [ORDERS, order(1, qty="approx. 64"), order(2, day="before Christmas"), order(3)]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert [row["id"] for row in found.rows["orders"]] == ["SO-3"]
    assert "a.xlsx:2: sheet `Orders`, cell F2: `approx. 64` is not a whole number" in found.text
    assert "cell G3: `before Christmas` is not a date" in found.text
    assert {(row["field"], row["text"]) for row in found.rows["unread"]} == {
        ("quantity", "approx. 64"), ("date", "before Christmas"),
    }  # fmt: skip


def test_numbers_that_lost_digits_are_no_ids(tmp_path: Path) -> None:
    header = ["Customer No.", "Customer Name", "Country"]
    rows = [
        header,
        [1234567890123456789, "A Ltd", "Japan"],
        ["1234567890123456789", "B Ltd", "Japan"],
        ["1.23457E+17", "C", "Japan"],
    ]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert "1234567890123456789" in {row["id"] for row in found.rows["companies"]}
    assert "A2" in found.text
    assert "lost" in found.text
    assert "cell A4" in found.text


def test_groups_over_columns_and_cells_merged_downwards(tmp_path: Path) -> None:
    header = [["订单号", "收货方", "", "产品型号", "数量", "发货日期"], ["", "名称", "国家/地区"]]
    rows = [["D-1", "甲公司", "香港", "H100", 8, "2026年12月1日"], ["", "乙公司", "越南", "H20", 4, "2026年12月2日"]]

    merged = {"订单": ["B1:C1", "A1:A2", "D1:D2", "E1:E2", "F1:F2", "A3:A4"]}
    found = read(write(tmp_path / "a.xlsx", {"订单": [*header, *rows]}, merged))

    assert [(row["purchase"], row["consignee"], row["to_country"]) for row in found.rows["orders"]] == [
        ("D-1", {"name": "甲公司"}, "HK"), ("D-1", {"name": "乙公司"}, "VN"),
    ]  # fmt: skip


def test_a_group_that_is_told_once_is_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1), order(0, no=""), order(0, no="")]})

    found = read(path, {"`blank`": "as above"})

    assert "2 of 3 cells are empty" in str(found.asked)
    assert {row["purchase"] for row in found.rows["orders"]} == {"SO-1"}


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("utf-16", "\t"), ("cp1252", ";")])
def test_text_tables_of_any_separator_and_encoding(encoding: str, separator: str, tmp_path: Path) -> None:
    rows = [["N° de client", "Raison sociale", "Pays"], ["K1", "Société Générale d’IA", "Côte d'Ivoire"]]
    path = tmp_path / "clients.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))

    (company,) = read(path).rows["companies"]

    assert company == {"id": "K1", "name": "Société Générale d’IA", "headquarters": "CI"}


def test_an_encoding_that_is_open_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes("Customer No.,Customer Name,Country\nK1,Genève AG,CH\n".encode("cp1252"))

    found = read(path, {"encoding": "cp1252"})

    assert "in which encoding is the file?" in str(found.asked)
    assert found.rows["companies"][0]["name"] == "Genève AG"


def test_a_country_that_is_two_and_a_status_nobody_knows_are_asked(tmp_path: Path) -> None:
    rows = [[*ORDERS, "Status"], [*order(1, country="Korea"), "In limbo"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"`Korea`": "KR", "`In limbo`": "enquiry"})

    assert "is it `KR` or `KP`?" in str(found.asked)
    assert (found.rows["orders"][0]["to_country"], found.rows["orders"][0]["status"]) == ("KR", "enquiry")


def test_parties_are_found_by_number_and_by_the_name_of_one_alone(tmp_path: Path) -> None:
    customers = [["Customer No.", "Customer Name", "Country"], ["0001", "Acme Ltd", "UK"], ["0002", "Beta GmbH", "DE"]]
    rows = [[*ORDERS, "Customer No."], [*order(1), "1"], [*order(2, customer="Zeta Inc"), "0001"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": customers, "Orders": rows}))

    assert [(row["purchaser"], row["consignee"]) for row in found.rows["orders"]] == [("0001", "0002")]
    assert "`0001` is `Acme Ltd` among the companies, and `Zeta Inc` here" in found.text


def test_a_hidden_column_is_read_and_said(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]}, hide="D"))

    assert found.rows["orders"][0]["to_country"] == "DE"
    assert "column D `Destination` is hidden, and read" in found.text


def test_values_in_another_currency_are_not_dollars(tmp_path: Path) -> None:
    rows = [[*ORDERS, "Amount", "Currency"], [*order(1), 100, "USD"], [*order(2), 100, "EUR"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert [row.get("value_usd") for row in found.rows["orders"]] == ["100", None]
    assert "1 values are not in US dollars" in found.text


def test_a_sheet_that_lacks_what_its_table_needs_is_asked(tmp_path: Path) -> None:
    rows = [["Order No.", "Customer", "Ship date", "Widget"], ["1", "Acme Ltd", date(2026, 12, 1), "H100"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert "as `orders` the sheet lacks" in str(found.asked)


def test_a_second_table_below_the_first_stops_the_reading(tmp_path: Path) -> None:
    rows = [
        ORDERS,
        order(1),
        [],
        ["Shareholder", "Company", "Ownership %", "Valid from"],
        ["A", "B", 51, date(2026, 1, 1)],
    ]

    with pytest.raises(InputError, match="row 4 names columns in another way"):
        import_tables(
            BookQuestion(write(tmp_path / "a.xlsx", {"Orders": rows}), tmp_path / "m.yaml"), CATALOGUE, tmp_path / "w"
        )


def test_a_map_that_is_wrong_is_told_at_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]})
    found = read(path)
    text = found.map_path.read_text("utf-8").replace("field: quantity", "field: quantty")
    found.map_path.write_text(text, "utf-8")

    again = read(path)

    assert any("`orders` has no field `quantty`. Did you mean `quantity`?" in told for told in again.asked)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"PK\x03\x04 broken", "is cut off or damaged"), (b"", "is empty")],
)
def test_a_file_that_is_no_workbook_is_told_in_words(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    with pytest.raises(InputError, match=told):
        import_tables(BookQuestion(path, tmp_path / "m.yaml"), CATALOGUE, tmp_path / "w")


def test_a_sheet_that_spans_too_far_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]})
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_000_000, 10_000, "b")
    book.close()

    with pytest.raises(InputError, match="spans"):
        import_tables(BookQuestion(path, tmp_path / "m.yaml"), CATALOGUE, tmp_path / "w")


def test_errors_and_formulas_without_a_value_are_no_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Orders")
    for row, cells in enumerate([[*ORDERS[:6], "Ship date", "End user"], [*order(1)[:6]], [*order(2)[:6]]]):
        sheet.write_row(row, 0, cells)
    sheet.write_string(1, 6, "2026-12-01")
    sheet.write_string(2, 6, "2026-12-01")
    sheet.write_formula(1, 7, "=VLOOKUP(1,A1:A2,1)", None, "#N/A")
    sheet.write_formula(2, 7, "=A1", None, "Gamma Ltd")
    book.close()

    found = read(path)

    assert "cell H2: `#N/A` is an error of the workbook; mend its formula" in found.text
    assert [row.get("end_user") for row in found.rows["orders"]] == [None, {"name": "Gamma Ltd"}]
    assert [(row["field"], row["text"]) for row in found.rows["unread"]] == [("end_user", "#N/A")]


def test_a_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1, qty=8), order(2)]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'<c r="F2"><v>8</v></c>', b'<c r="F2"><f>4+4</f><v></v></c>', sheet)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    found = read(path)

    assert "cell F2: `=` holds a formula that was never calculated" in found.text
    assert [row["id"] for row in found.rows["orders"]] == ["SO-2"]


def test_names_of_columns_in_two_scripts_are_read_by_either(tmp_path: Path) -> None:
    header = [
        "订单号 Order No.",
        "收货人/Consignee",
        "目的国 (Destination)",
        "产品型号 Model",
        "数量\nQty",
        "出货日期 Ship date",
    ]
    rows = [header, ["D-1", "甲公司", "越南", "H100", 8, date(2026, 12, 1)]]

    (found,) = read(write(tmp_path / "a.xlsx", {"订单": rows})).rows["orders"]

    assert (found["purchase"], found["to_country"], found["quantity"]) == ("D-1", "VN", "8")


def test_megawatts_of_an_untold_kind_are_asked(tmp_path: Path) -> None:
    rows = [["Site", "Operator", "Country", "MW", "GPU", "Qty"], ["North", "A Ltd", "Malaysia", 12.5, "H100", 800]]

    found = read(write(tmp_path / "a.xlsx", {"Sites": rows}), {"whole facility": "facility_mw"})

    assert found.rows["sites"] == [
        {"id": "North", "name": "North", "operator": "A Ltd", "country": "MY", "facility_mw": "12.5"}
    ]
    assert found.rows["holdings"] == [{"site": "North", "chip": "H100", "quantity": "800"}]


def test_an_end_in_the_year_9999_is_no_end(tmp_path: Path) -> None:
    rows = [["Gesellschafter", "Gesellschaft", "Anteil in %", "gültig ab", "gültig bis"]]
    rows += [["A AG", "B AG", "51,0", "01.02.2024", "31.12.9999"]]

    (found,) = read(write(tmp_path / "a.xlsx", {"Beteiligungen": rows})).rows["stakes"]

    assert found == {"owner": "A AG", "owned": "B AG", "percent": "51", "from": "2024-02-01"}


def test_sheets_may_stand_in_any_order(tmp_path: Path) -> None:
    sites = [["Site", "Operator", "Country", "IT MW"], ["North", "Acme Ltd", "Malaysia", 12]]
    customers = [["Customer No.", "Customer Name", "Country"], ["0001", "Acme Ltd", "UK"]]
    more = [
        ["Customer No.", "Customer Name", "Country", "Shareholder", "%"],
        ["0002", "Beta GmbH", "DE", "Acme Ltd", 51],
    ]
    stakes = [["Owner", "Company", "%"], ["Beta GmbH", "Acme Ltd", 25]]

    sheets = {"Ownership": stakes, "Sites": sites, "More customers": more, "Customers": customers}
    found = read(write(tmp_path / "a.xlsx", sheets))

    assert [row["id"] for row in found.rows["companies"]] == ["0002", "0001"]
    assert found.rows["sites"][0]["operator"] == "0001"
    assert {(row["owner"], row["owned"]) for row in found.rows["stakes"]} == {("0001", "0002"), ("0002", "0001")}


def test_ditto_is_the_cell_above_and_a_word_for_nobody_no_party(tmp_path: Path) -> None:
    header = [*ORDERS, "End user"]
    rows = [header, [*order(1), "Gamma Ltd"], [*order(2, country="Japan"), "同上"], [*order(3, country='"'), "various"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    users = [(row.get("end_user"), row["to_country"]) for row in found.rows["orders"]]
    assert users == [({"name": "Gamma Ltd"}, "DE"), ({"name": "Gamma Ltd"}, "JP"), (None, "JP")]
    assert "cell H4: `various` names nobody" in found.text


def test_a_damaged_part_of_a_workbook_is_told_in_words(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]})
    content = bytearray(path.read_bytes())
    place = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[place : place + 20] = b"\x00" * 20
    path.write_bytes(bytes(content))

    with pytest.raises(InputError, match="cannot be read as a workbook"):
        import_tables(BookQuestion(path, tmp_path / "m.yaml"), CATALOGUE, tmp_path / "w")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xls", b"<html><body><table><tr><td>Order</td></tr></table></body></html>", "is a web page"),
        ("a.xls", b"Order No.\tCustomer\r\nSO-1\tAcme\r\n", "is a text under the name of a workbook"),
        ("a.xls", b'<?xml version="1.0"?><Workbook></Workbook>', "is XML under the name"),
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "is cut off or damaged"),
    ],
)
def test_what_is_no_workbook_is_told_as_what_it_is(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(InputError, match=told):
        import_tables(BookQuestion(path, tmp_path / "m.yaml"), CATALOGUE, tmp_path / "w")
