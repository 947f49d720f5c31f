"""What a number counts, by the name of its column: thousands, kilowatts, boxes of eight; what is not sure is asked."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from compliance.spreadsheets.values import table_fields as kinds
from compliance.spreadsheets.values.table_fields import MONEY, POWER, TableField
from compliance.spreadsheets.values.trade_words import Vocabulary

ASK = "ask"
_TIMES = re.compile(
    r"(?<![^\W\d_])(?:x|×|\*)\s*(\d{1,6})(?!\w)|(?<!\w)(?:(?:of|a|von|zu|de|je)\s+|à\s*)(\d{1,4})(?!\w)", re.IGNORECASE
)
_WORD = re.compile(r"‰|'?000(?!\d)|[^\W\d_]+")
_FACTOR = re.compile(r"(\d{1,9})(?:/([1-9]\d{0,8}))?")


def kind_of_unit(about: TableField) -> str:
    """Which units the numbers of a field have; empty where none."""
    if about.kind == kinds.COUNT and about.name == "quantity":
        return "count"
    if about.kind == kinds.SHARE:
        return "share"
    if about.name in MONEY:
        return "money"
    return "power" if about.name in POWER else ""


def factor_told(title: str, about: TableField, vocabulary: Vocabulary) -> tuple[str, str]:
    """By what the numbers of a column are multiplied, or `ask`, and the word that says it; empty for one."""
    kind = kind_of_unit(about)
    plain = unicodedata.normalize("NFKC", title)
    words = [word.lstrip("'") for word in _WORD.findall(plain)]
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    told = {word: factor for word in (*pairs, *words) if (factor := vocabulary.factor_of(kind, word))}
    if kind == "count" and (times := _TIMES.search(plain)):
        number = times[1] or times[2]
        if set(told.values()) <= {ASK}:
            return number, times[0]
    if len(set(told.values())) == 1:
        word, factor = next(iter(told.items()))
        return ("", "") if factor == "1" else (factor, word)
    if told:
        return ASK, " ".join(told)
    return (ASK, "") if kind == "power" else ("", "")


def factor_of(text: str) -> Fraction | None:
    """A factor as a map writes it, `1000` or `1/1000`; `None` where it is none."""
    found = _FACTOR.fullmatch(text.strip())
    return Fraction(int(found[1]), int(found[2] or 1)) if found else None


def multiply_exactly(value: Decimal, factor: Fraction) -> Decimal:
    """The exact product; the factors of units divide by powers of ten."""
    return value * factor.numerator / factor.denominator
