"""What columns are, in the words of several systems and languages: seats, owners, units, products told twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spreadsheets.books import NONE_DECIDES, read, with_column, write
from tests.spreadsheets.test_import_table import ORDERS, order

CUSTOMERS: list[list[Any]] = [["Customer No", "Name", "Country"], ["C1", "Sun Ltd", "SG"], ["C2", "Polar AS", "NO"]]


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
    rows: list[list[Any]] = [
        ["Customer No", "Name", country, seat],
        ["C1", "Sun Ltd", "SG", "China"],
        ["C2", "Moon Ltd", "SG", "MY"],
    ]

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
    rows: list[list[Any]] = [list(header), ["Sun Ltd", "Lim Family", 30, "SG"], ["Sun Ltd", "Tianyuan Group", 70, "CN"]]

    found = read(write(tmp_path / "a.xlsx", {"Owners": rows, "Customers": CUSTOMERS}))

    stakes = {(row["owner"], row["owned"], row["percent"]) for row in found.rows["stakes"]}
    assert stakes == {("Lim Family", "C1", "30"), ("Tianyuan Group", "C1", "70")}
    assert {(row["id"], row.get("headquarters")) for row in found.rows["companies"]} == {
        ("C1", "SG"), ("C2", "NO"), ("Lim Family", "SG"), ("Tianyuan Group", "CN"),
    }  # fmt: skip


def test_a_customer_that_stands_twice_with_another_owner_is_one_with_two_stakes(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer No", "Name", "Country", "Shareholder", "Share (%)"]]
    rows += [["C1", "Sun Ltd", "SG", "Lim", 30], ["C1", "Sun Ltd", "SG", "Wu", 70], ["C1", "Sun Ltd", "MY", "Ho", 5]]

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
    rows: list[list[Any]] = [["Customer No", "Name", "Country", title], ["C1", "Sun Ltd", "CN", "Anna Smith"]]

    found = read(write(tmp_path / "a.xlsx", {"Customers": rows}))

    assert "is it a shareholder, and not the colleague" in str(found.asked)


def test_the_country_of_an_owner_without_a_name_and_several_owners_in_a_cell_are_unread(tmp_path: Path) -> None:
    seats: list[list[Any]] = [["Customer No", "Name", "Country", "Parent country"], ["C1", "Sun Ltd", "SG", "CN"]]
    several: list[list[Any]] = [
        ["Customer No", "Name", "Country", "Shareholder"],
        ["C2", "Moon", "SG", "Lim Family; Tianyuan Group"],
    ]

    found = read(write(tmp_path / "a.xlsx", {"Customers": seats, "Customers 2": several}))

    assert {(row["id"], row["text"]) for row in found.rows["unread"]} == {
        ("C1", "CN"), ("C2", "Lim Family; Tianyuan Group"),
    }  # fmt: skip


@pytest.mark.parametrize("title", ["Notes", "备注", "Bemerkung", "Observaciones", "Remarques"])
def test_notes_are_no_description_of_goods(title: str, tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": with_column(title, "call back")}), NONE_DECIDES)

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
    rows: list[list[Any]] = [["Site ID", "Site name", "Country", "Operator", title], ["S1", "Johor", "MY", "C1", value]]

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
    rows: list[list[Any]] = [[*header, "Item description"]]
    rows += [[*order(1, item=number), description], [*order(2, item="L40S"), "NVIDIA L40S 48GB"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    (told,) = [each for each in found.asked if "is it" in each]
    assert f"`{number} | {description}`" in told
    assert told.partition("is it ")[2].startswith(f"`{asked[0]}`")
    assert all(f"`{name}`" in told for name in asked)


def test_a_description_that_says_more_than_the_number_is_read(tmp_path: Path) -> None:
    header = ["Item number" if name == "Item" else name for name in ORDERS]
    rows: list[list[Any]] = [[*header, "Item description"], [*order(1, item="H100"), "NVIDIA H100 PCIe 80GB"]]
    rows += [[*order(3, item="A-100"), "NVIDIA A100 80GB PCIe"]]
    rows += [[*order(4, item="NF5688M7"), "浪潮 NF5688M7 服务器 8*H800"]]
    rows += [[*order(2, item="HW-1"), "DGX H100"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert [row["chip"] for row in found.rows["orders"]] == [
        "NVIDIA H100 PCIe 80GB", "NVIDIA A100 80GB PCIe", "NF5688M7 8x H800", "DGX H100",
    ]  # fmt: skip


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


def test_two_columns_for_one_field_are_asked_where_they_differ(tmp_path: Path) -> None:
    twice = with_column("Qty", 4, 16)
    same = with_column("Qty", 8, 8)
    dates = with_column("Delivery date", "2027-01-05", "2027-02-05")
    dates[0][ORDERS.index("Ship date")] = "Requested ship date"

    assert "`Qty` (F) and `Qty` (H) differ" in str(read(write(tmp_path / "a.xlsx", {"Orders": twice})).asked)
    assert not read(write(tmp_path / "b.xlsx", {"Orders": same})).asked
    assert "differ: write `date`" in str(read(write(tmp_path / "c.xlsx", {"Orders": dates})).asked)


@pytest.mark.parametrize(("title", "known"), [("Customs cleared", False), ("要求交期", True), ("ETA warehouse", False)])
def test_a_date_of_the_order_beside_another_date_is_asked(title: str, known: bool, tmp_path: Path) -> None:
    rows = with_column(title, "2027-01-05", "2027-02-05")
    rows[0][ORDERS.index("Ship date")] = "订单日期"

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert [row["date"] for row in found.rows["orders"]] == ["2027-01-05", "2027-02-05"] if known else found.asked


def test_a_table_beside_the_orders_gives_them_no_buyer(tmp_path: Path) -> None:
    header = [name for name in ORDERS if name not in ("Customer", "Consignee")]
    rows: list[list[Any]] = [[*header, "", "Name", "Country"]]
    rows += [[*[order(place)[ORDERS.index(name)] for name in header], "", "Alster GmbH", "DE"] for place in (1, 2)]

    asked = str(read(write(tmp_path / "a.xlsx", {"Orders": rows})).asked)

    assert "column `Name`, `field`: stands apart from the table" in asked


def test_orders_of_nobody_are_asked_and_all_that_is_lacking_at_once(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Order No.", "Item", "Qty"], ["SO-1", "H100", 8]]

    asked = str(read(write(tmp_path / "a.xlsx", {"Orders": rows})).asked)

    assert all(f"`{name}`: no column" in asked for name in ("date", "to_country", "consignee"))


def test_columns_that_are_not_read_are_said_after_an_answer_too(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[*ORDERS, "Zyx"], [*order(1, day="03/04/2026"), "foo"]]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}), {"`date`": "day/month/year"} | NONE_DECIDES)

    assert "not read: `Zyx`" in found.text


def test_blank_buyers_of_a_group_and_numbers_merged_over_rows_are_not_guessed(tmp_path: Path) -> None:
    rows: list[list[Any]] = [ORDERS, order(1), order(2, customer="")]
    rows += [order(place) for place in range(3, 9)]
    merged: list[list[Any]] = [ORDERS, order(1, qty=16), order(2, qty=None)]

    grouped = read(write(tmp_path / "a.xlsx", {"Orders": rows}))
    shared = import_of(write(tmp_path / "b.xlsx", {"Orders": merged}, merge={"Orders": ["F2:F3"]}))

    assert "column `Customer`, `blank`: 1 of 8 cells are empty" in str(grouped.asked)
    assert "is merged over several rows" in shared


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("same as customer", "Acme Ltd"),
        ("wie Auftraggeber", "Acme Ltd"),
        ("同收货人", "Beta GmbH"),
        ("same", "Beta GmbH"),
    ],
)
def test_an_end_user_that_is_another_party_of_the_line_is_that_one(text: str, party: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Orders": with_column("End user", text)})

    assert ("whom does it mean?" in str(read(path).asked)) is (text == "same")
    assert read(path, {"whom does it mean": "consignee"}).rows["orders"][0]["end_user"] == {"name": party}


def test_a_party_new_to_the_world_keeps_its_country(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[*ORDERS, "End user", "End user country"], [*order(1), "Iran Power Co", "IR"]]

    (found,) = read(write(tmp_path / "a.xlsx", {"Orders": rows})).rows["orders"]

    assert found["end_user"] == {"name": "Iran Power Co", "country": "IR"}


def test_orders_without_an_authorization_say_what_to_write(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": [ORDERS, order(1)]}))

    assert "write `set: {authorization: none}`" in found.text


def import_of(path: Path) -> str:
    from compliance.errors import InputError
    from compliance.spreadsheets.book_reading import BookQuestion
    from compliance.spreadsheets.importing import import_tables
    from tests.spreadsheets.books import CATALOGUE

    try:
        return import_tables(BookQuestion(path, path.with_suffix(".map.yaml")), CATALOGUE, path.with_suffix(".w")).text
    except InputError as error:
        return str(error)


def test_a_row_of_a_text_table_that_slipped_is_left_out_and_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["Order No.,Customer,Consignee,Destination,Item,Qty,Ship date"]
    lines += [f"SO-{place},Acme Ltd,Beta GmbH,DE,H100,8,2026-12-01" for place in range(1, 4)]
    lines += ["SO-9,Acme, Ltd,Beta GmbH,DE,H100,400,2026-12-01"]
    path.write_text("\n".join(lines) + "\n", "utf-8")

    found = read(path)

    assert [row["id"] for row in found.rows["orders"]] == ["SO-1", "SO-2", "SO-3"]
    assert "has more cells than there are columns" in found.text
    assert found.rows["unread"][0]["field"] == "row"


def test_hidden_rows_and_columns_without_a_name_are_said(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Orders")
    for place, row in enumerate([ORDERS, [*order(1, day="2026-12-01"), "extra"], order(2, day="2026-12-01")]):
        sheet.write_row(place, 0, row)
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()

    text = read(path).text

    assert "rows that are hidden or filtered out, and read: 3" in text
    assert "column H has no name and holds 1 values, as `extra`" in text


def test_days_of_a_workbook_that_counts_from_1904_are_its_own(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, ORDERS)
    sheet.write_row(1, 0, order(1, day=44_633))
    book.close()

    assert read(path, {"`date`": "number of days"}).rows["orders"][0]["date"] == "2026-03-14"


@pytest.mark.parametrize("word", ["합계", "Totale", "Totaal", "总计", "Summe", "Total geral"])
def test_a_total_is_no_order_in_any_language(word: str, tmp_path: Path) -> None:
    total = ["" if name not in ("Order No.", "Qty") else word if name == "Order No." else 16 for name in ORDERS]
    rows: list[list[Any]] = [ORDERS, order(1), order(2), total]

    found = read(write(tmp_path / "a.xlsx", {"Orders": rows}))

    assert "totals: row 4" in found.text


def test_a_number_before_a_name_is_taken_where_many_have_one_and_asked_where_few_do(tmp_path: Path) -> None:
    def rows(count: int) -> list[list[Any]]:
        return [ORDERS, *(order(place, customer=f"C{place} Sun {'ABCDE'[place]} Ltd") for place in range(count))]

    few = read(write(tmp_path / "a.xlsx", {"Orders": rows(2)}))
    many = read(write(tmp_path / "b.xlsx", {"Orders": rows(4)}))

    assert "begin with a number of the party?" in str(few.asked)
    assert many.rows["orders"][0]["x_purchaser_number"] == "C0"


def test_a_product_without_public_figures_is_asked_with_the_reason(tmp_path: Path) -> None:
    rows = [["Order", "Consignee", "Country", "Product", "Qty", "Ship date"]]
    rows += [["S1", "Acme", "SG", "NVIDIA RTX PRO 6000 Blackwell Server Edition", "8", "2026-12-01"]]

    asked = str(read(write(tmp_path / "a.xlsx", {"Orders": rows})).asked)

    assert "no dense figure was seen" in asked
    assert "is it `RTX PRO 6000 Blackwell`?" in asked


@pytest.mark.parametrize("told", ["to be forwarded to Iran", "Kunde: Türkiye", "via CHN/KOR", "for the Chinese site"])
def test_a_column_of_no_known_name_that_names_a_country_is_asked(told: str, tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"Orders": with_column("Zusatz 7", "urgent", told)}))
    (asked,) = (each for each in found.asked if "Zusatz 7" in each)

    assert f"`{told}` names a country" in asked
    assert asked.endswith("write `end_use_country` or `end_use` if it is, else `-`")
