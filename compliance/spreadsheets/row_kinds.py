"""The rows of a sheet that are data, and those that are not: blank, totals, notes, names of columns said again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compliance.spreadsheets.files.cells import Cell, cell_text, is_number
from compliance.spreadsheets.files.header import Header
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.values.trade_words import Vocabulary


@dataclass
class RowKinds:
    """The places of rows by what they are, from 0; `other_header` names columns in another way."""

    data: list[int] = field(default_factory=list)
    blank: int = 0
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    other_header: int | None = None


def sort_rows(
    sheet: Sheet, header: Header, needed: Sequence[int], told: Sequence[int], vocabulary: Vocabulary
) -> RowKinds:
    """Sorts the rows below a header.

    `needed` are the columns that each row of data fills, `told` those that hold texts of it (parties, products, ids).
    A row that lacks a needed one adds up others where a word says so, or where it holds numbers alone.
    """
    found = RowKinds()
    texts = {cell for cells in sheet.rows[header.first :] for cell in cells if isinstance(cell, str)}
    empty = {cell for cell in texts if not cell.strip()} | {""}
    totals = {cell for cell in texts if vocabulary.is_total(cell)}
    known = {name.own.casefold() for name in header.columns}
    again = {_texts(sheet.rows[row]) for row in header.rows} - {()}
    names = {text for row in again for _, text in row}
    named = {cell for cell in texts if " ".join(cell.split()).casefold() in known}
    titles = {name.column: name.own.casefold() for name in header.columns}
    merged = _merged_rows(sheet, header.first)
    for place in range(header.first, len(sheet.rows)):
        cells = sheet.rows[place]
        if needed and all(column < len(cells) and cells[column] not in empty for column in needed):
            first = cells[needed[0]]
            if first in named and _is_header(cells, titles):
                found.repeated.append(place)
            elif totals and not totals.isdisjoint(cells) and _totals_alone(cells, told, vocabulary):
                found.totals.append(place)
            elif len(needed) == 1 and _alone(cells) and vocabulary.is_remark(cell_text(cells[needed[0]])):
                found.notes.append(place)
            else:
                found.data.append(place)
            continue
        filled = [cell for cell in cells if cell != "" and (not isinstance(cell, str) or cell.strip())]
        if not filled:
            found.blank += 1
        elif cell_text(filled[0]) in names and _texts(cells) in again:
            found.repeated.append(place)
        elif _adds_up(cells, filled, told, vocabulary):
            found.totals.append(place)
        elif _is_note(cells, filled, told, place in merged):
            found.notes.append(place)
        elif _names_columns(filled, vocabulary):
            if _is_header(cells, titles):
                found.repeated.append(place)
                continue
            found.other_header = place
            return found
        else:
            found.data.append(place)
    return found


def _texts(cells: Sequence[Cell]) -> tuple[tuple[int, str], ...]:
    return tuple((column, text) for column, cell in enumerate(cells) if (text := cell_text(cell)))


def _has_value(cells: Sequence[Cell], column: int) -> bool:
    if column >= len(cells):
        return False
    cell = cells[column]
    return cell != "" and (not isinstance(cell, str) or bool(cell.strip()))


def _merged_rows(sheet: Sheet, first: int) -> set[int]:
    """The rows into which a cell of a row above is merged."""
    return {row for top, _, bottom, _ in sheet.merged if bottom > top >= first for row in range(top + 1, bottom + 1)}


def _alone(cells: Sequence[Cell]) -> bool:
    return sum(_has_value(cells, column) for column in range(len(cells))) == 1


def _totals_alone(cells: Sequence[Cell], told: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Whether what stands in the columns of texts are words for totals and nothing else."""
    texts = [cell_text(cells[column]) for column in told if _has_value(cells, column)]
    return bool(texts) and all(map(vocabulary.is_total, texts))


def _adds_up(cells: Sequence[Cell], filled: Sequence[Cell], told: Sequence[int], vocabulary: Vocabulary) -> bool:
    if any(isinstance(cell, str) and vocabulary.is_total(cell) for cell in filled):
        return True
    return not any(_has_value(cells, column) for column in told) and any(map(is_number, filled))


def _is_note(cells: Sequence[Cell], filled: Sequence[Cell], told: Sequence[int], merged: bool) -> bool:
    if merged:
        return False
    texts = [cell for cell in filled if isinstance(cell, str)]
    return len(texts) == len(filled) and (len(filled) == 1 or not any(_has_value(cells, column) for column in told))


def _is_header(cells: Sequence[Cell], titles: Mapping[int, str]) -> bool:
    filled = [(column, cell_text(cell).casefold()) for column, cell in enumerate(cells) if cell_text(cell)]
    same = sum(titles.get(column, "") == " ".join(text.split()) for column, text in filled)
    return len(filled) > 1 and same >= 0.8 * len(filled)


def tables_above(sheet: Sheet, header: Header, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """The rows above a header, from 0, that name columns too and have rows of their own below them."""
    blocks: list[list[int]] = []
    for place in range(header.rows[0]):
        filled = [cell for cell in sheet.rows[place] if cell_text(cell)]
        if not filled:
            blocks.append([])
        elif len(filled) > 1 and blocks and blocks[-1]:
            blocks[-1].append(place)
        elif _names_columns(filled, vocabulary):
            blocks.append([place])
    yield from ((block[0], block[-1]) for block in blocks if len(block) > 1)


def _names_columns(filled: Sequence[Cell], vocabulary: Vocabulary) -> bool:
    texts = [cell for cell in filled if isinstance(cell, str)]
    known = sum(map(vocabulary.means_anything, texts))
    return len(texts) == len(filled) and known >= 3 and known >= 0.6 * len(filled)
