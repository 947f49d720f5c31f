"""Workbooks as rows of cells: XLSX, XLS and ODS by calamine, text tables of any separator and encoding."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compliance.errors import InputError, Problem
from compliance.spreadsheets.files.cells import Cell, letters
from compliance.spreadsheets.files.text_tables import KnownWords, read_text_table
from compliance.spreadsheets.files.xlsx_parts import SheetParts, require_reasonable_size
from compliance.world.io import user_files

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
MOST_COLUMNS = 1_000
_UNSEEN_ERRORS = "errors of formulas cannot be seen in this kind of workbook: an empty cell may be one; XLSX tells them"


@dataclass
class Sheet:
    """One sheet, its rows from A1 on; `lines` are the lines of a text file on which rows begin."""

    file: str
    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column of each merged range."""
    hidden: bool = False
    parts: SheetParts = field(default_factory=SheetParts)
    lines: Sequence[int] | None = None
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(map(len, self.rows), default=0)

    def line(self, row: int) -> int:
        """The line that a message names: of a workbook the number of the row."""
        return self.lines[row] if self.lines is not None else row + 1

    def cell(self, row: int, column: int) -> Cell:
        """A cell; empty beyond the end of its row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""


def is_workbook(path: Path) -> bool:
    """Whether the name is that of a workbook and not of a text."""
    return path.suffix.lower() in WORKBOOKS


def read_workbook(path: Path, known_words: KnownWords | None = None, encoding: str = "") -> list[Sheet]:
    """The sheets of a workbook, or the one of a text table.

    `known_words` and `encoding` are for text tables (`read_text_table`). Raises `InputError` where the file cannot be
    read, and `EncodingDoubt`.
    """
    name, ending = str(path), path.suffix.lower()
    if ending in TEXTS:
        table = read_text_table(user_files.content(path, name), name, known_words, encoding)
        return [Sheet(name, path.stem, table.rows, lines=table.lines, notes=table.notes)]
    if ending not in WORKBOOKS:
        told = f"cannot be read; the name must end in {', '.join((*WORKBOOKS, *TEXTS))}"
        raise InputError([Problem(name, 0, told)])
    return _read_sheets(path, name)


def _read_sheets(path: Path, name: str) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    with user_files.open_file(path, name):  # an ordinary file that may be opened
        pass
    if told := _is_other(path):
        raise InputError([Problem(name, 0, told)])
    require_reasonable_size(path, name)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found: list[Sheet] = []
        for place, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            held = book.get_sheet_by_index(place)
            rows = held.to_python(skip_empty_area=False)
            merged = tuple((*first, *last) for first, last in held.merged_cell_ranges or ())
            parts = SheetParts(path, about.name) if path.suffix.lower() in (".xlsx", ".xlsm") else SheetParts()
            hidden = about.visible != SheetVisibleEnum.Visible
            notes = () if parts.path is not None or found else (_UNSEEN_ERRORS,)
            found.append(Sheet(name, about.name, rows, merged, hidden, parts, notes=notes))
    except PasswordError:
        raise InputError([Problem(name, 0, "is locked with a password; save it without one")]) from None
    except (CalamineError, OSError, ValueError) as wrong:
        told = f"cannot be read as a workbook: {str(wrong).strip() or 'it is damaged'}; save it again as XLSX or CSV"
        raise InputError([Problem(name, 0, told)]) from None
    except BaseException as fault:  # what calamine itself did not expect is no Exception
        if type(fault).__name__ != "PanicException":
            raise
        raise InputError([Problem(name, 0, "cannot be read as a workbook; save it again as XLSX or CSV")]) from None
    for sheet in found:
        if sheet.width > MOST_COLUMNS:
            told = f"sheet `{sheet.name}` has columns up to {letters(sheet.width - 1)}; {MOST_COLUMNS:,} are read"
            raise InputError([Problem(name, 0, told)])
    if not any(sheet.rows for sheet in found):
        raise InputError([Problem(name, 0, "holds no sheet with a filled cell")])
    return found


_PACKED, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0"
"""How XLSX, XLSB and ODS begin, and XLS."""


def _is_other(path: Path) -> str:
    """What a file is that has the name of a workbook and is none, and what to do; empty for a workbook."""
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head.strip(b"\x00 \r\n\t"):
        return "is empty; save or send it again"
    if head.startswith(_COMPOUND) or (head.startswith(_PACKED) and zipfile.is_zipfile(path)):
        return ""
    if head.startswith(_PACKED):
        return "is cut off or damaged: it was not wholly saved or sent; save or send it again"
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace").casefold()
    if "<html" in text or "<!doctype" in text or ("<table" in text and "<?xml" not in text):
        return "is a web page under the name of a workbook; open it in a spreadsheet program and save it as XLSX"
    if "<?xml" in text:
        return "is XML under the name of a workbook; open it in a spreadsheet program and save it as XLSX"
    if "\x00" not in text and sum(not letter.isprintable() and letter not in "\r\n\t" for letter in text) == 0:
        return "is a text under the name of a workbook; give it a name that ends in .csv, and run this again"
    return ""
