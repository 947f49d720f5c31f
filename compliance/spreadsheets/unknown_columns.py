"""Columns of texts of which nothing is known: what they say may decide, and all of a sheet are asked about at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from textwrap import shorten

from compliance.spreadsheets.files.cells import Cell
from compliance.spreadsheets.files.header import ColumnName
from compliance.spreadsheets.map_file import ASK, NOT_READ, SheetMap
from compliance.spreadsheets.values.column_values import ColumnValues, text_of
from compliance.spreadsheets.values.date_text import dates_meant
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title

UNKNOWN = "not known what it is"
_SHOWN, _LONGEST = 8, 40
_CODE = re.compile(r"[\w\-/.#+]*\d[\w\-/.#+]*|[A-Z]{1,4}|[a-z]", re.ASCII)
_PLACE_ON_THE_NET = re.compile(r"\S+@\S+|(https?://|www\.)\S+")
_LETTERS = re.compile(r"[^\W\d_]")
_ASKED = "do any of these columns say who gets, uses or owns anything, where it goes, or what for?"
_ANSWER = 'Name the field of one that does at the column above, and write "-" here for the rest'


def ask_unknown(
    about: SheetMap, names: Iterable[ColumnName], values: Mapping[int, ColumnValues], vocabulary: Vocabulary
) -> None:
    """Asks once about all columns of a sheet whose names are not known and that hold texts.

    Those of codes, numbers, dates and answers of yes or no are left; nobody tells there where goods go.
    """
    told: list[str] = []
    for name in names:
        column = about.column(name.title, name.nth)
        if column is None or column.field != NOT_READ or not column.comments.get("column", "").endswith(UNKNOWN):
            continue
        if vocabulary.is_unit_column(name.lookups) or any(map(vocabulary.is_currency, name.lookups)):
            continue
        text = next((text_of(value) for value in values[name.column].known if _tells(value, vocabulary)), "")
        if text:
            told.append(f"`{name.title}` ({name.letter}): `{shorten(text, _LONGEST, placeholder=' ...')}`")
    if told:
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        about.unknown_columns = ASK
        about.comments["unknown_columns"] = f"{_ASKED} {', '.join(told[:_SHOWN])}{more}. {_ANSWER}"


def _tells(value: Cell, vocabulary: Vocabulary) -> bool:
    """Whether a value is a text that may tell something."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if not _LETTERS.search(text) or _CODE.fullmatch(text) or _PLACE_ON_THE_NET.fullmatch(text):
        return False
    if fold_title(text) in vocabulary.plain_answers or vocabulary.is_ditto(text) or vocabulary.is_unit_text(text):
        return False
    return not dates_meant(text)
