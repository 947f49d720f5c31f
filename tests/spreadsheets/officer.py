"""The workbooks of an officer in `fixtures`; `python -m tests.spreadsheets.officer` makes them anew."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

FIXTURES = Path(__file__).parents[2] / "fixtures" / "officers_desk"
CUSTOMERS = [
    (
        "K-1001",
        "Alstertal Rechenzentrum GmbH",
        "Germany",
        "Hamburger Str. 4, Hamburg",
        "+49 40 555010",
        "www.alstertal.example",
    ),
    (
        "K-1002",
        "Kota Awan Sdn. Bhd.",
        "Malaysia",
        "Jalan Ampang 88, Kuala Lumpur",
        "+60 3 5550 1200",
        "www.kotaawan.example",
    ),
    (
        "K-1003",
        "Gulf Horizon Compute LLC",
        "UAE",
        "Sheikh Zayed Rd 12, Dubai",
        "+971 4 555 0133",
        "www.gulfhorizon.example",
    ),
    (
        "K-1004",
        "Vistula Cloud Sp. z o.o.",
        "Poland",
        "ul. Prosta 20, Warszawa",
        "+48 22 555 01 44",
        "www.vistulacloud.example",
    ),
    (
        "K-1005",
        "Lion City Renders Pte. Ltd.",
        "Singapore",
        "8 Shenton Way, Singapore",
        "+65 6555 0155",
        "www.lionrenders.example",
    ),
    (
        "K-1006",
        "Jade River Technology Co., Ltd.",
        "China",
        "Century Ave 100, Shanghai",
        "+86 21 5550 0166",
        "www.jaderiver.example",
    ),
    ("K-1007", "Hansei Systems K.K.", "Japan", "Marunouchi 1-1, Tokyo", "+81 3 5550 0177", "www.hansei.example"),
    (
        "K-1008",
        "Saigon Pixel JSC",
        "Viet Nam",
        "Le Loi 5, Ho Chi Minh City",
        "+84 28 5550 188",
        "www.saigonpixel.example",
    ),
]
HOLDERS = [
    ("Kota Awan Sdn. Bhd.", "Jade River Technology Co., Ltd.", "51,0 %", "03/02/2024"),
    ("Kota Awan Sdn. Bhd.", "Tan Family Trust", "49,0 %", "03/02/2024"),
    ("Lion City Renders Pte. Ltd.", "Hansei Systems K.K.", "100 %", "11/06/2021"),
    ("Gulf Horizon Compute LLC", "Jade River Technology Co., Ltd.", "12,5 %", "07/09/2025"),
]
NOVEMBER = [
    (
        "SO-9001",
        "K-1001",
        "Alstertal Rechenzentrum GmbH",
        "Germany",
        "NVIDIA H100 80GB PCIe",
        16,
        date(2026, 11, 9),
        448_000,
    ),
    ("SO-9002", "K-1002", "Kota Awan Sdn. Bhd.", "Malaysia", "HGX H100 8-GPU", 4, date(2026, 11, 12), 1_120_000),
    (
        "SO-9003",
        "K-1003",
        "Gulf Horizon Compute LLC",
        "UAE",
        "Dell PowerEdge XE9680",
        10,
        date(2026, 11, 16),
        3_200_000,
    ),
    ("SO-9004", "K-1004", "Vistula Cloud Sp. z o.o.", "Poland", "Tesla V100 32G", 24, date(2026, 11, 17), 96_000),
    (
        "SO-9005",
        "K-1005",
        "Lion City Renders Pte. Ltd.",
        "Singapore",
        "NVIDIA L40S 48GB",
        40,
        date(2026, 11, 20),
        320_000,
    ),
    ("SO-9006", "K-1008", "Saigon Pixel JSC", "Viet Nam", "GeForce RTX 4090 24GB", 60, date(2026, 11, 24), 120_000),
    ("SO-9007", "K-1007", "Hansei Systems K.K.", "Japan", "MCX75310AAS-NEAT", 32, date(2026, 11, 26), 48_000),
]
DECEMBER = [
    ("SO-9101", "K-1003", "Gulf Horizon Compute LLC", "UAE", "MI300X OAM", 8, date(2026, 12, 3), 160_000),
    ("SO-9102", "K-1008", "Saigon Pixel JSC", "Viet Nam", "A100-SXM4-80GB", 16, date(2026, 12, 8), 240_000),
    ("SO-9103", "K-1001", "Alstertal Rechenzentrum GmbH", "Germany", "HGX H100 8-GPU", 2, date(2026, 12, 10), 560_000),
]
ORDER_COLUMNS = ("Order No.", "Customer No.", "Customer", "Ship to", "Item", "Qty", "Ship date", "Amount (USD)")


def write_workbook(path: Path, orders: list[Any], sheets: bool = True) -> None:
    """Writes orders, with customers and holders before them where `sheets`."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": datetime(2026, 11, 28)})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    money = book.add_format({"num_format": "#,##0"})
    if sheets:
        sheet = book.add_worksheet("Customers")
        sheet.write(0, 0, "Customer list, export compliance", bold)
        sheet.write_row(2, 0, ("Customer No.", "Name 1", "Ctry", "Street", "Telephone", "Website", "Checked?"), bold)
        for row, customer in enumerate(CUSTOMERS, 3):
            sheet.write_row(row, 0, (*customer, "y"))
        sheet = book.add_worksheet("Shareholders")
        sheet.write_row(0, 0, ("Company", "Shareholder", "%", "since"), bold)
        for row, holder in enumerate(HOLDERS, 1):
            sheet.write_row(row, 0, holder)
        sheet.write(len(HOLDERS) + 2, 0, "* from company registers, November 2026")
    sheet = book.add_worksheet("Orders")
    sheet.write(0, 0, "Open orders", bold)
    sheet.write_row(2, 0, ORDER_COLUMNS, bold)
    for row, order in enumerate(orders, 3):
        sheet.write_row(row, 0, order[:6])
        sheet.write_datetime(row, 6, datetime.combine(order[6], datetime.min.time()), day)
        sheet.write_number(row, 7, order[7], money)
    last = 3 + len(orders)
    sheet.write(last, 0, "Total", bold)
    sheet.write_number(last, 5, sum(order[5] for order in orders), bold)
    sheet.write_number(last, 7, sum(order[7] for order in orders), money)
    book.close()


if __name__ == "__main__":
    write_workbook(FIXTURES / "workbook.xlsx", NOVEMBER)
    write_workbook(FIXTURES / "december.xlsx", DECEMBER, sheets=False)
