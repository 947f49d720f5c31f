"""Rows between the names of columns and the data that say in what the values are given: `pcs`, `USD`, `dd.mm.yyyy`."""

from __future__ import annotations

import re

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number, letters
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.values.date_text import period_day
from compliance.spreadsheets.values.trade_words import Vocabulary

_LOOKED_AT = 40
_LONGEST_UNIT = 40
_NUMERIC = re.compile(r"[-+]?[\d.,'’\s]*\d[\d.,'’\s%/:-]*|[-+]?[\d.,'’\s]*\d[\d.,'’\s]*\s*(?:%|[$€£¥])")
_BRACKETED = re.compile(r"[\[(（【<].*[\])）】>]")
_LEAST_COUNTED = 3


def counts_columns(sheet: Sheet, row: int) -> bool:
    """Whether a row counts the columns and tells nothing else: `1 | 2 | 3`, `(a) | (b) | (c)`."""
    texts = [text.strip("[]()（）. ") for cell in sheet.rows[row] if (text := cell_text(cell))]
    places = range(1, len(texts) + 1)
    return len(texts) >= _LEAST_COUNTED and (
        texts == [str(place) for place in places]
        or [text.casefold() for text in texts] == [letters(place - 1).casefold() for place in places]
    )


def is_numeric(text: str) -> bool:
    """Whether a text is made of digits and their signs: a number, a share, a day."""
    return bool(_NUMERIC.fullmatch(text.strip()))


def tells_units(sheet: Sheet, row: int, vocabulary: Vocabulary) -> bool:
    """Whether a row holds units alone: words for them, or words over columns that hold numbers or days alone.

    So does one of words in brackets alone, and one that counts the columns.
    """
    if row >= len(sheet.rows):
        return False
    filled = {column: cell for column, cell in enumerate(sheet.rows[row]) if cell_text(cell)}
    texts = [cell.strip() for cell in filled.values() if isinstance(cell, str)]
    if counts_columns(sheet, row) or (len(texts) == len(filled) > 1 and all(map(_BRACKETED.fullmatch, texts))):
        return True
    if not texts or len(texts) < len(filled) or any(len(text) > _LONGEST_UNIT for text in texts):
        return False
    if all(map(vocabulary.is_unit_text, texts)):
        return True
    if any(vocabulary.is_total(text) or vocabulary.is_remark(text) or is_numeric(text) for text in texts):
        return False
    if any(map(period_day, texts)):
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
