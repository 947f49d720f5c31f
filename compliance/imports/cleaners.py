"""Words of others put into this program's: texts, countries, days and percentages; what is not one is empty."""

from __future__ import annotations

import csv
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from compliance import units
from compliance.units import Interval
from compliance.world.io.text_safety import blank_unseen
from compliance.world.reference.countries import codes_by_name, country_code, country_names

HUNDRED = Fraction(100)


def tidy(value: object) -> str:
    """The text of a value on one line, without characters that nobody can see; nothing where it is no text."""
    if isinstance(value, str):
        return " ".join((value if value.isprintable() else blank_unseen(value)).split())
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def join_text(values: object) -> str:
    """Texts as one CSV cell holds several; a `;` inside one becomes a comma."""
    texts = map(tidy, values) if isinstance(values, list | tuple) else ()
    return "; ".join(dict.fromkeys(text.replace(";", ",") for text in texts if text))


@lru_cache(maxsize=4096)
def country(word: str) -> str:
    """The code of ISO 3166-1 that a code, a subdivision of it (`US-DE`), a name or a nationality means; no near one.

    Of a place with commas (`Delaware, USA`) the parts that are known must agree.
    """
    code = word.strip().upper()[:2] if re.fullmatch(r"\s*[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?\s*", word) else ""
    found = code if code in country_names() else country_code(word) or _country_words().get(_fold_word(word), "")
    if found or not re.search("[,;/()]", word):
        return found
    parts = {country(part) for part in re.split("[,;/()]", word)} - {""}
    return parts.pop() if len(parts) == 1 else ""


@lru_cache(maxsize=4096)
def countries(text: str) -> tuple[str, ...]:
    """The countries of several words in one text (`Russian, British`), in its order; none unless all are read."""
    if one := country(text):
        return (one,)
    found = [country(part) for part in re.split(r"[,;/&|]|\band\b", text) if part.strip()]
    return tuple(dict.fromkeys(found)) if all(found) else ()


def countries_in(text: str) -> set[str]:
    """The countries that a text names, `Registrar of Companies, New South Wales`; longer names before shorter."""
    words, found, place, most = _fold_word(text).split(), set(), 0, _words_of_names()
    while place < len(words):
        for size in range(min(most.get(words[place], 0), len(words) - place), 0, -1):
            name = " ".join(words[place : place + size])
            code = (_country_words().get(name) or country_code(name)) if len(name) > 2 or name == "uk" else None
            if code:
                found.add(code)
                place += size - 1
                break
        place += 1
    return found


_LONGEST_NAME = 7


@cache
def _words_of_names() -> dict[str, int]:
    """How many words the longest name of a country has that begins with a word."""
    found: dict[str, int] = {}
    for name in (*_country_words(), *codes_by_name()):
        first, *rest = name.split()
        found[first] = max(found.get(first, 0), min(1 + len(rest), _LONGEST_NAME))
    return found


@cache
def _country_words() -> dict[str, str]:
    """Codes by the folded names, parts and nationalities of countries."""
    text = files("compliance.imports").joinpath("country_words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    words = {word: row["code"] for row in rows for word in row["words"].split(";")}
    return words | {_fold_word(name): code for code, name in country_names().items()}


def _fold_word(word: str) -> str:
    """A word without case, accents, apostrophes and signs."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z]+", " ", re.sub("['\u2019`]", "", kept).replace("&", " and ")).split())


def day(value: object) -> str:
    """The day of a date or of a moment in ISO 8601; a year or a month alone is no day."""
    word = tidy(value)[:10]
    try:
        return units.day(word).isoformat()
    except ValueError:
        return ""


def lei(value: object) -> str:
    """A Legal Entity Identifier whose check digits are right [ISO 17442], or nothing."""
    word = tidy(value).upper()
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", word):
        return ""
    return word if int("".join(str(int(letter, 36)) for letter in word)) % 97 == 1 else ""


def number(value: Any) -> Fraction | None:
    """An exact number, or `None` where the value is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return units.exact(str(value))
    except ValueError:
        return None


def percentage(low: Any, high: Any, low_open: bool = False, high_open: bool = False) -> Interval | None:
    """The range between two numbers of percent; `None` where they are no range from 0 to 100."""
    bottom = Fraction(0) if low is None else number(low)
    top = HUNDRED if high is None else number(high)
    if bottom is None or top is None or not 0 <= bottom <= top <= HUNDRED:
        return None
    if bottom == top:
        return None if low_open or high_open else Interval.of(bottom)
    return Interval(bottom, top, low_open, high_open)


def hull(one: Interval, other: Interval) -> Interval:
    """The least range that holds both."""
    low, low_open = min((one.low, one.low_open), (other.low, other.low_open))
    tops = [(end.high if end.high is not None else HUNDRED, not end.high_open) for end in (one, other)]
    high, closed = max(tops)
    return Interval(low, high, low_open, not closed)


def percent_text(found: Interval) -> str:
    """A percentage as a stake has it."""
    return "unknown" if found == Interval(Fraction(0), HUNDRED) else str(found)


def place(value: object) -> str:
    """The country of `{name, code}`, of a list of such, or of a bare code or name."""
    if isinstance(value, list):
        return next(filter(None, map(place, value)), "")
    if isinstance(value, dict):
        return country(tidy(value.get("code"))) or country(tidy(value.get("name")))
    return country(tidy(value))
