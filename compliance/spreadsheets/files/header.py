"""Where a sheet names its columns, in up to three rows with one of units below, and where its data begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number, letters
from compliance.spreadsheets.files.unit_rows import counts_columns, is_numeric, tells_units
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.values.date_text import period_day
from compliance.spreadsheets.values.numbered_names import digits_for_ordinals, without_number
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title, scripts_of

_LOOKED_AT = 60
_LEAST_KNOWN = 2
_MOST_ROWS = 3
_LONGEST_NAME = 60
_OTHER_NAMES = 2 / 3
_YEARS = range(1990, 2100)
_CODE = re.compile(r"\d{5}")
BETWEEN = " / "
"""Parts the names of a column that stand below each other."""


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A column by its title; `nth` of those with the same title; `lookups` are the texts that say what it means."""

    column: int
    title: str
    nth: int
    lookups: tuple[str, ...]
    own: str = ""
    """What stands in the lowest row of names."""
    group: str = ""
    """What stands above it, in a row of groups."""
    is_beside: bool = False
    """Whether its group stands further left, and nothing tells how far it reaches."""

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
    units: int | None = None
    """The row below the names that says in which units the values are; the last of `rows`."""

    @property
    def first(self) -> int:
        """The first row below."""
        return self.rows[-1] + 1


def find_header(sheet: Sheet, vocabulary: Vocabulary, least: int = _LEAST_KNOWN) -> Header | None:
    """The header of a sheet: the rows in which most columns have a name that is known, as few as tell it."""
    best: tuple[int, ...] = ()
    most = (0.0, 0)
    places = range(min(len(sheet.rows), _LOOKED_AT))
    names = [_may_name(sheet, row) for row in places]
    for first in places:
        for size in range(1, _MOST_ROWS + 1):
            rows = tuple(range(first, first + size))
            if rows[-1] >= len(names) or not names[rows[-1]]:
                break
            if size > 1 and any(_is_no_group(sheet, row) for row in rows[:-1]):
                continue
            found = _names(sheet, rows)
            if size > 1 and not all(_groups_known(sheet, row, found, vocabulary) for row in rows[:-1]):
                continue
            known, score = _count_known(found, vocabulary)
            if known >= least and (score, -size) > most:
                best, most = rows, (score, -size)
    if best and _divides(sheet, best[-1]):
        best = (*best, best[-1] + 1)
    return header_at(sheet, best, vocabulary) if best else None


