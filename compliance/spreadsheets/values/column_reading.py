"""A column read by its map: each distinct value once, what is written in two ways asked, what is not sure told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, Protocol

from compliance.spreadsheets.files.cells import (
    BrokenCell,
    Cell,
    CellNote,
    Place,
    ShownPercent,
    cell_text,
    is_number,
    lost_digits,
)
from compliance.spreadsheets.map_file import ASK
from compliance.spreadsheets.product_pairs import Goods
from compliance.spreadsheets.values import table_fields as kinds
from compliance.spreadsheets.values.column_values import ColumnValues, text_of
from compliance.spreadsheets.values.country_text import NOT_KNOWN, countries_meant
from compliance.spreadsheets.values.date_text import FOREVER, SERIAL, compact_day, dates_meant, serial_day
from compliance.spreadsheets.values.number_text import (
    FRACTION,
    POINT,
    count_of,
    decimal_text,
    exact_number,
    has_percent_sign,
    number_of,
    share_of,
)  # fmt: skip
from compliance.spreadsheets.values.table_fields import TableField
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title
from compliance.spreadsheets.values.unit_text import factor_of, multiply_exactly

LOST = "has lost digits: a workbook keeps 15 of a number; format the column as text and enter it again"
_LOST_TEXT = "was written as a number too long for a workbook, and its last digits are lost; enter it again as text"


_SHARE_TOLD = re.compile(r"\d\s*[%％]")
SAME = "\x00"
"""What stands before the name of a field whose party is meant."""


class Words(Protocol):
    """What was decided about words: the value of a word of a field, of a product its name; nothing where it is open."""

    def value(self, field: str, word: str) -> str | None: ...

    def goods(self, word: str) -> Goods | None: ...

    def hints(self, word: str) -> bool: ...

    def is_sold_with(self, word: str, goods: Goods) -> bool: ...


class Reading(NamedTuple):
    """What a cell is in a world (empty: not known), or why it is not read."""

    value: str = ""
    wrong: str = ""


@dataclass
class ColumnReading:
    """The readings of a column by its distinct cells, and the words that are open."""

    by_cell: dict[Cell, Reading] = field(default_factory=dict)
    notes: list[CellNote] = field(default_factory=list)
    open_words: dict[str, Place] = field(default_factory=dict)


def read_column(
    values: ColumnValues, about: TableField, options: Mapping[str, str], words: Words, vocabulary: Vocabulary,
) -> ColumnReading:  # fmt: skip
    """Reads the distinct cells of a column for a field."""
    found = ColumnReading()
    reader = _READERS[about.kind]
    context = _Context(about, options, words, vocabulary)
    for cell, place in values.places.items():
        if isinstance(cell, BrokenCell):
            found.by_cell[cell] = Reading("", cell.message)
            continue
        if isinstance(cell, str) and vocabulary.is_unknown(cell) and not _is_own_word(cell, about):
            found.by_cell[cell] = Reading("unknown" if about.kind == kinds.SHARE else "")
            continue
        reading = reader(cell, place, context)
        if reading is None:
            found.open_words[text_of(cell)] = place
            reading = Reading("", "is open in the map")
        found.by_cell[cell] = reading
    return found


def _is_own_word(cell: str, about: TableField) -> bool:
    return about.kind == kinds.COUNTRY and bool(countries_meant(cell))


class _Context(NamedTuple):
    about: TableField
    options: Mapping[str, str]
    words: Words
    vocabulary: Vocabulary


def _date(cell: Cell, place: Place, context: _Context) -> Reading | None:
    reading = _day(cell, context)
    return Reading("") if reading.value >= f"{FOREVER}" else reading


def _day(cell: Cell, context: _Context) -> Reading:
    if isinstance(cell, datetime):
        return Reading(cell.date().isoformat())
    if isinstance(cell, date):
        return Reading(cell.isoformat())
    if is_number(cell):
        number = float(cell)  # type: ignore[arg-type]
        day = compact_day(number) or (serial_day(number) if context.options.get("date") == SERIAL else None)
        return Reading(day.isoformat()) if day else Reading("", "is a number, not a date; write it as 2026-12-31")
    if isinstance(cell, str):
        meant = dates_meant(cell)
        day = meant.get("") or meant.get(context.options.get("date", ""))
        if day is None and len(meant) == 1 and context.options.get("date") != ASK:
            day = next(iter(meant.values()))
        if day is not None:
            return Reading(day.isoformat())
    return Reading("", "is not a date that can be read; write it as 2026-12-31")


def _count(cell: Cell, place: Place, context: _Context) -> Reading | None:
    if is_number(cell):
        if lost_digits(cell):
            return Reading("", LOST)
        value = exact_number(cell)
        value = _times(value, context)
        if value < 0 or value != value.to_integral_value():
            return Reading("", "is not a whole number of units")
        return Reading(decimal_text(value))
    writing = context.options.get("number", POINT)
    found = count_of(cell, writing) if isinstance(cell, str) else None
    if found is None and isinstance(cell, str) and context.options.get("times"):
        found = number_of(cell, writing)
    found = None if found is None else _times(found, context)
    if found is None or found < 0 or found != found.to_integral_value():
        return Reading("", "is not a whole number that can be read; write it in digits, such as 64")
    return Reading(decimal_text(found))


def _times(value: Decimal, context: _Context) -> Decimal:
    """The value in the unit of its field."""
    factor = factor_of(context.options.get("times", "1"))
    return value if factor is None else multiply_exactly(value, factor)


def _number(cell: Cell, place: Place, context: _Context) -> Reading | None:
    if is_number(cell):
        if lost_digits(cell):
            return Reading("", LOST)
        value = exact_number(cell)
    elif isinstance(cell, str) and (read := number_of(cell, context.options.get("number", POINT))) is not None:
        value = read
    else:
        return Reading("", "is not a number that can be read; write it in digits, such as 12.5")
    if value < 0:
        return Reading("", "is under zero")
    return Reading(decimal_text(_times(value, context)))


def _share(cell: Cell, place: Place, context: _Context) -> Reading | None:
    unit = context.options.get("percent")
    if isinstance(cell, ShownPercent) or is_number(cell):
        value = exact_number(cell.part if isinstance(cell, ShownPercent) else cell)
        value = value * 100 if unit == FRACTION or isinstance(cell, ShownPercent) else _times(value, context)
        if 0 <= value <= 100:
            return Reading(decimal_text(value))
    elif isinstance(cell, str):
        writing = context.options.get("number", POINT)
        if unit == FRACTION and not has_percent_sign(cell):
            part = number_of(cell, writing)
            if part is not None and 0 <= part <= 1:
                return Reading(decimal_text(part * 100))
        elif context.options.get("times") and not has_percent_sign(cell):
            part = number_of(cell, writing)
            if part is not None and 0 <= _times(part, context) <= 100:
                return Reading(decimal_text(_times(part, context)))
        elif (found := share_of(cell, writing)) is not None:
            return Reading(found)
    return Reading("", "is not a percentage from 0 to 100 that can be read; write 51, 25-50, >25 or unknown")


def _country(cell: Cell, place: Place, context: _Context) -> Reading | None:
    word = text_of(cell)
    decided = context.words.value("country", word)
    if decided is not None:
        if decided == ASK:
            return None
        return Reading("" if decided == NOT_KNOWN else decided)
    codes = countries_meant(word)
    return Reading(codes[0]) if len(codes) == 1 and codes[0] != NOT_KNOWN else None


def _word(cell: Cell, place: Place, context: _Context) -> Reading | None:
    word, name = text_of(cell), context.about.name
    own = context.vocabulary.words_name(context.about.table, name)
    known = context.vocabulary.values.get(own, {})
    for key in dict.fromkeys((own, name)):
        decided = context.words.value(key, word)
        if decided is not None and (not known or decided in (ASK, NOT_KNOWN, *known.values())):
            return None if decided == ASK else Reading("" if decided == NOT_KNOWN else decided)
    found = known.get(fold_title(word))
    return Reading(found) if found is not None else _as_it_is(word, context)


def _link(cell: Cell, place: Place, context: _Context) -> Reading | None:
    """What a word says of two parties; one that does not say what they are to each other stands as it is, marked."""
    word, name = text_of(cell), context.about.name
    found = context.words.value(name, word) or context.vocabulary.values[name].get(fold_title(word), "")
    if found and (found in context.vocabulary.values[name].values() or found == NOT_KNOWN):
        return Reading(found)
    return Reading(f"{SAME}{found or word}" if name == "relation" else "")


def _as_it_is(word: str, context: _Context) -> Reading | None:
    from compliance.world.io.column_checks import read_value
    from compliance.world.schema.tables import TABLES

    try:
        read_value(TABLES[context.about.table], context.about.name, word)
    except ValueError:
        return None
    return Reading(word)


def _product(cell: Cell, place: Place, context: _Context) -> Reading | None:
    decided = context.words.value("products", text_of(cell))
    return None if decided in (None, ASK) else Reading(decided or "")


def _text(cell: Cell, place: Place, context: _Context) -> Reading | None:
    if lost_digits(cell):
        return Reading("", LOST)
    text = text_of(cell)
    if context.about.kind in (kinds.ID, kinds.PARTY) and _is_exponent(text):
        return Reading("", _LOST_TEXT)
    if context.about.kind == kinds.PARTY and context.about.part:
        other = context.words.value(context.about.name, text) or context.vocabulary.same_party(text)
        if other == ASK:
            return None
        if other:
            return Reading("" if other == NOT_KNOWN else f"{SAME}{other}")
    if context.about.table == "stakes" and context.about.name == "owner" and context.vocabulary.names_nobody(text):
        return Reading("")
    if context.about.kind == kinds.PARTY and (
        context.vocabulary.names_nobody(text) or context.vocabulary.is_ditto(text)
    ):
        return Reading("", "names nobody; write the party, or leave the cell empty where it is not known")
    if context.about.kind == kinds.PARTY and ";" in text:
        return Reading("", "names several; give each a row of its own")
    if context.about.name in ("owner", "person") and (_SHARE_TOLD.search(text) or "\n" in cell_text(cell).strip()):
        return Reading("", "tells several names, or a share beside a name; give each its own cell")
    if isinstance(cell, datetime) and cell.time() == time():
        text = cell.date().isoformat()
    return Reading(text)


def _is_exponent(text: str) -> bool:
    head, mark, power = text.upper().partition("E+")
    return bool(mark) and power.isdigit() and head.replace(".", "").replace(",", "").isdigit()


def _list(cell: Cell, place: Place, context: _Context) -> Reading | None:
    text = cell_text(cell)
    parts = [part.strip() for part in text.replace("\n", ";").replace(",", ";").split(";")]
    return Reading("", LOST) if lost_digits(cell) else Reading("; ".join(filter(None, parts)))


_READERS: dict[str, Callable[[Cell, Place, _Context], Reading | None]] = {
    kinds.DATE: _date, kinds.COUNT: _count, kinds.NUMBER: _number, kinds.SHARE: _share, kinds.COUNTRY: _country,
    kinds.WORD: _word, kinds.LINK: _link, kinds.PRODUCT: _product, kinds.TEXT: _text, kinds.ID: _text,
    kinds.PARTY: _text, kinds.LIST: _list,
}  # fmt: skip

Evidence = Mapping[str, Sequence[Place]]
__all__ = ["ColumnReading", "Decimal", "Iterable", "Reading", "Words", "read_column"]
