"""A workbook that is written row by row: every cell is text or a whole number, and the same input gives the same bytes.

INVARIANT: no text begins as a formula would, so that a sheet saved again as CSV is as harmless as the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from compliance.reports.csv import cell
from compliance.reports.text.terminal import clean

MOST_ROWS = 1_048_576
"""The rows of a sheet in Excel, its head among them."""
MOST_LETTERS = 32_767
"""The letters of a cell in Excel, counted in UTF-16."""
MOST_OF_NAME = 31
CUT = " ... (cut here: the JSON has all of it)"
Value = str | int | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what it holds in one sentence, and its columns with their widths in letters.

    Of a `labelled` one the first column says what stands beside it.
    """

    name: str
    about: str
    columns: Mapping[str, int]
    labelled: bool = False


class Book:
    """Gathers the rows of all sheets; rows that Excel has no room for are counted and said."""

    def __init__(self, sheets: Sequence[Sheet], title: str, as_of: str) -> None:
        import xlsxwriter

        self._file = BytesIO()
        # the rows of a sheet are put away as they come, however many there are
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._file, {**options, "strings_to_numbers": False})
        made = datetime.combine(date.fromisoformat(as_of), time())
        self._book.set_properties({"title": clean(title)[:255], "created": made, "comments": "compliance"})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
        self._text = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self._label = self._book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "valign": "top"})
        self._number = self._book.add_format({"num_format": "#,##0", "valign": "top"})
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._pages = {sheet.name: self._page(sheet) for sheet in sheets}
        self._rows = dict.fromkeys(self._pages, 0)
        self.left_out = dict.fromkeys(self._pages, 0)

    def _page(self, sheet: Sheet) -> Any:
        page = self._book.add_worksheet(sheet.name[:MOST_OF_NAME])
        page.freeze_panes(1, 0)
        page.hide_gridlines(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for place, width in enumerate(sheet.columns.values()):
            page.set_column(place, place, width)
        for place, name in enumerate(sheet.columns):
            page.write_string(0, place, name, self._head)
        return page

    def add(self, sheet: str, row: Sequence[Value]) -> None:
        """Adds a row to a sheet; the last row that Excel has room for says how many more there are."""
        number = self._rows[sheet] + 1
        if number >= MOST_ROWS - 1:
            self.left_out[sheet] += 1
            return
        self._rows[sheet] = number
        page = self._pages[sheet]
        for place, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(number, place, value, self._number)
            elif value:
                label = self._sheets[sheet].labelled and place == 0
                page.write_string(number, place, cell_text(value), self._label if label else self._text)

    def octets(self) -> bytes:
        """The workbook as a file."""
        for name, page in self._pages.items():
            rows, columns = self._rows[name], len(self._sheets[name].columns)
            if self.left_out[name]:
                told = f"{self.left_out[name]:,} rows more than a sheet has room for: the JSON has them"
                page.write_string(rows + 1, 0, told, self._head)
            page.autofilter(0, 0, max(rows, 1), columns - 1)
        self._book.close()
        return self._file.getvalue()


def cell_text(text: str) -> str:
    """A text as a cell holds it: no formula, no character that is none, no longer than Excel takes."""
    told = cell(clean(text))
    if 2 * len(told) <= MOST_LETTERS or len(told.encode("utf-16-le")) // 2 <= MOST_LETTERS:
        return told
    room = (MOST_LETTERS - len(CUT)) * 2
    return told.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
