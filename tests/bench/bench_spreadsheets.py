"""How fast a workbook of 100,000 order lines is read, and how much memory that takes.

Type `pytest -m bench -s tests/bench/bench_spreadsheets.py`. The reading runs in a process of its own, whose peak memory
and processor time are its own; wall time means little on a busy machine.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

LINES = 100_000
MOST_SECONDS = 5
MOST_MEGABYTES = 600
HEADER = (
    "Order No.", "Line", "Customer No.", "Customer Name", "Ship To Customer", "Ship To Country", "Item",
    "Item Description", "Qty", "Ship Date", "Amount (USD)", "End User",
)  # fmt: skip
PRODUCTS = ("NVIDIA H100 80GB PCIe", "HGX H100 8-GPU", "A100-SXM4-80GB", "Tesla V100 32G", "NVIDIA L40S 48GB")
COUNTRIES = ("Germany", "Malaysia", "UAE", "Japan", "Viet Nam", "POL")
READ = """
import resource, sys, time
from pathlib import Path
from compliance.gc_pause import growing
from compliance.rulebook.folder import rules_folder
from compliance.spreadsheets.book_reading import BookQuestion, read_book
from compliance.spreadsheets.importing import import_tables
from compliance.world.reference.chip_catalogue import Catalogue
path, folder = Path(sys.argv[1]), Path(sys.argv[2])
catalogue, question = Catalogue.load(rules_folder()), BookQuestion(path, folder / "m.yaml")
with growing():
    start = time.process_time()
    (sheet,) = read_book(question, catalogue).sheets
    sheet.rows()
    read = time.process_time() - start
    del sheet
    start = time.process_time()
    import_tables(question, catalogue, folder / "world")
    made = time.process_time() - start
print(read, made, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_orders(path: Path) -> None:
    """A workbook of order lines."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Orders")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADER)
    for number in range(LINES):
        buyer, user = number * 7 % 5_000, number * 11 % 5_000
        texts = [f"SO{100_000 + number // 3}", 1 + number % 3, f"C{buyer:05d}", f"Customer {buyer} Ltd"]
        texts += [
            f"Customer {user} Ltd",
            COUNTRIES[user % 6],
            f"ITM{number % 700}",
            PRODUCTS[number % 5],
            number % 299 + 1,
        ]
        sheet.write_row(number + 1, 0, texts)
        sheet.write_datetime(number + 1, 9, datetime(2026, 1, 1) + timedelta(days=number % 360), day)
        sheet.write_number(number + 1, 10, number * 13 % 10**6)
        sheet.write_string(number + 1, 11, f"Customer {user} Ltd")
    book.close()


@pytest.mark.bench
def test_a_workbook_of_many_orders_is_read_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    write_orders(path)

    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    read, made, megabytes = map(float, done.stdout.split())
    print(f"\nread in {read:.1f} s, read into a world in {made:.1f} s of processor time, {megabytes:.0f} MB")

    assert read < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES
