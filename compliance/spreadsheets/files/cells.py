"""Cells of a sheet: what each holds, where it stands, and how a user finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class ShownPercent:
    """A number that the workbook shows as percent: 0.51 is 51 percent."""

    part: float


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell whose value the file does not hold: an error such as `#N/A`, or a formula that was never calculated."""

    words: str
    message: str


Cell = str | float | int | bool | date | datetime | time | timedelta | ShownPercent | BrokenCell
"""What a workbook holds in one cell; an empty text where it holds nothing."""

DIGITS_KEPT = 15
"""Significant digits of a number in a workbook; a longer one has lost its last digits."""


class Place(NamedTuple):
    """A cell of a sheet; row and column count from 0."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{letters(self.column)}{self.row + 1}"


@dataclass(frozen=True, slots=True, order=True)
class CellNote:
    """Something to tell of a cell: where, the user's words, and what is wrong; `field` is what it was read for.

    `decides` where the field could decide a finding.
    """

    place: Place
    words: str
    message: str
    field: str = ""
    decides: bool = False


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def is_number(cell: Cell) -> bool:
    """Whether the cell holds a number (and not a truth value)."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def cell_text(cell: Cell) -> str:
    """A cell as text: a number with the digits that a workbook keeps, a date as ISO writes it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, BrokenCell):
        return cell.words
    if isinstance(cell, ShownPercent):
        return f"{float(plain_number(cell.part * 100)):.{DIGITS_KEPT}g}%"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def plain_number(value: float) -> str:
    """A number by the digits that a workbook keeps, without an exponent."""
    text = f"{value:.{DIGITS_KEPT}g}"
    if "e" not in text and "n" not in text:
        return text
    return f"{value:.0f}" if abs(value) >= 1 else f"{value:.20f}".rstrip("0")


def lost_digits(cell: Cell) -> bool:
    """Whether a number has more digits than a workbook keeps."""
    return is_number(cell) and abs(float(cell)) >= 10**DIGITS_KEPT  # type: ignore[arg-type]


def carry_down(cells: list[Cell], repeating: set[str]) -> list[Cell]:
    """The cells, each of those that repeat as the one above it."""
    found: list[Cell] = []
    for cell in cells:
        repeats = isinstance(cell, str) and cell in repeating
        found.append(found[-1] if repeats and found else cell)
    return found
