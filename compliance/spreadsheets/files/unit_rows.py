"""Rows between the names of columns and the data that say in what the values are given: `pcs`, `USD`, `dd.mm.yyyy`."""

from __future__ import annotations

import re

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.values.trade_words import Vocabulary

_LOOKED_AT = 40
_LONGEST_UNIT = 40
_NUMERIC = re.compile(r"[-+]?[\d.,'’\s]*\d[\d.,'’\s%/:-]*|[-+]?[\d.,'’\s]*\d[\d.,'’\s]*\s*(?:%|[$€£¥])")


def is_numeric(text: str) -> bool:
    """Whether a text is made of digits and their signs: a number, a share, a day."""
    return bool(_NUMERIC.fullmatch(text.strip()))


def tells_units(sheet: Sheet, row: int, vocabulary: Vocabulary) -> bool:
    """Whether a row holds units alone: words for them, or words over columns that hold numbers or days alone."""
    if row >= len(sheet.rows):
        return False
    filled = {column: cell for column, cell in enumerate(sheet.rows[row]) if cell_text(cell)}
    texts = [cell.strip() for cell in filled.values() if isinstance(cell, str)]
    if not texts or len(texts) < len(filled) or any(len(text) > _LONGEST_UNIT for text in texts):
        return False
    if all(map(vocabulary.is_unit_text, texts)):
        return True
    if any(vocabulary.is_total(text) or vocabulary.is_remark(text) or is_numeric(text) for text in texts):
        return False
    return all(
        vocabulary.is_unit_text(text) or (not vocabulary.is_unknown(text) and _is_measured(sheet, row + 1, column))
        for column, text in zip(filled, texts, strict=True)
    )


def _is_measured(sheet: Sheet, first: int, column: int) -> bool:
    """Whether the column holds numbers or days alone, as far as is looked."""
    cells = [sheet.cell(row, column) for row in range(first, min(len(sheet.rows), first + _LOOKED_AT))]
    filled = [cell for cell in cells if cell_text(cell)]
    return bool(filled) and all(map(_is_measure, filled))


def _is_measure(cell: Cell) -> bool:
    return is_number(cell) or not isinstance(cell, str) or is_numeric(cell)
