"""Numbers and shares of text cells: what each may mean by the marks of either kind of writing, exactly.

A way of writing is told by its example: `1,234.56` has a decimal point, `1.234,56` a decimal comma.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from compliance.spreadsheets.files.cells import Cell, is_number, plain_number
from compliance.spreadsheets.values.trade_words import fold_title, load_vocabulary

POINT, COMMA = "1,234.56", "1.234,56"
WRITINGS = (POINT, COMMA)
PERCENT, FRACTION = "percent", "fraction"
UNITS = (PERCENT, FRACTION)

_BLANKS = "\u00a0\u2007\u2009\u202f "
_POINTED = re.compile(
    r"[+-]?(?:\d{1,3}(?:(?:,\d{3})+|(?:[ '’]\d{3})+)|\d{1,2}(?:,\d{2})+,\d{3}|\d+)(?:\.\d+)?|[+-]?\.\d+"
)
_COMMAED = re.compile(r"[+-]?(?:\d{1,3}(?:(?:\.\d{3})+|(?:[ '’]\d{3})+)|\d+)(?:,\d+)?|[+-]?,\d+")
_MONEY = re.compile(r"US\$|USD|EUR|CNY|RMB|JPY|GBP|CHF|[$€£¥￥元]", re.IGNORECASE)
_LEADING = ((">=", "from"), ("≥", "from"), ("<=", "to"), ("≤", "to"), (">", ">"), ("＞", ">"), ("<", "<"), ("＜", "<"))
_WORDED = (
    (r"(?:more than|over|above|mehr als|über|超过|大于|plus de|más de|mas de|超)", ">"),
    (r"(?:less than|under|below|weniger als|unter|小于|低于|moins de|menos de)", "<"),
    (r"(?:at least|mindestens|min\.?|不低于|au moins|al menos)", "from"),
)


def _plain(text: str) -> str:
    word = unicodedata.normalize("NFKC", text).strip()
    for blank in _BLANKS:
        word = word.replace(blank, " ")
    word = word.replace("−", "-")
    return f"-{word[:-1].strip()}" if re.fullmatch(r"\d[\d.,' ]*-", word) else word


@lru_cache(maxsize=131_072)
def number_of(text: str, writing: str) -> Decimal | None:
    """The number that a text is in a way of writing; `None` where it is none. Signs of money are left out."""
    word = _MONEY.sub("", _plain(text)).strip()
    if writing == POINT:
        return Decimal(re.sub(r"[,'’ ]", "", word)) if _POINTED.fullmatch(word) else None
    return Decimal(re.sub(r"[.'’ ]", "", word).replace(",", ".")) if _COMMAED.fullmatch(word) else None


@lru_cache(maxsize=131_072)
def count_of(text: str, writing: str) -> Decimal | None:
    """The number of units that a text is: whole, not negative, a word for units behind it is left out."""
    word = _plain(text)
    if (found := re.fullmatch(r"(.*\d)\s*([^\d\s.,'’-]+)\.?", word)) and fold_title(
        found[2]
    ) in load_vocabulary().units:
        word = found[1]
    value = number_of(word, writing)
    return value if value is not None and value >= 0 and value == value.to_integral_value() else None


@lru_cache(maxsize=131_072)
def share_of(text: str, writing: str) -> str | None:
    """A percentage or a range of them as a world writes it (`51`, `25-50`, `>25`); the sign for percent is left out."""
    word = _plain(text).replace("％", "%")
    for mark, kind in _LEADING:
        if word.startswith(mark):
            return _bound_text(kind, word[len(mark) :], writing)
    for pattern, kind in _WORDED:
        if found := re.match(rf"{pattern}\s*(?=[\d.,])", word, re.IGNORECASE):
            return _bound_text(kind, word[found.end() :], writing)
    ends = re.split(r"(?<=[\d%])\s*(?:-|–|—|to|bis|~|至|à|a)\s*(?=\d)", word)
    values = [_in_hundred(end, writing) for end in ends]
    if any(value is None for value in values) or len(values) > 2:
        return None
    if len(values) == 2:
        low, high = values
        return f"{_text(low)}-{_text(high)}" if low is not None and high is not None and low <= high else None
    return _text(values[0])


def _bound_text(kind: str, rest: str, writing: str) -> str | None:
    value = _in_hundred(rest, writing)
    if value is None:
        return None
    if kind in (">", "<"):
        return f"{kind}{_text(value)}"
    return f"{_text(value)}-100" if kind == "from" else f"0-{_text(value)}"


def _in_hundred(word: str, writing: str) -> Decimal | None:
    value = number_of(
        re.sub(r"\s*(?:%|percent|prozent|pct|por ciento|pour cent)\s*$", "", word.strip(), flags=re.I), writing
    )
    return value if value is not None and 0 <= value <= 100 else None


def has_percent_sign(text: str) -> bool:
    """Whether a text says itself that it is in percent."""
    return bool(re.search(r"[%％]|percent|prozent|\bpct\b", text, re.IGNORECASE))


def exact_number(cell: Cell) -> Decimal:
    """A number of a workbook by the digits that it keeps."""
    assert is_number(cell)
    return Decimal(plain_number(cell) if isinstance(cell, float) else str(cell))


def _text(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


def decimal_text(value: Decimal) -> str:
    """A decimal without an exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
