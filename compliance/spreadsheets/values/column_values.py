"""The values of a column, each once, and how well they fit what a field holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from compliance.spreadsheets.files.cells import BrokenCell, Cell, Place, cell_text, is_number
from compliance.spreadsheets.values.country_text import countries_meant
from compliance.spreadsheets.values.date_text import compact_day, dates_meant, serial_day
from compliance.spreadsheets.values.number_text import WRITINGS, count_of, number_of, share_of
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title

_SAMPLE = 400
_CODE = re.compile(r"[A-Za-z]{0,6}[-_/#]?\d[\w\-/.]*|[A-Z0-9_\-]{1,12}")
_LINE = re.compile(r"[A-Z]{0,2}\d{1,8}([.\-]\d{1,4})*")
KnownProduct = Callable[[str], bool]


@dataclass
class ColumnValues:
    """A column of the data: its distinct values, each with the first place where it stands."""

    column: int
    places: dict[Cell, Place]
    vocabulary: Vocabulary
    known_product: KnownProduct
    blanks: int = 0
    filled: int = 0
    _fits: dict[str, float] = field(default_factory=dict)

    @cached_property
    def known(self) -> list[Cell]:
        """The distinct values that say something."""
        unknown = self.vocabulary.is_unknown
        return [
            value
            for value in self.places
            if not isinstance(value, BrokenCell) and not (isinstance(value, str) and unknown(value))
        ]

    @cached_property
    def sample(self) -> list[Cell]:
        """Some of these, to see what they are."""
        return self.known[:_SAMPLE]

    def fit(self, kind: str) -> float:
        """The share of values that are of a kind; one where there is none to look at."""
        if kind == "key":
            return self.fit("code") if self.filled == len(self.places) else 0.0
        if kind not in self._fits:
            test = _TESTS.get(kind)
            if test is None or not self.sample:
                self._fits[kind] = 1.0
            else:
                self._fits[kind] = sum(test(self, value) for value in self.sample) / len(self.sample)
        return self._fits[kind]


def column_values(
    cells: Sequence[Cell], rows: Sequence[int], column: int, vocabulary: Vocabulary, known_product: KnownProduct
) -> ColumnValues:
    """The values of the cells of a column, which stand in these rows."""
    first = dict(zip(reversed(cells), reversed(rows), strict=True))
    empty = [cell for cell in first if isinstance(cell, str) and not cell.strip()]
    filled = len(cells) - sum(cells.count(cell) for cell in empty)
    places = {cell: Place(first[cell], column) for cell in dict.fromkeys(cells) if cell not in empty}
    return ColumnValues(column, places, vocabulary, known_product, len(cells) - filled, filled)


def _is_text(value: Cell) -> bool:
    return isinstance(value, str)


def is_code(value: Cell) -> bool:
    """Whether a value looks like a number by which a system knows something."""
    if is_number(value):
        return float(value) == int(value)  # type: ignore[arg-type]
    return isinstance(value, str) and " " not in value and bool(_CODE.fullmatch(value)) and value.isascii()


def _is_date(_: ColumnValues, value: Cell) -> bool:
    if isinstance(value, date):
        return True
    if is_number(value):
        number = float(value)  # type: ignore[arg-type]
        return serial_day(number) is not None or compact_day(number) is not None
    return isinstance(value, str) and bool(dates_meant(value))


def _is_count(_: ColumnValues, value: Cell) -> bool:
    if is_number(value):
        return float(value) == int(value) and value >= 0  # type: ignore[operator, arg-type]
    return isinstance(value, str) and any(count_of(value, writing) is not None for writing in WRITINGS)


def _is_number(_: ColumnValues, value: Cell) -> bool:
    return is_number(value) or (
        isinstance(value, str) and any(number_of(value, writing) is not None for writing in WRITINGS)
    )


def _is_share(_: ColumnValues, value: Cell) -> bool:
    if is_number(value):
        return 0 <= float(value) <= 100  # type: ignore[arg-type]
    return isinstance(value, str) and any(share_of(value, writing) is not None for writing in WRITINGS)


def _is_country(_: ColumnValues, value: Cell) -> bool:
    return isinstance(value, str) and bool(countries_meant(value))


def _is_name(column: ColumnValues, value: Cell) -> bool:
    if not isinstance(value, str) or value.isdigit():
        return False
    return not _is_country(column, value) and not any(number_of(value, writing) is not None for writing in WRITINGS)


def _is_product(column: ColumnValues, value: Cell) -> bool:
    return isinstance(value, str) and column.known_product(value)


def _word_of(field_name: str) -> Callable[[ColumnValues, Cell], bool]:
    return lambda column, value: isinstance(value, str) and fold_title(value) in column.vocabulary.values[field_name]


_TESTS: dict[str, Callable[[ColumnValues, Cell], bool]] = {
    "date": _is_date,
    "count": _is_count,
    "number": _is_number,
    "share": _is_share,
    "country": _is_country,
    "name": lambda column, value: _is_name(column, value) or is_code(value),
    "party": _is_name,
    "reference": lambda column, value: (_is_name(column, value) or is_code(value)) and not _is_country(column, value),
    "code": lambda _, value: is_code(value),
    "product": _is_product,
    "status": _word_of("status"),
    "interest": _word_of("interest"),
    "email": lambda _, value: isinstance(value, str) and "@" in value,
    "website": lambda _, value: isinstance(value, str) and "." in value and " " not in value,
    "line": lambda _, value: is_number(value) or (isinstance(value, str) and bool(_LINE.fullmatch(value.strip()))),
    "text": lambda _, value: isinstance(value, str) or is_number(value),
}


def text_of(value: Cell) -> str:
    """A value as text on one line."""
    return " ".join(cell_text(value).split())
