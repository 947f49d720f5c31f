"""Where a sheet names its columns, and below which row its data begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number, letters
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.values.trade_words import Vocabulary

_LOOKED_AT = 60
_LEAST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A column by its title; `nth` of those with the same title; `lookups` are the texts that say what it means."""

    column: int
    title: str
    nth: int
    lookups: tuple[str, ...]

    @property
    def letter(self) -> str:
        """The letters of the column."""
        return letters(self.column)


@dataclass(frozen=True)
class Header:
    """The rows that name the columns (from 0), the columns, and the titles that stand above."""

    rows: tuple[int, ...]
    columns: tuple[ColumnName, ...]
    titles: tuple[str, ...]

    @property
    def first(self) -> int:
        """The first row below."""
        return self.rows[-1] + 1


def find_header(sheet: Sheet, vocabulary: Vocabulary, least: int = _LEAST_KNOWN) -> Header | None:
    """The header of a sheet: the row in which most cells are words for columns, with the row of groups beside it."""
    best, known = -1, 0
    for place, cells in enumerate(sheet.rows[:_LOOKED_AT]):
        filled = [cell for cell in cells if cell_text(cell)]
        texts = [cell for cell in filled if isinstance(cell, str)]
        if len(texts) < least or len(texts) < 0.6 * len(filled):
            continue
        count = sum(map(vocabulary.means_anything, map(str.strip, texts)))
        if count >= least and count >= 0.25 * len(texts) and count > known:
            best, known = place, count
    return header_at(sheet, (best,), vocabulary) if best >= 0 else None


def header_at(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> Header:
    """The header whose names stand in these rows; of one row the row of its groups is looked for."""
    if len(rows) > 1:
        top, bottom = rows[0], rows[-1]
        return _two_rows(sheet, top, bottom)
    place = rows[0]
    if _divides(sheet, place, place + 1):
        return _two_rows(sheet, place, place + 1)
    above = _spread(sheet, place - 1) if place and _has_groups(sheet, place - 1) else {}
    names = {column: cell_text(cell) for column, cell in enumerate(sheet.rows[place]) if cell_text(cell)}
    lookups: dict[int, tuple[str, ...]] = {
        c: (name, f"{above[c]} {name}") if c in above else (name,) for c, name in names.items()
    }
    return Header((place,), _name_columns(names, lookups), _titles(sheet, place))


def _two_rows(sheet: Sheet, top: int, bottom: int) -> Header:
    above, below = _spread(sheet, top), sheet.rows[bottom]
    names: dict[int, str] = {}
    lookups: dict[int, tuple[str, ...]] = {}
    for column in range(max(len(sheet.rows[top]), len(below))):
        group, own = above.get(column, ""), cell_text(sheet.cell(bottom, column))
        own_top = cell_text(sheet.cell(top, column))
        if own and group and own != group:
            names[column], lookups[column] = f"{group} / {own}", (f"{group} {own}", own, group)
        elif own or own_top:
            names[column] = own or own_top
            lookups[column] = (names[column],)
    return Header((top, bottom), _name_columns(names, lookups), _titles(sheet, top))


def _name_columns(names: dict[int, str], lookups: dict[int, tuple[str, ...]]) -> tuple[ColumnName, ...]:
    times: Counter[str] = Counter()
    found = []
    for column, name in sorted(names.items()):
        title = " ".join(name.split())
        times[title] += 1
        found.append(ColumnName(column, title, times[title], lookups[column]))
    return tuple(found)


def _titles(sheet: Sheet, first: int) -> tuple[str, ...]:
    return tuple(
        cell_text(cell) for cells in sheet.rows[:first] for cell in cells if isinstance(cell, str) and cell.strip()
    )


def _spread(sheet: Sheet, row: int) -> dict[int, str]:
    """The texts of a row by column, one that is merged over several columns under each of them."""
    found = {column: cell_text(cell) for column, cell in enumerate(sheet.rows[row]) if cell_text(cell)}
    for top, left, _, right in sheet.merged:
        if top == row and right > left and left in found:
            found.update(dict.fromkeys(range(left, right + 1), found[left]))
    return found


def _has_groups(sheet: Sheet, row: int) -> bool:
    return sum(top == row and right > left for top, left, _, right in sheet.merged) >= _LEAST_KNOWN


def _divides(sheet: Sheet, row: int, below: int) -> bool:
    """Whether the row below names the columns that a group of this row is merged over, and nothing else."""
    if below >= len(sheet.rows):
        return False
    groups = {
        column
        for top, left, bottom, right in sheet.merged
        if top == row and bottom == row and right > left
        for column in range(left, right + 1)
    }
    filled = {column: cell for column, cell in enumerate(sheet.rows[below]) if cell_text(cell)}
    open_below = {column for column in filled if not cell_text(sheet.cell(row, column))}
    return (
        bool(groups)
        and bool(filled)
        and filled.keys() <= groups | open_below
        and bool(filled.keys() & groups)
        and all(isinstance(cell, str) and not _looks_like_data(cell) for cell in filled.values())
    )


def _looks_like_data(cell: Cell) -> bool:
    return is_number(cell) or (isinstance(cell, str) and any(letter.isdigit() for letter in cell) and len(cell) > 12)