def header_at(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> Header:
    """The header whose names stand in these rows; what says units, or the same in other words, may stand below."""
    naming, others, units = [rows[0]], list[int](), None
    for row in rows[1:]:
        if _has_other_names(sheet, row, naming, vocabulary):
            others.append(row)
        elif _divides(sheet, naming[-1]) or not tells_units(sheet, row, vocabulary):
            naming.append(row)
    last = max(*naming, *others) if others else naming[-1]
    if not others and _has_other_names(sheet, last + 1, naming, vocabulary):
        others.append(last := last + 1)
    if tells_units(sheet, last + 1, vocabulary):
        units = last + 1
    found = _names(sheet, naming)
    return Header(
        (*naming, *others, *([] if units is None else [units])),
        _name_columns(sheet, found, others, units, vocabulary),
        _titles(sheet, naming[0]),
        units,
    )


@dataclass(frozen=True, slots=True)
class _Name:
    """The texts that stand above each other over a column, from the top, and whether its group stands beside it."""

    parts: tuple[str, ...]
    is_beside: bool

    def known_together(self, vocabulary: Vocabulary) -> Iterator[str]:
        """The texts in one where that is a name that is known: all, then those without the upper ones.

        Of texts in two scripts those of each are put together. Texts that say nothing from the top, `Dates` over
        `Ship`, may say it from below.
        """
        for turned in (False, True):
            for place in range(len(self.parts) - 1):
                below = self.parts[place:][:: -1 if turned else 1]
                scripts = [" ".join(each) for each in zip(*map(scripts_of, below), strict=True) if all(each)]
                for text in (" ".join(below), *scripts):
                    if vocabulary.knows_whole(text):
                        yield text

    def is_known_together(self, vocabulary: Vocabulary) -> bool:
        """Whether the texts in one are a name that is known, with a number in it or without."""
        if any(self.known_together(vocabulary)):
            return True
        own = self.parts[-1]
        groups = (" ".join(self.parts[place:-1]) for place in range(len(self.parts) - 1))
        texts = (f"{digits_for_ordinals(group)} {own}" for group in groups)
        bases = (base for text in texts for base, _ in without_number(text))
        return any(fold_title(base) != fold_title(own) and vocabulary.knows_whole(base) for base in bases)


def _names(sheet: Sheet, rows: Sequence[int]) -> dict[int, _Name]:
    over = [_spread(sheet, row, _row_texts(sheet, below)) for row, below in pairwise(rows)]
    own = [_row_texts(sheet, row) for row in rows]
    found: dict[int, _Name] = {}
    for column in sorted(set().union(*own)):
        if len(rows) > 1 and column not in own[-1] and not any(column in cells for cells in own[:-1]):
            continue
        parts: list[str] = []
        beside = False
        for place, cells in enumerate(own):
            text, aside = (cells.get(column, ""), False)
            if not text and place < len(over):
                text, aside = over[place].get(column, ("", False))
            if text and (not parts or parts[-1] != text):
                parts.append(text)
                beside = beside or aside
        found[column] = _Name(tuple(parts), beside and len(parts) > 1)
    return found


def _count_known(names: dict[int, _Name], vocabulary: Vocabulary) -> tuple[int, float]:
    """How many columns have a name that is known, and the same with those counted more that all rows tell together.

    Those with a name that others have too count less.
    """
    known, score, doubted = 0, 0.0, 0
    times = Counter(tuple(map(str.casefold, name.parts)) for name in names.values())
    for name in names.values():
        together = name.is_known_together(vocabulary)
        if together or vocabulary.means_anything(name.parts[-1]):
            known += 1
            is_one = times[tuple(map(str.casefold, name.parts))] == 1
            score += 1.5 if together else 1.0 if is_one else 0.5
        elif _is_period(name.parts[-1]):
            score += 0.5
        elif len(name.parts) > 1:
            doubted += 1
    stacked = sum(len(name.parts) > 1 for name in names.values())
    return (known, score) if known >= 0.25 * len(names) and 2 * doubted <= stacked else (0, 0.0)


def _groups_known(sheet: Sheet, row: int, names: dict[int, _Name], vocabulary: Vocabulary) -> bool:
    """Whether a row of groups is merged, or most of it is known, by itself or with what stands below."""
    if any(top == row and right > left for top, left, _, right in sheet.merged):
        return True
    own = _row_texts(sheet, row)
    known = sum(
        vocabulary.means_anything(text) or (column in names and any(names[column].known_together(vocabulary)))
        for column, text in own.items()
    )
    return known >= _OTHER_NAMES * len(own)


def _name_columns(
    sheet: Sheet, names: dict[int, _Name], others: Sequence[int], units: int | None, vocabulary: Vocabulary
) -> tuple[ColumnName, ...]:
    times: Counter[str] = Counter()
    found = []
    counted = units is not None and counts_columns(sheet, units)
    for column, name in names.items():
        told = [text for row in others if (text := cell_text(sheet.cell(row, column)))]
        title = BETWEEN.join(_one_line(text) for text in (*name.parts, *told))
        if units is not None and not counted and (unit := cell_text(sheet.cell(units, column)).strip("[]()（）- ")):
            title = f"{title} [{_one_line(unit)}]"
        times[title] += 1
        lookups = dict.fromkeys((*name.known_together(vocabulary), name.parts[-1], *told))
        own = _one_line(name.parts[-1])
        group = " ".join(name.parts[:-1])
        found.append(ColumnName(column, title, times[title], tuple(lookups), own, group, name.is_beside))
    return tuple(found)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _titles(sheet: Sheet, first: int) -> tuple[str, ...]:
    return tuple(
        cell_text(cell) for cells in sheet.rows[:first] for cell in cells if isinstance(cell, str) and cell.strip()
    )


def _row_texts(sheet: Sheet, row: int) -> dict[int, str]:
    return {column: text for column, cell in enumerate(sheet.rows[row]) if (text := cell_text(cell))}


def _spread(sheet: Sheet, row: int, below: dict[int, str]) -> dict[int, tuple[str, bool]]:
    """The texts of a row of groups by column, and whether each stands beside: merged over it, or up to the next text.

    Where no cell of the row is merged, one reaches over the columns right of it that have a name below and none here.
    """
    own = _row_texts(sheet, row)
    found = {column: (text, False) for column, text in own.items()}
    merged = [(left, right) for top, left, _, right in sheet.merged if top == row and right > left and left in own]
    for left, right in merged:
        found.update(dict.fromkeys(range(left, right + 1), (own[left], False)))
    if merged or (len(own) == 1 and min(own) <= min(below, default=0)):
        return found
    covered = {c for top, left, bottom, right in sheet.merged if top < row <= bottom for c in range(left, right + 1)}
    reaches = ""
    for column in range(max(below, default=-1) + 1):
        if column in own:
            reaches = own[column] if column in below else ""
        elif column not in below or column in covered:
            reaches = ""
        elif reaches:
            found[column] = (reaches, True)
    return found


def _may_name(sheet: Sheet, row: int) -> bool:
    """Whether the cells of a row may be names of columns: texts, days and years, and no other numbers."""
    filled = [cell for cell in sheet.rows[row] if cell_text(cell)]
    plain = sum(isinstance(cell, str) and _may_be_name(cell) for cell in filled)
    periods = sum(_is_period(cell) for cell in filled)
    return bool(plain) and plain + periods >= 0.6 * len(filled)


def _may_be_name(cell: str) -> bool:
    text = cell.strip()
    return len(text) <= 2 * _LONGEST_NAME and not (is_numeric(text) and not _is_period(text)) and not _CODE.search(text)


def _is_period(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    text = cell_text(cell)
    return int(text) in _YEARS if text.isdecimal() else isinstance(cell, str) and bool(period_day(text))


def _is_no_group(sheet: Sheet, row: int) -> bool:
    """Whether a row above names tells something else: a title that stands alone, or words with their values."""
    filled = {column: cell for column, cell in enumerate(sheet.rows[row]) if cell_text(cell)}
    texts = [cell_text(cell) for cell in filled.values()]
    if not filled or any(text.endswith((":", "：")) or len(text) > _LONGEST_NAME for text in texts):
        return True
    if any((is_number(cell) or is_numeric(cell_text(cell))) and not _is_period(cell) for cell in filled.values()):
        return True
    if len(filled) > 1:
        return False
    (column,) = filled
    merged = next((right for top, left, _, right in sheet.merged if top == row and left == column), column)
    width = max(max(_row_texts(sheet, below), default=0) for below in range(row, min(row + 3, len(sheet.rows))))
    return column == 0 and (merged == column or merged >= width)


def _has_other_names(sheet: Sheet, row: int, above: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Whether a row tells the columns in other words again: those of a system, or of another language."""
    if row >= len(sheet.rows) or not _may_name(sheet, row):
        return False
    own = _row_texts(sheet, row)
    upper = {column: text for each in above for column, text in _row_texts(sheet, each).items()}
    both = [text for column, text in own.items() if column in upper]
    if len(both) < _LEAST_KNOWN + 1 or len(both) < len(own) or any(upper[c] == text for c, text in own.items()):
        return False
    known = sum(map(vocabulary.means_anything, both))
    together = sum(vocabulary.knows_whole(f"{upper[column]} {own[column]}") for column in own if column in upper)
    return known >= _OTHER_NAMES * len(both) and 2 * together < known


def _divides(sheet: Sheet, row: int) -> bool:
    """Whether the row below names the columns that a group of this row is merged over, and nothing else."""
    if row + 1 >= len(sheet.rows):
        return False
    groups = {
        column
        for top, left, bottom, right in sheet.merged
        if top == row and bottom == row and right > left
        for column in range(left, right + 1)
    }
    filled = _row_texts(sheet, row + 1)
    own = _row_texts(sheet, row)
    return (
        bool(filled.keys() & groups)
        and all(column in groups or column not in own for column in filled)
        and all(isinstance(sheet.cell(row + 1, c), str) or _is_period(sheet.cell(row + 1, c)) for c in filled)
        and all(_is_period(text) or _may_be_name(text) for text in filled.values())
    )
